"""What Captum says of five small networks, for RelevanceTests. Needs torch, captum and numpy.

Captum's LRP has no rule for Conv1d, so each network is written with Conv2d of height 1; DeepLIFT and integrated gradients
run on Conv1d itself. The networks are written as Strata's texts beside their weights, in the order of the text.

    python captum_twins.py captum_twins.safetensors
"""
import json
import struct
import sys
import warnings

import numpy as np
import torch
import torch.nn as nn
from captum.attr import LRP, DeepLift, IntegratedGradients

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
LENGTH, CHANNELS = 32, 3
NETWORKS = [
    [("conv", 4, 5, 1), ("max", 2), ("dense", 1)],
    [("conv", 6, 3, 1), ("max", 2), ("conv", 4, 3, 1), ("max", 2), ("dense", 2)],
    [("conv", 4, 7, 1), ("average", 2), ("conv", 4, 3, 1), ("dense", 8), ("dense", 2)],
    [("conv", 5, 4, 2), ("conv", 4, 3, 2), ("dense", 3)],
    [("conv", 4, 9, 1), ("max", 2), ("conv", 6, 7, 1), ("max", 2), ("conv", 8, 3, 1), ("max", 2), ("dense", 12), ("dense", 3)],
]


class Twin(nn.Module):
    """Layers before and after flattening, which Captum has no rule for."""

    def __init__(self, modules):
        super().__init__()
        cut = modules.index(None)
        self.front, self.back = nn.Sequential(*modules[:cut]), nn.Sequential(*modules[cut + 1:])

    def forward(self, x):
        return self.back(self.front(x).flatten(1))


def build(spec, flat):
    """The network with Conv1d, or with Conv2d of height 1; its text; which layers have weights."""
    modules, text, channels, length, vector = [], ["x"], CHANNELS, LENGTH, None
    for index, layer in enumerate(spec):
        last = index == len(spec) - 1
        if layer[0] == "conv":
            _, filters, kernel, stride = layer
            pad = kernel // 2 if stride == 1 else 0
            modules += [
                nn.Conv1d(channels, filters, kernel, stride, pad) if flat
                else nn.Conv2d(channels, filters, (1, kernel), (1, stride), (0, pad)),
                nn.ReLU(),
            ]
            padding = "same" if stride == 1 else "valid"
            text.append(f"conv({filters}, {kernel}, stride: {stride}, padding: {padding}, activation: relu)")
            length = length if stride == 1 else (length - kernel) // stride + 1
            channels = filters
        elif layer[0] in ("max", "average"):
            kind = {("max", True): nn.MaxPool1d(2), ("average", True): nn.AvgPool1d(2),
                    ("max", False): nn.MaxPool2d((1, 2)), ("average", False): nn.AvgPool2d((1, 2))}[layer[0], flat]
            modules.append(kind)
            text.append(f"{layer[0]}_pool(2)")
            length //= 2
        else:
            if vector is None:
                modules.append(None)
                text.append("flatten(order: channels)")
                vector = channels * length
            modules.append(nn.Linear(vector, layer[1]))
            if not last:
                modules.append(nn.ReLU())
            text.append(f"dense({layer[1]}{'' if last else ', activation: relu'})")
            vector = layer[1]
    body = f"    input x: [{CHANNELS}, {LENGTH}] at 100 Hz\n    output y = " + " -> ".join(text)
    return Twin(modules).eval(), "network Twin {\n" + body + "\n}\n"


arrays, notes = {}, {}
for number, spec in enumerate(NETWORKS):
    torch.manual_seed(number)
    flat, text = build(spec, True)
    tall, _ = build(spec, False)
    for parameter in flat.parameters():
        if parameter.ndim == 1:
            nn.init.uniform_(parameter, -0.2, 0.2)
    for a, b in zip(flat.parameters(), tall.parameters()):
        b.data = a.data.reshape(b.shape).clone()
    x = torch.randn(1, CHANNELS, LENGTH)
    start = 0.3 * torch.randn(1, CHANNELS, LENGTH)
    y = flat(x)
    target = int(y.abs().argmax())
    lrp = LRP(tall).attribute(x[:, :, None], target=target)
    lift = DeepLift(flat).attribute(x, start, target=target)
    integrated = IntegratedGradients(flat).attribute(x, start, target=target, n_steps=256, method="gausslegendre")
    notes[f"network.{number}"], notes[f"target.{number}"] = text, str(target)
    named = [("x", x), ("start", start), ("y", y), ("lrp", lrp), ("deeplift", lift), ("integrated", integrated)]
    named += [(f"weight.{i}", p) for i, p in enumerate(flat.parameters())]
    for name, value in named:
        arrays[f"{number}.{name}"] = value.detach().numpy().astype(np.float32).reshape(-1)

header, offset = {"__metadata__": notes}, 0
for name, value in arrays.items():
    header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
    offset += value.nbytes
head = json.dumps(header).encode()
head += b" " * (-len(head) % 8)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(head)) + head + b"".join(v.tobytes() for v in arrays.values()))
