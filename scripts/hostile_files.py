"""Files that were made to do harm, given to `strata import`; writes the table of docs/models.md.

    python scripts/hostile_files.py STRATA WORK [--write]

Each must end with status 65 and one error (or 0, where the harm lies beside weights that can be had), within a second
of computing and 256 MiB; what a file would run creates a file, which must not be there afterwards. Needs numpy and h5py.
"""

import io
import json
import os
import pathlib
import pickle
import resource
import struct
import subprocess
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
strata, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
work.mkdir(parents=True, exist_ok=True)
witness = work / "owned"
witness.unlink(missing_ok=True)
KERAS = ROOT / "Tests" / "ForeignTests" / "Fixtures" / "keras_files" / "nested_3.keras"
attacks = []


def attack(name, ending, status=65):
    def wrap(make):
        attacks.append((name, ending, status, make))
        return make

    return wrap


# ---------------------------------------------------------------- PyTorch


class Evil:
    def __reduce__(self):
        return (os.system, (f"touch {witness}",))


class Storage:
    def __init__(self, key, count, kind="FloatStorage"):
        self.key, self.count, self.kind = key, count, kind


def number(value):
    return pickle.dumps(value, 2)[2:-1]


def tensor(count, shape, strides, offset=0, key="0"):
    """The instructions that rebuild an array, by hand, as PyTorch writes them."""
    out = b"ctorch._utils\n_rebuild_tensor_v2\n((" + number("storage") + b"ctorch\nFloatStorage\n"
    out += number(key) + number("cpu") + number(count) + b"tQ" + number(offset)
    out += b"(" + b"".join(number(n) for n in shape) + b"t(" + b"".join(number(n) for n in strides) + b"t"
    return out + b"\x89ccollections\nOrderedDict\n)RtR"


