#!/usr/bin/env python3
"""Has a family of networks become slower? Before a release, by hand, on a quiet machine.

    Benchmarks/Guard/guard.py STRATA [--store] [--rounds N] [--only PART-OF-A-NAME]

Each work is measured N times in turns with the others (5 unless said). `strata bench` measures multiply-adds in
registers in the same run; the share of that peak which training and predicting reach, the median of the rounds, is held
against the share that shares.json has for this instruction set. More than a tenth less ends with 1. `--store` writes
what was measured instead.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STORED = HERE / "shares.json"
LENGTH = ["--length", "T=600"]
WORKS = {
    "EQTransformer": ("architectures/eqt/seisbench.arch", 32, []),
    "PhaseNet": ("architectures/picker/phasenet.arch", 32, []),
    "LSTM 210": ("Benchmarks/Engine/lstm.arch", 16, []),
    "TCN": ("Benchmarks/Engine/tcn.arch", 16, []),
    "ResNet": ("architectures/fwi/resnet.arch", 64, []),
    "EQTransformer, one window": ("architectures/eqt/seisbench.arch", 1, []),
    "AlexNet": ("architectures/image/alexnet.arch", 8, []),
    "GoogLeNet": ("architectures/image/googlenet.arch", 8, []),
    "light CNN": ("architectures/image/light_cnn.arch", 32, []),
}
TENTH = 0.9


def measure(strata, path, batch, more):
    done = subprocess.run(
        [strata, "bench", str(ROOT / path), "--batch", str(batch), "--repeat", "5", "--json", *more],
        capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    value = json.loads(done.stdout)
    peak = value["peak_gflop_per_s"]
    return {kind: value[kind]["gflop_per_s"] / peak for kind in ("train", "infer")}


def instruction_set(strata):
    done = subprocess.run([strata, "--version", "--json"], capture_output=True, text=True)
    try:
        words = json.loads(done.stdout)["instruction_set"]
    except (ValueError, KeyError):
        words = "unknown"
    return words


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("strata")
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    names = [name for name in WORKS if arguments.only.lower() in name.lower()]
    rounds = {name: [] for name in names}
    for _ in range(arguments.rounds):
        for name in names:
            rounds[name].append(measure(arguments.strata, *WORKS[name]))
    stored = json.loads(STORED.read_text()) if STORED.exists() else {}
    key = instruction_set(arguments.strata)
    then = stored.get(key, {})
    slower = []
    print(f"share of the processors' peak, {key}; medians of {arguments.rounds}")
    for name in names:
        now = {kind: round(statistics.median(r[kind] for r in rounds[name]), 3) for kind in ("train", "infer")}
        words = []
        for kind, share in now.items():
            before = then.get(name, {}).get(kind)
            words.append(f"{kind} {share:6.1%}" + ("" if before is None else f" (stored {before:6.1%})"))
            if before is not None and share < before * TENTH:
                slower.append(f"{name}, {kind}: {share:.1%}, stored {before:.1%}")
        print(f"{name:28}" + "  ".join(words))
        then[name] = now
    if arguments.store:
        stored[key] = then
        STORED.write_text(json.dumps(stored, indent=2, sort_keys=True) + "\n")
        return
    if not any(name in stored.get(key, {}) for name in names):
        sys.exit("nothing is stored for this instruction set: --store")
    if slower:
        sys.exit("slower by more than a tenth:\n  " + "\n  ".join(slower))


main()
