"""Makes fixtures of what old archives hold. Usage: python make_old_waveforms.py FOLDER (needs obspy and numpy).

No program writes the encodings of the old networks any more: records of 16-bit words are marked as theirs, and ObsPy
says what they are. What ObsPy takes for something else (Steim 2 without a blockette 1000) is held against the record
that it was before.
"""

import gzip
import io
import json
import pathlib
import struct
import sys

import numpy as np
import obspy

folder = pathlib.Path(sys.argv[1]) / "old_waveforms"
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(11)
START = obspy.UTCDateTime("1987-06-05T04:03:02.100000Z")
expected = {}


def described(source):
    found = []
    for trace in obspy.read(source):
        data = trace.data
        wide = data.astype("<f8") if data.dtype.kind == "f" else data.astype("<i8")
        found.append(
            {
                "id": trace.id,
                "start": str(trace.stats.starttime),
                "rate": float(trace.stats.sampling_rate),
                "type": str(data.dtype.newbyteorder("=")),
                "bits": [int(x) for x in np.ascontiguousarray(wide).view("<i8")],
            }
        )
    return sorted(found, key=lambda x: (x["id"], x["start"]))


def record(data, encoding, order=">", length=512):
    header = {"network": "XX", "station": "OLD", "location": "", "channel": "BHZ", "sampling_rate": 20.0}
    out = io.BytesIO()
    trace = obspy.Trace(data, dict(header, starttime=START))
    trace.write(out, format="MSEED", encoding=encoding, reclen=length, byteorder=order)
    return bytearray(out.getvalue())


def keep(name, data, as_told_by=None):
    (folder / name).write_bytes(bytes(data))
    expected[name] = described(io.BytesIO(bytes(as_told_by or data)))


def marked(data, code):
    """The same bytes under another encoding, which stands in the blockette 1000 behind the header of 48 bytes."""
    for start in range(0, len(data), 512):
        assert data[start + 48 : start + 50] == b"\x03\xe8"
        data[start + 52] = code
    return data


words = random.integers(-(2**15), 2**15, 180).astype("i2")
for name, code in [("geoscope16_3", 13), ("geoscope16_4", 14), ("cdsn", 16), ("dwwssn", 32)]:
    keep(f"{name}.mseed", marked(record(words, "INT16"), code))
gains = (random.integers(0, 11, 180) << 12 | random.integers(0, 4096, 180)).astype("u2").view("i2")
keep("sro.mseed", marked(record(gains, "INT16"), 30))
# Three bytes a sample: as many samples as before need half as much again.
wide = record(np.zeros(120, "i2"), "INT16")
wide[64 : 64 + 360] = random.integers(0, 256, 360).astype("u1").tobytes()
keep("geoscope24.mseed", marked(wide, 12))


def without_1000(data, length=512):
    for start in range(0, len(data), length):
        assert data[start + 39] == 1
        data[start + 39] = 0
        data[start + 46 : start + 48] = b"\0\0"
        data[start + 48 : start + 56] = bytes(8)
    return data


walk = np.round(random.standard_normal(900) * 300).cumsum().astype("i4")
keep("bare_steim1.mseed", without_1000(record(walk, "STEIM1")))
keep("bare_steim2.mseed", without_1000(record(walk, "STEIM2")), record(walk, "STEIM2"))
keep("bare_one_record.mseed", without_1000(record(walk[:100], "STEIM1")))


def control(number, kind, text):
    return f"{number:06d}{kind} {text}".encode().ljust(4096, b" ")


volume = control(1, "V", "010009402.3121987,156~1987,157~1987,160~XX~OLD~")
volume += control(2, "A", "0300237Steim2~0001050") + control(3, "S", "0500127OLD  +10.000000+020.000000") + control(4, "T", "070")
data = record(walk, "STEIM2", length=4096)
keep("volume.seed", volume + bytes(data), data)

plain = record(walk, "STEIM2")
(folder / "steim2.mseed.gz").write_bytes(gzip.compress(bytes(plain[:512]), mtime=0) + gzip.compress(bytes(plain[512:]), mtime=0))
expected["steim2.mseed.gz"] = described(io.BytesIO(bytes(plain)))

sac = obspy.read(io.BytesIO(bytes(plain)))[0]
sac.data = sac.data[:105].astype("f4") * np.float32(0.37)
sac.write(str(folder / "text.sac"), format="SACXY")
expected["text.sac"] = described(str(folder / "text.sac"))
(folder / "text.sac.gz").write_bytes(gzip.compress((folder / "text.sac").read_bytes(), mtime=0))
expected["text.sac.gz"] = expected["text.sac"]

log = obspy.Trace(np.frombuffer(b"the door of the vault was opened", "|S1"), {"station": "OLD", "channel": "LOG"})
log.write(str(folder / "log.mseed"), format="MSEED", encoding="ASCII", reclen=256)

(folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")))
