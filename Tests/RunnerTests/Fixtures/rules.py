"""What others make of curves and of arrivals beside picks: python rules.py OUT.json

Triggers are ObsPy's trigger_onset(curve, t, t / 2) with the first largest sample between, as SeisBench's
picks_from_annotations takes it; peaks are SciPy's find_peaks with the edges of their plateaus; matchings are SciPy's
linear_sum_assignment, first as many pairs as there can be, then as close as they can be. Curves are stored as
thousandths."""
import json, sys
import numpy as np
from obspy.signal.trigger import trigger_onset
from scipy.optimize import linear_sum_assignment
from scipy.signal import find_peaks

rng = np.random.default_rng(17)


def curve(index):
    length = int(rng.integers(40, 260))
    values = np.zeros(length)
    for _ in range(rng.integers(0, 6)):
        centre, height, width = rng.integers(-10, length + 10), rng.uniform(0.05, 1.3), rng.uniform(2, 12)
        values = np.maximum(values, height * np.exp(-((np.arange(length) - centre) / width) ** 2))
    if index % 3 == 0:
        values += rng.uniform(0, 0.15, length)
    # Clipped tops are plateaus, and so are coarse steps.
    values = np.clip(values, 0, 0.9 if index % 2 else 1)
    return np.round(values, 1 if index % 5 == 0 else 3)


curves = []
for index in range(60):
    values, threshold = curve(index), float(rng.choice([0.1, 0.3, 0.5, 0.9]))
    single = values.astype(np.float32)
    triggers = []
    for on, off in trigger_onset(single, threshold, threshold / 2):
        triggers.append([int(on), int(off), int(on + np.argmax(single[on:off + 1]))])
    _, edges = find_peaks(values, height=threshold, plateau_size=1)
    peaks = [[int(a), int(b)] for a, b in zip(edges["left_edges"], edges["right_edges"])]
    curves.append({"values": np.round(values * 1000).astype(int).tolist(), "threshold": threshold,
                   "triggers": triggers, "peaks": peaks})

matchings = []
for index in range(80):
    arrivals = np.round(np.sort(rng.uniform(0, 6, rng.integers(0, 5))), 2)
    picks = np.round(rng.uniform(0, 6, rng.integers(0, 7)), 2)
    tolerance = float(rng.choice([0.1, 0.5, 2.0]))
    distance = np.abs(arrivals[:, None] - picks[None, :])
    near = distance <= tolerance + 5e-10
    rows, columns = linear_sum_assignment(np.where(near, distance - 1000, 0))
    kept = [(r, c) for r, c in zip(rows, columns) if near[r, c]]
    matchings.append({"arrivals": arrivals.tolist(), "picks": picks.tolist(), "tolerance": tolerance,
                      "pairs": len(kept), "distance": float(sum(distance[r, c] for r, c in kept))})
json.dump({"curves": curves, "matchings": matchings}, open(sys.argv[1], "w"), separators=(",", ":"))
print(sum(len(c["triggers"]) for c in curves), "triggers", sum(len(c["peaks"]) for c in curves), "peaks",
      sum(m["pairs"] for m in matchings), "pairs")
