#!/usr/bin/env python3
"""How long picking takes, and how much memory, beside SeisBench.

    speed.py day STRATA WORK NETWORK WEIGHTS [REPEATS]
    speed.py week STRATA WORK NETWORK WEIGHTS [STATIONS]

`day`: a made day of three components at 100 samples a second through EQTransformer with half overlap, by `strata pick`
and by SeisBench (`obspy.read` and `classify`, which annotates once; 0.12.6 in its own process, on as many threads),
one after the other and in turn, from files to picks. Beside it a network of one multiplication with the same window
and preparation: what reading, preparing, stacking and writing take. `week`: seven days of some stations, by
`strata pick` alone; a day is made, and copied under other dates and names.

Needs seisbench, obspy, torch. Prints the rows of the table in docs/picking.md, and the machine's load before and after,
without which no figure means anything.
"""

import json, os, pathlib, resource, shutil, statistics, subprocess, sys, time

import numpy as np

THEIRS = """
import json, resource, sys, time
begun = time.time()
import obspy, torch, seisbench
import seisbench.models as sbm
torch.set_num_threads(int(sys.argv[4]))
cache = sys.argv[1]
import pathlib
seisbench.cache_root, seisbench.cache_model_root = pathlib.Path(cache), pathlib.Path(cache) / "models/v3"
model = sbm.EQTransformer.from_pretrained(sys.argv[2])
model.eval()
loaded = time.time()
stream = obspy.read(sys.argv[3])
read = time.time()
found = model.classify(stream, overlap=3000, P_threshold=0.1, S_threshold=0.1, detection_threshold=0.3)
print(json.dumps(dict(load=loaded - begun, read=read - loaded, whole=time.time() - loaded, picks=len(found.picks),
                      mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
"""

HOLLOW = """
network Hollow() {
    input waveform: [3, 6000] at 100 Hz
    output p: [1, 6000] = waveform -> conv(1, 1) -> sigmoid
    output s: [1, 6000] = waveform -> conv(1, 1) -> sigmoid
    learn p from pick(P) loss binary_cross_entropy
    learn s from pick(S) loss binary_cross_entropy
    prepare { order(ZNE) -> demean -> normalize(std, each: window) }
}
"""


def child(words):
    """Seconds, the largest memory in MiB, and what was said."""
    begun = time.time()
    process = subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{words[0]} {words[1]} ended with {status}: {text}")
    return time.time() - begun, usage.ru_maxrss / 1024, text


def made(strata, work, hours, stations):
    folder = work / f"net{hours}x{stations}"
    if not folder.exists():
        child([strata, "data", "synth", folder, "--stream", "--format", "miniseed", "--hours", hours, "--stations",
               stations, "--events", 4, "--seed", 4])
    return folder / "waveforms"


def size(folder):
    return sum(p.stat().st_size for p in pathlib.Path(folder).rglob("*") if p.is_file()) / 2**20


def ours(strata, network, weights, data, out, limits="detection=0.3,P=0.1,S=0.1"):
    shutil.rmtree(out, ignore_errors=True)
    seconds, mib, text = child([strata, "pick", network, "--weights", weights, data, "--out", out, "--hop", 3000,
                                "--thresholds", limits, "--views", 0, "--json"])
    return seconds, mib, json.loads(text)


def load():
    return " ".join(f"{v:.1f}" for v in os.getloadavg())


def hollow(strata, work):
    network, weights = work / "hollow.arch", work / "hollow.safetensors"
    network.write_text(HOLLOW)
    child([strata, "init", network, "--seed", 1, "--output", weights, "--overwrite"])
    return network, weights


