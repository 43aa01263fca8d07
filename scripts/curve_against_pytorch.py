"""A small PhaseNet trained by Strata and by PyTorch on the same data from the same weights: python
curve_against_pytorch.py STRATA FOLDER [STEPS]

All training traces make one batch, so that both see the same data in every step. Needs torch, h5py, pandas,
safetensors; never part of the tests."""
import csv, json, pathlib, subprocess, sys
import h5py
import numpy as np
import pandas as pd
import torch
from safetensors.numpy import save_file
from torch import nn

strata, folder = sys.argv[1], pathlib.Path(sys.argv[2])
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 40
folder.mkdir(parents=True, exist_ok=True)
ARCH = f"""network SmallPhaseNet {{
    input waveform: [3, 3000] at 100 Hz
    level = waveform -> conv(8, 7, bias: false) as a -> batch_norm(epsilon: 1e-3) as an -> relu
    low = level -> conv(8, 7, stride: 4, bias: false) as b -> batch_norm(epsilon: 1e-3) as bn -> relu
        -> conv(16, 7, bias: false) as c -> batch_norm(epsilon: 1e-3) as cn -> relu
    output phase: [3, 3000] = low -> upsample(4) -> conv(8, 7, bias: false) as d -> batch_norm(epsilon: 1e-3) as dn
        -> relu -> concat(level, axis: channels) -> conv(3, 1) as e -> softmax
    learn phase from pick([noise, P, S], shape: gaussian, width: 20 samples) loss cross_entropy
    prepare {{ demean -> normalize(std, each: channel) }}
    train {{ optimizer: adam(rate: 1e-2, epsilon: 1e-8, form: torch), batch: 64, epochs: {steps} }}
}}
"""
(folder / "small.arch").write_text(ARCH)


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        conv = lambda i, o, s=1: nn.Conv1d(i, o, 7, stride=s, bias=False)
        norm = lambda c: nn.BatchNorm1d(c, eps=1e-3)
        self.a, self.an, self.b, self.bn = conv(3, 8), norm(8), conv(8, 8, 4), norm(8)
        self.c, self.cn, self.d, self.dn, self.e = conv(8, 16), norm(16), conv(16, 8), norm(8), nn.Conv1d(16, 3, 1)

    def forward(self, x):
        pad = nn.functional.pad
        level = torch.relu(self.an(self.a(pad(x, (3, 3)))))
        low = torch.relu(self.bn(self.b(pad(level, (1, 2)))))
        low = torch.relu(self.cn(self.c(pad(low, (3, 3)))))
        up = torch.repeat_interleave(low, 4, dim=2)
        up = torch.relu(self.dn(self.d(pad(up, (3, 3)))))
        return torch.softmax(self.e(torch.cat([up, level], 1)), 1)


def run(*words):
    subprocess.run([strata, *map(str, words)], check=True, stdout=subprocess.DEVNULL)


data, ours, first = folder / "data", folder / "run", folder / "first.safetensors"
torch.manual_seed(1)
net = Small()
save_file({k: v.numpy() for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}, first)
if not data.exists():
    run("data", "synth", data, "--traces", 64, "--samples", 3000, "--seed", 3)
run("train", folder / "small.arch", "--data", data, "--out", ours, "--overwrite", "--set", f'train.weights="{first}"')
run("evaluate", ours, "--split", "train", "--overwrite")
with open(ours / "history.csv") as file:
    strata_losses = [float(row["train_loss"]) for row in csv.DictReader(file)]

names = [row["trace_name"] for row in csv.DictReader(open(ours / "predictions.csv"))]
table = pd.read_csv(data / "metadata.csv").set_index("trace_name", drop=False)
waves, labels = [], []
with h5py.File(data / "waveforms.hdf5") as file:
    order = file["data_format/component_order"][()].decode()
    for name in names:
        row = table.loc[name]
        block, _, place = name.partition("$")
        wave = np.array(file["data"][block])
        wave = wave[int(place.split(",")[0])] if place else wave
        wave = wave[[order.index(c) for c in "ZNE"], :3000].astype(np.float64)
        wave -= wave.mean(1, keepdims=True)
        deviation = wave.std(1, keepdims=True)
        waves.append(wave / np.where(deviation == 0, 1, deviation))
        label = np.zeros((3, 3000))
        for channel, word in ((1, "p"), (2, "s")):
            for column in (f"trace_{word}_arrival_sample", f"trace_{word}2_arrival_sample"):
                if column in row and not np.isnan(row[column]):
                    arrival = int(row[column])
                    for t in range(max(0, arrival - 40), min(3000, arrival + 40)):
                        label[channel, t] = max(label[channel, t], np.exp(-(t - arrival) ** 2 / 800))
        total = label.sum(0)
        label = np.where(total > 1, label / np.maximum(total, 1), label)
        label[0] = np.maximum(0, 1 - total)
        labels.append(label)
x, y = torch.tensor(np.array(waves), dtype=torch.float32), torch.tensor(np.array(labels), dtype=torch.float32)


net.train()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
torch_losses = []
for _ in range(steps):
    optimizer.zero_grad()
    loss = -(y * net(x).clamp(min=1e-7).log()).sum(1).mean()
    loss.backward()
    optimizer.step()
    torch_losses.append(loss.item())
worst = max(abs(a - b) / b for a, b in zip(strata_losses, torch_losses))
json.dump({"traces": len(names), "steps": steps, "largest_relative_difference": worst,
           "strata": strata_losses, "pytorch": torch_losses}, open(folder / "curve.json", "w"), indent=1)
for step in sorted({0, 1, 4, 9, 19, steps - 1} & set(range(steps))):
    print(f"step {step + 1:3d}  strata {strata_losses[step]:.6f}  pytorch {torch_losses[step]:.6f}")
print(f"largest relative difference over {steps} steps: {worst:.2e}")
