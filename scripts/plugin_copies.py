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

KINDS = [
    "Layer", "Loss", "Activation", "Labeler", "Preparation", "Augmentation", "Metric", "ReportSection", "Optimizer",
    "Schedule", "Strategy",
]
WORDS = ["GraphIR", "Kernels", "Layers", "Datasets", "Seismic", "Images", "Runner"]
DECLARED = re.compile(r"^(?:public )?(?:struct|final class|enum) (\w+)\s*:\s*([^{]*)\{", re.M)
ROOMS = ["Layers", "Datasets", "Seismic", "Images", "Runner"]


def plugins(root):
    for room in ROOMS:
        for folder, _, files in sorted(os.walk(os.path.join(root, "Sources", room))):
            for name in sorted(files):
                path = os.path.join(folder, name)
                if not name.endswith(".swift"):
                    continue
                text = open(path, encoding="utf-8").read()
                for _, parents in DECLARED.findall(text):
                    if set(re.findall(r"\w+", parents)) & set(KINDS):
                        yield path
                        break


def fails(path, modules):
    words = [part for word in WORDS for part in ("-Xfrontend", "-import-module", "-Xfrontend", word)]
    done = subprocess.run(
        ["swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-module-name", "Copy",
         "-enable-experimental-feature", "Extern", "-I", modules, *words, path],
        capture_output=True, text=True)
    return sorted(set(line for line in done.stderr.splitlines() if ": error:" in line)) if done.returncode else []


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
