#!/usr/bin/env python3
"""Holds every answer of `strata lsp` against the specification's types, with the capabilities of three clients.

    STRATA=… python3 conform.py FILE.arch        (pip install lsprotocol pytest-lsp)

Each answer is read as the type that the specification gives it and written again: where the two differ, there is a key
that the specification does not know, or a value of a wrong type."""
import json
import os
import pathlib
import subprocess
import sys

from lsprotocol import converters, types
from pytest_lsp import client_capabilities

converter = converters.get_converter()
path = pathlib.Path(sys.argv[1]).resolve()
text = path.read_text()
lines = text.split("\n")
wrong = []


def without_nothing(value):
    """What is left out and what is null are one thing."""
    if isinstance(value, dict):
        return {k: without_nothing(v) for k, v in value.items() if v is not None}
    return [without_nothing(v) for v in value] if isinstance(value, list) else value


def differences(sent, read, place):
    if isinstance(sent, dict) and isinstance(read, dict):
        for key in sent.keys() | read.keys():
            if key not in read:
                yield f"{place}.{key} is unknown to the specification"
            elif key in sent:
                yield from differences(sent[key], read[key], f"{place}.{key}")
            else:
                yield f"{place}.{key} is missing"
    elif isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        for index, (a, b) in enumerate(zip(sent, read)):
            yield from differences(a, b, f"{place}[{index}]")
    elif sent != read:
        yield f"{place}: {sent!r} is read as {read!r}"


def hold(message, kind, place):
    try:
        again = json.loads(json.dumps(converter.unstructure(converter.structure(message, kind))))
    except Exception as problem:
        wrong.append(f"{place}: {problem}")
        return
    wrong.extend(differences(without_nothing(message), without_nothing(again), place))


class Server:
    def __init__(self):
        command = [os.environ.get("STRATA", "strata"), "lsp"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count = 0

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        length = None
        while (line := self.process.stdout.readline()).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message = json.loads(self.process.stdout.read(length))
        if "method" in message:
            hold(message, types.METHOD_TO_TYPES[message["method"]][0], message["method"])
            if "id" in message:
                self.send(id=message["id"], result=None)
        return message

    def ask(self, method, params):
        self.count += 1
        self.send(id=self.count, method=method, params=params)
        while (message := self.receive()).get("id") != self.count or "method" in message:
            pass
        if "error" in message:
            hold(message, types.ResponseErrorMessage, method)
            wrong.append(f"{method}: {message['error']['message']}")
            return None
        if method in types.METHOD_TO_TYPES:
            hold(message, types.METHOD_TO_TYPES[method][1], method)
        result = message.get("result")
        asked[method] = len(result) if isinstance(result, (list, dict, str)) else result
        return result


for client in ["visual_studio_code", "neovim", "emacs"]:
    asked = {}
    server = Server()
    root = path.parent.as_uri()
    capabilities = converter.unstructure(client_capabilities(client))
    can = server.ask("initialize", {
        "processId": os.getpid(), "rootUri": root, "capabilities": capabilities,
        "workspaceFolders": [{"uri": root, "name": "folder"}]})["capabilities"]
    server.send(method="initialized", params={})
    document = {"uri": path.as_uri()}
    server.send(method="textDocument/didOpen", params={
        "textDocument": {**document, "languageId": "arch", "version": 1, "text": text}})
    while server.receive().get("method") != "textDocument/publishDiagnostics":
        pass
    word = next(w for w in ["picker(", "context.lstm", "folded"] if w in text)
    row = next(i for i, line in enumerate(lines) if word in line)
    column = lines[row].index(word)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines), "character": 0}}
    inside = {"line": row, "character": column + 8}
    at = {"textDocument": document, "position": {"line": row, "character": column + 1}}
    options = {"tabSize": 4, "insertSpaces": True}
    about = {"textDocument": document}
    for method, params in [
        ("inlayHint", {**about, "range": whole}), ("hover", at), ("completion", {**at, "position": inside}),
        ("signatureHelp", {**at, "position": inside}), ("definition", at),
        ("references", {**at, "context": {"includeDeclaration": True}}), ("documentHighlight", at),
        ("documentSymbol", about), ("foldingRange", about), ("selectionRange", {**about, "positions": [inside]}),
        ("codeAction", {**about, "range": whole, "context": {"diagnostics": []}}), ("codeLens", about),
        ("documentLink", about), ("formatting", {**about, "options": options}),
        ("rangeFormatting", {**about, "range": whole, "options": options}), ("semanticTokens/full", about),
        ("prepareRename", at), ("rename", {**at, "newName": "another"}), ("prepareCallHierarchy", at),
    ]:
        result = server.ask("textDocument/" + method, params)
        if method == "completion":
            # Layers have pages; they come behind an arrow.
            row = next((i for i, line in enumerate(lines) if "    " in line[:4] and "-> " in line), None)
            if row is not None:
                place = {"line": row, "character": lines[row].index("-> ") + 3}
                found = server.ask("textDocument/completion", {**about, "position": place})
                items = found["items"] if isinstance(found, dict) else found
                if not any([server.ask("completionItem/resolve", item).get("documentation") for item in items]):
                    wrong.append(f"{client}: no suggestion has a page")
        if method == "inlayHint":
            for hint in result:
                if not server.ask("inlayHint/resolve", hint).get("tooltip") and not hint["label"].startswith("= "):
                    wrong.append(f"{client}: {hint} has no tooltip")
        if method == "prepareCallHierarchy" and result:
            server.ask("callHierarchy/incomingCalls", {"item": result[0]})
            server.ask("callHierarchy/outgoingCalls", {"item": result[0]})
    name = next(line for line in lines if line.startswith(("network", "variant")))
    item = server.ask("textDocument/prepareTypeHierarchy", {
        **about, "position": {"line": lines.index(name), "character": name.index(" ") + 1}})
    for method in ["typeHierarchy/supertypes", "typeHierarchy/subtypes"]:
        server.ask(method, {"item": item[0]})
    server.ask("workspace/symbol", {"query": ""})
    server.ask("shutdown", None)
    server.send(method="exit")
    if server.process.wait(5) != 0:
        wrong.append(f"{client}: the server ends with {server.process.returncode}")
    missing = [m for m, (kind, *_) in types.METHOD_TO_TYPES.items() if m in asked and not asked[m] and m not in (
        "shutdown", "textDocument/formatting", "textDocument/rangeFormatting", "textDocument/documentLink",
        "textDocument/codeAction", "typeHierarchy/supertypes")]
    print(f"{client}: {len(asked)} methods" + (f", nothing from {', '.join(missing)}" if missing else ""))
print("\n".join(["WRONG  " + w for w in wrong[:40]] or ["all messages are as the specification says"]))
sys.exit(bool(wrong))
