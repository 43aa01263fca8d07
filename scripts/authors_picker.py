"""The picks that EQTransformer's own code reads from published curves, beside those of the rule `eqt`, trace by trace.

    python scripts/authors_picker.py STRATA EqT_utils.py WEIGHTS NETWORK WORK [--traces 200] [--seed 5]

EqT_utils.py is the study's file (github.com/smousavi05/EQTransformer, EQTransformer/core); of it three functions are
taken as they stand, so that TensorFlow is not needed. WEIGHTS is a Keras file that `strata import` reads. Needs NumPy
and h5py. Ends with 1 if a trace differs.
"""

import argparse
import ast
import csv
import pathlib
import subprocess

import h5py
import numpy as np

parser = argparse.ArgumentParser()
for name in ("strata", "code", "weights", "network", "work"):
    parser.add_argument(name)
parser.add_argument("--traces", type=int, default=200)
parser.add_argument("--seed", type=int, default=5)
asked = parser.parse_args()
work = pathlib.Path(asked.work)
work.mkdir(parents=True, exist_ok=True)
LIMITS = {"detection_threshold": 0.3, "P_threshold": 0.1, "S_threshold": 0.1, "estimate_uncertainty": False}


def run(*words):
    subprocess.run([asked.strata, *map(str, words)], check=True, capture_output=True, text=True)


def authors():
    """`picker` and what it calls, out of a file that is not run as a whole."""
    tree = ast.parse(pathlib.Path(asked.code).read_text(encoding="utf-8"))
    wanted = {"picker", "_detect_peaks", "trigger_onset"}
    tree.body = [part for part in tree.body if isinstance(part, ast.FunctionDef) and part.name in wanted]
    space = {"np": np}
    if "trigger_onset" not in {part.name for part in tree.body}:
        from obspy.signal.trigger import trigger_onset

        space["trigger_onset"] = trigger_onset
    exec(compile(tree, asked.code, "exec"), space)
    return space["picker"]


run("import", asked.weights, "--as", asked.network, "--output", work / "w.safetensors", "--overwrite")
run("data", "synth", work / "data", "--traces", asked.traces, "--seed", asked.seed, "--overwrite")
limits = "detection={detection_threshold},P={P_threshold},S={S_threshold}".format(**LIMITS)
run("evaluate", asked.network, "--weights", work / "w.safetensors", "--data", work / "data", "--split", "all",
    "--thresholds", limits, "--out", work / "judged", "--overwrite")

def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


ours = table(work / "judged" / "evaluations" / "all" / "predictions.csv")
rows = table(work / "data" / "metadata.csv")
waveforms = []
with h5py.File(work / "data" / "waveforms.hdf5") as file:
    letters = file["data_format/component_order"][()].decode()
    for row in ours:
        bucket, _, place = rows[int(row["trace_row"])]["trace_name"].partition("$")
        parts = tuple(slice(int(part[1:])) if part.startswith(":") else int(part) for part in place.split(","))
        x = np.asarray(file["data"][bucket][parts], dtype=np.float64)
        x = x[[letters.index(letter) for letter in "ENZ"]]
        x = x - x.mean(axis=1, keepdims=True)
        deviation = x.std(axis=1, keepdims=True)
        waveforms.append(np.divide(x, deviation, out=np.zeros_like(x), where=deviation > 0))
np.save(work / "x.npy", np.asarray(waveforms, dtype=np.float32))
# The network's dropout is on in use, too; judging has it off.
run("run", asked.network, "--weights", work / "w.safetensors", "--input", work / "x.npy", "--output", work / "y.npz",
    "--set", "drop=0", "--overwrite")
curves = np.load(work / "y.npz")
picker = authors()
detection, p, s = (curves[name][:, 0].astype(np.float64) for name in ("detection", "p", "s"))

counts = {"traces": 0, "with a detection": 0, "P picks": 0, "S picks": 0, "differ": 0}
for index, row in enumerate(ours):
    matches, _, _ = picker(LIMITS, detection[index].copy(), p[index].copy(), s[index].copy(), None, None, None)
    # The study's table has the first match of a window.
    first = matches[min(matches)] if matches else [None] * 9
    theirs = (len(matches), first[3], first[6])
    picks = [float(row[name]) if row[name] else None for name in ("P_pick", "S_pick")]
    mine = (int(row["number_of_detections"] or 0), *picks)
    counts["traces"] += 1
    counts["with a detection"] += bool(matches)
    counts["P picks"] += first[3] is not None
    counts["S picks"] += first[6] is not None
    if theirs != mine:
        counts["differ"] += 1
        print(row["trace_name"], "theirs", theirs, "ours", mine)
print(", ".join(f"{name} {count}" for name, count in counts.items()))
raise SystemExit(counts["differ"] > 0)
