"""What PyTorch says of single layers: results and gradients in double precision, stored beside this script.

    python make_layers.py .

Needs torch, numpy and safetensors (torch 2.11 when this was made). Inputs, weights and the slopes of the output follow
from their names by `numbers`, here and in FrameworkTests.swift, so that only answers are stored.
"""

import json
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn import functional as F

BATCH = 3
answers = {}
cases = []


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


def case(layer, arguments, shapes, weights, function, mode="inference"):
    """One use of a layer; the function takes the inputs and the weights, in order."""
    prefix = f"{len(cases)}."
    inputs = [
        torch.tensor(2 * numbers(f"x{i}", BATCH * int(np.prod(s))).reshape([BATCH] + s), requires_grad=True)
        for i, s in enumerate(shapes)
    ]
    arrays = {}
    for name, shape in weights.items():
        values = numbers(name, int(np.prod(shape))).reshape(shape)
        values = 1 + values / 2 if name == "running_var" else values / 2
        arrays[name] = torch.tensor(values, requires_grad="running" not in name)
    result = function(*inputs, *arrays.values())
    slopes = torch.tensor(numbers("slopes", result.numel()).reshape(result.shape))
    (result * slopes).sum().backward()
    answers[prefix + "output"] = result
    for i, x in enumerate(inputs):
        answers[prefix + f"x{i}"] = x.grad
    for name, array in arrays.items():
        if array.grad is not None:
            answers[prefix + name] = array.grad
    cases.append({"layer": layer, "arguments": arguments, "shapes": shapes, "mode": mode})


def conv(arguments, shape, filters, kernel, **torch_arguments):
    groups = torch_arguments.get("groups", 1)
    function = F.conv1d if len(shape) == 2 else F.conv2d
    kernels = [kernel] * (len(shape) - 1)
    case(
        "conv", {"filters": filters, "kernel": kernel, **arguments}, [shape],
        {"weight": [filters, shape[0] // groups] + kernels, "bias": [filters]},
        lambda x, w, b: function(x, w, b, **torch_arguments))


conv({"padding": "same"}, [3, 20], 5, 7, padding="same")
conv({"padding": "valid", "stride": 3}, [2, 23], 4, 5, stride=3)
conv({"padding": 4, "dilation": 2}, [2, 17], 3, 4, padding=4, dilation=2)
conv({"padding": 1, "groups": 2, "stride": 2}, [4, 19], 6, 3, padding=1, groups=2, stride=2)
conv({"padding": 2, "stride": 2}, [3, 11, 14], 4, 5, padding=2, stride=2)
conv({"padding": "same", "dilation": 2}, [2, 9, 8], 3, 3, padding="same", dilation=2)


def conv_transpose(arguments, shape, filters, kernel, **torch_arguments):
    function = F.conv_transpose1d if len(shape) == 2 else F.conv_transpose2d
    case(
        "conv_transpose", {"filters": filters, "kernel": kernel, **arguments}, [shape],
        {"weight": [shape[0], filters] + [kernel] * (len(shape) - 1), "bias": [filters]},
        lambda x, w, b: function(x, w, b, **torch_arguments))


conv_transpose({"stride": 4}, [3, 12], 2, 7, stride=4)
conv_transpose({"stride": 2, "padding": 1}, [2, 9], 3, 4, stride=2, padding=1)
conv_transpose({"stride": 2}, [2, 4, 5], 3, 3, stride=2)

case("max_pool", {"size": 3, "stride": 2, "padding": "valid"}, [[3, 20]], {}, lambda x: F.max_pool1d(x, 3, 2))
case("max_pool", {"size": 3, "stride": 2, "padding": "ceil"}, [[3, 10, 13]], {}, lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True))
case("max_pool", {"size": 2}, [[3, 17]], {}, lambda x: F.max_pool1d(x, 2, ceil_mode=True))
case("average_pool", {"size": 3, "stride": 1}, [[2, 9, 8]], {}, lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False))
case("average_pool", {"size": 4, "padding": "valid"}, [[2, 18]], {}, lambda x: F.avg_pool1d(x, 4))
case("upsample", {"factor": 3}, [[2, 7]], {}, lambda x: F.interpolate(x, scale_factor=3, mode="nearest"))
case("dense", {"units": 6}, [[11]], {"weight": [6, 11], "bias": [6]}, F.linear)

