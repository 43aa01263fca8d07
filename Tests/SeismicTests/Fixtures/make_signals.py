"""What SciPy and ObsPy say of filters, resampling and misfits: python make_signals.py FOLDER"""

import json
import pathlib
import sys

import numpy as np
from obspy.signal.tf_misfit import em, pm
from obspy.signal import filter as of
from scipy import signal

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(7)
x = np.round(np.cumsum(rng.normal(size=240)) * 0.1 + rng.normal(size=240), 4)


def listed(a):
    return [float(f"{v:.9g}") for v in np.asarray(a)]


filters = []
for kind, low, high, corners, rate in [
    ("bandpass", 1.0, 45.0, 2, 100.0),
    ("bandpass", 0.5, 10.0, 4, 100.0),
    ("bandpass", 2.0, 8.0, 3, 50.0),
    ("bandpass", 0.1, 0.5, 4, 100.0),
    ("highpass", 1.0, None, 4, 100.0),
    ("highpass", 2.0, None, 1, 100.0),
    ("highpass", 0.2, None, 5, 20.0),
    ("lowpass", None, 20.0, 4, 100.0),
    ("lowpass", None, 5.0, 3, 100.0),
    ("lowpass", None, 9.0, 12, 20.0),
]:
    for zero_phase in [False, True]:
        args = dict(corners=corners, zerophase=zero_phase)
        if kind == "bandpass":
            y = of.bandpass(x, low, high, rate, **args)
        elif kind == "highpass":
            y = of.highpass(x, low, rate, **args)
        else:
            y = of.lowpass(x, high, rate, **args)
        filters.append(
            dict(kind=kind, low=low, high=high, corners=corners, rate=rate, zero_phase=zero_phase, output=listed(y))
        )

resampled = [
    dict(up=up, down=down, output=listed(signal.resample_poly(x, up, down)))
    for up, down in [(1, 2), (2, 1), (4, 5), (5, 4), (100, 125), (1, 5), (3, 7)]
]
detrended = listed(signal.detrend(x))

dt = 1800 / 256
t = np.arange(256) * dt
a = np.exp(-(((t - 700) / 150) ** 2)) * np.cos(2 * np.pi * 0.011 * t)
pairs = []
for late, factor, turn in [(0, 1.0, 0.0), (30, 1.2, 0.3), (0, 2.0, 0.0), (60, 0.8, 1.0), (400, 1.0, 0.0)]:
    b = factor * np.exp(-(((t - 700 - late) / 150) ** 2)) * np.cos(2 * np.pi * 0.011 * (t - late) + turn)
    b32, a32 = b.astype(np.float32), a.astype(np.float32)
    args = dict(dt=dt, fmin=0.004, fmax=0.02, nf=30)
    pairs.append(
        dict(
            record=listed(b32), reference=listed(a32),
            envelope=float(em(b32.astype(float), a32.astype(float), **args)),
            phase=float(pm(b32.astype(float), a32.astype(float), **args)),
        )
    )

(out / "signals.json").write_text(
    json.dumps(dict(input=listed(x), filters=filters, resampled=resampled, detrended=detrended, pairs=pairs))
)
