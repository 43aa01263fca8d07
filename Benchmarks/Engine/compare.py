"""Strata beside PyTorch and ONNX Runtime, interleaved: one round of each, then the next.

usage: python compare.py STRATA ARCHITECTURES [--rounds 7] [--threads 2] [--only NAME]

STRATA is a release build of the program, ARCHITECTURES the folder of the catalogue. Medians over the rounds. PyTorch's
training step has the loss and the backward pass, no optimizer, as Strata's. `of peak`: the share of the processors'
multiply-adds, counted as if nothing were saved by folding. `threads`: two beside one. MiB: the most that a process had.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent


def networks(torch):
    import seisbench.models as sbm
    import torch.nn as nn

    class LSTM(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(48, 210, batch_first=True)
            self.head = nn.Linear(210, 5)

        def forward(self, x):
            return torch.softmax(self.head(self.lstm(x.transpose(1, 2))[0]), -1)

    class Causal(nn.Module):
        def __init__(self, inputs, dilation):
            super().__init__()
            self.pad = dilation
            self.first = nn.Conv1d(inputs, 50, 2, dilation=dilation)
            self.second = nn.Conv1d(50, 50, 2, dilation=dilation)
            self.short = nn.Conv1d(inputs, 50, 1) if inputs != 50 else nn.Identity()

        def forward(self, x):
            y = torch.relu(self.first(nn.functional.pad(x, (self.pad, 0))))
            y = torch.relu(self.second(nn.functional.pad(y, (self.pad, 0))))
            return torch.relu(self.short(x) + y), y

    class TCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.units = nn.ModuleList([Causal(48, 8), Causal(50, 16), Causal(50, 32)])
            self.head = nn.Conv1d(50, 5, 1)

        def forward(self, x):
            skips = 0
            for unit in self.units:
                x, skip = unit(x)
                skips = skips + skip
            return torch.softmax(self.head(skips), 1)

    class Residual(nn.Module):
        def __init__(self, inputs, filters):
            super().__init__()
            layers = []
            width = inputs
            for kernel in (8, 5, 3):
                layers += [nn.BatchNorm1d(width, eps=1e-3), nn.ReLU(), nn.Conv1d(width, filters, kernel, padding="same")]
                width = filters
            self.branch = nn.Sequential(*layers)
            self.short = nn.Conv1d(inputs, filters, 1) if inputs != filters else nn.Identity()

        def forward(self, x):
            return self.short(x) + self.branch(x)

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(Residual(2, 64), Residual(64, 128), Residual(128, 128))
            self.head = nn.Linear(128, 3)

        def forward(self, x):
            return torch.softmax(self.head(self.body(x).mean(-1)), -1)

    return {
        "EQTransformer": ("eqt/seisbench.arch", sbm.EQTransformer, (3, 6000), 32),
        "PhaseNet": ("picker/phasenet.arch", sbm.PhaseNet, (3, 3001), 32),
        "LSTM 210": (HERE / "lstm.arch", LSTM, (48, 600), 16),
        "TCN": (HERE / "tcn.arch", TCN, (48, 600), 16),
        "ResNet": ("fwi/resnet.arch", ResNet, (2, 1024), 64),
    }


def strata(arguments, path, batch, threads):
    command = [arguments.strata, "bench", str(path), "--batch", str(batch), "--threads", str(threads)]
    done = subprocess.run(command + ["--json", "--repeat", "3"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def torch_times(torch, model, x):
    model.train()
    times = []
    for _ in range(4):
        start = time.perf_counter()
        model.zero_grad()
        outputs = model(x)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        sum((y * y).mean() for y in outputs).backward()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def peak_memory():
    """MiB that this process had at most; what getrusage says includes the program that started it."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def torch_memory(arguments, name):
    """The same of a process that does nothing but PyTorch's training steps."""
    command = [sys.executable, __file__, arguments.strata, str(arguments.architectures), "--only", name, "--memory"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def onnx_session(torch, model, x, threads):
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        torch.onnx.export(model.eval(), (x,), path, dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        return onnxruntime.InferenceSession(path, options)


def onnx_time(session, x):
    feed = {session.get_inputs()[0].name: x.numpy()}
    times = []
    for _ in range(4):
        start = time.perf_counter()
        session.run(None, feed)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("strata")
    parser.add_argument("architectures", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only")
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(arguments.threads)
    if not arguments.memory:
        print(
            "| network | train, windows/s | PyTorch | times | of peak | threads | infer, windows/s | ONNX Runtime | times "
            "| MiB | PyTorch's |")
        print("|" + " --- |" * 11)
    for name, (path, make, shape, batch) in networks(torch).items():
        if arguments.only and arguments.only != name:
            continue
        path = path if isinstance(path, pathlib.Path) else arguments.architectures / path
        model = make()
        x = torch.randn(batch, *shape)
        if arguments.memory:
            torch_times(torch, model, x)
            print(peak_memory())
            return
        try:
            session = onnx_session(torch, model, x, arguments.threads)
        except Exception as problem:
            print(f"{name}: no ONNX model: {problem}", file=sys.stderr)
            session = None
        rows = []
        for _ in range(arguments.rounds):
            ours = strata(arguments, path, batch, arguments.threads)
            alone = strata(arguments, path, batch, 1)["train"]["windows_per_s"]
            theirs = batch / torch_times(torch, model, x)
            onnx = batch / onnx_time(session, x) if session else float("nan")
            rows.append((ours, theirs, onnx, ours["train"]["windows_per_s"] / alone))
        train = statistics.median(row[0]["train"]["windows_per_s"] for row in rows)
        share = statistics.median(row[0]["train"]["gflop_per_s"] / row[0]["peak_gflop_per_s"] for row in rows)
        infer = statistics.median(row[0]["infer"]["windows_per_s"] for row in rows)
        memory = statistics.median(row[0]["peak_rss_mib"] for row in rows)
        scaling = statistics.median(row[3] for row in rows)
        torch_rate = statistics.median(row[1] for row in rows)
        onnx_rate = statistics.median(row[2] for row in rows)
        print(
            f"| {name} | {train:.0f} | {torch_rate:.0f} | {train / torch_rate:.2f} | {share:.0%} "
            f"| {scaling:.2f} | {infer:.0f} | {onnx_rate:.0f} | {infer / onnx_rate:.2f} | {memory:.0f} "
            f"| {torch_memory(arguments, name):.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
