"""Tables of predictions and what others make of them: python metrics.py core.py OUT_FOLDER

core.py is emlutilities/core.py of github.com/mrp3anut/emlutilities at 4c2f41a. Everything else is scikit-learn, NumPy, and
for the one-to-one matching of picks and arrivals SciPy."""
import json, sys
import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn import metrics as sk

pd.DataFrame.append = lambda self, other: pd.concat([self, other])  # the tool was written for an older pandas
scope = {}
exec(compile(open(sys.argv[1]).read(), "core", "exec"), scope)
out = sys.argv[2]
rng = np.random.default_rng(5)
n = 240
event = rng.random(n) < 0.7
p_true = np.where(event, rng.integers(300, 3000, n).astype(float), np.nan)
s_true = p_true + rng.integers(100, 1500, n)
found = np.where(event, rng.random(n) < 0.9, rng.random(n) < 0.15)
score = np.round(np.clip(np.where(event, rng.beta(5, 2, n), rng.beta(2, 5, n)), 0, 1), 2)


def picks(true):
    near = np.round(np.nan_to_num(true, nan=2000) + rng.standard_t(2, n) * 8)
    return np.where(found & (rng.random(n) < 0.93), np.where(event, near, rng.integers(0, 6000, n)), np.nan)


p_pick, s_pick = picks(p_true), picks(s_true)
prob = lambda mask: np.where(mask, np.round(rng.uniform(0.1, 1, n), 3), np.nan)
table = pd.DataFrame({
    "network_code": "XX", "ID": [f"ev{i // 3}" if e else "" for i, e in enumerate(event)],
    "earthquake_distance_km": np.where(event, rng.uniform(1, 200, n).round(2), np.nan),
    "snr_db": np.where(event, rng.uniform(0, 60, n).round(1), np.nan),
    "trace_name": [f"t{i}" for i in range(n)], "trace_category": np.where(event, "earthquake_local", "noise"),
    "trace_start_time": "", "source_magnitude": np.where(event, rng.uniform(0, 5, n).round(1), np.nan),
    "p_arrival_sample": p_true, "p_status": "", "p_weight": np.nan, "s_arrival_sample": s_true, "s_status": "",
    "s_weight": np.nan, "receiver_type": "HH", "number_of_detections": found.astype(int),
    "detection_probability": prob(found), "detection_uncertainty": np.nan,
    "P_pick": p_pick, "P_probability": prob(~np.isnan(p_pick)), "P_uncertainty": np.nan, "P_error": p_true - p_pick,
    "S_pick": s_pick, "S_probability": prob(~np.isnan(s_pick)), "S_uncertainty": np.nan, "S_error": s_true - s_pick,
    "rate_hz": 100, "detected": found.astype(int), "detection_score": score,
    "P_score": score, "P_best": np.where(np.isnan(p_pick), 1234, p_pick),
    "S_score": score, "S_best": np.where(np.isnan(s_pick), 2345, s_pick)})
# What the honest rule and SeisBench's read off the curves: a second event in some traces, several picks, flat tops.
second = np.random.default_rng(23)


def text(lists):
    return [" ".join(f"{x:g}" for x in row) for row in lists]


arrivals, read = {}, {}
for word, true, pick in (("P", p_true, p_pick), ("S", s_true, s_pick)):
    arrivals[word] = [[] if np.isnan(t) else [t] + ([t + 2500.0] if second.random() < 0.2 else []) for t in true]
    for rule in ("peaks", "triggers"):
        rows = []
        for there, p in zip(arrivals[word], pick):
            row = [] if np.isnan(p) else [p + (0.5 if rule == "peaks" and second.random() < 0.3 else 0)]
            row += [t + float(np.round(second.standard_t(2) * 8)) for t in there if second.random() < 0.5]
            row += [float(second.integers(0, 6000)) for _ in range(second.integers(0, 2))]
            rows.append(sorted(row))
        read[word, rule] = (rows, [[round(float(second.uniform(0.1, 1)), 3) for _ in row] for row in rows])
    flat = [[int(second.choice([1, 1, 1, 2, 3, 9])) for _ in row] for row in read[word, "peaks"][0]]
    table[word + "_arrivals"] = text(arrivals[word])
    for rule in ("peaks", "triggers"):
        table[f"{word}_{rule}"], table[f"{word}_{rule}_probability"] = map(text, read[word, rule])
    table[word + "_peaks_plateau"] = text(flat)
    table[word + "_doubles"] = read[word, "doubles"] = second.integers(0, 3, n)
    read[word, "flat"] = flat
table.to_csv(out + "/predictions.csv", index=False)
table = pd.read_csv(out + "/predictions.csv")
expected = {}
row = scope["metrics"]({"EQT": table}).iloc[0]
expected.update({k: float(v) for k, v in row.items() if k != "model_name"})

expected["detection_precision"] = sk.precision_score(event, found)
expected["detection_recall"] = sk.recall_score(event, found)
expected["detection_f1"] = sk.f1_score(event, found)
expected["detection_mcc"] = sk.matthews_corrcoef(event, found)
expected["detection_auc"] = sk.roc_auc_score(event, score)
expected["detection_average_precision"] = sk.average_precision_score(event, score)


def calibration(probability, right):
    edges = np.clip((probability * 10).astype(int), 0, 9)
    return sum(abs(np.sum(probability[edges == b] - right[edges == b])) for b in range(10)) / len(probability)


expected["detection_calibration"] = calibration(score, event)


