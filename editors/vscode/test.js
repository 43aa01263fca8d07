'use strict';
// Runs the extension in plain Node against a real server, with a stand-in for the editor that keeps what is registered.
//   STRATA=/path/to/strata node test.js ../../architectures/eqt/eqt.arch
const fs = require('fs'), path = require('path'), assert = require('assert'), Module = require('module');

class Emitter {
    constructor() { this.listeners = []; this.event = f => { this.listeners.push(f); return { dispose() {} }; }; }
    fire(x) { for (const f of this.listeners) f(x); }
}
class Keeper { constructor(...values) { this.values = values; } }
class Position { constructor(line, character) { Object.assign(this, { line, character }); } }
class Range { constructor(a, b, c, d) { this.start = new Position(a, b); this.end = new Position(c, d); } }
class Uri { constructor(text) { this.text = text; } toString() { return this.text; } static parse(text) { return new Uri(text); } }
class WorkspaceEdit { constructor() { this.edits = []; } replace(...edit) { this.edits.push(edit); } }
const events = new Proxy({}, { get: (all, name) => all[name] || (all[name] = new Emitter()) });
const providers = {}, commands = {}, shown = new Map(), posted = [], problems = [];
const editor = {
    Position, Range, Uri, WorkspaceEdit, EventEmitter: Emitter, ViewColumn: { Beside: -2, One: 1 }, FoldingRangeKind: { Comment: 1 },
    CodeActionKind: { Empty: { append: kind => ({ value: kind }) } },
    languages: new Proxy({}, {
        get: (_, name) => name === 'createDiagnosticCollection'
            ? () => ({ set: (uri, found) => shown.set(uri.toString(), found), dispose() {} })
            : (...parts) => { providers[name] = parts.find(p => typeof p === 'object' && !Array.isArray(p)); return { dispose() {} }; },
    }),
    commands: { registerCommand: (name, f) => { commands[name] = f; return { dispose() {} }; } },
    env: { openExternal: async () => true },
    window: {
        createOutputChannel: () => ({ append: x => problems.push(x), appendLine: x => problems.push(x), dispose() {} }),
        showErrorMessage: x => problems.push(x), showInformationMessage() {}, showTextDocument: async (...x) => { posted.push(x); },
        createWebviewPanel: () => ({
            webview: { set html(x) { posted.push(x); }, postMessage: x => posted.push(x), onDidReceiveMessage: f => { commands.click = f; } },
            onDidDispose() {},
        }),
    },
    workspace: new Proxy({ workspaceFolders: [], textDocuments: [], applyEdit: async () => true, getConfiguration: () => ({ get: () => process.env.STRATA || 'strata' }),
        createFileSystemWatcher: () => ({ onDidCreate: events.made.event, onDidChange: events.saved.event, onDidDelete: events.gone.event }) },
    { get: (own, name) => own[name] || events[name].event }),
};
const stand = new Proxy(editor, { get: (own, name) => own[name] || (name === 'then' ? undefined : Keeper) });
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? stand : load(name, ...rest));

const file = path.resolve(process.argv[2]);
const document = { languageId: 'arch', version: 1, uri: new Uri('file://' + file), text: fs.readFileSync(file, 'utf8'), getText() { return this.text; } };
editor.workspace.textDocuments.push(document);
Object.defineProperty(editor.window, 'activeTextEditor', { value: { document } });
const until = async (what, test) => {
    for (let i = 0; i < 300 && !test(); i++) await new Promise(next => setTimeout(next, 20));
    assert(test(), what + ' never came; the log says: ' + problems.join(''));
};
(async () => {
    const extension = require('./extension');
    await extension.activate({ subscriptions: [] });
    await until('findings', () => shown.has(document.uri.toString()));
    const lines = document.text.split('\n'), line = lines.findIndex(l => /\bconv\(/.test(l)), place = new Position(line, lines[line].indexOf('conv(') + 1);
    const token = { onCancellationRequested() {} };
    const hints = await providers.registerInlayHintsProvider.provideInlayHints(document, new Range(0, 0, lines.length, 0), token);
    assert(hints.length > 0, 'there are hints');
    assert(await providers.registerHoverProvider.provideHover(document, place, token), 'there is a hover');
    const items = await providers.registerCompletionItemProvider.provideCompletionItems(document, place, token);
    assert(items.length > 5);
    const paged = items.find(i => i.sent.data);
    assert((await providers.registerCompletionItemProvider.resolveCompletionItem(paged, token)).documentation, 'a suggestion has a page');
    const told = await Promise.all(hints.map(h => providers.registerInlayHintsProvider.resolveInlayHint(h, token)));
    assert(told.some(h => h.tooltip), 'a hint has more to say');
    const head = new Position(lines.findIndex(l => /^(network|variant) /.test(l)), 9);
    const network = (await providers.registerTypeHierarchyProvider.prepareTypeHierarchy(document, head, token))[0];
    assert(await providers.registerTypeHierarchyProvider.provideTypeHierarchySubtypes(network, token), 'a network has variants');
    const calls = (await providers.registerCallHierarchyProvider.prepareCallHierarchy(document, head, token))[0];
    assert((await providers.registerCallHierarchyProvider.provideCallHierarchyOutgoingCalls(calls, token)).length >= 0);
    assert((await providers.registerDocumentSymbolProvider.provideDocumentSymbols(document, token)).length > 0);
    assert((await providers.registerDocumentSemanticTokensProvider.provideDocumentSemanticTokens(document, token)).values[0].length > 20);
    for (const [at, end, text] of [[0, 0, 'x'], [0, 1, '']]) {
        document.version++;
        events.onDidChangeTextDocument.fire({ document, contentChanges: [{ range: new Range(0, at, 0, end), text }] });
    }
    commands['strata.showGraph']();
    await until('the picture', () => posted.some(x => x.svg && x.svg.includes('<svg')));
    const svg = posted.find(x => x.svg).svg;
    commands.click(/data-path="([^"]+)"/.exec(svg)[1]);
    await until('the place of a box', () => posted.some(x => Array.isArray(x)));
    await extension.deactivate();
    console.log(`ok: ${hints.length} hints, ${Object.keys(providers).length} providers, a picture of ${svg.length} bytes`);
    process.exit(problems.length ? 1 : 0);
})().catch(error => { console.error(error); process.exit(1); });
