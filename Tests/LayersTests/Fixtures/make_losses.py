"""What PyTorch says of losses: the numbers in LossTests.swift, printed.

    python make_losses.py

Needs torch and numpy (torch 2.11 when this was made).
"""

import torch
from torch.nn import functional as F

channels, positions = 3, 7
grid = torch.arange(channels * positions, dtype=torch.float64).reshape(channels, positions)
p = 0.5 + 0.45 * torch.sin(grid)
x = 2.5 * torch.sin(grid)
y = 0.5 + 0.5 * torch.cos(3 * grid)
classes = torch.softmax(x, 0)
shares = torch.softmax(torch.cos(2 * grid), 0)
weights = torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64)[:, None]
focal = -(0.25 * y * (1 - p) ** 2 * torch.log(p) + 0.75 * (1 - y) * p**2 * torch.log(1 - p))
dice = 1 - (2 * (p * y).sum(1) + 1) / (p.sum(1) + y.sum(1) + 1)
for name, value in {
    "binary_cross_entropy": F.binary_cross_entropy(p, y),
    "binary_cross_entropy(from: logits, positive: 3)": F.binary_cross_entropy_with_logits(
        x, y, pos_weight=torch.tensor(3.0, dtype=torch.float64)),
    "cross_entropy": -(shares * torch.log(classes)).sum(0).mean(),
    "cross_entropy(from: logits)": F.cross_entropy(x.T, shares.T),
    "cross_entropy(from: log_probabilities)": -(shares * F.log_softmax(x, 0)).sum(0).mean(),
    "cross_entropy(weights: [0.5, 1, 2])": -(weights * shares * torch.log(classes)).sum(0).mean(),
    "mean_square": F.mse_loss(x, y),
    "mean_absolute": F.l1_loss(x, y),
    "huber(delta: 0.7)": F.huber_loss(x, y, delta=0.7),
    "focal": focal.mean(),
    "dice": dice.mean(),
}.items():
    print(f"{name}: {value.item():.10f}")
