"""Makes the miniSEED and SAC fixtures. Usage: python make_waveforms.py FOLDER (needs obspy and numpy).

ObsPy cannot write miniSEED 3, so those records are put together here from the FDSN's description.
"""

import io
import json
import pathlib
import struct
import sys

import numpy as np
import obspy
from obspy.io.mseed.util import get_record_information

folder = pathlib.Path(sys.argv[1]) / "waveforms"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(4)
START = obspy.UTCDateTime("2020-02-29T23:59:58.123456Z")
expected = {}


def describe(stream):
    stream = stream.copy()
    stream.sort()
    stream.merge(method=-1)
    found = []
    for trace in stream:
        data = trace.data
        wide = data.astype("<f8") if data.dtype.kind == "f" else data.astype("<i8")
        found.append(
            {
                "id": trace.id,
                "start": str(trace.stats.starttime),
                "rate": float(trace.stats.sampling_rate),
                "type": str(data.dtype.newbyteorder("=")),
                "samples": len(data),
                "bits": [int(x) for x in np.ascontiguousarray(wide).view("<i8")],
            }
        )
    return sorted(found, key=lambda x: (x["id"], x["start"]))


def keep(name):
    expected[name] = describe(obspy.read(str(folder / name)))


def trace(values, channel="HHZ", start=START, rate=100.0, location="00"):
    header = {"network": "XX", "station": "ABC", "location": location, "channel": channel}
    header.update(sampling_rate=rate, starttime=start)
    return obspy.Trace(values, header)


def walk(count, scale=300):
    return np.round(random.standard_normal(count) * scale).cumsum().astype("i4")


wild = walk(400) + (random.integers(-1, 2, 400) * 2.0 ** random.integers(0, 28, 400)).astype("i4")
wild = np.concatenate([wild, wild[-1] + walk(300, 20), walk(300, 2)]).astype("i4")
for encoding in ["STEIM1", "STEIM2", "INT16", "INT32", "FLOAT32", "FLOAT64"]:
    kind = {"INT16": "i2", "FLOAT32": "f4", "FLOAT64": "f8"}.get(encoding, "i4")
    data = (walk(700, 3) if kind == "i2" else wild * (0.37 if kind[0] == "f" else 1)).astype(kind)
    for order in [">", "<"]:
        name = f"{encoding.lower()}_{'big' if order == '>' else 'little'}.mseed"
        obspy.Stream([trace(data)]).write(str(folder / name), format="MSEED", encoding=encoding, reclen=512, byteorder=order)
        keep(name)
for length in [256, 4096]:
    name = f"reclen{length}.mseed"
    obspy.Stream([trace(walk(1500))]).write(str(folder / name), format="MSEED", reclen=length)
    keep(name)
for rate in [0.1, 0.033, 20, 99.97, 250.5]:
    name = f"rate_{rate}.mseed"
    obspy.Stream([trace(walk(60), rate=rate)]).write(str(folder / name), format="MSEED", reclen=512)
    keep(name)
stream = obspy.Stream([trace(walk(500), c) for c in ["HHZ", "HHN", "HHE"]] + [trace(walk(90), "BHZ", location="", rate=20)])
stream.write(str(folder / "channels.mseed"), format="MSEED", reclen=512)
keep("channels.mseed")
gap = obspy.Stream([trace(walk(300)), trace(walk(200), start=START + 10), trace(walk(150), start=START + 11)])
gap.write(str(folder / "gap_overlap.mseed"), format="MSEED", reclen=512)
keep("gap_overlap.mseed")
whole = (folder / "reclen256.mseed").read_bytes()
records = [whole[i : i + 256] for i in range(0, len(whole), 256)]
order = list(random.permutation(len(records)))
(folder / "shuffled.mseed").write_bytes(b"".join(records[i] for i in order))
expected["shuffled.mseed"] = expected["reclen256.mseed"]


def crc32c(data):
    state = 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = state >> 1 ^ (0x82F63B78 if state & 1 else 0)
    return state ^ 0xFFFFFFFF


def record3(sid, start, rate, encoding, payload, count, extra=b""):
    t = start
    head = b"MS" + struct.pack(
        "<BBIHHBBBBdIIBBHI", 3, 0, t.ns % 10**9, t.year, t.julday, t.hour, t.minute, t.second, encoding, rate, count, 0, 1,
        len(sid), len(extra), len(payload),
    )
    whole = head + sid.encode() + extra + payload
    return whole[:28] + struct.pack("<I", crc32c(whole)) + whole[32:]


def version3(name, sid, ident, rate, kind, encoding, data, extra=b""):
    """Two records that follow one another."""
    hertz = rate if rate > 0 else -1 / rate
    half = len(data) // 2
    parts = [(START, data[:half]), (START + half / hertz, data[half:])]
    out = b""
    for start, part in parts:
        if kind.startswith("steim"):
            written = io.BytesIO()
            obspy.Stream([trace(part)]).write(written, format="MSEED", encoding=kind.upper(), reclen=4096)
            raw = written.getvalue()
            assert len(raw) == 4096
            at = struct.unpack(">H", raw[44:46])[0]
            payload = raw[at:].rstrip(b"\0")
            payload += b"\0" * (-len(payload) % 64)
        else:
            payload = part.astype(kind).tobytes()
        out += record3(sid, start, rate, encoding, payload, len(part), extra)
    (folder / name).write_bytes(out)
    kind = kind.replace("i2", "i4")  # as ObsPy widens them
    made = trace(data.astype(kind) if not kind.startswith("steim") else data, rate=hertz)
    made.stats.network, made.stats.station, made.stats.location, made.stats.channel = ident.split(".")
    expected[name] = describe(obspy.Stream([made]))


sid = "FDSN:XX_ABC_00_H_H_Z"
version3("v3_int32.mseed3", sid, "XX.ABC.00.HHZ", 100.0, "<i4", 3, walk(80))
version3("v3_int16.mseed3", sid, "XX.ABC.00.HHZ", -2.0, "<i2", 1, walk(80, 3), b'{"FDSN":{"Time":{"Quality":100}}}')
version3("v3_float32.mseed3", sid, "XX.ABC.00.HHZ", 100.0, "<f4", 4, walk(80) * 0.1)
version3("v3_float64.mseed3", "FDSN:XX_LONGER__B_H_1", "XX.LONGER..BH1", 20.0, "<f8", 5, walk(80) * 0.1)
version3("v3_steim1.mseed3", sid, "XX.ABC.00.HHZ", 100.0, "steim1", 10, walk(300))
version3("v3_steim2.mseed3", sid, "XX.ABC.00.HHZ", 100.0, "steim2", 11, walk(300))

sac = trace((walk(200) * 0.25).astype("f4"), start=obspy.UTCDateTime("2011-03-11T05:46:23.25Z"), rate=50)
sac.stats.sac = {"a": 1.5, "ka": "P", "t0": 2.75, "kt0": "S", "t3": 3.0, "b": 0.25}
for order in ["<", ">"]:
    name = f"{'little' if order == '<' else 'big'}.sac"
    sac.write(str(folder / name), format="SAC", byteorder=order)
    keep(name)
raw = bytearray((folder / "little.sac").read_bytes())
raw[304:308] = struct.pack("<i", 7)
footer = [-12345.0] * 22
footer[0], footer[1] = 0.02, 0.25
(folder / "seven.sac").write_bytes(bytes(raw) + struct.pack("<22d", *footer))
expected["seven.sac"] = expected["little.sac"]
(folder / "expected.json").write_text(json.dumps(expected))
