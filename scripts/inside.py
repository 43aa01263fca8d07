"""Looks into networks and puts what is said into docs/inside.md.

    python scripts/inside.py STRATA WORK [--published FOLDER] [--write] [PART…]

STRATA is a release build, WORK a folder for runs and pages; runs that are there are not trained again. Parts: account
(the account of a run, and PhaseNet's flat top), published (needs --published, a folder with EqT_model2.h5, and ObsPy
for its example record), units, times; all by default. --write puts the commands with what they printed, and the table
of times with the machine's load, between the markers of docs/inside.md.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
published = None
if "--published" in sys.argv:
    published = pathlib.Path(sys.argv[sys.argv.index("--published") + 1]).resolve()
    arguments.remove(sys.argv[sys.argv.index("--published") + 1])
strata, work, *parts = arguments
strata = str(pathlib.Path(strata).resolve())
work = pathlib.Path(work).resolve()
work.mkdir(parents=True, exist_ok=True)
blocks = {}
# So that networks are found by name from WORK, wherever the build lies.
os.environ.setdefault("STRATA_PATH", str(ROOT / "architectures"))


def run(words, statuses=(0,)):
    """What a command line prints, and its seconds."""
    began = time.perf_counter()
    ended = subprocess.run([strata, *words], cwd=work, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if ended.returncode not in statuses:
        sys.exit(f"strata {' '.join(words)}\n{ended.stderr}")
    return ended.stdout.rstrip(), seconds


def quoted(word):
    return f'"{word}"' if " " in word else word


def shown(*lines, keep=None, hide=()):
    """Command lines with what each printed, as a page shows them."""
    text = ["```"]
    for words in lines:
        said, _ = run([*words, *hide], statuses=(0, 1))
        said = "\n".join(line for line in said.splitlines() if not line.startswith("wrote "))
        text.append("$ strata " + " ".join(map(quoted, words)))
        text += [line for line in said.splitlines() if keep is None or keep(line)]
    return [*text, "```"]


def trained(folder, *words):
    """A run, trained once."""
    if not (work / folder / "test.json").exists():
        run(["train", *words, "--out", folder, "--resume"])
        run(["evaluate", folder])


def phasenet():
    trained(
        "runs/phasenet", "picker/phasenet", "--data", "synthetic:2400", "--batch", "16", "--epochs", "12",
        "--set", "train.optimizer=adam(rate: 3e-3)")


def volcano():
    for seed in ["0", "1"]:
        trained(
            f"runs/volcano/seed_{seed}", "volcano/lstm", "--data", "synthetic:volcano:160", "--batch", "4", "--epochs",
            "15", "--seed", seed)


def majstorovic():
    trained("runs/majstorovic", "detector/majstorovic", "--data", "synthetic:2000", "--batch", "32", "--epochs", "10")


def part_account():
    phasenet()
    # The first test trace whose P or S stands on a flat top.
    names = run(["inside", "features", "runs/phasenet", "--most", "24", "--csv", "names.csv", "--overwrite"])
    del names
    traces = [line.split(",")[0] for line in (work / "names.csv").read_text().splitlines()[1:]]
    for trace in traces:
        for of in ["P@pick", "S@pick"]:
            words = ["inside", "relevance", "runs/phasenet", "--trace", trace, "--of", of]
            said, _ = run(words)
            if "only constants speak" in said and "no pick" not in said:
                blocks["flat top"] = shown(words)
                break
        if "flat top" in blocks:
            break
    for trace in traces:
        words = ["inside", "relevance", "runs/phasenet", "--trace", trace, "--of", "P@pick", "--html", "why.html"]
        said, _ = run([*words, "--overwrite"])
        if "only constants speak" not in said and "no pick" not in said:
            blocks["account"] = shown(words, hide=["--overwrite"])
            break


def part_published():
    if published is None:
        sys.exit("the part 'published' needs --published FOLDER")
    import obspy

    obspy.read().write(str(work / "rjob.mseed"), format="MSEED")
    source = work / "EqT_model2.h5"
    if not source.exists():
        source.symlink_to(published / "EqT_model2.h5")
    model = ["eqt", "--weights", "eqt.safetensors"]
    blocks["published"] = ["```", "$ python -c \"import obspy; obspy.read().write('rjob.mseed')\"", "```"]
    blocks["published"] += shown(
        ["import", "EqT_model2.h5", "--as", "eqt", "--output", "eqt.safetensors"],
        ["inside", "relevance", *model, "rjob.mseed", "--of", "p", "--html", "p.html"],
        ["inside", "relevance", *model, "rjob.mseed", "--of", "s", "--html", "s.html"],
        ["inside", "attention", *model, "--data", "waveforms:rjob.mseed", "--split", "all", "--html", "attention.html"],
        hide=["--overwrite"])


def part_units():
    volcano()
    blocks["units"] = shown(
        ["inside", "units", "runs/volcano/seed_0", "--damage", "--html", "units.html"],
        ["inside", "prune", "runs/volcano/seed_0", "--by", "activity,selectivity,random", "--margin", "0.01", "--html",
         "prune.html"],
        hide=["--overwrite"], keep=lambda line: " kept: " not in line)


def part_times():
    volcano()
    majstorovic()
    if not (work / "runs/pair/comparison.json").exists():
        run(["compare", "tutorial/branches", "tutorial/branches_no_memory", "--data", "synthetic:1200", "--seeds", "3",
             "--epochs", "6", "--out", "runs/pair"])
    if not (work / "fresh.safetensors").exists():
        run(["export", "eqt", "--safetensors", "fresh.safetensors"])
    # Where no other training lies beside.
    shutil.copytree(work / "runs/volcano/seed_0", work / "alone/seed_0", dirs_exist_ok=True)
    eqt = ["eqt", "--weights", "fresh.safetensors", "--data", "synthetic:40", "--trace", "0"]
    tried = [
        ("relevance for EQTransformer, 60 s", ["inside", "relevance", *eqt, "--of", "p", "--checks", "none"], 0.4),
        ("… with checks", ["inside", "relevance", *eqt, "--of", "p"], 1.5),
        ("units of `volcano/lstm`, 29 streams", ["inside", "units", "alone/seed_0"], 3),
        ("… and which of them another training has", ["inside", "units", "runs/volcano/seed_0"], None),
        ("pruning curve, 20 sizes of 25 rankings",
         ["inside", "prune", "runs/volcano/seed_0", "--by", "activity,selectivity,information,norm,damage,random"], 30),
        ("ten optima of 300 steps on `detector/majstorovic`",
         ["inside", "optimum", "runs/majstorovic", "--steps", "300"], 10),
        ("`--why` for 2 × 3 runs, 200 traces of `tutorial/branches`",
         ["compare", "runs/pair/runs/tutorial_branches", "runs/pair/runs/tutorial_branches_no_memory", "--why", "--out",
          "runs/why"], 60),
    ]
    rows = ["| what | seconds | asked |", "| --- | --- | --- |"]
    for title, words, most in tried:
        loads, times = [], []
        for _ in range(3):
            loads.append(os.getloadavg()[0])
            times.append(run(words)[1])
            if times[-1] > 60:
                break
        rows.append(f"| {title} | {statistics.median(times):.2f} | {most or '–'} |")
        print(rows[-1], "load", [f"{load:.1f}" for load in loads], flush=True)
    cores = os.cpu_count()
    rows += ["", f"Wall clock of whole commands, opening data and run included, median of three (one of what takes more than a minute), on "
             f"{cores} cores; "
             f"load of the machine at the last: {os.getloadavg()[0]:.1f}."]
    blocks["times"] = rows


def put():
    page = ROOT / "docs" / "inside.md"
    whole = page.read_text()
    for name, lines in blocks.items():
        begin, end = f"<!-- {name}: scripts/inside.py -->", f"<!-- end {name} -->"
        if begin not in whole:
            sys.exit(f"docs/inside.md has no place for '{name}'")
        before, rest = whole.split(begin)
        whole = before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    page.write_text(whole)


for name in parts or ["account", "units", "times"] + (["published"] if published else []):
    print(f"-- {name}", flush=True)
    globals()["part_" + name]()
for name, lines in blocks.items():
    print(f"\n## {name}\n" + "\n".join(lines))
if "--write" in sys.argv:
    put()
