#!/usr/bin/env python3
"""Picks of Strata beside SeisBench's, one to one.

    parity.py STRATA WORK [CASE=NETWORK:WEIGHTS.safetensors ...]

Cases: eqt_published, eqt_conservative_published, phasenet_random, gpd_random; without any, the random two.

Needs seisbench, obspy, torch, safetensors. Makes streams (a harsh one of two hours with every kind of gap, and the
records at 100 samples a second that come with ObsPy), picks them with `strata pick --like seisbench` and with
SeisBench's `annotate` and `classify` with the same weights, and compares. Weights that are not given are random.

Same picks: one to one by group and phase, the same peak, on and off sample, probability within 5e-5. Excused, each
counted and printed: tie (SeisBench's own curve at our peak is within 1e-4 of its maximum), threshold (a pick on one
side only whose maximum is within 1e-4 of the threshold, or on and off moved only over samples within 1e-4 of it), split
(two picks against one, the dip between within 1e-4 of half the threshold). Curves: within 5e-5.

SeisBench is asked once more with the same weights in double precision, which decides whose rounding a difference is.
What is left is rounding, counted and printed too, where our curve at the samples concerned lies within 5e-5 of the
double-precision one, or at least as near to it as SeisBench's own. ObsPy's trigger on our curves must give our picks,
all of them to the sample, so that nothing but curves can differ. Excuses may be one in a thousand, or as many picks as
SeisBench in single precision differs in from itself in double, counted in the same way.
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
        ("CRLZ", "signal/tests/data/CRLZ.HHZ.10.NZ.SAC"),
        ("UH4", "signal/tests/data/BW.UH4._.EHZ.D.2010.147.cut.slist.gz"),
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


def our_curves(folder):
    stream = Stream()
    for path in sorted(folder.glob("*.mseed")):
        stream += obspy.read(str(path))
    return stream.merge(-1)


def theirs(model, stream, **options):
    curves = model.annotate(stream.copy(), **options)
    found = model.classify(stream.copy(), **options)
    rows = [(p.trace_id, p.phase, samples(p.peak_time), samples(p.start_time), samples(p.end_time), p.peak_value)
            for p in found.picks]
    rows += [(d.trace_id, "detection", None, samples(d.start_time), samples(d.end_time), d.peak_value)
             for d in getattr(found, "detections", [])]
    return rows, curves


class Curves:
    """Curves by group and phase: SeisBench's, or what `--curves` left."""

    def __init__(self, stream, limits):
        self.parts = {}
        for trace in stream:
            name = trace.stats.channel.split("_")[-1] if "_" in trace.stats.channel else trace.stats.channel[-1]
            phase = {"Detection": "detection", "D": "detection"}.get(name, name)
            if phase in limits:
                group = f"{trace.stats.network}.{trace.stats.station}.{trace.stats.location}"
                self.parts.setdefault((group, phase), []).append(trace)

    def cut(self, group, phase, first, last):
        for trace in self.parts.get((group, phase), []):
            begin = (trace.stats.starttime - T0) * RATE
            step = RATE / trace.stats.sampling_rate
            i, j = round((first - begin) / step), round((last - begin) / step)
            if 0 <= i <= j < trace.stats.npts:
                return trace.data[i : j + 1]
        return None


def exact(model, stream, **options):
    """SeisBench's curves with preparation and network in double precision; they are stacked in single, as it does."""
    import torch

    prepare, finish = model.annotate_batch_pre, model.annotate_batch_post

    def single(answers):
        return tuple(a.float() for a in answers) if isinstance(answers, tuple) else answers.float()

    model.double()
    model.annotate_batch_pre = lambda batch, **more: prepare(batch.to(torch.float64), **more)
    model.annotate_batch_post = lambda batch, **more: single(finish(batch, **more))
    try:
        return model.annotate(stream.copy(), **options)
    finally:
        model.annotate_batch_pre, model.annotate_batch_post = prepare, finish
        model.float()


def stretch(entry):
    """First and last sample that an entry of `compare` speaks of."""
    rows = [r for part in entry[2:] for r in (part if isinstance(part, list) else [part])]
    return min(r[3] for r in rows) - 1, max(r[4] for r in rows) + 1


def is_rounding(entry, own, curves, doubles):
    """Whether our curve is as near to the double-precision one as SeisBench's; and how far off each is, to be told."""
    first, last = stretch(entry)
    parts = [source.cut(*entry[1], first, last) for source in (own, curves, doubles)]
    if any(part is None or len(part) != len(parts[2]) for part in parts):
        return False, None
    ours, theirs = (float(np.nanmax(np.abs(part.astype(np.float64) - parts[2]))) for part in parts[:2])
    return ours <= max(5e-5, theirs), (ours, theirs)


