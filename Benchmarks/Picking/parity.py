#!/usr/bin/env python3
"""Picks of Strata beside SeisBench's, one to one.

    parity.py STRATA WORK [CASE=NETWORK:WEIGHTS.safetensors ...]

Cases: eqt_published, eqt_conservative_published, phasenet_random, gpd_random; without any, the random two.

Needs seisbench, obspy, torch, safetensors. Makes streams (a harsh one of two hours with every kind of gap, and the
records at 100 samples a second that come with ObsPy), picks them with `strata pick --like seisbench` and with
SeisBench's `annotate` and `classify` with the same weights, and compares. Weights that are not given are random.

Same picks: one to one by group and phase, the same peak, on and off sample, probability within 5e-5. Excused, each
counted and printed: tie (SeisBench's own curve at our peak is within 1e-4 of its maximum), threshold (a pick on one side
only whose maximum is within 1e-4 of the threshold, or on and off moved only over samples within 1e-4 of it), split
(two picks against one, the dip between within 1e-4 of half the threshold). Curves: within 5e-5.

Where something is left, SeisBench is asked once more with the same weights in double precision. A difference is
rounding, counted and printed too, where SeisBench's own single-precision curve is at least half as far from its
double-precision one, at the samples concerned, as ours is from theirs: nobody can come nearer in single precision.
Of EQTransformer's weights as published, import them as `eqt/seisbench_original` and `eqt/seisbench_conservative`.
"""

import bisect, csv, json, os, pathlib, shutil, subprocess, sys, warnings

import numpy as np
import obspy
from obspy import Stream, Trace, UTCDateTime

warnings.simplefilter("ignore")
RATE = 100.0
T0 = UTCDateTime("2024-05-06T22:40:00")


def events(rng, count, length):
    """Ground motion of made earthquakes: P and S as decaying packets, S stronger and lower."""
    x = np.zeros((3, length))
    for begin in np.sort(rng.uniform(0, length - 3000, count)).astype(int):
        size = 10 ** rng.uniform(2.3, 4.5)
        lag = int(rng.uniform(150, 1500))
        for onset, loud, low, weights in (
            (begin, 1.0, rng.uniform(5, 12), (1, 0.4, 0.5)),
            (begin + lag, 2.5, rng.uniform(2, 6), (0.4, 1, 0.8)),
        ):
            n = min(length - onset, 4000)
            if n < 10:
                continue
            t = np.arange(n) / RATE
            for c, weight in enumerate(weights):
                packet = np.exp(-t / rng.uniform(1, 6)) * np.sin(2 * np.pi * low * t + rng.uniform(0, 6))
                packet += 0.5 * np.exp(-t / 3) * rng.standard_normal(n)
                x[c, onset : onset + n] += size * loud * weight * packet
    return x


def made(hours=2.0, seed=7):
    rng = np.random.default_rng(seed)
    length = int(hours * 3600 * RATE)
    noise = rng.standard_normal((3, length))
    slow = np.cumsum(noise, axis=1)
    slow -= np.stack([np.convolve(row, np.ones(501) / 501, "same") for row in slow])
    x = np.round(20 * noise + 8 * slow + events(rng, int(70 * hours), length)).astype(np.int32)
    st = Stream()

    def put(station, component, first, last, offset=0.0):
        st.append(
            Trace(
                x["ZNE".index(component), first:last].copy(),
                dict(network="XX", station=station, location="", channel="HH" + component, sampling_rate=RATE,
                     starttime=T0 + first / RATE + offset),
            )
        )

    for c in "ZNE":  # whole, over a day's border, its end no multiple of the hop
        put("WHOLE", c, 0, length - 1357)
    for c in "ZNE":  # a gap of all three, a segment that is too short, a start between samples
        put("GAPS", c, 0, 100_000, 0.004)
        put("GAPS", c, 130_000, 132_000, 0.004)
        put("GAPS", c, 140_000, 300_000, 0.004)
    put("ONEG", "Z", 0, 200_000)  # a gap of one component
    put("ONEG", "N", 0, 90_000)
    put("ONEG", "N", 110_000, 200_000)
    put("ONEG", "E", 0, 200_000)
    put("ONLYZ", "Z", 50_000, 250_000)
    return st