for word, function in {
    "relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu, "gelu": F.gelu, "silu": F.silu, "mish": F.mish, "sigmoid": torch.sigmoid,
    "tanh": torch.tanh, "softmax": lambda x: F.softmax(x, 1), "log_softmax": lambda x: F.log_softmax(x, 1),
}.items():
    case(word, {}, [[4, 19]], {}, function)

norm = {"weight": [5], "bias": [5]}
running = {**norm, "running_mean": [5], "running_var": [5]}
case("batch_norm", {}, [[5, 18]], running, lambda x, w, b, m, v: F.batch_norm(x, m, v, w, b, eps=1e-3))
case(
    "batch_norm", {}, [[5, 6, 7]], running,
    lambda x, w, b, m, v: F.batch_norm(x, m.clone(), v.clone(), w, b, training=True, eps=1e-3), mode="training")
case("layer_norm", {}, [[5, 18]], norm, lambda x, w, b: F.layer_norm(x.transpose(1, 2), [5], w, b, 1e-5).transpose(1, 2))
case("group_norm", {"groups": 2}, [[6, 18]], {"weight": [6], "bias": [6]}, lambda x, w, b: F.group_norm(x, 2, w, b))
case("group_norm", {"groups": 5}, [[5, 6, 7]], norm, lambda x, w, b: F.group_norm(x, 5, w, b))
case("group_norm", {"groups": 2}, [[8]], {"weight": [8], "bias": [8]}, lambda x, w, b: F.group_norm(x, 2, w, b))
case("instance_norm", {}, [[3, 21]], {}, lambda x: F.instance_norm(x))
case("instance_norm", {"scale": True, "epsilon": 0.1}, [[5, 6, 7]], norm, lambda x, w, b: F.instance_norm(x, weight=w, bias=b, eps=0.1))
case(
    "local_response_norm", {"size": 5, "alpha": 0.5, "k": 2.0}, [[7, 6, 9]], {},
    lambda x: F.local_response_norm(x, 5, alpha=0.5, beta=0.75, k=2.0))


def recurrent(layer, module, gates, arguments, channels, units, time, both=False):
    shapes = {}
    for way in ["forward.", "backward."] if both else [""]:
        shapes |= {
            way + "weight_ih": [gates * units, channels], way + "weight_hh": [gates * units, units],
            way + "bias_ih": [gates * units], way + "bias_hh": [gates * units]}

    def function(x, *weights):
        memory = module(channels, units, batch_first=True, bidirectional=both).double()
        names = [n for n, _ in memory.named_parameters()]
        y, _ = torch.func.functional_call(memory, dict(zip(names, weights)), (x.transpose(1, 2),))
        return y.transpose(1, 2)

    case(layer, {"units": units, "biases": "two", "bidirectional": both, **arguments}, [[channels, time]], shapes, function)


recurrent("rnn", torch.nn.RNN, 1, {}, 3, 18, 20)
recurrent("lstm", torch.nn.LSTM, 4, {}, 4, 7, 18)
recurrent("lstm", torch.nn.LSTM, 4, {}, 3, 17, 5, both=True)
recurrent("gru", torch.nn.GRU, 3, {"reset": "after"}, 3, 6, 17)
recurrent("gru", torch.nn.GRU, 3, {"reset": "after"}, 2, 16, 6, both=True)


def attention(causal):
    def function(x, *weights):
        wq, bq, wk, bk, wv, bv, wo, bo = weights
        y = x.permute(2, 0, 1)
        mask = torch.triu(torch.ones(len(y), len(y), dtype=torch.bool), 1) if causal else None
        result, _ = F.multi_head_attention_forward(
            y, y, y, 6, 2, torch.cat([wq, wk, wv]), torch.cat([bq, bk, bv]), None, None, False, 0.0, wo, bo,
            attn_mask=mask)
        return result.permute(1, 2, 0)

    shapes = {}
    for part in ("query", "key", "value", "output"):
        shapes |= {f"weight_{part}": [6, 6], f"bias_{part}": [6]}
    case("attention", {"heads": 2, "causal": causal}, [[6, 19]], shapes, function)


attention(False)
attention(True)

arrays = {k: np.ascontiguousarray(v.detach().numpy().astype(np.float32)) for k, v in answers.items()}
save_file(arrays, f"{sys.argv[1]}/layers.safetensors", metadata={"cases": json.dumps(cases)})
print(len(cases), "cases", sum(a.nbytes for a in arrays.values()), "bytes")