def torch_zip(body, storage=b"\0" * 8, compress=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as file:
        file.writestr("a/data.pkl", body)
        file.writestr("a/data/0", storage)
        file.writestr("a/version", "3\n")
    return out.getvalue()


def state(*entries):
    return b"\x80\x02}(" + b"".join(number(name) + value for name, value in entries) + b"u."


@attack("code in a pickle, as the whole", "pt")
def _():
    return torch_zip(pickle.dumps(Evil(), 2))


@attack("code in a pickle, beside weights", "pt", 0)
def _():
    return torch_zip(state(("w", tensor(2, [2], [1])), ("x", pickle.dumps(Evil(), 2)[2:-1])))


@attack("code in a pickle, in an array's place", "pt")
def _():
    return torch_zip(state(("w", pickle.dumps(Evil(), 2)[2:-1])))


@attack("code in a bare pickle", "pt")
def _():
    return pickle.dumps(Evil(), 4)


@attack("a storage shorter than declared", "pt")
def _():
    return torch_zip(state(("w", tensor(4, [4], [1]))))


@attack("stride 0: a terabyte out of eight bytes", "pt")
def _():
    return torch_zip(state(("w", tensor(2, [1 << 19, 1 << 19], [0, 0]))))


@attack("an offset before the storage", "pt")
def _():
    return torch_zip(state(("w", tensor(2, [1], [1], offset=-1))))


@attack("sizes beyond 64 bits", "pt")
def _():
    return torch_zip(state(("w", tensor(2, [1 << 40, 1 << 40], [1, 1]))))


@attack("a million arrays of one storage", "pt")
def _():
    body = tensor(1 << 20, [1 << 20], [1])
    return torch_zip(state(*((f"w{n}", body) for n in range(100_000))), b"\0" * (4 << 20))


@attack("a list that holds itself", "pt")
def _():
    return torch_zip(b"\x80\x02]q\x00h\x00a.")


@attack("lists of lists, ten of each, forty deep", "pt")
def _():
    body = b"\x80\x02]q\x00"
    for level in range(40):
        body += b"]q" + bytes([level + 1]) + b"(" + b"h" + bytes([level]) + (b"h" + bytes([level])) * 9 + b"e"
    return torch_zip(body + b".")


@attack("nesting of 100,000", "pt")
def _():
    return torch_zip(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".")


@attack("fifteen million marks", "pt")
def _():
    return torch_zip(b"\x80\x02" + b"(" * 15_000_000 + b".")


# ---------------------------------------------------------------- zip


@attack("zip: a gigabyte of zeros, packed", "pt")
def _():
    return torch_zip(state(("w", tensor(1 << 28, [1 << 28], [1]))), b"\0" * (1 << 30), zipfile.ZIP_DEFLATED)


def patched(change):
    """A good zip with its bytes changed."""
    raw = bytearray(torch_zip(state(("w", tensor(2, [2], [1])))))
    change(raw)
    return bytes(raw)


@attack("zip: two members on one stretch", "pt")
def _():
    def change(raw):
        entry = raw.index(b"PK\1\2", raw.index(b"PK\1\2") + 4)
        raw[entry + 42 : entry + 46] = b"\0\0\0\0"

    return patched(change)


@attack("zip: a name that climbs", "pt")
def _():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("../../data.pkl", b"\x80\x02}.")
    return out.getvalue()


@attack("zip: a name twice", "pt")
def _():
    import warnings

    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as file:
        warnings.simplefilter("ignore")
        file.writestr("a/data.pkl", b"\x80\x02}.")
        file.writestr("a/data.pkl", state(("w", tensor(2, [2], [1]))))
    return out.getvalue()


@attack("zip: headers that disagree", "pt")
def _():
    def change(raw):
        raw[30] = ord("b")

    return patched(change)


@attack("zip: 2^32 members declared", "pt")
def _():
    def change(raw):
        end = raw.rindex(b"PK\5\6")
        raw[end + 8 : end + 12] = b"\xff\xff\xff\xff"

    return patched(change)


@attack("zip: a directory beyond the end", "pt")
def _():
    def change(raw):
        end = raw.rindex(b"PK\5\6")
        raw[end + 12 : end + 20] = b"\xff\xff\xff\x7f\xff\xff\xff\x7f"

    return patched(change)


# ---------------------------------------------------------------- Keras


def keras(config, weights=None):
    out = io.BytesIO()
    with zipfile.ZipFile(KERAS) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.json", good.read("metadata.json"))
        file.writestr("config.json", config if isinstance(config, (str, bytes)) else json.dumps(config))
        file.writestr("model.weights.h5", weights or good.read("model.weights.h5"))
    return out.getvalue()


def functional(layers, **more):
    return {"class_name": "Functional", "config": {"name": "n", "layers": layers, **more}}


@attack("Keras: 10^9 layers, as a number", "keras")
def _():
    return keras(functional(1_000_000_000))


@attack("Keras: a model that calls a model twice, thirty deep: 10^9 layers", "keras")
def _():
    inner = {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3}}
    for level in range(30):
        begin = {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_input_shape": [None, 3]}, "inbound_nodes": []}
        name = inner["name"]
        twice = dict(inner, inbound_nodes=[[["i", 0, 0, {}]], [[name, 0, 0, {}]]])
        config = {"name": f"s{level}", "layers": [begin, twice], "input_layers": [["i", 0, 0]], "output_layers": [[name, 1, 0]]}
        inner = {"class_name": "Functional", "name": f"s{level}", "config": config}
    return keras(inner)


@attack("Keras: 4^9 layers, each model holding four", "keras")
def _():
    inner = {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3, "batch_input_shape": [None, 3]}}
    for level in range(9):
        four = [dict(inner, name=f"{inner['name']}_{n}") for n in range(4)]
        inner = {"class_name": "Sequential", "name": f"s{level}", "config": {"name": f"s{level}", "layers": four}}
    return keras(inner)


@attack("Keras: a million layers", "keras")
def _():
    layer = '{"class_name": "Activation", "config": {"activation": "relu"}}'
    return keras('{"class_name": "Sequential", "config": {"layers": [' + ",".join([layer] * 1_000_000) + "]}}")


@attack("Keras: a kernel of 10^18 numbers", "keras")
def _():
    config = {"filters": 10**9, "kernel_size": [10**9], "strides": [1], "batch_input_shape": [None, 10, 3]}
    layer = {"class_name": "Conv1D", "name": "a", "config": {"name": "a", **config}}
    return keras({"class_name": "Sequential", "config": {"layers": [layer]}})


