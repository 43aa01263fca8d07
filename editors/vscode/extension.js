'use strict';
// Starts `strata lsp`, tells it what is typed, and hands its answers to the editor.
const code = require('vscode');
const { Server } = require('./wire');
const t = require('./types');

const texts = [{ language: 'arch', scheme: 'file' }, { language: 'arch', scheme: 'untitled' }];
const isOurs = document => document.languageId === 'arch';
const named = document => ({ uri: document.uri.toString() });

let server, findings, log, picture, ends = [];
const hintsChanged = new code.EventEmitter(), lensesChanged = new code.EventEmitter();

const capabilities = {
    textDocument: {
        publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1, 2] }, versionSupport: true },
        completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'], resolveSupport: { properties: ['documentation'] } } },
        inlayHint: { resolveSupport: { properties: ['tooltip'] } },
        hover: { contentFormat: ['markdown'] },
        signatureHelp: { signatureInformation: { parameterInformation: { labelOffsetSupport: true } } },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor', 'source'] } }, isPreferredSupport: true },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    },
    workspace: {
        workspaceEdit: { documentChanges: true, resourceOperations: ['create'], changeAnnotationSupport: { groupsOnLabel: true } },
        inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true },
    },
    window: { showDocument: { support: true } },
};

function open(document) {
    if (!isOurs(document)) return;
    server.tell('textDocument/didOpen', {
        textDocument: { ...named(document), languageId: 'arch', version: document.version, text: document.getText() },
    });
}

async function start() {
    const running = new Server(code.workspace.getConfiguration('strata').get('path'), {
        log: words => log.append(words), hear, answer,
        gone: status => {
            if (status === 0 || running !== server) return;
            ends = ends.filter(time => Date.now() - time < 180000).concat(Date.now());
            if (ends.length < 5) setTimeout(start, 500);
            else code.window.showErrorMessage("Strata ended five times in three minutes; 'Strata: Restart' tries again.");
        },
    });
    server = running;
    const folders = (code.workspace.workspaceFolders || []).map(f => ({ uri: f.uri.toString(), name: f.name }));
    const greeting = await running.ask('initialize', {
        processId: process.pid, rootUri: folders.length ? folders[0].uri : null, workspaceFolders: folders, capabilities,
        initializationOptions: { commands: ['strata.showGraph', 'strata.showDifference'] },
    });
    if (!greeting) return null;
    running.tell('initialized', {});
    for (const document of code.workspace.textDocuments) open(document);
    return greeting.capabilities;
}

function hear(method, params) {
    if (method === 'textDocument/publishDiagnostics') {
        const uri = code.Uri.parse(params.uri);
        const shown = code.workspace.textDocuments.find(d => d.uri.toString() === uri.toString());
        // Of a text that has changed meanwhile; what holds now is on its way.
        if (shown && params.version !== undefined && params.version < shown.version) return;
        findings.set(uri, params.diagnostics.map(t.finding));
        if (picture && picture.uri === uri.toString()) draw();
    } else if (method === 'window/showMessage') {
        code.window.showInformationMessage(params.message);
    } else if (method === 'window/logMessage') {
        log.appendLine(params.message);
    }
}

async function answer(method, params) {
    if (method === 'workspace/inlayHint/refresh') hintsChanged.fire();
    else if (method === 'workspace/codeLens/refresh') lensesChanged.fire();
    else if (method === 'workspace/applyEdit') return { applied: await code.workspace.applyEdit(t.changes(params.edit)) };
    else if (method === 'window/showDocument') {
        if (params.external) return { success: await code.env.openExternal(code.Uri.parse(params.uri)) };
        await code.window.showTextDocument(code.Uri.parse(params.uri), params.selection ? { selection: t.range(params.selection) } : {});
        return { success: true };
    }
    return null;
}

