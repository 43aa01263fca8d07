"""Small networks as PyTorch's exporter (dynamo=True) writes them, with what they answer: SeisBench's PhaseNet with an
eighth of its filters, and the constructs of SeisBench's EQTransformer and GPD at a tenth of their size. Run in this
folder; needs torch, onnx, onnxscript and seisbench. Written with PyTorch 2.13 and SeisBench 0.12.6."""
import numpy as np
import onnx
import seisbench.models as sbm
import torch
from torch import nn


class Norm(nn.Module):
    """SeisBench's layer norm: of the channels, which are not last."""

    def __init__(self, count):
        super().__init__()
        self.gamma = nn.Parameter(torch.rand(count, 1) + 0.5)
        self.beta = nn.Parameter(torch.randn(count, 1))

    def forward(self, x):
        mean = torch.mean(x, 1, keepdim=True)
        variance = torch.mean((x - mean) ** 2, 1, keepdim=True) + 1e-5
        return (x - mean) / torch.sqrt(variance) * self.gamma + self.beta


class Attention(nn.Module):
    def __init__(self, count, units, width=None):
        super().__init__()
        self.width = width
        self.Wx = nn.Parameter(torch.randn(count, units))
        self.Wt = nn.Parameter(torch.randn(count, units))
        self.bh = nn.Parameter(torch.randn(units))
        self.Wa = nn.Parameter(torch.randn(units, 1))
        self.ba = nn.Parameter(torch.randn(1))

    def forward(self, x):
        x = x.permute(0, 2, 1)
        q = torch.unsqueeze(torch.matmul(x, self.Wt), 2)
        k = torch.unsqueeze(torch.matmul(x, self.Wx), 1)
        e = torch.squeeze(torch.matmul(torch.tanh(q + k + self.bh), self.Wa) + self.ba, -1)
        e = torch.exp(e - torch.max(e, dim=-1, keepdim=True).values)
        if self.width is not None:
            low = torch.arange(0, e.shape[1]) - self.width // 2
            rows = torch.unsqueeze(torch.arange(0, e.shape[1]), 1)
            e = torch.where(torch.logical_and(low <= rows, rows < low + self.width), e, torch.zeros_like(e))
        a = e / (torch.sum(e, dim=-1, keepdim=True) + 1e-5)
        return torch.matmul(a, x).permute(0, 2, 1)


class LikeEQTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 5, padding=2)
        self.pool = nn.MaxPool1d(2)
        self.norm = nn.BatchNorm1d(4, eps=1e-3)
        self.deep = nn.Conv1d(4, 4, 2)
        self.lstm = nn.LSTM(4, 3, bidirectional=True)
        self.narrow = nn.Conv1d(6, 4, 1)
        self.attention = Attention(4, 5)
        self.norm1 = Norm(4)
        self.wide = nn.Linear(4, 6)
        self.back = nn.Linear(6, 4)
        self.norm2 = Norm(4)
        self.up = nn.Upsample(scale_factor=2)
        self.memory = nn.LSTM(4, 4)
        self.near = Attention(4, 5, 3)
        self.ends = nn.ModuleList([nn.Conv1d(4, 1, 3, padding=1) for _ in range(2)])

    def forward(self, x):
        x = torch.relu(self.conv(x))
        x = self.pool(nn.functional.pad(x, (0, 1), value=-1e10))
        y = torch.unsqueeze(torch.relu(self.norm(x)), -1)
        y = self.deep(nn.functional.pad(torch.squeeze(y, -1), (0, 1)))
        x = x + y
        y = self.lstm(x.permute(2, 0, 1))[0].permute(1, 2, 0)
        x = self.narrow(y)
        x = self.norm1(x + self.attention(x))
        y = self.back(torch.relu(self.wide(x.permute(0, 2, 1)))).permute(0, 2, 1)
        x = self.norm2(x + y)
        one = torch.sigmoid(self.ends[0](self.up(x)[:, :, :-1]))
        y = self.near(self.memory(x.permute(2, 0, 1))[0].permute(1, 2, 0))
        two = torch.sigmoid(self.ends[1](self.up(y)[:, :, :-1]))
        return torch.squeeze(one, 1), torch.squeeze(two, 1)


class SmallPhaseNet(sbm.PhaseNet):
    """The same layers with an eighth of their filters."""

    def __setattr__(self, name, value):
        super().__setattr__(name, 1 if name == "filters_root" else value)


class LikeGPD(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 5, padding=2)
        self.norm = nn.BatchNorm1d(4)
        self.first = nn.Linear(4 * 12, 6)
        self.second = nn.Linear(6, 3)

    def forward(self, x):
        x = x / torch.max(torch.max(torch.abs(x), dim=-1, keepdims=True)[0], dim=-2, keepdims=True)[0]
        x = nn.functional.max_pool1d(torch.relu(self.norm(self.conv(x))), 2)
        x = torch.relu(self.first(torch.flatten(x, 1)))
        return torch.softmax(self.second(x), -1)


torch.manual_seed(11)
for name, network, length in [
    ("phasenet", SmallPhaseNet(), 3001),
    ("like_eqtransformer", LikeEQTransformer(), 25),
    ("like_gpd", LikeGPD(), 24),
]:
    for key, value in network.named_buffers():
        if key.endswith("running_mean"):
            value.data.normal_(0, 0.1)
        if key.endswith("running_var"):
            value.data.uniform_(0.5, 1.5)
    network.eval()
    x = torch.randn(1, 3, length)
    # Numbers that two bytes hold, so that the fixture is small.
    x = (x / x.abs().max()).half().float()
    torch.onnx.export(network, (x,), f"onnx_files/{name}.onnx", dynamo=True, external_data=False, verbose=False)
    model = onnx.load(f"onnx_files/{name}.onnx")
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    for tensor in model.graph.initializer:
        tensor.ClearField("metadata_props")
    onnx.save(model, f"onnx_files/{name}.onnx")
    answers = network(x)
    answers = answers if isinstance(answers, tuple) else (answers,)
    np.save(f"onnx_files/{name}.x.npy", x.numpy().astype(np.float16))
    for index, answer in enumerate(answers):
        answer = answer.detach().numpy()
        np.save(f"onnx_files/{name}.y{index}.npy", answer[..., ::10] if length > 1000 else answer)
