#!/usr/bin/env python3
"""Kills `strata pick` at random moments and goes on with --resume: the files must be those of an undisturbed night.

    kills.py COUNT STRATA pick MODEL … --out OUT        (as one would type it, without --resume and --overwrite)
"""

import pathlib, random, shutil, signal, subprocess, sys, time

count, line = int(sys.argv[1]), sys.argv[2:]
out = pathlib.Path(line[line.index("--out") + 1])
silent = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def contents():
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


shutil.rmtree(out, ignore_errors=True)
begun = time.time()
subprocess.run(line + ["--resume", "--overwrite"], check=True, **silent)
whole, seconds = contents(), time.time() - begun
rng, killed, wrong, again = random.Random(5), 0, 0, 0
for number in range(count):
    shutil.rmtree(out, ignore_errors=True)
    for _ in range(rng.choice([1, 1, 2, 3])):
        process = subprocess.Popen(line + ["--resume", "--overwrite"], **silent)
        time.sleep(rng.uniform(0.02, seconds))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    again += (out / "unfinished").exists()
    subprocess.run(line + ["--resume", "--overwrite"], check=True, **silent)
    if contents() != whole:
        wrong += 1
        here = contents()
        print("differs:", sorted(n for n in set(here) | set(whole) if here.get(n) != whole.get(n)))
print(f"{count} nights of {seconds:.1f} s, {killed} kills, {again} gone on from something unfinished, {wrong} differ")
sys.exit(wrong > 0)