/** Every provider in a line: what the editor asks, which method answers, and what is made of it. */
function provide(context, can) {
    const at = (document, p) => ({ textDocument: named(document), position: t.backPosition(p) });
    const ask = async (method, params, token, make) => {
        const result = await server.ask('textDocument/' + method, params, token);
        return result === null || result === undefined ? undefined : make(result);
    };
    const all = make => results => t.list(results).map(make);
    const keep = disposable => context.subscriptions.push(disposable);
    const L = code.languages;
    keep(L.registerInlayHintsProvider(texts, {
        onDidChangeInlayHints: hintsChanged.event,
        provideInlayHints: (d, r, k) => ask('inlayHint', { textDocument: named(d), range: t.backRange(r) }, k, all(t.hint)),
        resolveInlayHint: async (shown, k) => {
            if (shown.sent && shown.sent.data) shown.tooltip = (await server.ask('inlayHint/resolve', shown.sent, k) || {}).tooltip;
            return shown;
        },
    }));
    keep(L.registerHoverProvider(texts, {
        provideHover: (d, p, k) => ask('hover', at(d, p), k, h => new code.Hover(t.text(h.contents), t.range(h.range))),
    }));
    keep(L.registerCompletionItemProvider(texts, {
        provideCompletionItems: (d, p, k) => ask('completion', at(d, p), k, c => c.items.map(t.suggestion)),
        resolveCompletionItem: async (shown, k) => {
            if (shown.sent && shown.sent.data) {
                shown.documentation = t.text((await server.ask('completionItem/resolve', shown.sent, k) || {}).documentation);
            }
            return shown;
        },
    }, ...can.completionProvider.triggerCharacters));
    keep(L.registerSignatureHelpProvider(texts, {
        provideSignatureHelp: (d, p, k) => ask('signatureHelp', at(d, p), k, t.help),
    }, ...can.signatureHelpProvider.triggerCharacters));
    keep(L.registerDefinitionProvider(texts, { provideDefinition: (d, p, k) => ask('definition', at(d, p), k, all(t.place)) }));
    keep(L.registerReferenceProvider(texts, {
        provideReferences: (d, p, c, k) => ask('references', { ...at(d, p), context: c }, k, all(t.place)),
    }));
    keep(L.registerDocumentHighlightProvider(texts, {
        provideDocumentHighlights: (d, p, k) => {
            mark(d, p);
            return ask('documentHighlight', at(d, p), k, all(h => new code.DocumentHighlight(t.range(h.range), h.kind - 1)));
        },
    }));
    keep(L.registerDocumentSymbolProvider(texts, {
        provideDocumentSymbols: (d, k) => ask('documentSymbol', { textDocument: named(d) }, k, all(t.symbol)),
    }));
    keep(L.registerFoldingRangeProvider(texts, {
        provideFoldingRanges: (d, c, k) => ask('foldingRange', { textDocument: named(d) }, k,
            all(f => new code.FoldingRange(f.startLine, f.endLine, f.kind === 'comment' ? code.FoldingRangeKind.Comment : undefined))),
    }));
    keep(L.registerSelectionRangeProvider(texts, {
        provideSelectionRanges: (d, p, k) =>
            ask('selectionRange', { textDocument: named(d), positions: p.map(t.backPosition) }, k, all(t.selection)),
    }));
    keep(L.registerDocumentFormattingEditProvider(texts, {
        provideDocumentFormattingEdits: (d, o, k) => ask('formatting', { textDocument: named(d), options: o }, k, all(t.change)),
    }));
    keep(L.registerDocumentRangeFormattingEditProvider(texts, {
        provideDocumentRangeFormattingEdits: (d, r, o, k) =>
            ask('rangeFormatting', { textDocument: named(d), range: t.backRange(r), options: o }, k, all(t.change)),
    }));
    keep(L.registerCodeActionsProvider(texts, {
        provideCodeActions: (d, r, c, k) => ask('codeAction', {
            textDocument: named(d), range: t.backRange(r),
            context: { diagnostics: [], ...(c.only ? { only: [c.only.value] } : {}) },
        }, k, all(t.action)),
    }));
    keep(L.registerRenameProvider(texts, {
        prepareRename: async (d, p, k) => {
            const found = await ask('prepareRename', at(d, p), k, r => ({ range: t.range(r.range), placeholder: r.placeholder }));
            if (!found) throw new Error('nothing here has a name that can change');
            return found;
        },
        provideRenameEdits: (d, p, newName, k) => ask('rename', { ...at(d, p), newName }, k, t.changes),
    }));
    keep(L.registerCodeLensProvider(texts, {
        onDidChangeCodeLenses: lensesChanged.event,
        provideCodeLenses: (d, k) => ask('codeLens', { textDocument: named(d) }, k, all(t.lens)),
    }));
    keep(L.registerDocumentLinkProvider(texts, {
        provideDocumentLinks: (d, k) => ask('documentLink', { textDocument: named(d) }, k,
            all(l => new code.DocumentLink(t.range(l.range), code.Uri.parse(l.target)))),
    }));
    const legend = can.semanticTokensProvider.legend;
    keep(L.registerDocumentSemanticTokensProvider(texts, {
        provideDocumentSemanticTokens: (d, k) =>
            ask('semanticTokens/full', { textDocument: named(d) }, k, r => new code.SemanticTokens(new Uint32Array(r.data))),
    }, new code.SemanticTokensLegend(legend.tokenTypes, legend.tokenModifiers)));
    const follow = async (method, item, token, make) => t.list(await server.ask(method, { item: item.sent }, token)).map(make);
    keep(L.registerCallHierarchyProvider(texts, {
        prepareCallHierarchy: (d, p, k) => ask('prepareCallHierarchy', at(d, p), k, all(t.caller)),
        provideCallHierarchyIncomingCalls: (i, k) => follow('callHierarchy/incomingCalls', i, k,
            c => new code.CallHierarchyIncomingCall(t.caller(c.from), c.fromRanges.map(t.range))),
        provideCallHierarchyOutgoingCalls: (i, k) => follow('callHierarchy/outgoingCalls', i, k,
            c => new code.CallHierarchyOutgoingCall(t.caller(c.to), c.fromRanges.map(t.range))),
    }));
    keep(L.registerTypeHierarchyProvider(texts, {
        prepareTypeHierarchy: (d, p, k) => ask('prepareTypeHierarchy', at(d, p), k, all(t.relative)),
        provideTypeHierarchySupertypes: (i, k) => follow('typeHierarchy/supertypes', i, k, t.relative),
        provideTypeHierarchySubtypes: (i, k) => follow('typeHierarchy/subtypes', i, k, t.relative),
    }));
    keep(L.registerWorkspaceSymbolProvider({
        provideWorkspaceSymbols: async (query, k) => t.list(await server.ask('workspace/symbol', { query }, k)).map(
            s => new code.SymbolInformation(s.name, s.kind - 1, '', t.place(s.location))),
    }));
}

