#!/usr/bin/env python3
"""From picks to a located catalogue with others' associators.

    catalogue.py pyocto|gamma PICKS STATIONS.xml [EVENTS.csv]

PICKS is a folder written by `strata pick … --format csv,pyocto,gamma --inventory STATIONS.xml`. Writes
PICKS/catalogue_pyocto.csv or catalogue_gamma.csv; with a table of known earthquakes (columns time, latitude, longitude,
as `strata data synth --stream` writes one) says how many were found. Needs obspy, pandas and pyocto or gmma. Half-space
velocities: a first catalogue, not a last one.
"""

import math, pathlib, sys

import numpy as np
import obspy
import pandas as pd

P, S = 6.0, 3.46


def stations(path):
    """A row a channel's place; ids as the two tables have them."""
    rows = []
    for network in obspy.read_inventory(str(path)):
        for station in network:
            for channel in station:
                place = f"{network.code}.{station.code}.{channel.location_code}"
                rows.append(dict(id=place, instrument=f"{place}.{channel.code[:2]}", latitude=channel.latitude,
                                 longitude=channel.longitude, elevation=channel.elevation))
    return pd.DataFrame(rows)


def pyocto(folder, known):
    import pyocto

    picks = pd.read_csv(folder / "pyocto_picks.csv")
    known = known.drop_duplicates("id")[["id", "latitude", "longitude", "elevation"]].copy()
    area = [(known[c].min() - 1, known[c].max() + 1) for c in ("latitude", "longitude")]
    model = pyocto.VelocityModel0D(p_velocity=P, s_velocity=S, tolerance=1.5)
    associator = pyocto.OctoAssociator.from_area(lat=area[0], lon=area[1], zlim=(0, 40), time_before=60,
                                                 velocity_model=model, n_picks=6, n_p_picks=2, n_s_picks=2,
                                                 n_p_and_s_picks=2)
    events, assigned = associator.associate(picks, associator.transform_stations(known))
    associator.transform_events(events)
    return events, len(picks), len(assigned)


def gamma(folder, known):
    from gamma.utils import association

    picks = pd.read_csv(folder / "gamma_picks.csv", parse_dates=["timestamp"])
    known = known.drop_duplicates("instrument").copy()
    known["id"] = known.instrument
    middle = known.latitude.mean(), known.longitude.mean()
    east = 111.19 * math.cos(math.radians(middle[0]))
    known["x(km)"] = (known.longitude - middle[1]) * east
    known["y(km)"] = (known.latitude - middle[0]) * 111.19
    known["z(km)"] = -known.elevation / 1000
    x, y = ((known[c].min() - 100, known[c].max() + 100) for c in ("x(km)", "y(km)"))
    # Without gains the table has no amplitudes, and GaMMA has to be told.
    has = bool(picks.amp.notna().all())
    config = {
        "dims": ["x(km)", "y(km)", "z(km)"], "x(km)": x, "y(km)": y, "z(km)": (0, 40), "vel": {"p": P, "s": S},
        "use_dbscan": True, "dbscan_eps": 25.0, "dbscan_min_samples": 3, "use_amplitude": has, "method": "BGMM",
        "oversample_factor": 5, "bfgs_bounds": ((x[0] - 1, x[1] + 1), (y[0] - 1, y[1] + 1), (0, 41), (None, None)),
        "min_picks_per_eq": 6, "min_p_picks_per_eq": 2, "min_s_picks_per_eq": 2, "min_stations": 3, "max_sigma11": 2.0,
        "max_sigma22": 1.0, "max_sigma12": 1.0, "ncpu": 1,
    }
    picks["timestamp"] = picks.timestamp.dt.tz_localize(None) if picks.timestamp.dt.tz is not None else picks.timestamp
    events, assigned = association(picks, known, config, method=config["method"])
    events = pd.DataFrame(events)
    if len(events):
        events["longitude"] = events["x(km)"] / east + middle[1]
        events["latitude"] = events["y(km)"] / 111.19 + middle[0]
        events["depth"] = events["z(km)"]
    print("amplitudes are used" if has else "without amplitudes: use_amplitude is False")
    return events, len(picks), len(assigned)


def main():
    folder = pathlib.Path(sys.argv[2])
    events, picks, assigned = {"pyocto": pyocto, "gamma": gamma}[sys.argv[1]](folder, stations(sys.argv[3]))
    print(f"{sys.argv[1]}: {picks} picks, {assigned} of them belong to {len(events)} earthquakes")
    if not len(events):
        sys.exit(1)
    time = events["time"]
    events["time"] = pd.to_datetime(time, unit="s") if time.dtype.kind == "f" else pd.to_datetime(time)
    path = folder / f"catalogue_{sys.argv[1]}.csv"
    events.sort_values("time")[["time", "latitude", "longitude", "depth"]].to_csv(path, index=False)
    print(path)
    if len(sys.argv) > 4:
        known = pd.read_csv(sys.argv[4])
        moments = pd.to_datetime(known["time"]).dt.tz_localize(None).to_numpy()
        found, far = 0, []
        for moment, latitude, longitude in zip(moments, known.latitude, known.longitude):
            near = (events["time"] - moment).abs().dt.total_seconds()
            if near.min() <= 3:
                row = events.loc[near.idxmin()]
                found += 1
                far.append(111.19 * math.hypot(row.latitude - latitude,
                                               (row.longitude - longitude) * math.cos(math.radians(latitude))))
        middle = f", the middle one {np.median(far):.1f} km off" if far else ""
        print(f"{found} of {len(known)} known earthquakes within 3 s{middle}")


if __name__ == "__main__":
    main()