@attack("Keras: layers in a circle", "keras")
def _():
    def adds(name, of):
        return {"class_name": "Add", "name": name, "config": {"name": name}, "inbound_nodes": [[[of, 0, 0, {}]]]}

    return keras(functional([adds("a", "b"), adds("b", "a")], output_layers=[["a", 0, 0]]))


@attack("Keras: a model within itself by name", "keras")
def _():
    layer = {"class_name": "Functional", "name": "n", "config": {"name": "n", "layers": []}, "inbound_nodes": [[["n", 0, 0, {}]]]}
    return keras(functional([layer], output_layers=[["n", 0, 0]]))


@attack("Keras: code in a Lambda", "keras")
def _():
    import base64
    import marshal

    code = compile(f"__import__('os').system('touch {witness}')", "x", "eval")
    function = [base64.b64encode(marshal.dumps(code)).decode(), None, None]
    layer = {"class_name": "Lambda", "name": "a", "config": {"name": "a", "function": function}, "inbound_nodes": []}
    return keras(functional([layer], output_layers=[["a", 0, 0]]))


@attack("Keras: brackets, ten million deep", "keras")
def _():
    return keras("[" * 10_000_000)


@attack("Keras 2: names of one array, a hundred thousand times", "h5")
def _():
    import h5py
    import numpy as np

    path = work / "many.h5"
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.3.0"
        group = file.create_group("model_weights/a")
        file["model_weights"].attrs["layer_names"] = np.array([b"a"])
        group.create_dataset("w", data=np.zeros(1 << 18, np.float32), compression="gzip")
        for part in range(100):
            group.attrs[f"weight_names{part}"] = np.array([b"w"] * 1000)
    return path.read_bytes()


@attack("Keras 2: an array of 2^60 numbers without a byte", "h5")
def _():
    import h5py
    import numpy as np

    path = work / "huge.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights/a")
        file["model_weights"].attrs["layer_names"] = np.array([b"a"])
        group.create_dataset("w", shape=(1 << 60,), dtype="f4", chunks=(1 << 20,))
        group.attrs["weight_names"] = np.array([b"w"])
    return path.read_bytes()


@attack("Keras 2: a group that holds itself", "h5")
def _():
    import h5py
    import numpy as np

    path = work / "circle.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights")
        group["a"] = group
        group.attrs["layer_names"] = np.array([b"a/a/a/a"])
        group.attrs["weight_names"] = np.array([b"a/a/a"])
    return path.read_bytes()


# ---------------------------------------------------------------- ONNX


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def node(kind, inputs, outputs, attributes=b""):
    return b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs) + field(4, kind) + attributes


def port(name, dims=(1, 3, 90)):
    shape = b"".join(field(1, field(1, d)) for d in dims)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


def array(name, dims, raw, kind=1, more=b""):
    return b"".join(field(1, d) for d in dims) + field(2, kind) + field(8, name) + (field(9, raw) if raw is not None else b"") + more


def onnx(nodes, initializers=(), more=b""):
    graph = b"".join(field(1, n) for n in nodes) + field(2, "g") + b"".join(field(5, i) for i in initializers)
    graph += field(11, port("x")) + field(12, port("y")) + more
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 17))


@attack("ONNX: a length beyond the end", "onnx")
def _():
    return field(1, 8) + varint(7 << 3 | 2) + varint(1 << 40) + b"x"


@attack("ONNX: a tensor of 2^62 numbers", "onnx")
def _():
    return onnx([node("Add", ["x", "w"], ["y"])], [array("w", [1 << 31, 1 << 31], b"\0\0\0\0")])


@attack("ONNX: zeros of a terabyte", "onnx")
def _():
    size = array("s", [2], struct.pack("<qq", 1 << 20, 1 << 20), 7)
    return onnx([node("ConstantOfShape", ["s"], ["z"]), node("Add", ["x", "z"], ["y"])], [size])


@attack("ONNX: a row behind itself, sixty times", "onnx")
def _():
    axis = field(5, field(1, "axis") + field(3, 0) + field(20, 2))
    rows = [node("Concat", [f"r{n}"] * 2, [f"r{n + 1}"], axis) for n in range(60)]
    return onnx(rows + [node("Add", ["x", "r60"], ["y"])], [array("r0", [4], b"\0" * 16)])


