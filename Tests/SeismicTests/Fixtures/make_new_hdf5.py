"""Makes fixtures of what HDF5 files hold besides plain arrays. Usage: python make_new_hdf5.py FOLDER (needs h5py 3.16
or later, which brings HDF5 2.0, and numpy).

The filters lzf and scaleoffset, the layout of version 5, and links to paths, to other files and to nothing.
"""

import hashlib
import json
import pathlib
import sys

import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1]) / "new_hdf5"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(21)
expected = {}


def keep(name, paths):
    with h5py.File(folder / f"{name}.hdf5") as f:
        found = {}
        for path in paths:
            array = np.asarray(f[path][()])
            wide = array.astype("<f8").view("<i8") if array.dtype.kind == "f" else array.astype("<i8")
            digest = hashlib.sha256(np.ascontiguousarray(wide, "<i8").tobytes()).hexdigest()
            found[path] = {"shape": list(array.shape), "sha256": digest}
        expected[f"{name}.hdf5"] = found


def fill(f):
    paths = []

    def add(path, data, **how):
        f.create_dataset(path, data=data, **how)
        paths.append(path)

    steps = np.round(random.standard_normal(500) * 40).cumsum()
    for kind in ["<i4", ">i4", "<i2", "<u1", ">i8", "<f4", ">f8"]:
        data = (steps % 200 if kind == "<u1" else steps).astype(kind)
        add(f"lzf{kind[1:]}{kind[0] == '>'}", data, chunks=(77,), compression="lzf", shuffle=kind != "<f4")
    add("incompressible", random.integers(0, 2**31, 64).astype("i4"), chunks=(16,), compression="lzf")
    add("repeats", np.tile(np.arange(7), 400).astype("i2"), chunks=(1400,), compression="lzf")
    for kind in ["<i4", ">i4", "<u2", "<i8", ">u8", "i1"]:
        data = (np.abs(steps) % 100 if kind == "i1" else np.abs(steps) + 1000).astype(kind)
        add(f"scaled{kind[-2:]}{kind[0] == '>'}", data, chunks=(100,), scaleoffset=0)
    add("scaled_signed", (steps - 900).astype("i4"), chunks=(100,), scaleoffset=0)
    add("scaled_constant", np.full(50, -7, "i4"), chunks=(25,), scaleoffset=0)
    add("scaled_wild", random.integers(-(2**31), 2**31, 60).astype("i4"), chunks=(30,), scaleoffset=0)
    add("scaled_filled", np.where(np.arange(60) % 7 == 0, -99, steps[:60]).astype("i4"), chunks=(30,), scaleoffset=0, fillvalue=-99)
    for kind in ["<f4", ">f4", "<f8", ">f8"]:
        add(f"decimals{kind[1:]}{kind[0] == '>'}", (steps * 0.01237).astype(kind), chunks=(100,), scaleoffset=3)
    add("decimals_packed", (steps * 0.5).astype("f4"), chunks=(100,), scaleoffset=2, compression="gzip", shuffle=True)
    return paths


for name, version in [("filters_earliest", "earliest"), ("filters_2.0", "v200")]:
    with h5py.File(folder / f"{name}.hdf5", "w", libver=version) as f:
        paths = fill(f)
        if version == "v200":
            data = np.arange(24 * 18, dtype="i4").reshape(24, 18)
            for index, how in {
                "single": dict(chunks=(24, 18)),
                "implicit": dict(chunks=(5, 4)),
                "fixed": dict(chunks=(5, 4), compression="gzip"),
                "extensible": dict(chunks=(5, 4), maxshape=(None, 18), compression="gzip"),
                "tree": dict(chunks=(5, 4), maxshape=(None, None), compression="gzip"),
                "single_packed": dict(chunks=(24, 18), compression="gzip"),
            }.items():
                f.create_dataset(index, data=data, **how)
                paths.append(index)
    keep(name, paths)

for name, version in [("links_earliest", "earliest"), ("links_latest", "latest")]:
    with h5py.File(folder / f"{name}.hdf5", "w", libver=version) as f:
        group = f.create_group("data")
        group["real"] = np.arange(5)
        f["elsewhere/array"] = np.arange(7, 12)
        group["absolute"] = h5py.SoftLink("/elsewhere/array")
        group["relative"] = h5py.SoftLink("real")
        group["twice"] = h5py.SoftLink("/data/absolute")
        group["nowhere"] = h5py.SoftLink("/not/there")
        group["circle"] = h5py.SoftLink("/data/circle")
        group["outside"] = h5py.ExternalLink("another.hdf5", "/data/array")
        f["shortcut"] = h5py.SoftLink("/elsewhere")
    keep(name, ["data/real", "data/absolute", "data/relative", "data/twice", "shortcut/array"])

(folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")))
