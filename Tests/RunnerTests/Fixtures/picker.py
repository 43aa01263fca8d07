"""What EQTransformer's own picker makes of random curves: python picker.py EqT_utils.py OUT.json

EqT_utils.py is EQTransformer/core/EqT_utils.py of github.com/smousavi05/EQTransformer at 486a1b2; only its functions
_detect_peaks and picker are used. Curves are stored as thousandths."""
import ast, json, sys
import numpy as np
from obspy.signal.trigger import trigger_onset

source = ast.parse(open(sys.argv[1]).read())
wanted = [f for f in source.body if isinstance(f, ast.FunctionDef) and f.name in ("_detect_peaks", "picker")]
scope = {"np": np, "trigger_onset": trigger_onset}
np.in1d = getattr(np, "in1d", np.isin)
exec(compile(ast.Module(wanted, []), "EqT_utils", "exec"), scope)

rng = np.random.default_rng(11)
LENGTH = 360


def bumps(count, width, high):
    curve = np.zeros(LENGTH)
    for _ in range(count):
        centre, height = rng.integers(-10, LENGTH + 10), rng.uniform(0, high)
        curve = np.maximum(curve, height * np.exp(-((np.arange(LENGTH) - centre) / width) ** 2))
    return np.round(np.clip(curve + (rng.uniform(0, 0.02, LENGTH) if rng.random() < 0.3 else 0), 0, 1), 3)


def box():
    curve = np.full(LENGTH, 0.02)
    for _ in range(rng.integers(0, 4)):
        start, length = rng.integers(-20, LENGTH), rng.integers(3, 200)
        curve[max(0, start):max(0, start + length)] = rng.uniform(0.1, 1)
    return np.round(curve, 3)


cases = []
for index in range(40):
    detection = box() if index % 2 else bumps(rng.integers(1, 4), rng.integers(10, 60), 1)
    p, s = bumps(rng.integers(0, 6), 8, 1), bumps(rng.integers(0, 6), 10, 1)
    spreads = [np.round(rng.uniform(0, 0.3, LENGTH), 3) for _ in range(3)] if index % 4 == 0 else [np.zeros(LENGTH)] * 3
    arguments = {"detection_threshold": 0.2, "P_threshold": 0.1, "S_threshold": 0.1,
                 "estimate_uncertainty": index % 4 == 0}
    matches, _, _ = scope["picker"](arguments, detection, p, s, *spreads)
    number = lambda x: None if x is None else float(x)
    cases.append({
        "curves": [np.round(c * 1000).astype(int).tolist() for c in (detection, p, s)],
        "spreads": [np.round(c * 1000).astype(int).tolist() for c in spreads] if index % 4 == 0 else None,
        "events": [[number(start)] + [number(x) for x in match] for start, match in matches.items()]})
json.dump(cases, open(sys.argv[2], "w"), separators=(",", ":"))
print(sum(len(c["events"]) for c in cases), "events")
