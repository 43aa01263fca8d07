#!/usr/bin/env python3
"""Measures `strata lsp` from outside: what a person waits for.

    STRATA=… python3 figures.py architectures [EDITS] [docs/editors.md]

With a page the table is put between its marks there."""
import json
import os
import pathlib
import random
import subprocess
import sys
import time

folder = pathlib.Path(sys.argv[1]).resolve()
edits = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
files = sorted(folder.rglob("*.arch"))
random.seed(1)


class Server:
    def __init__(self):
        begin = time.perf_counter()
        command = [os.environ.get("STRATA", "strata"), "lsp"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count = 0
        self.ask("initialize", {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": {}})
        self.started = time.perf_counter() - begin
        self.tell("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return json.loads(self.process.stdout.read(length))

    def ask(self, method, params):
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while (message := self.receive()).get("id") != self.count:
            pass
        if "error" in message:
            raise RuntimeError(message["error"])
        return message["result"]

    def findings(self):
        while (message := self.receive()).get("method") != "textDocument/publishDiagnostics":
            pass
        return message["params"]["diagnostics"]

    def open(self, path, text):
        begin = time.perf_counter()
        self.tell("textDocument/didOpen", {"textDocument": {
            "uri": path.as_uri(), "languageId": "arch", "version": 1, "text": text}})
        self.findings()
        return time.perf_counter() - begin

    def change(self, path, line, start, end, text):
        begin = time.perf_counter()
        self.tell("textDocument/didChange", {
            "textDocument": {"uri": path.as_uri(), "version": 2},
            "contentChanges": [{"range": {"start": {"line": line, "character": start},
                                          "end": {"line": line, "character": end}}, "text": text}]})
        found = self.findings()
        return time.perf_counter() - begin, found

    def memory(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024

    def processor(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        self.process.wait(5)


rows = []


def say(what, goal, *values):
    """A row of the table; seconds are shown as milliseconds."""
    told = " / ".join(f"{v * 1000:.3g} ms" if isinstance(v, float) else str(v) for v in values)
    rows.append(f"| {what} | {goal} | {told} |")
    print(rows[-1], flush=True)


def middle(times):
    times = sorted(times)
    return times[len(times) // 2], times[-1]


eqt = folder / "eqt" / "eqt.arch"
starts, opens, begun = [], [], 0
for _ in range(20):
    server = Server()
    starts.append(server.started)
    opens.append(server.open(eqt, eqt.read_text()))
    begun += server.processor()
    server.end()
say("start to the answer of `initialize` (median / worst of 20)", "50 ms", *middle(starts))
say("opening EQTransformer to its findings (median / worst of 20)", "30 ms", *middle(opens))
say("processor for both, waiting for nobody", "", begun / 20)

times = []
server = Server()
for path in files:
    text = path.read_text()
    lines = text.split("\n")
    server.open(path, text)
    for _ in range(20):
        line = random.randrange(len(lines))
        column = random.randrange(len(lines[line]) + 1)
        for start, end, new in [(column, column, "x"), (column, column + 1, "")]:
            times.append(server.change(path, line, start, end, new)[0])
    server.tell("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    server.findings()
times.sort()
say(f"edit to findings, the {len(files)} files of `architectures`, {len(times):,} edits (median / 99 % / worst)", "10 / 20 ms",
    times[len(times) // 2], times[len(times) * 99 // 100], times[-1])
server.end()

server = Server()
text = eqt.read_text()
lines = text.split("\n")
server.open(eqt, text)
say("memory with one file open", "30 MB", f"{server.memory():.1f} MB")
about = {"textDocument": {"uri": eqt.as_uri()}}
row = next(i for i, line in enumerate(lines) if "-> picker(" in line)
at = {**about, "position": {"line": row, "character": lines[row].index("picker(") + 2}}
whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines), "character": 0}}
for method, params in [("inlayHint", {**about, "range": whole}), ("hover", at), ("completion", at), ("definition", at),
                       ("signatureHelp", at), ("formatting", {**about, "options": {}}), ("semanticTokens/full", about),
                       ("codeLens", about), ("documentSymbol", about), ("rename", {**at, "newName": "other"})]:
    taken = []
    for _ in range(20):
        begin = time.perf_counter()
        server.ask("textDocument/" + method, params)
        taken.append(time.perf_counter() - begin)
    what, goal = {
        "rename": ("rename over every file (median / worst of 20)", "100 ms"),
        "codeLens": ("codeLens, which counts the variants (median / worst of 20)", ""),
    }.get(method, (f"{method} (median / worst of 20)", "5 ms"))
    say(what, goal, *middle(taken))
taken = []
for _ in range(20):
    begin = time.perf_counter()
    server.ask("strata/graph", about)
    taken.append(time.perf_counter() - begin)
say("graph as SVG (median / worst of 20)", "10 ms", *middle(taken))

before = server.ask("textDocument/documentSymbol", about)
first, times, used = None, [], server.processor()
for number in range(edits // 2):
    line = random.randrange(len(lines))
    width = len(lines[line])
    start = random.randrange(width + 1)
    end = min(width, start + random.randrange(6))
    new = random.choice(["", "x", "{", "}", "(", "-> conv(8, 3)", "🌋", "é", "\"", ","])
    units = len(new.encode("utf-16-le")) // 2
    times.append(server.change(eqt, line, start, end, new)[0])
    times.append(server.change(eqt, line, start, start + units, lines[line][start:end])[0])
    if number == 500:
        first = server.memory()
used = server.processor() - used
times.sort()
say(f"edit to findings in a storm of {len(times):,} (median / 99 % / worst)", "10 / 20 ms",
    times[len(times) // 2], times[len(times) * 99 // 100], times[-1])
say("processor an edit", "", used / len(times))
say("memory after 1,000 edits / in the end", "growth below 2 MB", f"{first:.1f} MB", f"{server.memory():.1f} MB")
if server.ask("textDocument/documentSymbol", about) != before:
    sys.exit("the text is not what it was")
server.end()

server = Server()
for path in files:
    server.open(path, path.read_text())
say(f"memory with {len(files)} files open", "60 MB", f"{server.memory():.1f} MB")
server.end()

server = Server()
large = folder / "large-for-figures.arch"
text = "network Large {\n    input x: [8, 64]\n    output y = x -> repeat 8000 { conv(8, 3) }\n}\n"
say("opening 8,000 layers", "", server.open(large, text))
times, used = [], server.processor()
for _ in range(10):
    times.append(server.change(large, 3, 1, 1, " ")[0])
say("edit to findings with 8,000 layers, the silence that is waited for among them (median / worst of 10)", "150 ms", *middle(times))
say("processor an edit with 8,000 layers", "", (server.processor() - used) / 10)
server.end()

name = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
table = "\n".join([f"Measured {time.strftime('%Y-%m-%d')} by `scripts/editors/figures.py` on {os.cpu_count()} cores of "
                   f"{name}, load {os.getloadavg()[0]:.1f}; other "
                   "processes make what is waited for longer, not the processor's time:", "", "| what | goal | measured |", "| --- | --- | --- |", *rows])
if len(sys.argv) > 3:
    page = pathlib.Path(sys.argv[3])
    text = page.read_text()
    start, end = "<!-- figures -->\n", "<!-- end of figures -->"
    before, after = text.split(start)[0], text.split(end)[1]
    page.write_text(before + start + "\n" + table + "\n\n" + end + after)
