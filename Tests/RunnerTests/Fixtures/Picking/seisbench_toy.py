"""Writes seisbench_toy.json beside it: what SeisBench (0.12.6) picks in the made recording of StreamFixture.swift.

SeisBench's own code cuts windows, blinds, stacks and triggers; the network is a toy, the
vertical by the window's scale and the place in it (RampSource in SeisBenchTests.swift), so that a difference is one of picking and not of arithmetic. Pieces of the recording are
left out: a gap of all components, one of a horizontal, a piece too short, an end that is no multiple of the hop.
"""

import json, pathlib, warnings

import numpy as np
import seisbench.models as sbm
import torch
from obspy import Stream, Trace, UTCDateTime

warnings.simplefilter("ignore")
RATE, START = 20.0, UTCDateTime("2024-05-06T23:10:00")
COUNT = int(2 * 3600 * RATE)
ONSETS = np.arange(700, COUNT - 400, 1777)


def recording(component):
    sample = np.arange(COUNT, dtype=np.uint64)
    with np.errstate(over="ignore"):
        state = sample * np.uint64(0x9E3779B97F4A7C15) + np.uint64(ord(component))
        state = (state ^ (state >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    noise = (state >> np.uint64(40)).astype(np.int64) % 21 - 10
    since = np.arange(COUNT)[:, None] - ONSETS[None, :]
    since = np.where(since < 0, 1 << 30, since).min(axis=1)
    return (noise + np.where(since < 40, 4000 // (np.minimum(since, 1 << 20) + 1), 0)).astype(np.int32)


class Toy(sbm.WaveformModel):
    _annotate_args = sbm.WaveformModel._annotate_args.copy()
    _annotate_args["blinding"] = ("samples at both ends that say nothing", (0, 0))
    _annotate_args["threshold"] = ("of the phase", 0.3)

    def __init__(self):
        super().__init__(
            citation="none", component_order="ZNE", in_samples=600, sampling_rate=RATE, labels=["P"],
            pred_sample=(0, 600), output_type="array", default_args={"overlap": 300},
        )
        self.dummy = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        z = x[:, 0].abs()
        scale = z.amax(dim=1, keepdim=True)
        # Windows disagree, so that it matters how they are put together.
        weight = 1 - (torch.arange(600, dtype=torch.float32) - 300).abs() / 400
        curve = z / scale * weight
        return torch.where(scale < 100, torch.zeros_like(curve), curve)[:, :, None]

    def annotate_batch_pre(self, batch, argdict):
        return batch

    def annotate_batch_post(self, batch, piggyback, argdict):
        blind = argdict["blinding"]
        batch = batch.clone()
        if blind[0]:
            batch[:, : blind[0]] = np.nan
        if blind[1]:
            batch[:, -blind[1] :] = np.nan
        return batch

    def classify_aggregate(self, annotations, argdict):
        curves = annotations.select(channel="Toy_P")
        return self.picks_from_annotations(curves, argdict["threshold"], "P")


def main():
    whole = {c: recording(c) for c in "ZNE"}
    pieces = {
        "Z": [(0, 40_000), (44_000, 44_500), (50_000, 91_111)],
        "N": [(0, 40_000), (44_000, 44_500), (50_000, 61_000), (66_000, 91_111)],
        "E": [(0, 40_000), (44_000, 44_500), (50_000, 91_111)],
    }
    stream = Stream()
    for c, ranges in pieces.items():
        for first, end in ranges:
            stream.append(Trace(whole[c][first:end].copy(), dict(
                network="XX", station="ABC", location="", channel="HH" + c, sampling_rate=RATE,
                starttime=START + first / RATE)))
    model = Toy()
    cases = []
    for overlap, blind, stacking, threshold in (
        (300, 0, "avg", 0.3), (300, 50, "max", 0.1), (450, 50, "avg", 0.5), (0, 0, "max", 0.3),
    ):
        options = dict(overlap=overlap, blinding=(blind, blind), stacking=stacking, threshold=threshold)
        picks = model.classify(stream.copy(), **options)
        picks = getattr(picks, "picks", picks)
        rows = sorted([round((t - START) * RATE) for t in (p.start_time, p.peak_time, p.end_time)]
                      + [round(float(p.peak_value), 6)] for p in picks)
        cases.append(dict(options, blinding=blind, picks=rows))
        print(overlap, blind, stacking, threshold, len(rows))
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(dict(pieces=pieces, cases=cases), separators=(",", ":")).replace("],[", "],\n[") + "\n")


if __name__ == "__main__":
    main()
