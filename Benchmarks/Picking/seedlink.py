#!/usr/bin/env python3
"""Does ObsPy's SeedLink client get from the tests' server what lies in its folder?

    seedlink.py cut ARCHIVE FOLDER          records of 512 bytes, which SeedLink 3 wants, of any miniSEED
    seedlink.py FOLDER PORT [SECONDS]

`strata data synth NET --stream --format miniseed` makes an archive. Start the server before the client:

    STRATA_SERVE=FOLDER:PORT swift test --skip-build --filter LiveProgramTests.serves

It cuts lines in the middle of packets, sends some late and some twice; a client takes lines up again behind the last
whole packet. Every record of the folder must have come, byte for byte, and none that is not there. Needs obspy.
"""

import logging, os, pathlib, sys, threading, time

import obspy
from obspy.clients.seedlink.client.seedlinkconnection import SeedLinkConnection
from obspy.clients.seedlink.slpacket import SLPacket

if sys.argv[1] == "cut":
    for place in sorted(p for p in pathlib.Path(sys.argv[2]).rglob("*") if p.is_file()):
        target = pathlib.Path(sys.argv[3]) / place.relative_to(sys.argv[2])
        target.parent.mkdir(parents=True, exist_ok=True)
        obspy.read(str(place)).write(str(target), format="MSEED", reclen=512, encoding="STEIM2")
    sys.exit()
folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
patience = float(sys.argv[3]) if len(sys.argv) > 3 else 60
logging.getLogger("obspy.clients.seedlink").setLevel(logging.CRITICAL)


def records():
    """Every record of 512 bytes below the folder."""
    found = set()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        if len(data) >= 512 and data[6:7] in b"DRQM" and data[54] == 9:
            found |= {data[i : i + 512] for i in range(0, len(data), 512)}
    return found


wanted, came, twice = records(), set(), 0
if not wanted:
    sys.exit(f"{folder} has no miniSEED of 512 bytes a record: seedlink.py cut ARCHIVE FOLDER makes some")
names = sorted({(r[18:20].decode().strip(), r[8:13].decode().strip()) for r in wanted})
line = SeedLinkConnection(timeout=3)
line.set_sl_address(f"127.0.0.1:{port}")
line.multistation, line.netdly, line.resume = True, 1, True
for network, station in names:
    line.add_stream(network, station, "???", -1, None)
end = time.time() + patience
threading.Timer(patience, line.terminate).start()
while time.time() < end and (len(came & wanted) < len(wanted)):
    packet = line.collect()
    if not isinstance(packet, SLPacket):  # a line that broke, nothing yet, or the end
        time.sleep(0.1)
        continue
    record = bytes(packet.msrecord)
    twice += record in came
    came.add(record)
print(f"ObsPy {obspy.__version__}: {len(wanted)} records of {len(names)} stations in the folder; came "
      f"{len(came & wanted)}, {twice} twice, {len(wanted - came)} missing, {len(came - wanted)} that are not there")
sys.stdout.flush()
os._exit(wanted != came)
