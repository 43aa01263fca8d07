"""What comes in and goes out, measured against the frameworks themselves; writes the tables of docs/models.md.

    python scripts/foreign_models.py STRATA WORK [--published FOLDER] [--write] [PART…]

STRATA is the binary, WORK a folder for what is made on the way. Parts: published, rounding, seisbench, keras, pytorch, layers,
zoo; all by default. --published names a folder with EqT_model.h5, EqT_model2.h5 and model_pol_best.hdf5. Seconds are
those of STRATA, or of the binary that STRATA_TIMED names, where STRATA is a debug build. --write puts the tables between
the markers in docs/models.md. Needs numpy, safetensors, onnx, onnxruntime, torch, seisbench, obspy, tf_keras and keras.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
published = None
if "--published" in sys.argv:
    published = pathlib.Path(sys.argv[sys.argv.index("--published") + 1])
    arguments.remove(str(published))
strata, work, *parts = arguments
work = pathlib.Path(work).resolve()
work.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(16)
tables = {}


def run(*words, check=True):
    result = subprocess.run([strata, *map(str, words)], capture_output=True, text=True)
    if check and result.returncode:
        sys.exit(f"strata {' '.join(map(str, words))}\n{result.stderr}")
    return result


def filled(network, target, shift=0.3):
    """Numbers for every weight: what it starts with, moved a little, and statistics as a trained network has them."""
    run("export", network, "--safetensors", target, "--overwrite")
    weights = load_file(target)
    for name, value in weights.items():
        if name.endswith("running_var"):
            weights[name] = rng.uniform(0.5, 1.5, value.shape).astype(np.float32)
        else:
            size = shift * max(float(np.abs(value).mean()), 0.03)
            weights[name] = (value + size * rng.standard_normal(value.shape)).astype(np.float32)
    save_file(weights, target)


def answers(network, weights, x):
    """The outputs by their names, dropout off."""
    np.save(work / "x.npy", x)
    words = ["run", network, "--weights", weights, "--input", work / "x.npy", "--output", work / "y.npz", "--overwrite"]
    if run(*words, "--set", "dropout.always=false", check=False).returncode:
        run(*words)
    with np.load(work / "y.npz") as file:
        return {name: file[name] for name in file.files}


def largest(mine, theirs):
    return max(float(np.abs(np.asarray(a).reshape(-1) - np.asarray(b).reshape(-1)).max()) for a, b in zip(mine, theirs))


def text(value):
    return f"{value:.1e}".replace("e-0", "e-")


def windows(count, length, scale):
    """Windows of ObsPy's example record (BW.RJOB, 30 s of a local earthquake) at several places; where it has ended it
    goes on backwards."""
    import obspy

    stream = obspy.read()
    data = np.stack([stream.select(component=c)[0].data.astype(np.float64) for c in scale["order"]])
    data = np.concatenate([data, data[:, ::-1], data], 1)
    while data.shape[1] < length:
        data = np.concatenate([data, data[:, ::-1]], 1)
    result = np.zeros((count, 3, length))
    for index in range(count):
        start = index * (data.shape[1] - length) // max(1, count - 1)
        piece = data[:, start : start + length]
        result[index] = piece - piece.mean(1, keepdims=True)
    size = result.std((2,), keepdims=True) if scale["by"] == "std" else np.abs(result).max((1, 2), keepdims=True)
    return (result / size).astype(np.float32)


# ---------------------------------------------------------------- published weights


def keras_eqt(path):
    """A published EQTransformer in tf_keras, its own layers written anew, its dropout off."""
    import h5py
    import tensorflow as tf
    import tf_keras as K

    class SeqSelfAttention(K.layers.Layer):
        def __init__(self, units=32, attention_width=None, **rest):
            super().__init__(name=rest.get("name"))
            self.units, self.width = units, attention_width

        def build(self, shape):
            c, u = shape[-1], self.units
            names = [("Wt", (c, u)), ("Wx", (c, u)), ("bh", (u,)), ("Wa", (u, 1)), ("ba", (1,))]
            self.parts = [self.add_weight(name=n, shape=s) for n, s in names]

        def call(self, x):
            wt, wx, bh, wa, ba = self.parts
            pairs = tf.tanh(tf.expand_dims(x @ wt, 2) + tf.expand_dims(x @ wx, 1) + bh)
            energy = tf.squeeze(pairs @ wa + ba, -1)
            share = tf.exp(energy - tf.reduce_max(energy, -1, keepdims=True))
            if self.width:
                places = tf.range(tf.shape(x)[1])
                low = tf.expand_dims(places - self.width // 2, -1)
                band = (places >= low) & (places < low + self.width)
                share *= tf.cast(band, tf.float32)
            return (share / (tf.reduce_sum(share, -1, keepdims=True) + K.backend.epsilon())) @ x

    class FeedForward(K.layers.Layer):
        def __init__(self, units, **rest):
            super().__init__(name=rest.get("name"))
            self.units = units

        def build(self, shape):
            c, u = shape[-1], self.units
            self.parts = [self.add_weight(name=n, shape=s) for n, s in [("W1", (c, u)), ("b1", (u,)), ("W2", (u, c)), ("b2", (c,))]]

        def call(self, x):
            w1, b1, w2, b2 = self.parts
            return tf.nn.relu(x @ w1 + b1) @ w2 + b2

    class LayerNormalization(K.layers.Layer):
        def __init__(self, epsilon=1e-14, **rest):
            super().__init__(name=rest.get("name"))
            self.small = epsilon

        def build(self, shape):
            self.parts = [self.add_weight(name=n, shape=shape[-1:]) for n in ("gamma", "beta")]

        def call(self, x):
            mean = tf.reduce_mean(x, -1, keepdims=True)
            spread = tf.reduce_mean(tf.square(x - mean), -1, keepdims=True)
            return (x - mean) / tf.sqrt(spread + self.small) * self.parts[0] + self.parts[1]

    own = {c.__name__: c for c in (SeqSelfAttention, FeedForward, LayerNormalization)}
    with h5py.File(path) as file:
        config = file.attrs["model_config"]
    config = config.decode() if isinstance(config, bytes) else config
    config = config.replace('{"training": true}', '{"training": false}')
    model = K.models.model_from_json(config, custom_objects=own)
    model.load_weights(path)
    return model


def keras_gpd(path):
    """What lies within the wrapper for three cards."""
    import h5py
    import tf_keras as K

    with h5py.File(path) as file:
        config = json.loads(file.attrs["model_config"])
        inner = next(l for l in config["config"]["layers"] if l["class_name"] == "Sequential")
        model = K.models.model_from_json(json.dumps(inner))
        group = file["model_weights"][inner["name"] if "name" in inner else inner["config"]["name"]]
        arrays = {n.decode() if isinstance(n, bytes) else n: None for n in group.attrs["weight_names"]}
        arrays = {n: np.asarray(group[n]) for n in arrays}
    for layer in model.layers:
        mine = [v for n, v in arrays.items() if n.split("/")[0] in (layer.name, layer.name + "_1")]
        if mine:
            layer.set_weights(mine)
    return model


def seisbench_with(network, weights, class_name):
    """The same weights in SeisBench, by way of its cache's two files."""
    import seisbench.models as sbm

    run("export", network, "--weights", weights, "--seisbench", work / "sb", "--overwrite")
    model = getattr(sbm, class_name).load(work / "sb")
    model.eval()
    return model


