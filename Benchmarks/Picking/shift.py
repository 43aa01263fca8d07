#!/usr/bin/env python3
"""Which picks change when a stream begins 7.3 s later, with Strata and with SeisBench?

    shift.py STRATA WORK NETWORK WEIGHTS.safetensors [KIND] [SECONDS]

The harsh stream of parity.py, two hours of one station, whole and without its first seconds; KIND is EQTransformer
(standard), PhaseNet or GPD. A pick has a partner if one of its phase lies within half a second; of Strata the times are
compared to the microsecond too. What lies within a window of either end is left out: nobody can know the same of it.
Needs what parity.py needs.
"""

import pathlib, sys

import parity


def lonely(a, b):
    return sum(not any(q[1] == p[1] and abs(q[2] - p[2]) <= 50 for q in b) for p in a)


def main():
    strata, work = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute()
    network, weights = sys.argv[3], pathlib.Path(sys.argv[4])
    kind = sys.argv[5] if len(sys.argv) > 5 else "EQTransformer"
    seconds = float(sys.argv[6]) if len(sys.argv) > 6 else 7.3
    work.mkdir(parents=True, exist_ok=True)
    limits = next(limits for other, limits, _ in parity.CASES.values() if other == kind)
    stream = parity.made().select(station="WHOLE")
    later = stream.copy().trim(starttime=stream[0].stats.starttime + seconds)
    model = parity.foreign(kind, weights, strata, network, work)
    thresholds = ",".join(f"{k}={v}" for k, v in limits.items())
    found = {"SeisBench": [], "`strata pick`": []}
    for name, part in (("whole", stream), ("later", later)):
        data = work / f"shift_{name}.mseed"
        part.write(str(data), format="MSEED", encoding="STEIM2")
        options = {f"{k}_threshold": v for k, v in limits.items()}
        found["SeisBench"].append(parity.theirs(model, part, **options)[0])
        found["`strata pick`"].append(parity.ours(strata, network, weights, data, work / f"out_{name}", like=False,
                                           more=["--thresholds", thresholds]))
    window = model.in_samples / parity.RATE
    first = (later[0].stats.starttime - parity.T0 + window) * parity.RATE
    last = (stream[0].stats.endtime - parity.T0 - window) * parity.RATE
    print(f"| | picks | begun {seconds} s later | without a partner within 0.5 s | not the same in every digit |")
    print("|" + " --- |" * 5)
    for program, lists in found.items():
        a, b = ([p for p in picks if p[2] is not None and first <= p[2] <= last] for picks in lists)
        exact = len({p[1:] for p in a} ^ {p[1:] for p in b})
        alone = sorted({lonely(a, b), lonely(b, a)}, reverse=True)
        print(f"| {program} | {len(a)} | {len(b)} | {' and '.join(str(n) for n in alone)} | {exact} |")


if __name__ == "__main__":
    main()
