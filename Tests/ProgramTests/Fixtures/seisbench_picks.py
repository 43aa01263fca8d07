#!/usr/bin/env python3
"""Writes seisbench_picks.json beside it: what SeisBench's EQTransformer, PhaseNet and GPD pick in made recordings.

    seisbench_picks.py STRATA WORK [NETWORK=SEED ...]      (where the search for a seed begins, 0 else)

Recordings and weights are whole-number arithmetic on counters, which LikeSeisBenchTests.swift does again, so that only
picks are stored. Four stations have what is hard: an end that is no multiple of the hop, gaps of all components and of
one, a piece too short, a start between samples, Z alone. Needs seisbench 0.12.6, obspy, torch, safetensors, and STRATA
for the names of weights and for SeisBench's form of them.

Rounding must not decide: SeisBench is asked in double precision too. A number is stored as null where the two differ by
more than a quarter of what decides it (a sample's distance from a threshold, the lead of a top over the next sample),
and a seed of which more than one number in ten is, or one pick could be there or not, is passed over. The last number
of a row is how far SeisBench is from itself in double precision along the pick.
"""

import json, pathlib, subprocess, sys, warnings

import numpy as np
from obspy import Stream, Trace, UTCDateTime
from safetensors.numpy import load_file, save_file

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "Benchmarks/Picking"))
import parity  # noqa: E402

warnings.simplefilter("ignore")
RATE, START, COUNT = 100, UTCDateTime("2024-05-06T23:57:00"), 36_000
# Station: first sample, end, for each piece of each component; and microseconds behind the sample.
PIECES = {
    "WHOLE": ({c: [(0, 34_643)] for c in "ZNE"}, 0),
    "GAPS": ({c: [(0, 14_000), (15_000, 16_000), (17_000, 30_000)] for c in "ZNE"}, 4000),
    "ONEG": ({"Z": [(0, 20_000)], "N": [(0, 9_000), (11_000, 20_000)], "E": [(0, 20_000)]}, 0),
    "ONLYZ": ({"Z": [(5_000, 25_000)]}, 0),
}
# SeisBench's class, how large weights are, the first sample that is not looked at, thresholds (SeisBench's own).
NETWORKS = {
    "eqt/seisbench": ("EQTransformer", 1.8, COUNT, {"P": 0.1, "S": 0.1, "detection": 0.3}),
    "picker/phasenet": ("PhaseNet", 1.2, 9_043, {"P": 0.3, "S": 0.3}),
    "picker/gpd": ("GPD", 1.6, 10_043, {"P": 0.7, "S": 0.7}),  # asked every ten samples
}
# Biases that are moved so that random curves cross their thresholds now and then.
LAST = {"eqt/seisbench": {"P": "p.picker.conv.bias", "S": "s.picker.conv.bias", "detection": "detection.conv.bias"}}
MASK = (1 << 64) - 1