def ask(model, x):
    import torch

    with torch.no_grad():
        said = model(torch.tensor(x))
    return [np.asarray(y) for y in (said if isinstance(said, tuple) else (said,))]


def part_published():
    rows = ["| file | network | arrays | seconds to import | to tf.keras | to SeisBench, the same weights | tf.keras to SeisBench |"]
    rows += ["| --- | --- | --- | --- | --- | --- | --- |"]
    for file, network, class_name, length in [
        ("EqT_model.h5", "eqt/conservative", "EQTransformer", 6000),
        ("EqT_model2.h5", "eqt", "EQTransformer", 6000),
        ("model_pol_best.hdf5", "picker/gpd", "GPD", 400),
    ]:
        weights = work / "published.safetensors"
        words = ["import", published / file, "--as", network, "--output", weights, "--overwrite"]
        said = run(*words).stdout
        start = time.time()
        subprocess.run([os.environ.get("STRATA_TIMED", strata), *map(str, words)], capture_output=True, check=True)
        seconds = time.time() - start
        count = said.split(" arrays")[0]
        is_gpd = class_name == "GPD"
        x = windows(6 if is_gpd else 3, length, {"order": "NEZ" if is_gpd else "ENZ", "by": "peak" if is_gpd else "std"})
        mine = list(answers(network, weights, x).values())
        model = keras_gpd(published / file) if is_gpd else keras_eqt(published / file)
        theirs = model(np.moveaxis(x, 1, -1), training=False)
        theirs = [np.asarray(y) for y in (theirs if isinstance(theirs, (list, tuple)) else [theirs])]
        keras = largest(mine, theirs)
        torch = ask(seisbench_with(network, weights, class_name), x)
        bench, between = largest(mine, torch), largest(theirs, torch)
        rows.append(f"| `{file}` | `{network}` | {count} | {seconds:.2f} | {text(keras)} | {text(bench)} | {text(between)} |")
        print(rows[-1], flush=True)
    tables["published"] = rows