def real():
    """What ObsPy carries at 100 samples a second, each file a station of its own."""
    root = pathlib.Path(obspy.__file__).parent
    wanted = [
        ("CRLZ", "signal/tests/data/CRLZ.HHZ.10.NZ.SAC"), ("UH4", "signal/tests/data/BW.UH4._.EHZ.D.2010.147.cut.slist.gz"),
        ("ETNA", "io/dmx/tests/data/131114_090600.dmx"), ("WIN3", "io/win/tests/data/1070533011_1701260003.win"),
        ("MART", "io/seisan/tests/data/D1360930.203"), ("AYT", "io/y/tests/data/YAYT_BHZ_20021223.124800"),
    ] + [(f"W{i:02}", f"io/win/tests/data/10030302.{i:02}") for i in range(11)]
    st = Stream()
    for station, path in wanted:
        try:
            found = [t for t in obspy.read(str(root / path)) if abs(t.stats.sampling_rate - RATE) < 1e-6][:3]
        except Exception as problem:
            print(f"  {path}: {problem}")
            continue
        for letter, trace in zip("ZNE", found):
            data = np.ma.filled(trace.data, 0).astype(np.float64)
            data = np.round(data * (1 if np.abs(data).max() > 100 else 1e6)).astype(np.int32)
            header = dict(network="RE", station=station, location="", channel="HH" + letter, sampling_rate=RATE)
            start = UTCDateTime(round(trace.stats.starttime.timestamp * 100) / 100)
            st.append(Trace(data, dict(header, starttime=start)))
    return st


# ---------------------------------------------------------------------------------------------------------------------


def foreign(kind, weights, strata, network, work):
    """SeisBench's network with the same numbers, by way of `strata export --seisbench`."""
    import seisbench
    import seisbench.models as sbm

    cache = (work / "cache").absolute()
    seisbench.cache_root, seisbench.cache_model_root = cache, cache / "models/v3"
    name = f"parity_{weights.stem}"
    subprocess.run([strata, "export", network, "--weights", weights, "--seisbench", work / name, "--overwrite"],
                   check=True, stdout=subprocess.DEVNULL)
    folder = cache / "models/v3" / kind.lower()
    folder.mkdir(parents=True, exist_ok=True)
    for end in ("pt", "json"):
        shutil.copy(work / f"{name}.{end}", folder / f"{name}.{end}")
    model = getattr(sbm, kind).from_pretrained(name)
    model.eval()
    return model


def shaken(strata, network, work, seed, gain):
    """Random weights under which curves go up and down."""
    from safetensors.numpy import load_file, save_file

    path = work / (network.replace("/", "_") + ".safetensors")
    subprocess.run([strata, "export", network, "--safetensors", path, "--overwrite"], check=True,
                   stdout=subprocess.DEVNULL)
    rng, w = np.random.default_rng(seed), load_file(path)
    for k in sorted(w):
        if k.endswith("running_var"):
            w[k] = (0.5 + rng.random(w[k].shape)).astype(np.float32)
        elif k.endswith("running_mean"):
            w[k] = (0.1 * rng.standard_normal(w[k].shape)).astype(np.float32)
        else:
            w[k] = (w[k] * gain + 0.02 * rng.standard_normal(w[k].shape)).astype(np.float32)
    save_file(w, path)
    return path


def samples(time):
    return (UTCDateTime(time) - T0) * RATE


