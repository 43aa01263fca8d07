"""Makes landmarks.json: the layers of the published networks as their own frameworks build them.

usage: landmarks.py FOLDER landmarks.json

FOLDER holds one JSON file a network, listing every layer with its type, output shape and parameters as Keras or
PyTorch (SeisBench) report them. Shapes are written here without the batch, channels first; layers of one kind, shape
and size are counted together.
"""

import collections
import json
import pathlib
import sys

KERAS = {
    "Conv1D": "conv", "MaxPooling1D": "max_pool", "BatchNormalization": "batch_norm", "Add": "add", "LSTM": "lstm",
    "GRU": "gru", "SeqSelfAttention": "self_attention", "LayerNormalization": "layer_norm",
    "FeedForward": "feed_forward", "UpSampling1D": "upsample", "Cropping1D": "crop", "SpatialDropout1D": "dropout",
    "GlobalAveragePooling1D": "global_average_pool", "Dense": "dense",
}
TORCH = {
    "Conv1d": "conv", "ConvTranspose1d": "conv_transpose", "MaxPool1d": "max_pool", "BatchNorm1d": "batch_norm",
    "LSTM": "lstm", "CustomLSTM": "lstm", "SeqSelfAttention": "self_attention", "LayerNormalization": "layer_norm",
    "FeedForward": "feed_forward", "Upsample": "upsample", "Linear": "dense", "Softmax": "softmax",
}
CATALOGUE = {
    "eqt_keras_trainer_default_2bilstm": "eqt/eqt", "eqt_keras_3bilstm": "eqt/conservative",
    "eqtransformer_seisbench": "eqt/seisbench", "eqtransformer_seisbench_original_2lstm": "eqt/seisbench_original",
    "earthml_salvation_bc": "eqt/salvation", "earthml_genesis": "eqt/genesis", "earthml_vanilla": "eqt/vanilla",
    "earthml_gru_reset_after_false": "eqt/gru", "earthml_gru_reset_after_true": "eqt/gru_reset_after",
    "earthml_4x4": "eqt/4x4", "earthml_2lstm": "eqt/2lstm", "earthml_bclos": "eqt/bclos", "earthml_bo": "eqt/bo",
    "earthml_partial_vanilla_derived": "eqt/partial_vanilla",
    "earthml_kernel_size_changed": "eqt/kernel_size_changed",
    "earthml_nb_filters_changed_trainer": "eqt/nb_filters_changed_trainer", "resnet_dl4tsc_1024x2": "fwi/resnet_tsc",
    "phasenet_seisbench": "picker/phasenet", "gpd_seisbench": "picker/gpd",
}


def first(shape):
    """A layer that returns several arrays is known by the first."""
    while isinstance(shape[0], list):
        shape = shape[0]
    return shape


def keras(model):
    recurrent = "gru" if "gru" in model["model"] else "lstm"
    for layer in model["layers"]:
        kind = recurrent if layer["type"] == "Bidirectional" else KERAS.get(layer["type"])
        if kind:
            yield kind, first(layer["output"])[:0:-1], layer["params"]


def torch(model):
    for layer in model["layers"]:
        kind = TORCH.get(layer["type"])
        if kind is None or (kind == "dense" and ".ff." in layer["name"]):
            continue
        shape = first(layer["output"])
        shape = [shape[2], shape[0]] if kind == "lstm" else shape[1:]
        # A module's running statistics count with its weights, as in Keras.
        fixed = sum(s[0] for n, s in layer["buffers_own"].items() if s)
        yield kind, shape, layer["params_total"] + fixed


def main(folder, target):
    networks = {}
    for stem, name in sorted(CATALOGUE.items(), key=lambda item: item[1]):
        model = json.loads((pathlib.Path(folder) / (stem + ".json")).read_text())
        layers = collections.Counter((k, tuple(s), p) for k, s, p in (torch if "torch" in model else keras)(model))
        networks[name] = {
            "trainable": model["trainable"],
            "fixed": model.get("non_trainable", model.get("bn_running_stats")),
            "layers": [[k, list(s), p, n] for (k, s, p), n in sorted(layers.items())],
        }
    lines = []
    for name, network in networks.items():
        layers = ",\n".join("      " + json.dumps(layer) for layer in network["layers"])
        lines.append(
            f'  {json.dumps(name)}: {{\n    "trainable": {network["trainable"]}, "fixed": {network["fixed"]},\n'
            f'    "layers": [\n{layers}\n    ]\n  }}'
        )
    pathlib.Path(target).write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