def part_rounding():
    """Whose rounding it is: windows in double precision (SeisBench's network as float64) beside all three programs, and
    how far the exact answer itself moves when every number that goes in, or every weight, moves by half a unit in its
    last place: no program in float32 can be sure of less."""
    import torch

    rows = ["| windows | file | Strata | tf.keras | SeisBench | Strata to tf.keras | Strata to SeisBench "
            "| input moved | weights moved |"]
    rows += ["| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    kinds = {"whole": windows(3, 6000, {"order": "ENZ", "by": "std"})}
    gains = {}
    kinds |= {"30 s in zeros": in_zeros(3000), "6 s in zeros": in_zeros(600)}
    for title, x in kinds.items():
        for file, network in [("EqT_model.h5", "eqt/conservative"), ("EqT_model2.h5", "eqt")]:
            weights = work / "published.safetensors"
            run("import", published / file, "--as", network, "--output", weights, "--overwrite")
            bench = seisbench_with(network, weights, "EQTransformer")
            single = ask(bench, x)
            keras = [np.asarray(y) for y in keras_eqt(published / file)(np.moveaxis(x, 1, -1), training=False)]
            mine = list(answers(network, weights, x).values())
            double = bench.double()
            exact = ask(double, x.astype(np.float64))
            cells = [largest(found, exact) for found in (mine, keras, single)]
            cells += [largest(mine, keras), largest(mine, single)]
            cells.append(largest(ask(double, moved(x.astype(np.float64))), exact))
            for value in double.parameters():
                value.data = torch.tensor(moved(value.detach().numpy()))
            cells.append(largest(ask(double, x.astype(np.float64)), exact))
            rows.append(f"| {title} | `{file}` | {' | '.join(map(text, cells))} |")
            print(rows[-1], flush=True)
            # The kernel of each output: what comes to it is multiplied by so much in all.
            kernels = [v for v in load_file(weights).values() if v.shape == (1, 8, 11)]
            gains[file] = ", ".join(f"{np.abs(kernel).sum():.0f}" for kernel in kernels)
    said = "; ".join(f"`{file}` {gain}" for file, gain in gains.items())
    rows += ["", f"Sum of the magnitudes in the last kernel of detection, P and S: {said}."]
    tables["rounding"] = rows


def moved(values):
    """Each number up or down by half a unit in the last place of a float32."""
    return values * (1 + rng.choice([-1.0, 1.0], values.shape) * 2.0**-24)


def in_zeros(length):
    """So many samples of ObsPy's example record at three places of a window that is zeros elsewhere."""
    import obspy

    stream = obspy.read()
    piece = np.stack([stream.select(component=c)[0].data[:length].astype(np.float64) for c in "ENZ"])
    result = np.zeros((3, 3, 6000))
    for index, start in enumerate((0, 1500, 3000)):
        result[index, :, start : start + length] = piece - piece.mean(1, keepdims=True)
    return (result / result.std(2, keepdims=True)).astype(np.float32)


# ---------------------------------------------------------------- SeisBench


def part_seisbench():
    import seisbench.models as sbm
    import torch

    rows = ["| network of SeisBench | here | arrays | in | out |", "| --- | --- | --- | --- | --- |"]
    torch.manual_seed(16)
    for title, model, network, shape in [
        ("EQTransformer()", sbm.EQTransformer(), "eqt/seisbench", (3, 6000)),
        ("EQTransformer(original_compatible='non-conservative')",
         sbm.EQTransformer(original_compatible="non-conservative", lstm_blocks=2), "eqt/seisbench_original", (3, 6000)),
        ("EQTransformer(original_compatible='conservative')",
         sbm.EQTransformer(original_compatible="conservative", lstm_blocks=3), "eqt/seisbench_conservative", (3, 6000)),
        ("PhaseNet()", sbm.PhaseNet(), "picker/phasenet", (3, 3001)),
        ("GPD()", sbm.GPD(), "picker/gpd", (3, 400)),
        ("OBSTransformer()", sbm.OBSTransformer(), "eqt/obstransformer", (3, 6000)),
        ("EQTP()", sbm.EQTP(), "eqt/eqtp", (3, 12000)),
        ("VariableLengthPhaseNet()", sbm.VariableLengthPhaseNet(), "picker/phasenet_variable", (3, 600)),
        ("LFEDetect()", sbm.LFEDetect(), "picker/lfe_detect", (3, 600)),
        ("PhaseNetLight()", sbm.PhaseNetLight(), "picker/phasenet_light", (3, 3001)),
        ("DepthPhaseNet()", sbm.DepthPhaseNet(), "picker/depth_phasenet", (3, 3001)),
        ("DKPN()", sbm.DKPN(), "picker/dkpn", (5, 3001)),
        ("BasicPhaseAE()", sbm.BasicPhaseAE(), "picker/basic_phase_ae", (3, 600)),
        ("Skynet()", sbm.Skynet(), "picker/skynet", (3, 30000)),
        ("DPPDetector()", sbm.DPPDetector(), "dpp/detector", (3, 480)),
        ("DPPPicker('P')", sbm.DPPPicker("P"), "dpp/picker_p", (1, 160)),
        ("DPPPicker('S')", sbm.DPPPicker("S"), "dpp/picker_s", (2, 200)),
        ("CRED()", sbm.CRED(), "detector/cred", (3, 76, 41)),
        ("CRED(original_compatible=True)", sbm.CRED(original_compatible=True), "detector/cred_original", (3, 76, 41)),
        ("DeepDenoiser()", sbm.DeepDenoiser(), "denoiser/deepdenoiser", (2, 31, 201)),
        ("SeisDAE()", sbm.SeisDAE(), "denoiser/seisdae", (2, 31, 201)),
    ]:
        for name, value in model.named_buffers():
            if name.endswith("running_mean"):
                value.data.normal_(0, 0.1)
            if name.endswith("running_var"):
                value.data.uniform_(0.5, 1.5)
        model.eval()
        torch.save(model.state_dict(), work / "from.pt")
        weights = work / "from.safetensors"
        said = run("import", work / "from.pt", "--as", network, "--output", weights, "--overwrite").stdout
        if len(shape) == 2 and shape[0] == 3:
            x = windows(2, shape[1], {"order": "ZNE", "by": "peak" if "GPD" in title else "std"})
        else:  # what a network reads that reads no waveforms of three components
            x = rng.standard_normal((2, *shape)).astype(np.float32)
        mine = list(answers(network, weights, x).values())
        came = largest(mine, ask(model, x))
        went = ""
        if title.split("(")[0] in ("EQTransformer", "PhaseNet", "GPD"):
            went = text(largest(mine, ask(seisbench_with(network, weights, title.split("(")[0]), x)))
        rows.append(f"| `{title}` | `{network}` | {said.split(' arrays')[0]} | {text(came)} | {went} |")
        print(rows[-1], flush=True)
    tables["seisbench"] = rows


# ---------------------------------------------------------------- layer by layer

SEQUENCES = """conv(4, 5)
conv(4, 4, padding: valid, bias: false, activation: gelu)
conv(4, 3, dilation: 2, padding: causal)
conv(4, 5, stride: 3)
conv(6, 3, groups: 3, padding: 2, activation: elu)
conv_transpose(4, 5, stride: 2)
conv_transpose(4, 4, stride: 2, padding: same, activation: relu)
conv_transpose(4, 5, stride: 2, padding: 1)
batch_norm(epsilon: 0.01)
batch_norm(scale: false)
layer_norm
local_response_norm(3)
relu
sigmoid
tanh
elu(alpha: 0.7)
leaky_relu(slope: 0.2)
hard_sigmoid
gelu
softmax
log_softmax
max_pool(2)
max_pool(3, stride: 2)
max_pool(3, stride: 2, padding: valid)
max_pool(3, padding: ceil)
average_pool(3)
average_pool(2, padding: valid)
global_max_pool
global_average_pool -> dense(4, activation: tanh)
upsample(3)
crop(2, 1)
pad(1, 2)
pad(1, 2, with: 0.5)
concat(x, axis: time)
conv(4, 3) as a -> relu -> dropout(0.5) -> concat(a)
conv(6, 3) as a -> add(x, x)
multiply(x)
subtract(x)
rnn(4)
gru(4)
gru(4, reset: before, bidirectional: true)
gru(4, biases: two)
lstm(4)
lstm(3, bidirectional: true, biases: two)
lstm(4, recurrent_activation: hard_sigmoid)
self_attention(4)
self_attention(4, width: 3)
attention(2)
attention(3, causal: true, bias: false)
feed_forward(5)
feed_forward(5, activation: gelu)
positional_encoding
deltas(2)
log_filter_bank(bands: 4, window: 64 samples, hop: 8 samples, low: 2 Hz)""".split("\n")
FIXED = ["flatten -> dense(3)", "flatten(order: time) -> dense(3)", "reshape([3, 180]) -> conv(2, 3)", "transpose -> conv(2, 3)", "crop(to: 31)"]
IMAGES = ["conv(3, [3, 5]) -> relu -> max_pool(2) -> batch_norm", "average_pool([2, 3]) -> global_average_pool -> dense(2)", "upsample([2, 3])", "flatten -> dense(2)"]


def layers(open_length):
    size = "T" if open_length else "90"
    for layer in SEQUENCES:
        yield layer, f"input x: [6, {size}] at 100 Hz", [(6, 90), (6, 131)] if open_length else [(6, 90)]
    for layer in FIXED:
        yield layer, "input x: [6, 90] at 100 Hz", [(6, 90)]
    for layer in IMAGES:
        yield layer, "input x: [2, 12, 18]", [(2, 12, 18)]


def write(layer, port):
    (work / "layer.arch").write_text(f"/// One layer.\nnetwork One {{\n    {port}\n    output y = x -> {layer}\n}}\n")
    return work / "layer.arch"


def keras_difference(load, network, weights, path, x):
    """To what Keras says with the file that went out, and to what comes back; or why it does not go."""
    said = run("export", network, "--weights", weights, "--keras", path, "--overwrite", check=False)
    if said.returncode:
        return None, said.stderr.splitlines()[0]
    mine = answers(network, weights, x)["y"]
    theirs = np.asarray(load(path, compile=False)(np.moveaxis(x, 1, -1), training=False))
    theirs = np.moveaxis(theirs, -1, 1) if theirs.ndim > 2 else theirs
    back = work / "back.safetensors"
    run("import", path, "--arch", work / "back.arch", "--output", back, "--overwrite")
    again = answers(work / "back.arch", back, x)
    return largest([mine], [theirs]), largest([mine], list(again.values()))


def part_keras():
    import keras
    import tf_keras

    rows = ["| layer | Keras 3, `.keras` | back again | Keras 2, `.h5` | back again |", "| --- | --- | --- | --- | --- |"]
    refused = {"3": [], "2": []}
    for layer, port, shapes in layers(False):
        network, weights = write(layer, port), work / "layer.safetensors"
        filled(network, weights)
        x = rng.standard_normal((2,) + shapes[0]).astype(np.float32)
        cells = []
        for version, load, ending in [("3", keras.saving.load_model, "keras"), ("2", tf_keras.models.load_model, "h5")]:
            there, back = keras_difference(load, network, weights, work / f"layer.{ending}", x)
            if there is None:
                refused[version].append(layer)
                print(layer, back, flush=True)
            cells += ["refused", ""] if there is None else [text(there), text(back)]
        if any(cell not in ("refused", "") for cell in cells):
            rows.append(f"| `{layer}` | {' | '.join(cells)} |")
            print(rows[-1], flush=True)
    both = [layer for layer in refused["3"] if layer in refused["2"]]
    rows += ["", "Refused by their path in both: " + ", ".join(f"`{layer}`" for layer in both) + "."]
    tables["keras"] = rows


# ---------------------------------------------------------------- ONNX


def onnx_difference(network, weights, shapes, path):
    """The checker's word, and the largest difference to ONNX Runtime over two batches and all shapes."""
    import onnx
    import onnxruntime

    said = run("export", network, "--weights", weights, "--onnx", path, "--overwrite", check=False)
    if said.returncode:
        return None, said.stderr.splitlines()[0]
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (1, 3):
        for shape in shapes:
            x = rng.standard_normal((batch,) + shape).astype(np.float32)
            theirs = session.run(None, {session.get_inputs()[0].name: x})
            mine = answers(network, weights, x)
            worst = max(worst, largest([mine[o.name] for o in session.get_outputs()], theirs))
    return worst, None


def there_and_back(network, weights, path, shape, rate):
    """Metadata and node names taken away, in again: how far the curves are apart, and how many layers differ."""
    import onnx

    model = onnx.load(str(path))
    del model.metadata_props[:]
    for node in model.graph.node:
        node.name = ""
    onnx.save(model, str(path))
    back = work / "back.safetensors"
    said = run("import", path, "--arch", work / "back.arch", "--output", back, "--rate", rate, "--overwrite", check=False)
    if said.returncode:
        return "not: " + said.stderr.splitlines()[0], ""
    x = rng.standard_normal((1,) + shape).astype(np.float32)
    off = largest(list(answers(network, weights, x).values()), list(answers(work / "back.arch", back, x).values()))
    there, here = kinds(network), kinds(work / "back.arch")
    left = [f"{there[k] - here[k]} {k}" for k in sorted(there | here) if there[k] != here[k]]
    return text(off), ", ".join(left) or "nothing"


def kinds(network):
    """How many layers of each kind."""
    shown = json.loads(run("show", network, "--json").stdout)
    return collections.Counter(layer["kind"] for layer in shown["layers"])


def part_layers():
    rows = ["| layer | largest difference to ONNX Runtime |", "| --- | --- |"]
    for layer, port, shapes in layers(True):
        network, weights = write(layer, port), work / "layer.safetensors"
        filled(network, weights)
        worst, refusal = onnx_difference(network, weights, shapes, work / "layer.onnx")
        rows.append(f"| `{layer}` | {refusal or text(worst)} |")
        print(rows[-1], flush=True)
    tables["onnx-layers"] = rows


def part_zoo():
    rows = ["| network | ONNX Runtime | there and back | layers left out |", "| --- | --- | --- | --- |"]
    for entry in sorted(json.loads(run("zoo", "--json").stdout), key=lambda e: e["parameters"]["trainable"]):
        name = entry["name"]
        shown = json.loads(run("show", name, "--json").stdout)
        port = shown["inputs"][0]
        sizes = [str(s) for s in port["shape"]]
        open_sizes = not all(s.isdigit() for s in sizes)
        shapes = [tuple(int(s) if s.isdigit() else length for s in sizes) for length in ((900, 1337) if open_sizes else (0,))]
        weights, path = work / "zoo.safetensors", work / "zoo.onnx"
        filled(name, weights, shift=0.1)
        worst, refusal = onnx_difference(name, weights, shapes, path)
        rate = port.get("rate") or 100
        back, left = ("", "") if refusal else there_and_back(name, weights, path, shapes[0], rate)
        rows.append(f"| `{name}` | {refusal or text(worst)} | {back} | {left} |")
        print(rows[-1], flush=True)
    tables["onnx-zoo"] = rows


def part_pytorch():
    import seisbench.models as sbm
    import torch

    rows = ["| network, `torch.onnx.export(…, dynamo=True)` | nodes | layers here | largest difference |"]
    rows += ["| --- | --- | --- | --- |"]
    torch.manual_seed(17)
    for title, model, length in [("PhaseNet", sbm.PhaseNet(), 3001), ("GPD", sbm.GPD(), 400), ("EQTransformer", sbm.EQTransformer(), 6000)]:
        import onnx

        for name, value in model.named_buffers():
            if name.endswith("running_mean"):
                value.data.normal_(0, 0.1)
            if name.endswith("running_var"):
                value.data.uniform_(0.5, 1.5)
        model.eval()
        x = windows(1, length, {"order": "ZNE", "by": "peak" if title == "GPD" else "std"})
        path = work / "torch.onnx"
        torch.onnx.export(model, (torch.tensor(x),), str(path), dynamo=True, external_data=False, verbose=False)
        run("import", path, "--arch", work / "torch.arch", "--output", work / "torch.safetensors", "--rate", 100, "--overwrite")
        run("check", work / "torch.arch")
        mine = list(answers(work / "torch.arch", work / "torch.safetensors", x).values())
        count = len(json.loads(run("show", work / "torch.arch", "--json").stdout)["layers"])
        rows.append(f"| {title} | {len(onnx.load(str(path)).graph.node)} | {count} | {text(largest(mine, ask(model, x)))} |")
        print(rows[-1], flush=True)
    tables["pytorch"] = rows


def put():
    """Puts the tables that were made between their markers."""
    page = ROOT / "docs" / "models.md"
    whole = page.read_text()
    for name, rows in tables.items():
        begin, end = f"<!-- {name}: scripts/foreign_models.py -->", f"<!-- end {name} -->"
        if begin not in whole:
            sys.exit(f"docs/models.md has no place for the table '{name}'")
        before, rest = whole.split(begin)
        whole = before + begin + "\n" + "\n".join(rows) + "\n" + end + rest.split(end)[1]
    page.write_text(whole)


for name in parts or ["seisbench", "keras", "pytorch", "layers", "zoo"] + (["published", "rounding"] if published else []):
    print(f"-- {name}", flush=True)
    globals()["part_" + name]()
if "--write" in sys.argv:
    put()