def apart(a, b):
    """The largest difference of all curves of two, and whether they stand at the same samples."""
    largest, same = 0.0, set(a.parts) == set(b.parts)
    for key in set(a.parts) & set(b.parts):
        for trace in b.parts[key]:
            begin, step = (trace.stats.starttime - T0) * RATE, RATE / trace.stats.sampling_rate
            part = a.cut(*key, begin, begin + (trace.stats.npts - 1) * step)
            same &= part is not None
            if part is not None:
                largest = max(largest, float(np.nanmax(np.abs(part.astype(np.float64) - trace.data))))
    return largest, same


def by_trigger(curves, limits):
    """What ObsPy's trigger, as SeisBench calls it, reads off curves."""
    from obspy.signal.trigger import trigger_onset

    found = []
    for key, traces in curves.parts.items():
        for trace in traces:
            begin, step = (trace.stats.starttime - T0) * RATE, RATE / trace.stats.sampling_rate
            for on, off in trigger_onset(trace.data, limits[key[1]], limits[key[1]] / 2):
                top = on + int(np.argmax(trace.data[on : off + 1]))
                peak = None if key[1] == "detection" else begin + top * step
                found.append((*key, peak, begin + on * step, begin + off * step, float(trace.data[top])))
    return found


def whole(rows):
    """Picks by group, phase and whole samples."""
    return {(*r[:2], *(None if v is None else round(v) for v in r[2:5])) for r in rows}


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
                    moved = slice(None, -1) if mine_end > their_end else slice(1, None)
                    near = between is not None and np.all(np.abs(between[moved] - level) < NEAR)
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
        rows = []
        shown = {k: model._annotate_args[k][1] for k in ("overlap", "blinding", "stacking", "stride")}
        print(f"{name}: {network}, defaults {shown}")
        for label, stream in streams.items():
            if kind == "GPD":  # a window every ten samples: a quarter of an hour is enough
                stream = stream.slice(endtime=T0 + 900) if label == "made" else stream
            data = work / f"{label}_{name}.mseed"
            stream.write(str(data), format="MSEED", encoding="STEIM2")
            options = {f"{k}_threshold": v for k, v in limits.items()}
            b, curves = theirs(model, stream, **options)
            kept = work / f"curves_{name}_{label}"
            shutil.rmtree(kept, ignore_errors=True)
            a = ours(strata, network, weights, data, work / f"out_{name}_{label}", ["--curves", kept])
            write_differences(a, b, work / f"differences_{name}_{label}.txt")
            own, single = Curves(our_curves(kept), limits), Curves(curves, limits)
            double = Curves(exact(model, stream, **options), limits)
            told, bad, largest = compare(a, b, single, limits)
            decided = [(e, *is_rounding(e, own, single, double)) for e in bad]
            told["rounding"], bad = sum(d[1] for d in decided), [d[0] for d in decided if not d[1]]
            (between, same), (mine, _), (their, _) = apart(own, single), apart(own, double), apart(single, double)
            kinds = {p: sum(r[1] == p for r in b) for p in limits}
            rule = len(whole(by_trigger(own, limits)) ^ whole(a))
            # How many picks SeisBench's own rounding changes, by the same count.
            self_told, self_bad, _ = compare(b, by_trigger(double, limits), double, limits)
            self_changes = sum(v for k, v in self_told.items() if k != "same") + len(self_bad)
            changes = sum(v for k, v in told.items() if k != "same")
            print(f"  {label}: theirs {len(b)} {kinds}, ours {len(a)}; {told}, not excused {len(bad)}; probabilities "
                  f"within {largest:.1e}; {rule} picks that ObsPy's trigger reads otherwise off our curves")
            print(f"    curves {'at the same samples' if same else 'at OTHER SAMPLES'}: ours from SeisBench's "
                  f"{between:.1e}; from its double precision: ours {mine:.1e}, its own {their:.1e}", flush=True)
            for entry, is_excused, off in decided:
                if is_excused:
                    print(f"    rounding: {entry[0]} {entry[1]}, off by ours {off[0]:.1e}, SeisBench {off[1]:.1e}")
            failed |= not same or rule > 0
            excused = told["tie"] + told["threshold"] + told["split"]
            cells = [label, len(b), len(a), told["same"], excused, told["rounding"], len(bad), self_changes,
                     f"{between:.1e}", f"{mine:.1e}", f"{their:.1e}"]
            rows.append(f"| {' | '.join(str(c) for c in cells)} |")
            for entry in bad[:10]:
                print("    ", entry)
            failed |= bool(bad) or changes > max(1, len(b) // 1000, self_changes)
        titles = ["stream", "SeisBench", "`strata pick`", "the same", "at a threshold", "rounding", "else",
                  "SeisBench from its own double", "curves apart", "ours from double", "SeisBench's from double"]
        print("\n".join([f"| {' | '.join(titles)} |", "|" + " --- |" * len(titles)] + rows))
    sys.exit(failed)


if __name__ == "__main__":
    main()