@attack("ONNX: operators in a circle", "onnx")
def _():
    return onnx([node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"]), node("Relu", ["a"], ["y"])])


@attack("ONNX: numbers in a second file", "onnx")
def _():
    place = field(13, field(1, "location") + field(2, "/etc/passwd")) + field(14, 1)
    return onnx([node("Add", ["x", "w"], ["y"])], [array("w", [3], None, 1, place)])


@attack("ONNX: a million operators", "onnx")
def _():
    nodes = [node("Relu", [f"t{n}" if n else "x"], [f"t{n + 1}"]) for n in range(1_000_000)]
    return onnx(nodes + [node("Relu", ["t1000000"], ["y"])])


@attack("ONNX: a graph within a graph, a thousand deep", "onnx")
def _():
    graph = b""
    for _ in range(1000):
        inner = field(5, field(1, "body") + field(6, field(1, node("Loop", ["x"], ["y"], graph))) + field(20, 5))
        graph = inner if len(inner) < 1 << 20 else graph
    return onnx([node("Loop", ["x"], ["y"], graph)])


# ---------------------------------------------------------------- safetensors


def safetensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


@attack("safetensors: a header of 2^62 bytes", "safetensors")
def _():
    return safetensors({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"\0" * 4, 1 << 62)


@attack("safetensors: 2^62 numbers in four bytes", "safetensors")
def _():
    return safetensors({"w": {"dtype": "F32", "shape": [1 << 31, 1 << 31], "data_offsets": [0, 4]}}, b"\0" * 4)


@attack("safetensors: a hundred thousand arrays on one stretch", "safetensors")
def _():
    entry = {"dtype": "F32", "shape": [1 << 18], "data_offsets": [0, 1 << 20]}
    return safetensors({f"w{n}": entry for n in range(100_000)}, b"\0" * (1 << 20))


# ---------------------------------------------------------------- all of them


def bounded():
    """What goes wrong must not take the machine with it."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


def measured(path):
    """Status, the first line said, seconds and MiB."""
    out = work / "said"
    start = time.time()
    # What tells its layers comes in with them.
    asked = ["--list"] if path.suffix in (".pt", ".safetensors") else ["--arch", work / "out.arch", "--overwrite"]
    with open(out, "w") as said:
        process = subprocess.Popen(
            [strata, "import", path, *asked], stdout=subprocess.DEVNULL, stderr=said, preexec_fn=bounded)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.time() - start
    lines = out.read_text().splitlines()
    code = os.waitstatus_to_exitcode(status)
    return code, lines, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


rows = ["| attack | bytes | status | seconds | MiB |", "| --- | ---: | ---: | ---: | ---: |"]
failed = []
for index, (name, ending, wanted, make) in enumerate(attacks):
    path = work / f"attack_{index}.{ending}"
    # In a process of its own: what a child of a large process has used is counted from the parent's size on.
    if os.fork() == 0:
        path.write_bytes(make())
        os._exit(0)
    os.wait()
    code, lines, seconds, busy, memory = measured(path)
    first = lines[0] if lines else ""
    errors = sum(line.startswith("error:") for line in lines)
    is_good = code == wanted and errors == (1 if wanted else 0) and busy < 1 and memory < 256 and not witness.exists()
    if not is_good:
        failed.append(name)
    rows.append(f"| {name} | {path.stat().st_size:,} | {code} | {busy:.2f} | {memory:.0f} |")
    print(("      " if is_good else "FAIL  ") + rows[-1], first[:160], f"({seconds:.2f} s)", flush=True)
    path.unlink()
print(f"{len(attacks) - len(failed)} of {len(attacks)} attacks end as they should; the payload "
      + ("WAS RUN" if witness.exists() else "created no file"))
if "--write" in sys.argv:
    page = ROOT / "docs" / "models.md"
    whole = page.read_text()
    begin, end = "<!-- hostile: scripts/hostile_files.py -->", "<!-- end hostile -->"
    before, rest = whole.split(begin)
    page.write_text(before + begin + "\n" + "\n".join(rows) + "\n" + end + rest.split(end)[1])
sys.exit(1 if failed else 0)
