#!/usr/bin/env python3
"""GoogLeNet beside PyTorch: windows a second, training and predicting, two threads, in turns, medians.

    Benchmarks/Engine/googlenet.py STRATA [ROUNDS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BATCH = 8


class Inception(nn.Module):
    def __init__(self, channels, one, thin_3, three, thin_5, five, pooled):
        super().__init__()
        self.one = nn.Conv2d(channels, one, 1)
        self.thin_3, self.three = nn.Conv2d(channels, thin_3, 1), nn.Conv2d(thin_3, three, 3, padding=1)
        self.thin_5, self.five = nn.Conv2d(channels, thin_5, 1), nn.Conv2d(thin_5, five, 5, padding=2)
        self.pooled = nn.Conv2d(channels, pooled, 1)

    def forward(self, x):
        return torch.cat(
            [
                F.relu(self.one(x)), F.relu(self.three(F.relu(self.thin_3(x)))),
                F.relu(self.five(F.relu(self.thin_5(x)))), F.relu(self.pooled(F.max_pool2d(x, 3, 1, 1))),
            ], 1)


class GoogLeNet(nn.Module):
    LEVELS = [
        [(192, 64, 96, 128, 16, 32, 32), (256, 128, 128, 192, 32, 96, 64)],
        [
            (480, 192, 96, 208, 16, 48, 64), (512, 160, 112, 224, 24, 64, 64), (512, 128, 128, 256, 24, 64, 64),
            (512, 112, 144, 288, 32, 64, 64), (528, 256, 160, 320, 32, 128, 128),
        ],
        [(832, 256, 160, 320, 32, 128, 128), (832, 384, 192, 384, 48, 128, 128)],
    ]

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 64, 7, 2, 3), nn.Conv2d(64, 64, 1)
        self.third, self.norm = nn.Conv2d(64, 192, 3, padding=1), nn.LocalResponseNorm(5)
        self.levels = nn.ModuleList(nn.Sequential(*[Inception(*sizes) for sizes in level]) for level in self.LEVELS)
        self.drop, self.last = nn.Dropout(0.4), nn.Linear(1024, 1000)

    def forward(self, x):
        x = self.norm(F.max_pool2d(F.relu(self.first(x)), 3, 2, 1))
        x = self.norm(F.relu(self.third(F.relu(self.second(x)))))
        for level in self.levels:
            x = level(F.max_pool2d(x, 3, 2, 1))
        return self.last(self.drop(x.mean((2, 3))))


def speed(step, repeats=5):
    step()
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - begun)
    return BATCH / statistics.median(seconds)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    torch.set_num_threads(2)
    model = GoogLeNet()
    pictures, classes = torch.randn(BATCH, 3, 224, 224), torch.randint(0, 1000, (BATCH,))
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9)

    def train():
        model.train()
        optimizer.zero_grad()
        F.cross_entropy(model(pictures), classes).backward()
        optimizer.step()

    def infer():
        model.eval()
        with torch.inference_mode():
            model(pictures)

    network = ROOT / "architectures/image/googlenet.arch"
    rounds = []
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 3):
        done = subprocess.run(
            [sys.argv[1], "bench", str(network), "--batch", str(BATCH), "--threads", "2", "--repeat", "5", "--json"],
            capture_output=True, text=True, check=True, env=dict(os.environ))
        ours = json.loads(done.stdout)
        rounds.append((
            ours["train"]["windows_per_s"], speed(train), ours["infer"]["windows_per_s"], speed(infer)))
    a, b, c, d = (statistics.median(column) for column in zip(*rounds))
    print(f"GoogLeNet, batch {BATCH}, two threads, PyTorch {torch.__version__}, medians of {len(rounds)} rounds")
    print(f"train  {a:6.1f} windows/s  PyTorch {b:6.1f}  {a / b:.2f} times")
    print(f"infer  {c:6.1f} windows/s  PyTorch {d:6.1f}  {c / d:.2f} times")


main()
