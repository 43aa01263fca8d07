"""Makes the dataset fixtures. Usage: python make_datasets.py FOLDER (needs h5py, numpy, seisbench).

Small datasets as SeisBench and STEAD have them, with what SeisBench reads from them.
"""

import json
import pathlib
import shutil
import sys

import h5py
import numpy as np
import seisbench.data

folder = pathlib.Path(sys.argv[1]) / "datasets"
random = np.random.default_rng(3)


def fresh(name):
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def bits(array):
    return [int(x) for x in np.ascontiguousarray(array, "<f4").view("<i4").ravel()]


def keep(name):
    """What SeisBench reads, in the file's own order of components, channels first."""
    dataset = seisbench.data.WaveformDataset(folder / name)
    traces = []
    for i in range(len(dataset)):
        row = dataset.metadata.iloc[i]
        waveforms = dataset.get_waveforms(i)
        traces.append(
            {
                "name": str(row["trace_name"]),
                "rate": float(row["trace_sampling_rate_hz"]),
                "p": None if np.isnan(row["trace_p_arrival_sample"]) else float(row["trace_p_arrival_sample"]),
                "shape": list(waveforms.shape),
                "bits": bits(waveforms),
            }
        )
    (folder / f"{name}.json").write_text(json.dumps({"order": dataset.component_order, "traces": traces}))


def seisbench_written():
    path = fresh("seisbench")
    with seisbench.data.WaveformDataWriter(path / "metadata.csv", path / "waveforms.hdf5") as writer:
        writer.data_format = {
            "dimension_order": "CW",
            "component_order": "ZNE",
            "sampling_rate": 100,
            "measurement": "velocity",
            "unit": "counts",
            "instrument_response": "not restituted",
        }
        for i in range(18):
            length = [120, 110, 300][i % 3]
            wave = random.standard_normal((3, length)).astype("f4")
            writer.add_trace(
                {
                    "trace_name": f"trace {i}, \"quoted\"" if i == 4 else f"tr{i}",
                    "split": ["train", "dev", "test"][i // 6],
                    "trace_p_arrival_sample": 10.0 + i if i % 2 == 0 else np.nan,
                    "station_network_code": "NA",
                    "trace_start_time": "2020-01-01T00:00:00.000000Z",
                },
                wave,
            )
    keep("seisbench")


def slices():
    """Names that are slices of every kind, samples first, whole numbers, per-trace rates and component orders."""
    path = fresh("slices")
    block = random.integers(-1000, 1000, (4, 60, 3)).astype(">i4")
    names = ["b$0", "b$1,:50,:", "b$-1,10:,:3", "b$2,::2", "b$2,::-1,:", "b$1,5:45:7,:", "b$ 3 , 50:10:-3 , : ", "single"]
    with h5py.File(path / "waveforms.hdf5", "w") as f:
        f.create_dataset("data/b", data=block, chunks=(1, 32, 3), compression="gzip", shuffle=True)
        f["data/single"] = block[2, :41]
        f["data_format/dimension_order"] = "WC"
        f["data_format/component_order"] = np.bytes_(b"ENZ")
    with open(path / "metadata.csv", "w") as f:
        f.write("index,trace_name,trace_dt_s,trace_p_arrival_sample,note\r\n")
        for i, name in enumerate(names):
            quoted = f'"{name}"' if "," in name else name
            f.write(f'{i},{quoted},{[0.01, 0.02][i % 2]},{i},"a ""b""\nc"\r\n')
    dataset = seisbench.data.WaveformDataset(path, component_order="ENZ", cache="full")
    traces = []
    for i, name in enumerate(names):
        waveforms = dataset.get_waveforms(i)
        rate = 1 / [0.01, 0.02][i % 2]
        traces.append({"name": name, "rate": rate, "p": float(i), "shape": list(waveforms.shape), "bits": bits(waveforms)})
    (folder / "slices.json").write_text(json.dumps({"order": "ENZ", "traces": traces}))


def chunked():
    path = fresh("chunked")
    for part in ["2020", "2021"]:
        with h5py.File(path / f"waveforms{part}.hdf5", "w", libver="latest") as f:
            for i in range(3):
                f[f"data/t{part}_{i}"] = random.standard_normal((3, 20)).astype("f4")
            f["data_format/dimension_order"] = "CW"
            f["data_format/component_order"] = "ZNE"
            f["data_format/sampling_rate"] = 50
        with open(path / f"metadata{part}.csv", "w") as f:
            f.write("trace_name,trace_p_arrival_sample\n")
            for i in range(3):
                f.write(f"t{part}_{i},{i}.5\n")
    (path / "chunks").write_text("2020\n2021\n")
    keep("chunked")


STEAD = (
    "network_code,receiver_code,receiver_type,receiver_latitude,receiver_longitude,receiver_elevation_m,p_arrival_sample,"
    "p_status,p_weight,p_travel_sec,s_arrival_sample,s_status,s_weight,source_id,source_origin_time,"
    "source_origin_uncertainty_sec,source_latitude,source_longitude,source_error_sec,source_gap_deg,"
    "source_horizontal_uncertainty_km,source_depth_km,source_depth_uncertainty_km,source_magnitude,source_magnitude_type,"
    "source_magnitude_author,source_mechanism_strike_dip_rake,source_distance_deg,source_distance_km,back_azimuth_deg,"
    "snr_db,coda_end_sample,trace_start_time,trace_category,trace_name"
)
EVENT = (
    "TA,109C,HH,32.8889,-117.1051,150.0,700.0,manual,0.5,17.08,1894.0,manual,0.5,30147,2006-07-23 15:58:45.05,None,"
    "31.773,-116.091,0.6,92.0,None,10.0,None,3.6,ml,None,None,1.4048,156.21,320.33,[ 56.79 55.40 47.40],[[2896.]],"
    "2006-07-23 15:58:55.13,earthquake_local,109C.TA_20060723155859_EV"
)
NOISE = "TA,109C,HH,32.8889,-117.1051,150.0" + "," * 27 + "2006-07-23 15:58:55.13,noise,109C.TA_201510210555_NO"


def stead():
    path = fresh("stead")
    traces = []
    with h5py.File(path / "merged.hdf5", "w") as f:
        for row in [EVENT, NOISE]:
            values = dict(zip(STEAD.split(","), row.split(",")))
            wave = random.standard_normal((60, 3)).astype("f4")
            made = f.create_dataset(f"data/{values['trace_name']}", data=wave)
            for key, value in values.items():
                if key == "snr_db" and value:
                    made.attrs[key] = np.array([56.79, 55.4, 47.4])
                elif key == "coda_end_sample" and value:
                    made.attrs[key] = np.array([[2896.0]])
                else:
                    try:
                        made.attrs[key] = float(value)
                    except ValueError:
                        made.attrs[key] = value
            traces.append({"name": values["trace_name"], "shape": [3, 60], "bits": bits(wave.T)})
    (path / "merged.csv").write_text("\n".join([STEAD, EVENT, NOISE]) + "\n")
    (folder / "stead.json").write_text(json.dumps({"order": "ENZ", "traces": traces}))


seisbench_written()
slices()
chunked()
stead()
