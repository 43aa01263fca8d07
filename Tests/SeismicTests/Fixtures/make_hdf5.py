"""Makes the HDF5 fixtures. Usage: python make_hdf5.py FOLDER (needs h5py and numpy).

Every way of storing that the reader claims is written by h5py, and what h5py reads from it is kept beside it.
"""

import hashlib
import json
import pathlib
import sys

import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1]) / "hdf5"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(2)


def describe(value):
    """What h5py read, so that nothing is lost: floats as the bits of a double, texts as they are, long arrays as a hash."""
    array = np.asarray(value)
    if isinstance(value, h5py.Empty):
        return {"kind": "empty"}
    if array.dtype.kind == "f":
        wide = np.ascontiguousarray(array.astype("<f8"))
        if array.size > 64:
            return {"kind": "float", "shape": list(array.shape), "sha256": hashlib.sha256(wide.tobytes()).hexdigest()}
        return {"kind": "float", "shape": list(array.shape), "bits": [int(x) for x in wide.view("<i8").ravel()]}
    if array.dtype.kind in "iub":
        if array.size > 64:
            wide = np.ascontiguousarray(array.astype("<i8"))
            return {"kind": "int", "shape": list(array.shape), "sha256": hashlib.sha256(wide.tobytes()).hexdigest()}
        return {"kind": "int", "shape": list(array.shape), "values": [int(x) for x in array.ravel()]}
    texts = [x.decode() if isinstance(x, bytes) else str(x) for x in array.ravel()]
    return {"kind": "text", "shape": list(array.shape), "values": texts}


def keep(name):
    objects = []
    with h5py.File(folder / f"{name}.hdf5") as f:

        def visit(group, path):
            for key in group:
                link = group.get(key, getlink=True)
                if not isinstance(link, h5py.HardLink):
                    continue
                item = group[key]
                if isinstance(item, h5py.Datatype):
                    continue
                entry = {"path": f"{path}/{key}"}
                if isinstance(item, h5py.Dataset):
                    if item.is_virtual or item.external:
                        entry["refused"] = True
                    else:
                        entry["value"] = describe(item[()])
                entry["attributes"] = {k: describe(v) for k, v in item.attrs.items()}
                objects.append(entry)
                if isinstance(item, h5py.Group):
                    visit(item, entry["path"])

        visit(f, "")
        top = {k: describe(v) for k, v in f.attrs.items()}
    (folder / f"{name}.json").write_text(json.dumps({"attributes": top, "objects": objects}))


def numbers(f):
    for kind in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
        values = random.standard_normal((3, 4)).astype(kind)
        values[0, :4] = [np.nan, np.inf, -np.inf, -0.0]
        f[f"numbers/{'le' if kind[0] == '<' else 'be'}_{kind[1:]}"] = values
    for kind in ["i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8"]:
        limits = np.iinfo(kind)
        values = np.array([limits.min, limits.max if kind[-2:] != "u8" else 2**63 - 1, 1, 0, 77], kind)
        f[f"numbers/{kind.replace('<', 'le_').replace('>', 'be_')}"] = values
    f["numbers/bool"] = np.array([True, False, True])
    f["numbers/scalar"] = np.float32(1.5)
    f["numbers/whole"] = 20
    f["numbers/none"] = np.zeros((0, 3), "f4")
    f["numbers/empty"] = h5py.Empty("f4")


def texts(f):
    f["texts/one"] = "ZNE"
    f["texts/many"] = ["a", "", "längst nicht mehr kurz, sondern länger", "d"]
    f["texts/bytes"] = np.array([b"abc", b"", b"de"], "S3")
    f["texts/fixed"] = np.bytes_(b"CW")
    f.create_dataset("texts/space", data=np.array([b"ab  ", b"c   "], "S4"))
    f.create_dataset("texts/utf8", data=np.array(["ä".encode(), b"b"], h5py.string_dtype("utf-8", 4)))


def attributes(f):
    few = f.create_dataset("attributes/few", data=np.arange(3.0))
    few.attrs["p_arrival_sample"] = 700.0
    few.attrs["snr_db"] = np.array([56.79, 55.4, 47.4])
    few.attrs["coda_end_sample"] = np.array([[2896.0]])
    few.attrs["trace_category"] = "earthquake_local"
    few.attrs["network_code"] = np.bytes_(b"TA")
    few.attrs["list"] = ["x", "yy"]
    few.attrs["big"] = np.array([1, -2], ">i4")
    few.attrs["flag"] = True
    few.attrs["nothing"] = h5py.Empty("f4")
    many = f.create_dataset("attributes/many", data=np.arange(4, dtype="f4"))
    for i in range(60):
        many.attrs[f"attribute {i}"] = i if i % 3 else f"text {i}"
    long = f.create_group("attributes/long", track_order=True)
    for i in range(12):
        long.attrs[f"long {i}"] = "x" * (700 * i + 1)
    long.attrs["array"] = np.arange(1500.0)


def groups(f):
    target = f.create_dataset("groups/target", data=np.arange(3, dtype="i2"))
    some = f.create_group("groups/some")
    some["hard"] = target
    some["soft"] = h5py.SoftLink("/groups/target")
    some["elsewhere"] = h5py.ExternalLink("other.hdf5", "/x")
    f.create_group("groups/empty")
    ordered = f.create_group("groups/ordered", track_order=True)
    for name in ["z", "a", "m"]:
        ordered[name] = target
    crowd = f.create_group("groups/crowd")
    for i in range(700):
        crowd[f"trace_{i * 7919 % 10007}_EV"] = target


