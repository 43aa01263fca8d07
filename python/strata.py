"""The program `strata` from Python: it is called, and its JSON, NPZ and CSV are read.

    import strata
    strata.check("mine.arch")
    run = strata.train("tutorial/first", data="synthetic:2000", out="runs/first")
    strata.metric(run.evaluate(), "P F1")     # one number; strata.metrics(…) has all by name
    table = run.predictions()                 # columns by name, NumPy arrays
    curves = run(waveforms, prepare=True)     # the network as a function on arrays as they were recorded

Options have the program's names with underscores: `--skip-bad` is `skip_bad=True`, `--set a=1 --set b=2` is
`set={"a": 1, "b": 2}`. Whatever the program refuses is an `Error` with its own words.
"""

import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import warnings

import numpy

__all__ = [
    "Error", "Run", "call", "check", "compare", "evaluate", "metric", "metrics", "pick", "predictions", "program",
    "read_csv", "run", "show", "sweep", "train",
]


class Error(Exception):
    """What the program refused: its exit status, its message, and what it says would help."""

    def __init__(self, status, message, help=None):
        super().__init__(message + (f"\n  help: {help}" if help else ""))
        self.status, self.message, self.help = status, message, help


def program():
    """The program: $STRATA, or the one on the PATH, or the one built in the clone that this file lies in."""
    here = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release" / "strata"
    for path in (os.environ.get("STRATA"), shutil.which("strata"), here):
        if path and os.access(path, os.X_OK):
            return str(path)
    raise Error(74, "there is no program 'strata'", "swift build -c release, or name it in STRATA")


def _words(options):
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            yield option
        elif isinstance(value, dict):
            for key, part in value.items():
                yield from (option, f"{key}={_text(part)}")
        elif isinstance(value, (list, tuple)):
            for part in value:
                yield from (option, os.fspath(part) if isinstance(part, os.PathLike) else _text(part))
        else:
            yield from (option, os.fspath(value) if isinstance(value, os.PathLike) else _text(value))


def _text(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def call(command, *operands, json_wanted=True, quiet=True, answers=(0,), hear=None, **options):
    """Calls `strata command operands --options` and gives its JSON (or its text, `json_wanted=False`).

    `quiet=False` lets progress through to standard error; `hear` is handed each line that went there while it was
    quiet. `answers` are the exit statuses that are answers. A command that prints no JSON answers `None`.
    """
    words = [program(), *command.split(), *(os.fspath(each) for each in operands), *_words(options)]
    if json_wanted:
        words.append("--json")
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else None, text=True)
    if done.returncode not in answers:
        said = (done.stderr or "").strip()
        if json_wanted and done.stdout.strip():
            try:
                error = json.loads(done.stdout)["error"]
                raise Error(error["status"], error["message"], error["help"])
            except (ValueError, KeyError, TypeError):
                pass
        raise Error(done.returncode, said or f"{' '.join(words[1:])} ended with {done.returncode}")
    for line in (done.stderr or "").splitlines() if hear else ():
        hear(line)
    if not json_wanted:
        return done.stdout
    return json.loads(done.stdout) if done.stdout.strip() else None


def check(*paths, **options):
    """The findings in architecture files: a list, empty where nothing is wrong."""
    return call("check", *paths, answers=(0, 1), **options)


def show(network, **options):
    """A network's layers, shapes, weights and cost."""
    return call("show", network, **options)


def train(network, data, out, **options):
    """Trains a network, or goes on with it (`resume=True`); the run."""
    call("train", network, data=data, out=out, **options)
    return Run(out)


def evaluate(model, **options):
    """Judges a run, a bundle, or a network with `weights=`; the numbers."""
    return call("evaluate", model, **options)


def metrics(result):
    """The numbers of a judging by their names in tables, as `p_f1_0.5s`; `None` where one is undefined."""
    return {entry["name"]: entry["value"] for entry in result["metrics"]}


def metric(result, name):
    """One number of a judging: by its name, `p_f1_0.5s`, or as a report calls it, `P F1` or `P F1 (0.5 s)`.

    Where only the tolerance is left open, it is half a second.
    """
    values = metrics(result)
    if name in values:
        return values[name]
    words = re.findall(r"[^\s_()]+", re.sub(r"([\d.])\s+s\b", r"\1s", name.lower()))
    near = [key for key in values if key.lower().split("_")[:len(words)] == words]
    for choice in near, [key for key in near if key.lower().split("_")[len(words):] in ([], ["0.5s"])]:
        if len(choice) == 1:
            return values[choice[0]]
    said = "several numbers are called" if near else "there is no number"
    raise Error(1, f"{said} '{name}'", "one of: " + ", ".join(near or values))


