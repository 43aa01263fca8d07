"""Tables of predictions and what others make of them: python metrics.py core.py OUT_FOLDER

core.py is emlutilities/core.py of github.com/mrp3anut/emlutilities at 4c2f41a. Everything else is scikit-learn, NumPy."""
import json, sys
import numpy as np
import pandas as pd
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
for word, true, pick, probability, best in (
        ("p", p_true, p_pick, table.P_probability, table.P_best), ("s", s_true, s_pick, table.S_probability, table.S_best)):
    picked, there = ~np.isnan(pick), ~np.isnan(true)
    for tolerance in (10, 50):
        hit = np.abs(pick - true) <= tolerance
        name = f"{tolerance / 100:g}s"
        expected[f"{word}_precision_{name}"] = hit.sum() / picked.sum()
        expected[f"{word}_recall_{name}"] = hit.sum() / there.sum()
        expected[f"{word}_f1_{name}"] = 2 * hit.sum() / (picked.sum() + there.sum())
    hit = np.abs(pick - true) <= 50
    expected[f"{word}_calibration_0.5s"] = calibration(probability[picked].to_numpy(), hit[picked])
    for kept, mask, where in (("matched", hit, pick), ("found", picked & there, pick),
                              ("all", there, np.where(picked, pick, best))):
        residual = (where - true)[mask] / 100
        for statistic, value in (("mean", residual.mean()), ("std", residual.std()), ("mae", np.abs(residual).mean()),
                                 ("rms", np.sqrt((residual**2).mean())), ("median", np.median(residual)),
                                 ("outliers", (np.abs(residual) > 1).mean())):
            expected[f"{word}_residual_{statistic}_{kept}"] = value
weights = rng.integers(0, 3, n)
weighted = {
    "detection_auc": sk.roc_auc_score(event, score, sample_weight=weights),
    "detection_average_precision": sk.average_precision_score(event, score, sample_weight=weights),
    "detection_f1": sk.f1_score(event, found, sample_weight=weights),
    "p_residual_median_found": np.median(np.repeat((p_pick - p_true) / 100, weights)[
        ~np.isnan(np.repeat(p_pick - p_true, weights))]),
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
