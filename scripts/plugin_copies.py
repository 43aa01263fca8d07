#!/usr/bin/env python3
"""Is a copy of every built-in plugin's file a plugin? Each is compiled by itself, as `strata plugin build` does.

    scripts/plugin_copies.py MODULES [PART-OF-A-PATH ...]

MODULES is the folder of the built modules, as .build/debug/Modules. Ends with 1 if a file needs something that is not
public.
"""
import concurrent.futures
import os
import re
import subprocess
import sys

WORDS = ["GraphIR", "Kernels", "Layers", "Datasets", "Seismic", "Images", "Runner"]
ROOMS = ["Layers", "Datasets", "Seismic", "Images", "Runner"]
REGISTERS = re.compile(r'^\s*@section\("strata_plugins"\)', re.M)


def plugins(root):
    for room in ROOMS:
        for folder, _, files in sorted(os.walk(os.path.join(root, "Sources", room))):
            for name in sorted(files):
                path = os.path.join(folder, name)
                if name.endswith(".swift") and REGISTERS.search(open(path, encoding="utf-8").read()):
                    yield path


def fails(path, modules):
    words = [part for word in WORDS for part in ("-Xfrontend", "-import-module", "-Xfrontend", word)]
    done = subprocess.run(
        ["swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-module-name", "Copy",
         "-enable-experimental-feature", "Extern", "-I", modules, *words, path],
        capture_output=True, text=True)
    if done.returncode == 0:
        return []
    errors = sorted(set(line for line in done.stderr.splitlines() if ": error:" in line))
    return errors or [f"{path}: error: swiftc ends with {done.returncode}: {done.stderr.strip()[-500:]}"]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    modules, parts = sys.argv[1], sys.argv[2:]
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    files = [path for path in plugins(root) if not parts or any(part in path for part in parts)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = list(pool.map(lambda path: fails(path, modules), files))
    for path, lines in zip(files, faults):
        for line in lines:
            print(os.path.relpath(line, root) if line.startswith("/") else line)
    bad = sum(1 for lines in faults if lines)
    print(f"{len(files) - bad} of {len(files)} built-in plugins are plugins as a copy")
    sys.exit(1 if bad or not files else 0)


main()