def day(strata, work, network, weights, repeats):
    data = made(strata, work, 24, 1)
    name = f"speed_{weights.stem}"
    child([strata, "export", network, "--weights", weights, "--seisbench", work / name, "--overwrite"])
    folder = work / "cache/models/v3/eqtransformer"
    folder.mkdir(parents=True, exist_ok=True)
    for end in ("pt", "json"):
        shutil.copy(work / f"{name}.{end}", folder / f"{name}.{end}")
    whole = work / "day.mseed"
    with open(whole, "wb") as file:
        for path in sorted(p for p in data.rglob("*") if p.is_file()):
            file.write(path.read_bytes())
    threads = len(os.sched_getaffinity(0))
    cheap = hollow(strata, work)
    rows = {"ours": [], "theirs": [], "hollow": []}
    print(f"{whole.stat().st_size / 2**20:.1f} MiB, {threads} threads, load before {load()}")
    for _ in range(repeats):
        seconds, mib, said = ours(strata, network, weights, whole, work / "out")
        rows["ours"].append((seconds, mib, said["picks"], said["windows"]))
        _, _, text = child([sys.executable, "-W", "ignore", "-c", THEIRS, work / "cache", name, whole, threads])
        said = json.loads(text.splitlines()[-1])
        rows["theirs"].append((said["whole"], said["mib"], said["picks"], said["read"]))
        seconds, mib, said = ours(strata, *cheap, whole, work / "cheap", "P=0.999,S=0.999")
        rows["hollow"].append((seconds, mib, said["picks"], said["windows"]))
    middle = {k: [statistics.median(r[i] for r in v) for i in range(4)] for k, v in rows.items()}
    spread = {k: (min(r[0] for r in v), max(r[0] for r in v)) for k, v in rows.items()}
    print(f"load after {load()}; {repeats} runs of each in turn, medians (least to most)")
    print("| a day, three components | seconds | MiB | picks |\n| --- | --- | --- | --- |")
    titles = dict(ours="`strata pick`", theirs="SeisBench", hollow="`strata pick`, a network of one multiplication")
    for key, title in titles.items():
        low, high = spread[key]
        seconds, mib, picks = middle[key][:3]
        print(f"| {title} | {seconds:.1f} ({low:.1f} to {high:.1f}) | {mib:.0f} | {picks:.0f} |")
    a, b, c = middle["ours"], middle["theirs"], middle["hollow"]
    print(f"SeisBench's time over ours: {b[0] / a[0]:.2f}; its memory over ours: {b[1] / a[1]:.1f}; "
          f"predicting over the rest: {(a[0] - c[0]) / c[0]:.1f}")
    print("every run:", json.dumps(rows))


def renamed(source, target, station, days):
    """A copy of records of version 2 under another station's name, some days later."""
    target.parent.mkdir(parents=True, exist_ok=True)
    data = np.frombuffer(source.read_bytes(), np.uint8).copy()
    length = 1 << int(data[54])
    data = data[: len(data) // length * length].reshape(-1, length)
    data[:, 8:13] = np.frombuffer(f"{station:<5}".encode(), np.uint8)
    day = data[:, 22].astype(int) * 256 + data[:, 23] + days
    data[:, 22], data[:, 23] = day // 256, day % 256
    target.write_bytes(data.tobytes())


def week(strata, work, network, weights, stations):
    data = made(strata, work, 24, 1)
    folder = work / f"week{stations}"
    if not folder.exists():
        for number in range(stations):
            for day in range(7):
                for path in sorted(p for p in data.rglob("*") if p.is_file()):
                    renamed(path, folder / f"S{number:02}" / f"{day}" / path.name, f"S{number:02}", day)
    print(f"{size(folder):.0f} MiB, load before {load()}")
    seconds, mib, said = ours(strata, network, weights, folder, work / "outweek")
    print(f"load after {load()}")
    print(f"| a week of {stations} stations | {seconds:.0f} s | {mib:.0f} MiB | {said['windows']} windows, "
          f"{said['picks']} picks |")
    seconds, mib, said = ours(strata, *hollow(strata, work), folder, work / "cheapweek", "P=0.999,S=0.999")
    print(f"the same with a network of one multiplication: {seconds:.0f} s, {mib:.0f} MiB; load {load()}")


if __name__ == "__main__":
    kind, strata, work = sys.argv[1], pathlib.Path(sys.argv[2]).absolute(), pathlib.Path(sys.argv[3]).absolute()
    work.mkdir(parents=True, exist_ok=True)
    network, weights = sys.argv[4], pathlib.Path(sys.argv[5]).absolute()
    number = int(sys.argv[6]) if len(sys.argv) > 6 else (3 if kind == "day" else 10)
    {"day": day, "week": week}[kind](strata, work, network, weights, number)
