"""Predictions in the form of pick-benchmark and what its own script makes of them: python benchmark.py collect_results.py OUT

collect_results.py is benchmark/collect_results.py of github.com/seisbench/pick-benchmark at 74ba196; only its functions
eval_task1 and eval_task23 are used."""
import ast, json, logging, sys
from pathlib import Path
import numpy as np
import pandas as pd
from sklearn.metrics import matthews_corrcoef, precision_recall_curve, precision_recall_fscore_support, roc_auc_score

source = ast.parse(open(sys.argv[1]).read())
wanted = [f for f in source.body if isinstance(f, ast.FunctionDef) and f.name in ("eval_task1", "eval_task23")]
scope = dict(Path=Path, pd=pd, np=np, logging=logging, matthews_corrcoef=matthews_corrcoef, roc_auc_score=roc_auc_score,
             precision_recall_curve=precision_recall_curve, precision_recall_fscore_support=precision_recall_fscore_support)
exec(compile(ast.Module(wanted, []), "collect_results", "exec"), scope)

out = Path(sys.argv[2])
out.mkdir(exist_ok=True)
rng = np.random.default_rng(31)
for split, n in (("dev", 90), ("test", 110)):
    common = {"trace_name": [f"bucket0${i},:3,:6000" for i in range(n)], "trace_idx": np.arange(n), "trace_split": split,
              "sampling_rate": 100.0, "start_sample": rng.integers(0, 3000, n)}
    quake = rng.random(n) < 0.6
    pd.DataFrame({**common, "end_sample": common["start_sample"] + 3000,
                  "trace_type": np.where(quake, "earthquake", "noise"),
                  "score_detection": np.round(np.where(quake, rng.beta(4, 2, n), rng.beta(2, 4, n)), 2),
                  "score_p_or_s": 1.0, "p_sample_pred": 0, "s_sample_pred": 0}).to_csv(out / f"{split}_task1.csv", index=False)
    phase = np.where(rng.random(n) < 0.5, "P", "S")
    onset = common["start_sample"] + rng.uniform(50, 950, n).round(2)
    ratio = np.round(np.exp(np.where(phase == "P", 1, -1) + rng.normal(0, 1.2, n)), 3)
    ratio[rng.random(n) < 0.04] = np.inf
    ratio[rng.random(n) < 0.04] = np.nan
    p, s = (np.round(onset + rng.standard_t(2, n) * 8) for _ in range(2))
    nothing = rng.random(n) < 0.03
    ratio[nothing], p[nothing], s[nothing] = np.nan, np.nan, np.nan
    pd.DataFrame({**common, "end_sample": common["start_sample"] + 1000, "phase_label": phase,
                  "full_phase_label": np.where(phase == "P", "Pg", "Sg"), "phase_onset": onset, "score_detection": 1.0,
                  "score_p_or_s": ratio, "p_sample_pred": p, "s_sample_pred": s}).to_csv(out / f"{split}_task23.csv", index=False)
stats = {**scope["eval_task1"](out), **scope["eval_task23"](out)}
json.dump(stats, open(out / "expected.json", "w"), indent=1, default=float)