def ours(strata, network, weights, data, out, more=(), like=True):
    way = ["--like", "seisbench"] if like else []
    subprocess.run([strata, "pick", network, "--weights", weights, data, "--out", out, "--overwrite", *way, *more],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rows = []
    for row in csv.DictReader(open(out / "picks.csv")):
        group = f"{row['network']}.{row['station']}.{row['location']}"
        rows.append((group, row["phase"], samples(row["time"]), samples(row["begin"]), samples(row["end"]),
                     float(row["probability"])))
    for row in csv.DictReader(open(out / "detections.csv")):
        group = f"{row['network']}.{row['station']}.{row['location']}"
        rows.append((group, "detection", None, samples(row["begin"]), samples(row["end"]), float(row["probability"])))
    return rows


def theirs(model, stream, **options):
    curves = model.annotate(stream.copy(), **options)
    found = model.classify(stream.copy(), **options)
    rows = [(p.trace_id, p.phase, samples(p.peak_time), samples(p.start_time), samples(p.end_time), p.peak_value)
            for p in found.picks]
    rows += [(d.trace_id, "detection", None, samples(d.start_time), samples(d.end_time), d.peak_value)
             for d in getattr(found, "detections", [])]
    return rows, curves


class Curves:
    """SeisBench's curves, to tell whether a difference hangs on rounding."""

    def __init__(self, stream):
        self.parts = {}
        for trace in stream:
            phase = {"Detection": "detection"}.get(trace.stats.channel.split("_")[-1], trace.stats.channel.split("_")[-1])
            self.parts.setdefault((f"{trace.stats.network}.{trace.stats.station}.{trace.stats.location}", phase), []).append(trace)

    def cut(self, group, phase, first, last):
        for trace in self.parts.get((group, phase), []):
            begin = (trace.stats.starttime - T0) * RATE
            step = RATE / trace.stats.sampling_rate
            i, j = round((first - begin) / step), round((last - begin) / step)
            if 0 <= i <= j < trace.stats.npts:
                return trace.data[i : j + 1]
        return None


def exact(model, stream, **options):
    """SeisBench's curves with everything behind the reading in double precision."""
    import torch

    prepare = model.annotate_batch_pre
    model.double()
    model.annotate_batch_pre = lambda batch, **more: prepare(batch.to(torch.float64), **more)
    try:
        return model.annotate(stream.copy(), **options)
    finally:
        model.annotate_batch_pre = prepare
        model.float()


def is_rounding(entry, curves, doubles, threshold):
    """Whether SeisBench differs from itself in double precision as much as from us."""
    kind, key, *rest = entry
    if kind == "split":
        r, others = rest
        first, last = r[3], max([r[4]] + [s[4] for s in others])
    elif kind in ("ours", "theirs"):
        r = rest[0]
        first, last = r[3], r[4]
    else:
        r, s = rest
        first, last = min(r[3], s[3]), max(r[4], s[4])
    single, double = curves.cut(*key, first, last), doubles.cut(*key, first, last)
    if single is None or double is None or len(single) != len(double):
        return False
    own = np.abs(single.astype(np.float64) - double)
    if kind == "probability":
        return abs(r[5] - s[5]) <= 2 * np.nanmax(own) + 5e-5  # picks.csv has four digits
    limit = threshold[key[1]]
    if kind in ("ours", "theirs"):
        return abs(r[5] - limit) <= 2 * np.nanmax(own) + 5e-5
    # Samples between our end and theirs lie as near to the level as SeisBench's own rounding is large.
    def near(a, b, level):
        low, high = sorted((a, b))
        part, error = curves.cut(*key, low, high), np.nanmax(own)
        return part is not None and np.nanmin(np.abs(part - level)) <= 2 * error
    if kind == "split":
        return near(rest[1][0][4], rest[1][1][3], limit / 2)
    ends = [(r[3], s[3], limit), (r[4], s[4], limit / 2)]
    if r[2] is not None and abs(r[2] - s[2]) > 0.02:
        at = curves.cut(*key, r[2], r[2])
        if at is None or s[5] - at[0] > 2 * np.nanmax(own):
            return False
    return all(abs(a - b) <= 0.02 or near(a, b, level) for a, b, level in ends)


def compare(mine, other, curves, threshold):
    """Counts and what could not be excused."""
    told = dict(same=0, tie=0, threshold=0, split=0)
    bad, NEAR = [], 1e-4
    groups = {(r[0], r[1]) for r in mine + other}
    largest = 0.0
    for key in sorted(groups):
        limit = threshold[key[1]]
        a = sorted((r for r in mine if (r[0], r[1]) == key), key=lambda r: r[3])
        b = sorted((r for r in other if (r[0], r[1]) == key), key=lambda r: r[3])
        begins, taken = [s[3] for s in b], [False] * len(b)
        longest = max((s[4] - s[3] for s in b), default=0)
        lonely = []
        for r in a:
            # Those that overlap it, of a list in order of begin.
            first, last = bisect.bisect_left(begins, r[3] - longest - 0.5), bisect.bisect_right(begins, r[4] + 0.5)
            places = [i for i in range(first, last) if not taken[i] and r[3] <= b[i][4] + 0.5]
            fit = [b[i] for i in places]
            if not fit:
                lonely.append(("ours", r))
                continue
            if len(fit) > 1:  # split
                gap = curves.cut(*key, fit[0][4], fit[1][3])
                ok = gap is not None and abs(np.nanmin(gap) - limit / 2) < NEAR
                told["split"] += ok
                if not ok:
                    bad.append(("split", key, r, fit))
                for i in places:
                    taken[i] = True
                continue
            s = fit[0]
            taken[places[0]] = True
            largest = max(largest, abs(r[5] - s[5]))
            if abs(r[5] - s[5]) > 1e-4:  # picks.csv has four digits
                bad.append(("probability", key, r, s))
                continue
            excuses = []
            if r[2] is not None and abs(r[2] - s[2]) > 0.02:
                at = curves.cut(*key, r[2], r[2])
                excuses.append("tie" if at is not None and s[5] - at[0] < NEAR else None)
            for mine_end, their_end, level in ((r[3], s[3], limit), (r[4], s[4], limit / 2)):
                if abs(mine_end - their_end) > 0.02:
                    between = curves.cut(*key, *sorted((mine_end, their_end)))
                    near = between is not None and np.all(np.abs(between[:-1] - level) < NEAR) if mine_end > their_end else (
                        between is not None and np.all(np.abs(between[1:] - level) < NEAR))
                    excuses.append("threshold" if near else None)
            if None in excuses:
                bad.append(("place", key, r, s))
            elif excuses:
                told[excuses[0]] += 1
            else:
                told["same"] += 1
        lonely += [("theirs", s) for s, is_taken in zip(b, taken) if not is_taken]
        for side, r in lonely:
            if abs(r[5] - limit) < NEAR:
                told["threshold"] += 1
                continue
            # One of ours may be the other half of one of theirs.
            near = [s for s in (b if side == "ours" else a) if min(abs(s[4] - r[3]), abs(r[4] - s[3])) < 200]
            dip = min((abs(np.nanmin(c) - limit / 2) for s in near
                       if (c := curves.cut(*key, *sorted((min(s[4], r[4]), max(s[3], r[3]))))) is not None), default=1)
            if dip < NEAR:
                told["split"] += 1
            else:
                bad.append((side, key, r))
    return told, bad, largest


def write_differences(a, b, path):
    """The same picks in two lists, for who wants to look."""
    with open(path, "w") as file:
        for side, rows in (("ours", a), ("theirs", b)):
            for r in sorted(rows, key=lambda r: (r[0], r[1], r[3])):
                print(*r[:2], *(f"{v:.2f}" if v is not None else "-" for v in r[2:5]), f"{r[5]:.4f}", side, file=file)


CASES = {
    "eqt_published": ("EQTransformer", {"P": 0.1, "S": 0.1, "detection": 0.3}, 1.0),
    "eqt_conservative_published": ("EQTransformer", {"P": 0.1, "S": 0.1, "detection": 0.3}, 1.0),
    "phasenet_random": ("PhaseNet", {"P": 0.3, "S": 0.3}, 1.0),
    "gpd_random": ("GPD", {"P": 0.7, "S": 0.7}, 1.0),
}


def main():
    strata, work = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    given = dict(word.split("=", 1) for word in sys.argv[3:])
    jobs = {name: tuple(text.split(":")) for name, text in given.items()}
    if not jobs:
        jobs = {"phasenet_random": ("picker/phasenet", ""), "gpd_random": ("picker/gpd", "")}
    streams = {"made": made(), "real": real()}
    for name, stream in streams.items():
        stream.write(str(work / f"{name}.mseed"), format="MSEED", encoding="STEIM2")
    failed = False
    for name, (network, weights) in jobs.items():
        kind, limits, _ = CASES[name]
        gain = {"PhaseNet": 1.6, "GPD": 1.5}.get(kind, 1.0)
        weights = pathlib.Path(weights) if weights else shaken(strata, network, work, 11, gain)
        model = foreign(kind, weights, strata, network, work)
        print(f"{name}: {network}, defaults {({k: v[1] for k, v in model._annotate_args.items() if k in ('overlap', 'blinding', 'stacking', 'stride')})}")
        for label, stream in streams.items():
            if kind == "GPD":  # a window every ten samples: a quarter of an hour is enough
                stream = stream.slice(endtime=T0 + 900) if label == "made" else stream
            data = work / f"{label}_{name}.mseed"
            stream.write(str(data), format="MSEED", encoding="STEIM2")
            options = {f"{k}_threshold": v for k, v in limits.items()}
            b, curves = theirs(model, stream, **options)
            a = ours(strata, network, weights, data, work / f"out_{name}_{label}")
            write_differences(a, b, work / f"differences_{name}_{label}.txt")
            told, bad, largest = compare(a, b, Curves(curves), limits)
            if bad:
                doubles = Curves(exact(model, stream, **options))
                left = [e for e in bad if not is_rounding(e, Curves(curves), doubles, limits)]
                told["rounding"], bad = len(bad) - len(left), left
            kinds = {p: sum(r[1] == p for r in b) for p in limits}
            print(f"  {label}: theirs {len(b)} {kinds}, ours {len(a)}; {told}, not excused {len(bad)}; "
                  f"probabilities within {largest:.1e}", flush=True)
            for entry in bad[:10]:
                print("    ", entry)
            failed |= bool(bad) or sum(v for k, v in told.items() if k != "same") > max(1, len(b) // 1000)
    sys.exit(failed)


if __name__ == "__main__":
    main()
