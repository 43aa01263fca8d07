"""Makes the NumPy fixtures. Usage: python make_numpy.py FOLDER (needs numpy)."""

import json
import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1]) / "numpy"
folder.mkdir(parents=True, exist_ok=True)
expected = {}


def keep(name, array):
    np.save(folder / f"{name}.npy", array)
    if array.dtype.kind in "US":
        values = [str(x, "ascii") if isinstance(x, bytes) else str(x) for x in array]
    else:
        values = [float(x) for x in np.ascontiguousarray(array).astype("f8").ravel()]
    expected[name] = {"shape": list(array.shape), "values": values}


random = np.random.default_rng(1)
for kind in ["<f2", "<f4", ">f4", "<f8", ">f8", "|i1", "<i2", ">i2", "<i4", ">i4", "<i8", "|u1", "<u2", "<u4", "<u8", "|b1"]:
    values = random.integers(0, 100, (2, 3, 4)).astype(kind)
    if kind[1] == "f":
        values = (random.standard_normal((2, 3, 4)) * 10).astype(kind)
    order = {"<": "le", ">": "be", "|": "one"}[kind[0]]
    keep(f"{order}_{kind[1:]}", values)
keep("fortran", np.asfortranarray(random.standard_normal((3, 2, 5)).astype("f4")))
keep("scalar", np.float32(2.5).reshape(()))
keep("empty", np.zeros((0, 3), "f4"))
keep("line", np.arange(7, dtype="f4"))
keep("names", np.array(["109C.TA_20060723155859_EV", "a", "Ätna_NO"]))
keep("bytes", np.array([b"abc", b"d"]))

arrays = {"x": random.standard_normal((2, 3)).astype("f4"), "mask/y": np.zeros((400, 3), "f4"), "n": np.arange(5)}
arrays["long"] = np.repeat(random.integers(0, 50, 300), 20).astype("i4")
np.savez(folder / "plain.npz", **arrays)
np.savez_compressed(folder / "packed.npz", **arrays)
expected["npz"] = {k: {"shape": list(v.shape), "values": [float(x) for x in v.ravel()]} for k, v in arrays.items()}
(folder / "expected.json").write_text(json.dumps(expected))