// The picture beside the text: the server draws the last text without errors, a click on a box goes to its place.
function showGraph() {
    const editor = code.window.activeTextEditor;
    if (!editor || !isOurs(editor.document)) return;
    if (!picture) {
        const panel = code.window.createWebviewPanel('strata.graph', 'Network',
            { viewColumn: code.ViewColumn.Beside, preserveFocus: true }, { enableScripts: true, localResourceRoots: [] });
        panel.onDidDispose(() => { picture = undefined; });
        panel.webview.onDidReceiveMessage(goTo);
        panel.webview.html = page();
        picture = { panel };
    }
    picture.uri = editor.document.uri.toString();
    draw();
}

function page() {
    const nonce = require('crypto').randomBytes(16).toString('hex');
    return `<!DOCTYPE html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<style>body{margin:0;padding:0}svg{display:block;margin:auto;max-width:100%;height:auto}[data-path]{cursor:pointer}.here rect{stroke-width:3}</style></head>
<body><div id="picture"></div><script nonce="${nonce}">
const editor = acquireVsCodeApi(), holder = document.getElementById('picture');
let path = null;
function show() {
    for (const box of holder.querySelectorAll('[data-path]')) {
        const own = box.dataset.path;
        box.classList.toggle('here', path !== null && (path === own || path.startsWith(own + '.')));
    }
}
addEventListener('message', event => {
    if (event.data.svg !== undefined) {
        const first = !holder.firstChild, x = scrollX, y = scrollY;
        holder.innerHTML = event.data.svg;
        const drawn = holder.querySelector('svg');
        if (drawn) drawn.style.minWidth = Math.min(drawn.viewBox.baseVal.width, 760) + 'px';
        scrollTo(first ? (document.documentElement.scrollWidth - innerWidth) / 2 : x, y);
    }
    if (event.data.path !== undefined) path = event.data.path;
    show();
});
addEventListener('click', event => {
    const box = event.target.closest('[data-path]');
    if (box) editor.postMessage(box.dataset.path);
});
</script></body></html>`;
}

