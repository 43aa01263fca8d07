#!/usr/bin/env python3
"""A storm of random edits over `strata lsp`, held against `strata check`.   STRATA=… python3 storm.py [EDITS] [SEED]

Three texts are open at once: EQTransformer as it is, the same with CRLF and emoji, and a variant of the first. Every edit
is a random stretch and a random text, often a broken one, with emoji, half surrogates and ends of lines of all kinds; half
of them are undone at once, the rest after a while. Every so often the server's findings are held against what
`strata check` says of the same texts on disk, and in the end against what it said in the beginning. Memory is looked at on
the way. Positions are counted here by other means than the server's: a text one byte out of step cannot go unnoticed."""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

edits = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
random.seed(seed)
strata = os.environ.get("STRATA", "strata")
root = pathlib.Path(__file__).resolve().parent.parent.parent / "architectures" / "eqt"
folder = pathlib.Path(tempfile.mkdtemp())
parent = (root / "eqt.arch").read_text()
texts = {
    "eqt.arch": parent,
    "crlf.arch": "// 🌋 né\n".replace("\n", "\r\n") + parent.replace("\n", "\r\n"),
    "gru.arch": (root / "gru.arch").read_text(),
}
pieces = ["", "", "x", "{", "}", "(", ")", "[", ",", ":", "\"", "`", "-> ", "->", "//", "/*", " -> conv(8, 3)", "🌋", "é", "\u2028",
          "\ud83d", "\udc00", "\n", "\r\n", "\r", "\0", "\ufeff", "for i in 0..<3 { ", "network", "block b on x {", "9" * 30, "as ",
          "\t", "1e999", "🌋🌋\r\n// "]


class Server:
    def __init__(self):
        self.process = subprocess.Popen([strata, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.told = {}
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
        if length is None:
            sys.exit(f"the server is gone: status {self.process.wait()}; seed {seed}")
        message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            name = message["params"]["uri"].rsplit("/", 1)[1]
            self.told[name] = (message["params"].get("version"), message["params"]["diagnostics"])
        return message

    def ask(self, method, params):
        self.count += 1
        self.send(id=self.count, method=method, params=params)
        while (message := self.receive()).get("id") != self.count:
            pass
        return message

    def findings(self, name, version):
        """What is told of a text in this version or a later one."""
        while self.told.get(name, (-1, []))[0] != version:
            self.receive()
        return sorted((d["code"], d["range"]["start"]["line"], d["range"]["start"]["character"]) for d in self.told[name][1])

    def memory(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024


def arrives(text):
    """What the server makes of a text: half a surrogate is U+FFFD there."""
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def units(text):
    return sum(2 if ord(c) > 0xFFFF else 1 for c in text)


ends = re.compile(r"\r\n|\n|\r")


def position(text, offset):
    line, start = 0, 0
    for end in ends.finditer(text):
        if end.end() > offset:
            break
        line, start = line + 1, end.end()
    return {"line": line, "character": units(text[start:offset])}


def between(text, offset):
    """Whether an offset lies within a CRLF, where no position points."""
    return 0 < offset < len(text) and text[offset - 1] == "\r" and text[offset] == "\n"


def check(name):
    """What the program says of the texts on disk."""
    for other, text in texts.items():
        (folder / other).write_bytes(text.encode())
    found = json.loads(subprocess.run([strata, "check", "--json", str(folder / name)], capture_output=True).stdout)
    text = texts[name]
    starts = [0] + [end.end() for end in ends.finditer(text)]
    result = []
    for d in found:
        if pathlib.Path(d["file"]).name != name:
            continue
        at = d["range"]["start"]
        # The program counts characters, the protocol UTF-16 units.
        start = starts[at["line"] - 1]
        result.append((d["code"], at["line"] - 1, units(text[start:start + at["column"] - 1])))
    return sorted(result)


server = Server()
server.ask("initialize", {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": {}})
server.send(method="initialized", params={})
versions = {}
for name, text in texts.items():
    (folder / name).write_bytes(text.encode())
for name, text in texts.items():
    versions[name] = 1
    server.send(method="textDocument/didOpen", params={"textDocument": {
        "uri": (folder / name).as_uri(), "languageId": "arch", "version": 1, "text": text}})
first = {name: server.findings(name, 1) for name in texts}
original = dict(texts)


def change(name, start, end, new):
    text = texts[name]
    versions[name] += 1
    server.send(method="textDocument/didChange", params={
        "textDocument": {"uri": (folder / name).as_uri(), "version": versions[name]},
        "contentChanges": [{"range": {"start": position(text, start), "end": position(text, end)}, "text": new}]})
    texts[name] = text[:start] + arrives(new) + text[end:]


undo = []
done, checks, broken, begin, early, high = 0, 0, 0, time.time(), None, 0
wrong = []


def back():
    """Undoes all that is not undone, the last first."""
    global done
    while undo:
        name, start, length, old = undo.pop()
        text = texts[name]
        if between(text, start) or between(text, start + length):
            # Two ends of lines have grown together there: the whole text mends it, as an editor would.
            whole = text[:start] + old + text[start + length:]
            versions[name] += 1
            server.send(method="textDocument/didChange", params={
                "textDocument": {"uri": (folder / name).as_uri(), "version": versions[name]},
                "contentChanges": [{"text": whole}]})
            texts[name] = whole
        else:
            change(name, start, start + length, old)
        done += 1


while done < edits:
    name = random.choice(list(texts))
    text = texts[name]
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice([0, 0, 1, 2, 5, 12, 80]))
    if between(text, start) or between(text, end):
        continue
    old, new = text[start:end], random.choice(pieces)
    if start == 0 and new == "\ufeff":
        # At the beginning that is a byte order mark, which the program does not count.
        continue
    change(name, start, end, new)
    undo.append((name, start, len(arrives(new)), old))
    done += 1
    if random.random() < 0.05:
        at = {"textDocument": {"uri": (folder / name).as_uri()}, "position": position(texts[name], min(start, len(texts[name])))}
        server.ask("textDocument/" + random.choice(["hover", "completion", "signatureHelp", "definition", "prepareRename"]), at)
    if random.random() < 0.02:
        said, wanted = server.findings(name, versions[name]), check(name)
        checks += 1
        broken += bool(wanted)
        if said != wanted:
            wrong.append(f"after {done} edits of seed {seed}, {name}: {said} but {wanted}")
            (folder / f"wrong-{len(wrong)}-{name}").write_bytes(texts[name].encode())
    if random.random() < 0.5 or len(undo) > 30:
        back()
    if done >= 1000 and early is None:
        early = server.memory()
    if done % 500 < 2:
        high = max(high, server.memory())
back()
for name in texts:
    assert texts[name] == original[name]
    if server.findings(name, versions[name]) != first[name]:
        wrong.append(f"in the end, seed {seed}, {name}: {server.told[name]} but {first[name]}")
taken = time.time() - begin
last = server.memory()
server.ask("shutdown", None)
server.send(method="exit")
if server.process.wait(10) != 0:
    wrong.append(f"the server ends with {server.process.returncode}")
print(f"seed {seed}: {done} edits in {taken:.0f} s, {checks} times held against strata check, {broken} of them broken texts; "
      f"memory {early or last:.1f} MB after 1000 edits, at most {high:.1f}, {last:.1f} in the end")
print("\n".join(["WRONG  " + w for w in wrong[:10]] or ["every time the same findings, and in the end those of the beginning"]))
if wrong:
    print("the texts lie in", folder)
else:
    shutil.rmtree(folder)
sys.exit(bool(wrong))