def mixed(counters, seed):
    """64 bits for each counter."""
    with np.errstate(over="ignore"):
        x = (np.asarray(counters, np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed & MASK)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def text_seed(text):
    """FNV-1a."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def recording(station, component):
    """Quiet ground, and bursts that die away: a smaller one, and a larger one behind it."""
    bits = mixed(np.arange(COUNT), text_seed(station + component))
    ground = (bits >> np.uint64(40)).astype(np.int64) % 41 - 20
    loud = (bits >> np.uint64(20)).astype(np.int64) & 1023
    sign = 1 - 2 * ((bits >> np.uint64(10)).astype(np.int64) & 1)
    sample = np.arange(COUNT)
    size = np.zeros(COUNT, np.int64)
    for number in range(COUNT // 2400):
        for onset, height in ((700 + 2400 * number, 600), (1100 + 2400 * number + 37 * number, 1500)):
            since = sample - onset
            size += np.where(since >= 0, height * 200 // (np.maximum(since, 0) + 200) * (since < 1200), 0)
    return (ground + sign * (size * loud // 1024)).astype(np.int32)


def numbers(name, shape, seed, gain):
    """The weights of one array."""
    count = int(np.prod(shape))
    bits = mixed(np.arange(count), text_seed(name) + seed)
    unit = (bits >> np.uint64(40)).astype(np.float64) / (1 << 23) - 1  # from -1 to 1, exact
    if name.endswith("running_var"):
        values = 1 + 0.5 * unit
    elif len(shape) > 1:
        values = unit * (gain * np.sqrt(3.0 / int(np.prod(shape[1:]))))
    elif name.endswith("weight"):
        values = 1 + 0.25 * unit
    else:
        values = 0.125 * unit
    return values.astype(np.float32).reshape(shape)


def stream(upto=COUNT):
    made = Stream()
    for station, (pieces, late) in PIECES.items():
        for component, ranges in pieces.items():
            whole = recording(station, component)
            for first, end in [(first, min(end, upto)) for first, end in ranges if first < upto]:
                header = dict(network="XX", station=station, location="", channel="HH" + component, sampling_rate=RATE)
                made.append(Trace(whole[first:end].copy(), dict(header, starttime=START + first / RATE + late / 1e6)))
    return made


def moves(network, curves, limits):
    """What is added to the last biases: a tenth of each curve shall lie above its threshold."""
    found = {}
    for phase, name in LAST.get(network, {}).items():
        own = [traces for key, traces in parity.Curves(curves, limits).parts.items() if key[1] == phase]
        values = np.concatenate([trace.data.astype(np.float64) for traces in own for trace in traces])
        values = np.clip(values, 1e-30, 1 - 1e-7)
        level = limits[phase]
        high = np.nanquantile(np.log(values / (1 - values)), 0.9)
        found[name] = round(float(np.log(level / (1 - level)) - high), 3)
    return found


def decided(picks, curves, doubles, limits):
    """The rows to be stored; none where rounding decides whether a pick is there."""
    single, double = parity.Curves(curves, limits), parity.Curves(doubles, limits)
    rows, inside = [], {key: [np.zeros(t.stats.npts, bool) for t in ts] for key, ts in double.parts.items()}
    for group, phase, peak, begin, end, value in picks:
        limit, station = limits[phase], group.split(".")[1]
        a, b = single.cut(group, phase, begin, end), double.cut(group, phase, begin, end)
        error = float(np.abs(a - b).max()) + 1e-6

        def clear(at, level, above):
            part = double.cut(group, phase, at, at)
            return part is None or np.isnan(part[0]) or (part[0] - level) * (1 if above else -1) > 4 * error

        step = RATE / double.parts[group, phase][0].stats.sampling_rate
        if b.max() - limit < 4 * error or (len(b) > 2 and b[1:-1].min() - limit / 2 < 4 * error):
            return None
        order, late = np.sort(b), PIECES[station][1] / 1e6 * RATE
        samples = [
            begin if clear(begin, limit, True) and clear(begin - step, limit, False) else None,
            peak if peak is not None and (len(b) < 2 or order[-1] - order[-2] > 4 * error) else None,
            end if clear(end, limit / 2, True) and clear(end + step, limit / 2, False) else None,
        ]
        samples = [None if s is None else round(s - late) for s in samples]
        rows.append([station, phase, *samples, round(float(value), 6), round(error, 6)])
        for trace, mask in zip(double.parts[group, phase], inside[group, phase]):
            first = round((begin - (trace.stats.starttime - START) * RATE) / step)
            if 0 <= first < len(mask):
                mask[first : first + len(b)] = True
    for key, traces in double.parts.items():
        for trace, other, mask in zip(traces, single.parts[key], inside[key]):
            near = np.abs(trace.data - other.data) * 4 + 4e-6 > limits[key[1]] - trace.data
            if np.any(near & ~mask):
                return None
    return rows


def main():
    strata, work = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute()
    work.mkdir(parents=True, exist_ok=True)
    parity.T0 = START
    cases, first = [], dict(word.split("=") for word in sys.argv[3:])
    for network, (kind, gain, upto, limits) in NETWORKS.items():
        data = stream(upto)
        path = work / "weights.safetensors"
        subprocess.run([strata, "export", network, "--safetensors", path, "--overwrite"], check=True,
                       stdout=subprocess.DEVNULL)
        names = load_file(path)
        options = {f"{k}_threshold": v for k, v in limits.items()}
        for seed in range(int(first.get(network, 0)), 200):
            path, moved = work / f"{kind.lower()}{seed}.safetensors", {}
            # Once to see where curves lie, and once with biases that bring them to their thresholds.
            for step in range(2 if network in LAST else 1):
                arrays = {k: numbers(k, names[k].shape, seed, gain) for k in sorted(names)}
                for name, value in moved.items():
                    arrays[name] = (arrays[name].astype(np.float64) + value).astype(np.float32)
                save_file(arrays, path)
                model = parity.foreign(kind, path, strata, network, work)
                if step == 0 and network in LAST:
                    moved = moves(network, model.annotate(data.copy()), limits)
            found, curves = parity.theirs(model, data, **options)
            stored = decided(found, curves, parity.exact(model, data, **options), limits)
            counts = {p: sum(r[1] == p for r in found) for p in limits}
            hidden = sum(v is None for r in stored or [] for v in (r[2:5] if r[1] != "detection" else [r[2], r[4]]))
            print(network, seed, counts, "undecided" if stored is None else f"{hidden} null", flush=True)
            if stored is not None and len(found) > 30 and max(counts.values()) < 400 and hidden < 0.25 * len(found):
                break
        else:
            sys.exit(f"{network}: rounding decides with every seed")
        cases.append(dict(network=network, seed=seed, gain=gain, upto=upto, moved=moved, picks=stored))
    pieces = {k: dict(pieces=v[0], late=v[1]) for k, v in PIECES.items()}
    text = json.dumps(dict(stations=pieces, networks=cases), separators=(",", ":")).replace("],[\"", "],\n[\"")
    (HERE / "seisbench_picks.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