def sweep(study, *, out, **options):
    """Trains what a study file asks for; the ranking, or `None` where others still work on it (`leave=True`).

    `plan=True` lists the networks and trains nothing.
    """
    return call("sweep", study, out=out, **options)


def compare(*networks, out, **options):
    """Trains what is missing, compares, and gives what `comparison.json` holds; the page is `out/report.html`."""
    return call("compare", *networks, out=out, **options)


def pick(model, *data, out, **options):
    """Picks continuous records; the picks as columns by name."""
    call("pick", model, *data, out=out, json_wanted=False, **options)
    return read_csv(pathlib.Path(out) / "picks.csv")


def predictions(run, evaluation=None):
    """What a judging wrote for each trace, as columns by name: of the run's own data, or of one of its evaluations."""
    folder = pathlib.Path(run)
    return read_csv((folder / "evaluations" / evaluation if evaluation else folder) / "predictions.csv")


def run(model, *arrays, prepare=None, **options):
    """A network as a function: NumPy arrays in, batch first, its outputs out, by name.

    One array for a network with one input, else `inputs={"name": array}`; `weights=F` or `seed=N` for a network.
    `prepare=True` makes waveforms as they were recorded what the network was taught to see; `False` says that they
    are that already, and where neither is said and the network has a `prepare { … }`, there is a warning.
    """
    def hear(line):
        if prepare is None and "was not applied" in line:
            warnings.warn(line.replace("--prepare", "prepare=True") + "; prepare=False says that it need not", stacklevel=4)

    inputs = options.pop("inputs", None) or {}
    with tempfile.TemporaryDirectory() as folder:
        words = []
        for number, array in enumerate(arrays):
            numpy.save(f"{folder}/{number}.npy", numpy.asarray(array, dtype=numpy.float32))
            words.append(f"{folder}/{number}.npy")
        for number, (name, array) in enumerate(inputs.items()):
            numpy.save(f"{folder}/n{number}.npy", numpy.asarray(array, dtype=numpy.float32))
            words.append(f"{name}={folder}/n{number}.npy")
        call(
            "run", model, input=words, output=f"{folder}/y.npz", json_wanted=False, hear=hear, prepare=prepare or None,
            **options)
        with numpy.load(f"{folder}/y.npz", allow_pickle=False) as file:
            return {name: file[name] for name in file.files}


_NUMBER = re.compile(r"[+-]?((0|[1-9]\d*)(\.\d*)?([eE][+-]?\d+)?|inf|nan)")
# Names are texts, also where every one of them happens to be digits.
_NAMES = {
    "network", "station", "location", "network_code", "station_code", "receiver_code", "ID", "source_id",
    "trace_name", "trace_chunk", "name",
}


def read_csv(path):
    """A table as columns by name: numbers where every field is one or empty (an empty one is nan), else texts.

    A number has no needless zero in front: a location code `00` stays a text.
    """
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    if not rows:
        return {}
    return {name: _column(name, [row[index] for row in rows[1:]]) for index, name in enumerate(rows[0])}


def _column(name, fields):
    # A column without any field says nothing about what it holds.
    if name not in _NAMES and any(fields) and all(not field or _NUMBER.fullmatch(field) for field in fields):
        return numpy.array([float(field) if field else numpy.nan for field in fields])
    return numpy.array(fields, dtype=object)


class Run:
    """A run's folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        if not (self.folder / "run.json").is_file():
            raise Error(74, f"{folder} is no run", "a run's folder has a run.json; strata.train makes one")

    def __repr__(self):
        return f"Run({str(self.folder)!r})"

    def __fspath__(self):
        return str(self.folder)

    def __call__(self, *arrays, **options):
        return run(self.folder, *arrays, **options)

    @property
    def record(self):
        """What `run.json` holds, read anew."""
        return json.loads((self.folder / "run.json").read_text(encoding="utf-8"))

    @property
    def history(self):
        """A row an epoch, as columns by name."""
        return read_csv(self.folder / "history.csv")

    def evaluate(self, **options):
        return evaluate(self.folder, **options)

    def predictions(self, evaluation=None):
        return predictions(self.folder, evaluation)

    def pick(self, *data, out, **options):
        return pick(self.folder, *data, out=out, **options)