def match(there, picks, tolerance):
    """Pairs of arrival and pick: as many as there can be, then as close as they can be, of equals those that do not
    cross."""
    if not there or not picks:
        return []
    distance = np.abs(np.array(there)[:, None] - np.array(picks)[None, :])
    near = distance <= tolerance + 5e-8
    rows, columns = linear_sum_assignment(np.where(near, distance + 1e-10 * distance**2 - 1e6, 0))
    return [(r, c) for r, c in zip(rows, columns) if near[r, c]]


matched_by = {}
for word, best in (("P", table.P_best), ("S", table.S_best)):
    there = arrivals[word]
    single = {"P": p_pick, "S": s_pick}[word]
    rules = {"": read[word, "peaks"][0], "_eqt": [[] if np.isnan(p) else [p] for p in single],
             "_trigger": read[word, "triggers"][0]}
    w = word.lower()
    all_arrivals = sum(map(len, there))
    for ending, picks in rules.items():
        for tolerance in (10, 50):
            hits = sum(len(match(t, p, tolerance)) for t, p in zip(there, picks))
            name = f"{tolerance / 100:g}s{ending}"
            expected[f"{w}_precision_{name}"] = hits / sum(map(len, picks))
            expected[f"{w}_recall_{name}"] = hits / all_arrivals
            expected[f"{w}_f1_{name}"] = 2 * hits / (sum(map(len, picks)) + all_arrivals)
        near = [match(t, p, 50) for t, p in zip(there, picks)]
        matched_by[word, ending] = [{r for r, _ in pairs} for pairs in near]
        residual = np.array([p[c] - t[r] for t, p, pairs in zip(there, picks, near) for r, c in pairs]) / 100
        expected[f"{w}_error_or_miss_0.5s{ending}"] = (
            np.abs(residual).sum() + 0.5 * (all_arrivals - len(residual))) / all_arrivals
        expected[f"{w}_residual_mae_matched{ending}"] = np.abs(residual).mean()
    picks = rules[""]
    right = np.array([c in {c for _, c in match(t, p, 50)} for t, p in zip(there, picks) for c in range(len(p))])
    expected[f"{w}_calibration_0.5s"] = calibration(np.array(sum(read[word, "peaks"][1], [])), right)
    expected[f"{w}_flat_share"] = np.mean(np.array(sum(read[word, "flat"], [])) >= 3)
    expected[f"{w}_doubles"] = np.sum(read[word, "doubles"]) / sum(map(len, picks))
    expected[f"{w}_dropped_eqt"] = sum(
        len(a - b) for a, b in zip(matched_by[word, ""], matched_by[word, "_eqt"]))
    for kept in ("matched", "found", "all"):
        residual = []
        for t, p, b in zip(there, picks, best):
            pairs = match(t, p, 50 if kept == "matched" else np.inf)
            residual += [p[c] - t[r] for r, c in pairs]
            if kept == "all":
                residual += [b - t[r] for r in set(range(len(t))) - {r for r, _ in pairs}]
        residual = np.array(residual) / 100
        for statistic, value in (("mean", residual.mean()), ("std", residual.std()), ("mae", np.abs(residual).mean()),
                                 ("rms", np.sqrt((residual**2).mean())), ("median", np.median(residual)),
                                 ("outliers", (np.abs(residual) > 1).mean())):
            expected[f"{w}_residual_{statistic}_{kept}"] = value
weights = rng.integers(0, 3, n)
weighted = {
    "detection_auc": sk.roc_auc_score(event, score, sample_weight=weights),
    "detection_average_precision": sk.average_precision_score(event, score, sample_weight=weights),
    "detection_f1": sk.f1_score(event, found, sample_weight=weights),
    "p_residual_median_found": np.median(np.repeat(
        [(p[c] - t[r]) / 100 for t, p in zip(arrivals["P"], read["P", "peaks"][0]) for r, c in match(t, p, np.inf)],
        [w for t, p, w in zip(arrivals["P"], read["P", "peaks"][0], weights) for _ in match(t, p, np.inf)])),
}

names = ["noise", "north", "south", "west"]
truth = rng.integers(0, 4, 150)
scores = rng.dirichlet([0.7] * 4, 150) + np.eye(4)[truth] * 0.4
scores = np.round(scores / scores.sum(1, keepdims=True), 4)
said = scores.argmax(1)
classes = pd.DataFrame({"trace_name": [f"w{i}" for i in range(150)], "truth_class": [names[i] for i in truth],
                        "predicted_class": [names[i] for i in said], "probability": scores.max(1),
                        **{"score_" + c: scores[:, i] for i, c in enumerate(names)}})
classes.to_csv(out + "/classes.csv", index=False)
class_expected = {
    "accuracy": sk.accuracy_score(truth, said), "balanced_accuracy": sk.balanced_accuracy_score(truth, said),
    "macro_f1": sk.f1_score(truth, said, average="macro"), "mcc": sk.matthews_corrcoef(truth, said),
    "class_calibration": calibration(scores.max(1), said == truth)}
for i, c in enumerate(names):
    class_expected["precision_" + c] = sk.precision_score(truth == i, said == i)
    class_expected["recall_" + c] = sk.recall_score(truth == i, said == i)
    class_expected["f1_" + c] = sk.f1_score(truth == i, said == i)
    class_expected["auc_" + c] = sk.roc_auc_score(truth == i, scores[:, i])
json.dump({"predictions": expected, "weights": weights.tolist(), "weighted": weighted, "classes": class_expected,
           "confusion": sk.confusion_matrix(truth, said).tolist()},
          open(out + "/metrics.json", "w"), indent=1, default=float)
