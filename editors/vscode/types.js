'use strict';
// The protocol's values in the editor's own classes, and back.
const code = require('vscode');

const position = p => new code.Position(p.line, p.character);
const range = r => new code.Range(r.start.line, r.start.character, r.end.line, r.end.character);
const place = l => new code.Location(code.Uri.parse(l.uri), range(l.range));
const change = e => new code.TextEdit(range(e.range), e.newText);
const backPosition = p => ({ line: p.line, character: p.character });
const backRange = r => ({ start: backPosition(r.start), end: backPosition(r.end) });
const list = x => (x ? (Array.isArray(x) ? x : [x]) : []);

const text = markup => {
    if (!markup) return undefined;
    return markup.kind === 'plaintext' ? markup.value : new code.MarkdownString(markup.value === undefined ? markup : markup.value);
};

function finding(d) {
    const shown = new code.Diagnostic(range(d.range), d.message, d.severity - 1);
    shown.code = d.code;
    shown.source = d.source;
    shown.tags = d.tags;
    shown.relatedInformation = list(d.relatedInformation).map(
        r => new code.DiagnosticRelatedInformation(place(r.location), r.message));
    return shown;
}

/** Changes of several files; those that ask first carry their question along. */
function changes(edit) {
    const whole = new code.WorkspaceEdit();
    if (!edit) return whole;
    const questions = edit.changeAnnotations || {};
    for (const file of list(edit.documentChanges)) {
        if (file.kind === 'create') whole.createFile(code.Uri.parse(file.uri), { overwrite: false, ignoreIfExists: false });
        for (const e of list(file.edits)) {
            const asked = questions[e.annotationId];
            whole.replace(code.Uri.parse(file.textDocument.uri), range(e.range), e.newText, asked);
        }
    }
    for (const uri of Object.keys(edit.changes || {})) {
        for (const e of edit.changes[uri]) whole.replace(code.Uri.parse(uri), range(e.range), e.newText);
    }
    return whole;
}

/** A piece of a hint that leads somewhere. */
function part(p) {
    const shown = new code.InlayHintLabelPart(p.value);
    shown.location = p.location && place(p.location);
    return shown;
}

function hint(h) {
    const label = Array.isArray(h.label) ? h.label.map(part) : h.label;
    const shown = new code.InlayHint(position(h.position), label, h.kind);
    shown.sent = h;
    shown.paddingLeft = h.paddingLeft;
    shown.tooltip = h.tooltip;
    shown.textEdits = list(h.textEdits).map(change);
    return shown;
}

function suggestion(i) {
    const shown = new code.CompletionItem(i.label, i.kind - 1);
    shown.sent = i;
    shown.detail = i.detail;
    shown.documentation = text(i.documentation);
    shown.sortText = i.sortText;
    shown.filterText = i.filterText;
    shown.range = range(i.textEdit.range);
    shown.insertText = i.insertTextFormat === 2 ? new code.SnippetString(i.textEdit.newText) : i.textEdit.newText;
    return shown;
}

function help(h) {
    const shown = new code.SignatureHelp();
    shown.signatures = h.signatures.map(s => {
        const one = new code.SignatureInformation(s.label, text(s.documentation));
        one.parameters = list(s.parameters).map(p => new code.ParameterInformation(p.label, text(p.documentation)));
        return one;
    });
    shown.activeSignature = h.activeSignature || 0;
    // A number beyond the last marks none.
    shown.activeParameter = h.activeParameter === undefined ? 1000 : h.activeParameter;
    return shown;
}

function symbol(s) {
    const shown = new code.DocumentSymbol(s.name, s.detail || '', s.kind - 1, range(s.range), range(s.selectionRange));
    shown.children = list(s.children).map(symbol);
    return shown;
}

function selection(s) { return new code.SelectionRange(range(s.range), s.parent ? selection(s.parent) : undefined); }

function action(a) {
    const shown = new code.CodeAction(a.title, code.CodeActionKind.Empty.append(a.kind));
    shown.edit = changes(a.edit);
    shown.isPreferred = a.isPreferred;
    return shown;
}

function lens(l) { return new code.CodeLens(range(l.range), l.command); }

/** Who calls whom, and who varies whom; the server is sent back what it sent. */
const item = kind => i => {
    const shown = new code[kind](i.kind - 1, i.name, '', code.Uri.parse(i.uri), range(i.range), range(i.selectionRange));
    shown.sent = i;
    return shown;
};
const caller = item('CallHierarchyItem'), relative = item('TypeHierarchyItem');

module.exports = {
    position, range, place, change, backPosition, backRange, list, text, finding, changes, hint, suggestion, help, symbol,
    selection, action, lens, caller, relative,
};
