"""Random single traces of a SeisBench-style file, read by h5py. Usage: python h5py_reading.py FOLDER [SECONDS]

FOLDER is a dataset that `strata data synth FOLDER --traces 20000 --format seisbench` made, or any other of SeisBench's.
Prints traces a second. `Benchmarks/Reading/run FOLDER PYTHON` runs this and the same with Strata.
"""

import csv
import random
import sys
import time

import h5py

folder = sys.argv[1]
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5
with open(f"{folder}/metadata.csv", newline="") as f:
    names = [row["trace_name"] for row in csv.DictReader(f)]


def place(name):
    """The array and the slice that a name stands for, worked out beforehand so that only reading is timed."""
    bucket, _, location = name.partition("$")
    parts = [part.split(":") for part in location.split(",")]
    return bucket, tuple(
        int(p[0]) if len(p) == 1 else slice(*(int(x) if x else None for x in p)) for p in parts
    )


places = [place(name) for name in names]
random.seed(0)
order = [random.randrange(len(places)) for _ in range(100000)]
with h5py.File(f"{folder}/waveforms.hdf5") as f:
    data = f["data"]
    for index in range(0, len(places), 1):  # warm the page cache
        if index % 50 == 0:
            bucket, location = places[index]
            data[bucket][location]
    count = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        bucket, location = places[order[count % len(order)]]
        count += data[bucket][location].shape[0] > 0
    took = time.perf_counter() - start
print(f"h5py: {count / took:.0f} traces/s ({count} in {took:.1f} s)")
