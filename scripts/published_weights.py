"""Keras weights of a published network as Strata's. Usage: python published_weights.py STRATA MODEL.h5 NETWORK
OUT.safetensors (needs h5py, numpy and safetensors).

Layers are matched by walking both graphs from their outputs back, inputs in their order, each layer with weights when
it is first finished; kinds and shapes must agree on the way. Names are never looked at.
"""

import json
import subprocess
import sys

import h5py
import numpy as np
from safetensors.numpy import save_file

strata, model, network, out = sys.argv[1:]
shown = json.loads(subprocess.run([strata, "show", network, "--json"], capture_output=True, check=True).stdout)


def keras_walk(file):
    config = json.loads(file.attrs["model_config"])["config"]
    layers = {layer["name"]: layer for layer in config["layers"]}
    done = []

    def visit(name):
        if name in done:
            return
        for node in layers[name]["inbound_nodes"][:1]:
            for inbound in node:
                visit(inbound[0])
        done.append(name)

    for name, *_ in config["output_layers"]:
        visit(name)
    weights = file["model_weights"]
    for name in done:
        arrays = {}
        for path in weights[name].attrs["weight_names"]:
            path = path.decode() if isinstance(path, bytes) else path
            arrays[path] = np.asarray(weights[name][path])
        if arrays:
            yield layers[name]["class_name"], list(arrays.items())


def strata_walk():
    layers = {layer["path"]: layer for layer in shown["layers"]}
    shapes = {weight["name"]: tuple(weight["shape"]) for weight in shown["weights"]}
    # A layer's weights stand under its path, those of a layer of two directions one step further down.
    own = {path: [] for path in layers}
    for name in shapes:
        own[max((path for path in layers if name.startswith(path + ".")), key=len)].append(name)
    done = []

    def visit(path):
        if path in done or path not in layers:
            return
        for inbound in layers[path]["inputs"]:
            visit(inbound)
        done.append(path)

    for layer in shown["layers"]:
        visit(layer["path"])
    return [(layers[path]["kind"], own[path]) for path in done if own[path]], shapes


KINDS = {
    "Conv1D": "conv", "BatchNormalization": "batch_norm", "Bidirectional": "lstm", "LSTM": "lstm",
    "SeqSelfAttention": "self_attention", "FeedForward": "feed_forward", "LayerNormalization": "layer_norm",
}


def converted(kind, arrays):
    """The arrays in Strata's layout and order."""
    if kind == "Conv1D":
        return [arrays[0].transpose(2, 1, 0), *arrays[1:]]
    if kind in ("LSTM", "Bidirectional"):
        return [array.T for array in arrays]
    if kind == "SeqSelfAttention":
        query, key, bias, score, score_bias = arrays
        return [query.T, key.T, bias, score[:, 0], score_bias]
    if kind == "FeedForward":
        return [array.T for array in arrays]
    return arrays


with h5py.File(model) as file:
    theirs = list(keras_walk(file))
ours, shapes = strata_walk()
if len(theirs) != len(ours):
    sys.exit(f"{model} has {len(theirs)} layers with weights, {network} has {len(ours)}")
tensors = {}
for (kind, arrays), (own_kind, names) in zip(theirs, ours):
    values = converted(kind, [value for _, value in arrays])
    if not own_kind.endswith(KINDS[kind]) or [v.shape for v in values] != [shapes[n] for n in names]:
        sys.exit(f"the walks part at {arrays[0][0]} ({kind}) and {names[0]} ({own_kind})")
    tensors |= {name: np.ascontiguousarray(value, "f4") for name, value in zip(names, values)}
save_file(tensors, out)
print(f"{out}: {sum(value.size for value in tensors.values())} numbers of {len(tensors)} arrays")