// What a variant does otherwise than its parent, as the program says it, in a text beside.
async function showDifference(own, parent) {
    const files = [parent, own].map(uri => code.Uri.parse(uri).fsPath);
    require('child_process').execFile(code.workspace.getConfiguration('strata').get('path'), ['diff', ...files], async (_, out, problem) => {
        const content = out || problem;
        code.window.showTextDocument(await code.workspace.openTextDocument({ content, language: 'plaintext' }),
            { viewColumn: code.ViewColumn.Beside, preview: true });
    });
}

async function draw() {
    const shown = picture;
    const svg = shown && await server.ask('strata/graph', { textDocument: { uri: shown.uri } }).catch(() => null);
    if (svg && picture === shown) shown.panel.webview.postMessage({ svg });
}

async function mark(document, p) {
    if (!picture || picture.uri !== document.uri.toString()) return;
    const path = await server.ask('strata/pathAt', { textDocument: named(document), position: t.backPosition(p) }).catch(() => null);
    if (picture) picture.panel.webview.postMessage({ path });
}

async function goTo(path) {
    const found = await server.ask('strata/placeOf', { textDocument: { uri: picture.uri }, path }).catch(() => null);
    if (found) code.window.showTextDocument(code.Uri.parse(found.uri), { selection: t.range(found.range), viewColumn: code.ViewColumn.One });
}

exports.activate = async context => {
    log = code.window.createOutputChannel('Strata');
    findings = code.languages.createDiagnosticCollection('strata');
    const watcher = code.workspace.createFileSystemWatcher('**/*.arch');
    const watched = type => uri => server.tell('workspace/didChangeWatchedFiles', { changes: [{ uri: uri.toString(), type }] });
    const can = await start();
    context.subscriptions.push(
        log, findings,
        code.workspace.onDidOpenTextDocument(open),
        code.workspace.onDidCloseTextDocument(d => { if (isOurs(d)) server.tell('textDocument/didClose', { textDocument: named(d) }); }),
        code.workspace.onDidSaveTextDocument(d => { if (isOurs(d)) server.tell('textDocument/didSave', { textDocument: named(d) }); }),
        code.workspace.onDidChangeTextDocument(event => {
            if (!isOurs(event.document) || !event.contentChanges.length) return;
            server.tell('textDocument/didChange', {
                textDocument: { ...named(event.document), version: event.document.version },
                contentChanges: event.contentChanges.map(c => ({ range: t.backRange(c.range), text: c.text })),
            });
        }),
        watcher.onDidCreate(watched(1)), watcher.onDidChange(watched(2)), watcher.onDidDelete(watched(3)),
        code.commands.registerCommand('strata.showGraph', showGraph),
        code.commands.registerCommand('strata.showDifference', showDifference),
        code.commands.registerCommand('strata.restart', async () => { ends = []; const old = server; await old.stop(); await start(); }));
    if (can) provide(context, can);
};

exports.deactivate = () => server && server.stop();
