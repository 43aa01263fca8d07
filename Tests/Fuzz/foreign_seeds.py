"""Seeds for the fuzzers of foreign files, from the fixtures: foreign_seeds.py FuzzPickle FOLDER. Python alone."""
import glob
import io
import json
import pickle
import shutil
import struct
import sys
import zipfile

name, folder = sys.argv[1:]
# What PyTorch's pickle says of an array of two numbers, and what calls a function.
ARRAY = (
    b"\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
    b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02tQK\x00K\x02\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtRs."
)
CALL = b"\x80\x02cposix\nsystem\n(X\x04\x00\x00\x00truetR."


def put(base, contents):
    with open(f"{folder}/{base}", "wb") as file:
        file.write(contents)


def zipped(body, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        file.writestr("a/data.pkl", body)
        file.writestr("a/byteorder", "little")
        file.writestr("a/data/0", b"\0" * 8)
    return out.getvalue()


def small_models(config):
    """A model of each layer alone: what is small is changed more often in a second."""
    for layer in config["config"]["layers"]:
        kept = {key: value for key, value in layer["config"].items() if not key.endswith(("er", "int", "dtype"))}
        alone = {"class_name": layer["class_name"], "config": {**kept, "batch_input_shape": [None, 90, 3]}}
        whole = {"class_name": "Sequential", "config": {"layers": [alone]}}
        yield layer["class_name"], json.dumps(whole, separators=(",", ":")).encode()


def field(number, value):
    def varint(value):
        out = b""
        while value > 127:
            out, value = out + bytes([value & 127 | 128]), value >> 7
        return out + bytes([value])

    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def small_graphs():
    """ONNX models of one operator each, with numbers that it can take."""
    numbers = {"w": [4, 3, 5], "k": [3, 2, 2], "m": [3, 4], "G": [1, 12, 3], "Q": [1, 12, 4], "v": [3], "b": [4], "W": [1, 16, 3], "R": [1, 16, 4], "one": [1]}
    sizes = {"axis": [1], "order": [2], "ends": [1, 3, 180], "pads": [0, 0, 1, 0, 0, 2], "shape": [1, -1]}
    operators = """Conv:x w b kernel_shape=5 pads=2,2|ConvTranspose:x k strides=2|Gemm:f m b|MatMul:t m|Relu:x|Softmax:x axis=1
        BatchNormalization:x v v v v|LayerNormalization:t v v axis=2|MaxPool:x kernel_shape=2 strides=2|GlobalAveragePool:x
        AveragePool:x kernel_shape=3 pads=1,1|LSTM:t W R hidden_size=4|GRU:t G Q hidden_size=4
        Transpose:x perm=0,2,1|Reshape:x shape|Flatten:x axis=1|Slice:x axis order order|Pad:x pads|Concat:x x axis=1
        Add:x x|Mul:x one|Sub:x x|Div:x one|Squeeze:x axis|Unsqueeze:x axis|Resize:x - - ends|ReduceMean:x axes=2
        ReduceMax:x axes=2|LRN:x size=3|Gather:shape axis|Shape:x|Erf:x|Log:x|Sqrt:x|Cast:x to=1|Elu:x|HardSigmoid:x"""
    for text in operators.replace("\n", "|").split("|"):
        kind, rest = text.strip().split(":")
        words = rest.split()
        body = b"".join(field(1, word.strip("-")) for word in words if "=" not in word) + field(2, "y") + field(4, kind)
        for word in words:
            if "=" in word:
                key, value = word.split("=")
                listed = key in ("kernel_shape", "pads", "strides", "perm", "axes")
                values = b"".join(field(8 if listed else 3, int(part)) for part in value.split(","))
                body += field(5, field(1, key) + values)
        graph = field(1, body) + field(2, "g")
        if "t" in words:
            # Time first for recurrences, channels last for norms and products.
            order = [2, 0, 1] if "hidden_size=4" in words else [0, 2, 1]
            turn = field(1, "x") + field(2, "t") + field(4, "Transpose")
            turn += field(5, field(1, "perm") + b"".join(field(8, axis) for axis in order))
            graph = field(1, turn) + graph
        for title, shape in list(numbers.items()) + list(sizes.items()):
            if title not in words:
                continue
            count = len(shape) if title in sizes else 1
            for size in shape if title in numbers else []:
                count *= size
            raw = b"".join(struct.pack("<q", n) for n in shape) if title in sizes else b"\0\0\0\x3f" * count
            dims = b"".join(field(1, n) for n in ([count] if title in sizes else shape))
            graph += field(5, dims + field(2, 7 if title in sizes else 1) + field(8, title) + field(9, raw))
        for number, title, shape in [(11, "f" if kind == "Gemm" else "x", [1, 3] + [90] * (kind != "Gemm")), (12, "y", [1])]:
            dims = b"".join(field(1, field(1, n)) for n in shape)
            graph += field(number, field(1, title) + field(2, field(1, field(1, 1) + field(2, dims))))
        yield kind, field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 17))


if name == "FuzzPickle":
    values = [{"w": [1, -2, 2.5], "b": (None, True)}, list(range(300)), {"a": {"b": {"c": "text" * 20}}}, {1, 2}, b"bytes"]
    for index, value in enumerate(values):
        for protocol in (2, 3, 4, 5):
            put(f"{index}_{protocol}", pickle.dumps(value, protocol=protocol))
    put("tensor", ARRAY)
    put("call", CALL)
if name in ("FuzzZip", "FuzzForeign"):
    for base, body in [("array", ARRAY), ("call", CALL)]:
        put(base + "_stored.pt", zipped(body, zipfile.ZIP_STORED))
        put(base + "_deflated.pt", zipped(body, zipfile.ZIP_DEFLATED))
if name == "FuzzForeign":
    entries = {"__metadata__": {"a": "b"}, "w": {"dtype": "F16", "shape": [2, 1], "data_offsets": [0, 4]}}
    header = json.dumps(entries).encode()
    put("two.safetensors", struct.pack("<Q", len(header)) + header + b"\0" * 4)
    for path in glob.glob("Tests/ForeignTests/Fixtures/*_files/*.[hko]*"):
        shutil.copy(path, folder)
if name in ("FuzzONNX", "FuzzForeign"):
    for base, contents in small_graphs():
        put(base + ".onnx", contents)
for path in glob.glob("Tests/ForeignTests/Fixtures/keras_files/*.keras"):
    base = path.rsplit("/", 1)[-1]
    if name == "FuzzZip":
        shutil.copy(path, folder)
    if name == "FuzzKerasConfig":
        whole = zipfile.ZipFile(path).read("config.json")
        put(base + ".json", whole)
        for layer, contents in small_models(json.loads(whole)):
            put(layer + ".json", contents)