def chunks(f):
    waves = random.standard_normal((5, 3, 50)).astype("f4").cumsum(axis=2)
    options = {
        "plain": {},
        "gzip": {"compression": "gzip"},
        "gzip9_shuffle": {"compression": 9, "shuffle": True},
        "all": {"compression": "gzip", "shuffle": True, "fletcher32": True},
        "fletcher": {"fletcher32": True},
        "shuffle": {"shuffle": True},
    }
    growth = {"fixed": None, "one": (None, 3, 50), "later": (5, 3, None), "two": (None, 3, None), "bound": (9, 4, 70)}
    for option, filters in options.items():
        for growing, maxshape in growth.items():
            f.create_dataset(
                f"chunks/{option}_{growing}", data=waves, chunks=(2, 3, 16), maxshape=maxshape, **filters
            )
        f.create_dataset(f"chunks/{option}_single", data=waves, chunks=waves.shape, **filters)
    f.create_dataset("chunks/integers", data=np.arange(1000, dtype=">i4"), chunks=(100,), compression="gzip", shuffle=True)
    odd = f.create_dataset("chunks/odd", data=np.arange(77, dtype="i1"), chunks=(7,), fletcher32=True)
    hole = f.create_dataset("chunks/hole", (40, 6), "f8", chunks=(4, 4), fillvalue=-9.5, maxshape=(None, 6))
    hole[21:23, 2:5] = 1.0
    f.create_dataset("chunks/never", (10, 3), "i4", chunks=(4, 3), fillvalue=7)
    f.create_dataset("chunks/never_flat", (10, 3), "i4", fillvalue=3)
    shrunk = f.create_dataset("chunks/shrunk", data=np.arange(60.0).reshape(10, 6), chunks=(3, 4), maxshape=(None, None))
    shrunk.resize((5, 5))
    crowd = f.create_dataset("chunks/crowd", data=np.arange(900, dtype="i2"), chunks=(2,))
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((3, 4))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    early.set_fill_time(h5py.h5d.FILL_TIME_ALLOC)
    space = h5py.h5s.create_simple((7, 9))
    made = h5py.h5d.create(f["chunks"].id, b"implicit", h5py.h5t.IEEE_F32LE, space, early)
    h5py.Dataset(made)[...] = random.standard_normal((7, 9))
    small = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    small.set_layout(h5py.h5d.COMPACT)
    made = h5py.h5d.create(f["chunks"].id, b"compact", h5py.h5t.IEEE_F64BE, h5py.h5s.create_simple((2, 3)), small)
    h5py.Dataset(made)[...] = [[1, 2, 3], [4, 5, 6]]


def pages(f):
    """Indexes of blocks so long that they come in pages."""
    f.create_dataset("fixed", data=np.arange(5000, dtype="i2"), chunks=(2,))
    f.create_dataset("fixed_gzip", data=np.arange(2500, dtype="i1"), chunks=(1,), compression="gzip")
    hole = f.create_dataset("fixed_hole", (8000,), "i1", chunks=(2,), fillvalue=5)
    hole[3000:3010] = 1
    f.create_dataset("growing", data=np.arange(9000, dtype="i2"), chunks=(2,), maxshape=(None,))
    grown = f.create_dataset("growing_hole", (90000,), "i1", chunks=(2,), maxshape=(None,), fillvalue=1)
    grown[60001:60004] = 2
    grown[89990:] = 3
    f.create_dataset("two", data=np.arange(3000, dtype="i2").reshape(60, 50), chunks=(2, 1), maxshape=(None, None))


def odd(f):
    f["type"] = np.dtype("<f4")
    made = h5py.h5d.create(f.id, b"typed", f["type"].id, h5py.h5s.create_simple((2, 2)))
    h5py.Dataset(made)[...] = [[1, 2], [3, 4]]
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("elsewhere.hdf5", "x", (3,))
    f.create_virtual_dataset("virtual", layout)
    f.create_dataset("outside", (4,), "f4", external=[("elsewhere.bin", 0, 16)])


parts = {"numbers": numbers, "texts": texts, "attributes": attributes, "groups": groups, "chunks": chunks}
for version in ["earliest", "v108", "latest"]:
    for name, part in parts.items():
        with h5py.File(folder / f"{name}_{version}.hdf5", "w", libver=(version, version if version != "earliest" else "latest")) as f:
            part(f)
            f.attrs["title"] = f"{name} {version}"
        keep(f"{name}_{version}")
with h5py.File(folder / "pages_latest.hdf5", "w", libver="latest") as f:
    pages(f)
keep("pages_latest")
for version in ["earliest", "latest"]:
    with h5py.File(folder / f"odd_{version}.hdf5", "w", libver=(version, "latest")) as f:
        odd(f)
    keep(f"odd_{version}")
with h5py.File(folder / "userblock.hdf5", "w", userblock_size=1024) as f:
    f["data/x"] = np.arange(4.0)
    f["data_format/component_order"] = "ZNE"
with open(folder / "userblock.hdf5", "r+b") as raw:
    raw.write(b"something that is not HDF5")
keep("userblock")


def small(f):
    """A little of everything, small enough to break every bit of it."""
    made = f.create_dataset("data/t", data=np.arange(24, dtype="f4").reshape(2, 12), chunks=(2, 8), compression="gzip", shuffle=True, fletcher32=True)
    made.attrs["trace_category"] = "noise"
    made.attrs["snr_db"] = np.array([1.0, 2.0])
    f["data_format/component_order"] = "ZN"


for version in ["earliest", "latest"]:
    with h5py.File(folder / f"small_{version}.hdf5", "w", libver=(version, "latest")) as f:
        small(f)
    keep(f"small_{version}")
