"""What PyTorch says of whole networks: results and gradients in double precision, stored beside this script.

    for n in eqt/seisbench picker/phasenet volcano/rnn volcano/lstm volcano/tcn fwi/resnet_tsc; do
        strata show $n --json > SHOWN/$(basename $n).json
    done
    python make_networks.py SHOWN .

Needs torch, numpy, safetensors and seisbench (2.11, 0.12.6 when this was made). Weights, inputs and the slopes of the
outputs follow from their names by `numbers`, here and in NetworkTests.swift, so that only answers are stored: every
output, and of each gradient its length and up to sixteen of its numbers.
"""

import json
import sys

import numpy as np
import seisbench.models as sbm
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F


def numbers(name, count):
    """Between -1 and 1, from SplitMix64 started with the name's FNV-1a hash."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1


def weight(name, shape):
    """A weight of a size that lets a signal through: by its rank and its name."""
    values = numbers(name, int(np.prod(shape)))
    last = name.split(".")[-1]
    if len(shape) > 1:
        fan = int(np.prod(shape[1:]))
        values = values * np.sqrt((6.0 if last == "weight" else 1.0) / fan)
    elif last == "running_var":
        values = 1 + 0.5 * values
    elif last == "weight":
        values = 1 + 0.2 * values
    elif last == "weight_score":
        values = 0.5 * values
    else:
        values = 0.1 * values
    return torch.tensor(values.astype(np.float32).astype(np.float64).reshape(shape))


def same(x, kernel, stride=1, dilation=1):
    """TensorFlow's padding."""
    n = x.shape[-1]
    total = max((-(-n // stride) - 1) * stride + (kernel - 1) * dilation + 1 - n, 0)
    return F.pad(x, (total // 2, total - total // 2))


class ResNet(nn.Module):
    """dl-4-tsc's, three blocks."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList()
        channels = 2
        for filters in (64, 128, 128):
            block = nn.ModuleDict()
            for index, (into, kernel) in enumerate(((channels, 8), (filters, 5), (filters, 3))):
                block[f"conv{index}"] = nn.Conv1d(into, filters, kernel)
                block[f"norm{index}"] = nn.BatchNorm1d(filters, eps=1e-3)
            if channels != filters:
                block["short"] = nn.Conv1d(channels, filters, 1)
            block["short_norm"] = nn.BatchNorm1d(filters, eps=1e-3)
            self.blocks.append(block)
            channels = filters
        self.dense = nn.Linear(channels, 3)

    def forward(self, x):
        for block in self.blocks:
            y = x
            for index, kernel in enumerate((8, 5, 3)):
                y = block[f"norm{index}"](block[f"conv{index}"](same(y, kernel)))
                if index < 2:
                    y = F.relu(y)
            short = block["short"](x) if "short" in block else x
            x = F.relu(block["short_norm"](short) + y)
        return (torch.softmax(self.dense(x.mean(-1)), -1),)


def volcano_features(x):
    """16 log energies and two derivatives of 4 s frames every 0.5 s at 100 Hz."""
    window = torch.tensor(0.54 - 0.46 * np.cos(2 * np.pi * np.arange(400) / 399)).to(x)
    frames = x[:, 0].unfold(-1, 400, 50) * window
    lines = torch.fft.rfft(frames, 512).abs()
    hertz = np.arange(257) * 100 / 512
    corners = 0.5 * (50 / 0.5) ** (np.arange(18) / 17)
    triangles = [
        np.maximum(0, np.minimum((hertz - a) / (b - a), (c - hertz) / (c - b)))
        for a, b, c in zip(corners, corners[1:], corners[2:])
    ]
    energies = torch.log(1e-10 + lines @ torch.tensor(np.stack(triangles, 1)).to(x)).transpose(1, 2)

    def slope(y):
        p = F.pad(y, (2, 2), mode="replicate")
        n = y.shape[-1]
        return ((p[..., 3 : 3 + n] - p[..., 1 : 1 + n]) + 2 * (p[..., 4 : 4 + n] - p[..., :n])) / 10

    first = slope(energies)
    return torch.cat([energies, first, slope(first)], 1)


class Volcano(nn.Module):
    def __init__(self, memory):
        super().__init__()
        self.memory = memory
        self.out = nn.Conv1d(memory.hidden_size, 5, 1)

    def forward(self, x):
        y, _ = self.memory(volcano_features(x).transpose(1, 2))
        return (torch.softmax(self.out(y.transpose(1, 2)), 1),)


class TCN(nn.Module):
    """keras-tcn's residual blocks, causal, their branches summed."""

    def __init__(self):
        super().__init__()
        self.units = nn.ModuleList()
        for index in range(3):
            unit = nn.ModuleList([nn.Conv1d(48 if index == 0 else 50, 50, 2), nn.Conv1d(50, 50, 2)])
            if index == 0:
                unit.append(nn.Conv1d(48, 50, 1))
            self.units.append(unit)
        self.out = nn.Conv1d(50, 5, 1)

    def forward(self, x):
        x = volcano_features(x)
        total = 0
        for unit, dilation in zip(self.units, (8, 16, 32)):
            y = x
            for conv in unit[:2]:
                y = F.relu(F.conv1d(F.pad(y, (dilation, 0)), conv.weight, conv.bias, dilation=dilation))
            total = total + y
            x = F.relu((unit[2](x) if len(unit) > 2 else x) + y)
        return (torch.softmax(self.out(total), 1),)


def recurrent(prefix, memory, two):
    """Names of ours beside arrays of theirs; with one bias theirs is the first, and the second is zero."""
    pairs = [(prefix + "weight_ih", memory.weight_ih_l0), (prefix + "weight_hh", memory.weight_hh_l0)]
    if two:
        return pairs + [(prefix + "bias_ih", memory.bias_ih_l0), (prefix + "bias_hh", memory.bias_hh_l0)]
    return pairs + [(prefix + "bias", memory.bias_ih_l0)]


def in_order(shown, arrays):
    names = [w["name"] for w in shown["weights"]]
    assert len(names) == len(arrays), (len(names), len(arrays))
    return list(zip(names, arrays))


def parameters_and_statistics(module):
    arrays = []
    for child in module.modules():
        own = dict(child.named_parameters(recurse=False))
        own.update((n, b) for n, b in child.named_buffers(recurse=False) if "running" in n)
        arrays += own.values()
    return arrays


def eqt_arrays(model):
    """In the order of the graph: each picker whole, and an attention's arrays in our order."""
    arrays = []

    def attention(a):
        return [a.Wt, a.Wx, a.bh, a.Wa, a.ba]

    for stage in (model.encoder, model.res_cnn_stack, model.bi_lstm_stack):
        arrays += parameters_and_statistics(stage)
    for transformer in (model.transformer_d0, model.transformer_d):
        arrays += attention(transformer.attention) + [transformer.norm1.gamma, transformer.norm1.beta]
        arrays += parameters_and_statistics(transformer.ff) + [transformer.norm2.gamma, transformer.norm2.beta]
    arrays += parameters_and_statistics(model.decoder_d) + list(model.conv_d.parameters())
    for lstm, pick, decoder, conv in zip(
        model.pick_lstms, model.pick_attentions, model.pick_decoders, model.pick_convs
    ):
        arrays += [lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, lstm.bias_hh_l0]
        arrays += attention(pick) + parameters_and_statistics(decoder) + list(conv.parameters())
    return arrays


def resnet_arrays(model):
    arrays = []

    def norm(n):
        return [n.weight, n.bias, n.running_mean, n.running_var]

    for block in model.blocks:
        for index in range(3):
            conv = block[f"conv{index}"]
            arrays += [conv.weight, conv.bias] + norm(block[f"norm{index}"])
        if "short" in block:
            arrays += [block["short"].weight, block["short"].bias]
        arrays += norm(block["short_norm"])
    return arrays + [model.dense.weight, model.dense.bias]


def phasenet_arrays(model):
    """The way down pairs each level with its shortening; the way up lengthening with its convolution."""
    arrays = list(model.inc.parameters())

    def norm(n):
        return [n.weight, n.bias, n.running_mean, n.running_var]

    arrays += norm(model.in_bn)
    for conv_same, norm_1, conv_down, norm_2 in model.down_branch:
        arrays += list(conv_same.parameters()) + norm(norm_1)
        if conv_down is not None:
            arrays += list(conv_down.parameters()) + norm(norm_2)
    for conv_up, norm_1, conv_same, norm_2 in model.up_branch:
        arrays += list(conv_up.parameters()) + norm(norm_1) + list(conv_same.parameters()) + norm(norm_2)
    return arrays + list(model.out.parameters())


def answers_of(model, shape, pairs, training, input, dtype):
    """Results and gradients with arrays filled by their names; statistics that a forward pass moves are filled anew."""
    model = model.to(dtype).train(training)
    pairs = pairs()
    with torch.no_grad():
        for array in model.parameters():
            array.grad = None
            array.zero_()
        for ours, theirs in pairs:
            transposed = theirs.dim() == 2 and ours.split(".")[-1] in ("weight_query", "weight_key")
            wanted = list(theirs.shape[::-1] if transposed else theirs.shape)
            if ours.split(".")[-1] == "weight_score":
                wanted = [theirs.numel()]
            if theirs.dim() == 2 and theirs.shape[1] == 1 and "layer_norm" in ours:
                wanted = [theirs.numel()]
            values = weight(ours, wanted)
            theirs.copy_(values.T if transposed else values.reshape(theirs.shape))
    x = torch.tensor(numbers(input, int(np.prod(shape))).reshape(shape), dtype=dtype, requires_grad=True)
    results = model(x)
    answers = {}
    total = 0
    for index, result in enumerate(results):
        slopes = torch.tensor(numbers(f"slopes.{index}", result.numel()).reshape(result.shape), dtype=dtype)
        total = total + (result * slopes).sum()
        answers[f"output.{index}"] = result
    total.backward()

    def sampled(key, array):
        flat = array.detach().reshape(-1)
        step = max(1, -(-flat.numel() // 16))
        answers[f"gradient.{key}"] = torch.cat([flat.norm()[None], flat[::step]])

    for ours, theirs in pairs:
        if theirs.grad is not None:
            grad = theirs.grad.T if ours.split(".")[-1] in ("weight_query", "weight_key") else theirs.grad
            sampled(ours, grad)
    sampled("input", x.grad)
    return {key: np.ascontiguousarray(value.detach().double().numpy()) for key, value in answers.items()}


def distance(single, double):
    """How far the gradients of single precision are from those of double, as NetworkTests.swift measures it."""
    largest = max(value[0] for key, value in double.items() if key.startswith("gradient."))
    return max(
        np.abs(single[key] - value).max() / max(np.abs(value).max(), largest / 1000)
        for key, value in double.items() if key.startswith("gradient."))


class Margin:
    """How near any sum before a relu comes to zero."""

    def __enter__(self):
        self.nearest = float("inf")
        self.relus = (torch.relu, F.relu)

        def watched(x, *rest):
            self.nearest = min(self.nearest, x.detach().abs().min().item())
            return self.relus[0](x)

        torch.relu = F.relu = watched
        return self

    def __exit__(self, *problem):
        torch.relu, F.relu = self.relus


def measure(out, file, name, model, shape, pairs, training=False):
    """Where a sum lies so near to zero that single precision puts it on the other side of a relu, every gradient before
    it differs, in PyTorch too. Of sixteen inputs the one is taken whose sums stay away furthest, and how far PyTorch's
    own single precision is from its double is stored as `single`."""
    best = (-1, None, None)
    for input in ["input"] + [f"input {n}" for n in range(2, 17)]:
        with Margin() as margin:
            answers = answers_of(model, shape, pairs, training, input, torch.float64)
        best = max(best, (margin.nearest, input, answers), key=lambda entry: entry[0])
        if margin.nearest == float("inf"):
            break
    nearest, input, answers = best
    error = distance(answers_of(model, shape, pairs, training, input, torch.float32), answers)
    arrays = {key: value.astype(np.float32) for key, value in answers.items()}
    save_file(arrays, f"{out}/{file}.safetensors", metadata={
        "network": name, "mode": "training" if training else "inference", "input": input, "single": f"{error:.2e}",
        "window": str(shape[-1]) if "volcano" not in file else ""})
    print(f"{file}: {input}, sums stay {nearest:.1e} away; PyTorch's own gradients differ by {error:.1e}")


def main(shown_folder, out):
    def shown(name):
        with open(f"{shown_folder}/{name}.json") as file:
            return json.load(file)

    eqt = sbm.EQTransformer()
    measure(
        out, "eqt_seisbench", "eqt/seisbench", eqt, (2, 3, 6000), lambda: in_order(shown("seisbench"), eqt_arrays(eqt)))
    for training in (False, True):
        kind = "training" if training else "inference"
        net = sbm.PhaseNet()
        net.activation = lambda x: F.relu(x)
        # Shorter by a multiple of 4^4 samples its paddings are the same, and fewer sums come near to zero.
        window = 441 if training else 3001
        wrapped = type("Tuple", (nn.Module,), {"forward": lambda self, x: (self.net(x),)})()
        wrapped.net = net
        measure(
            out, f"phasenet_{kind}", "picker/phasenet", wrapped, (2, 3, window),
            lambda: in_order(shown("phasenet"), phasenet_arrays(net)), training)
        resnet = ResNet()
        measure(
            out, f"resnet_{kind}", "fwi/resnet_tsc", resnet, (3, 2, 64),
            lambda: in_order(shown("resnet_tsc"), resnet_arrays(resnet)), training)
    for name, memory in (("rnn", nn.RNN(48, 140, batch_first=True)), ("lstm", nn.LSTM(48, 210, batch_first=True))):
        volcano = Volcano(memory)

        def pairs():
            return recurrent("memory.", memory, False) + [
                ("class.conv.weight", volcano.out.weight), ("class.conv.bias", volcano.out.bias)]

        measure(out, f"volcano_{name}", f"volcano/{name}", volcano, (2, 1, 2950), pairs)
    tcn = TCN()
    measure(
        out, "volcano_tcn", "volcano/tcn", tcn, (2, 1, 4950), lambda: in_order(shown("tcn"), list(tcn.parameters())))


main(*sys.argv[1:])
