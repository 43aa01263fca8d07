"""Checks that h5py, SeisBench, ObsPy and NumPy read what Strata writes. Usage: python check_written.py FOLDER.

FOLDER holds what `swift test --filter WrittenForOthers` leaves with STRATA_WRITTEN=FOLDER: the datasets `seisbench` and
`stead`, miniSEED and SAC files, and `expected.npz` with the samples that were handed to the writers.
"""

import pathlib
import sys

import h5py
import numpy as np
import obspy
import seisbench.data

folder = pathlib.Path(sys.argv[1])
expected = np.load(folder / "expected.npz")


def same(name, found, wanted):
    assert found.shape == wanted.shape and (found == wanted).all(), name
    print("same:", name, found.shape)


dataset = seisbench.data.WaveformDataset(folder / "seisbench", component_order="ZNE", sampling_rate=100)
for i in range(len(dataset)):
    same(f"seisbench {i}", dataset.get_waveforms(i).astype("f4"), expected[f"dataset_{i}"])
assert list(dataset.metadata["split"].unique()) == ["train", "dev", "test"]
with h5py.File(folder / "stead" / "merged.hdf5") as f:
    for i, name in enumerate(sorted(f["data"], key=lambda name: int(name.split("_")[1]))):
        made = f["data"][name]
        same(name, made[()].T[[2, 1, 0]], expected[f"dataset_{i}"])
        assert isinstance(made.attrs["trace_category"], str) and made.attrs["trace_name"] == name
        if made.attrs["trace_category"] == "earthquake_local":
            assert made.attrs["p_arrival_sample"] == 12.5 + i
            assert int(made.attrs["coda_end_sample"][0][0]) == 60 and len(made.attrs["snr_db"]) == 3
for path in sorted(folder.glob("*.mseed")) + sorted(folder.glob("*.sac")):
    stream = obspy.read(str(path))
    assert len(stream) == 1, stream
    trace = stream[0]
    assert str(trace.stats.starttime) == "2020-09-13T12:26:40.123456Z" and trace.stats.sampling_rate == 100, trace.stats
    same(path.name, trace.data, expected[path.stem])
