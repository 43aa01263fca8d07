"""The door, tried with the real program: python3 python/tests/test_strata.py (NumPy and a release build are all it needs)."""

import pathlib
import sys
import tempfile
import unittest
import warnings

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import strata

SMALL = """network Small(width: int = 2) {
    input waveform: [3, 200] at 100 Hz
    output p: [1, 200] = waveform -> conv(width, 5) as first -> relu -> conv(1, 5) as last -> sigmoid
    learn p from pick(P, shape: gaussian, width: 20 samples) loss binary_cross_entropy
    prepare { demean -> normalize(peak) }
    train { batch: 8, epochs: 2 }
}
"""

STUDY = """study width {
    networks "small.arch"
    data "synthetic:60"
    vary width in [2, 3]
    search grid
    seeds 2
    epochs 1
}
"""


class Door(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)
        self.network = self.folder / "small.arch"
        self.network.write_text(SMALL)

    def test_findings(self):
        self.assertEqual(strata.check(self.network), [])
        (self.folder / "wrong.arch").write_text(SMALL.replace("conv(1, 5)", "convv(1, 5)"))
        finding = strata.check(self.folder / "wrong.arch")[0]
        self.assertEqual(finding["severity"], "error")

    def test_a_refusal_has_its_words(self):
        with self.assertRaises(strata.Error) as caught:
            strata.train(self.network, data=self.folder / "nothing", out=self.folder / "run")
        self.assertEqual(caught.exception.status, 74)
        self.assertIn("nothing", caught.exception.message)
        with self.assertRaises(strata.Error) as caught:
            strata.show("no_such_network")
        self.assertIn("no_such_network", str(caught.exception))
        with self.assertRaises(strata.Error):
            strata.Run(self.folder)

    def test_from_training_to_arrays(self):
        run = strata.train(self.network, data="synthetic:60", out=self.folder / "run", seed=3, set={"train.epochs": 1})
        self.assertEqual(run.record["epochs"], 1)
        self.assertEqual(list(run.history["epoch"]), [1.0])
        self.assertEqual(run.evaluate()["data"]["split"], "test")
        table = run.predictions()
        self.assertEqual(table["trace_name"].dtype, object)
        self.assertTrue(numpy.issubdtype(table["P_score"].dtype, numpy.floating))
        x = numpy.random.default_rng(1).standard_normal((2, 3, 200))
        y = run(x, prepare=False)["p"]
        self.assertEqual(y.shape, (2, 1, 200))
        self.assertTrue(((y > 0) & (y < 1)).all())
        again = strata.run(run, inputs={"waveform": x}, prepare=False)["p"]
        self.assertTrue((again == y).all())

    def test_arrays_are_prepared(self):
        x = numpy.random.default_rng(1).standard_normal((2, 3, 200)) * 50 + 7
        with self.assertWarnsRegex(UserWarning, "prepare { .* } was not applied: prepare=True applies it"):
            bare = strata.run(self.network, x, seed=1)["p"]
        ready = x - x.mean(axis=2, keepdims=True)
        ready /= abs(ready).max(axis=2, keepdims=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            raw = strata.run(self.network, x, seed=1, prepare=True)["p"]
            done = strata.run(self.network, ready, seed=1, prepare=False)["p"]
        self.assertTrue(numpy.allclose(raw, done, atol=1e-5))
        self.assertFalse(numpy.allclose(raw, bare, atol=1e-3))

    def test_one_number(self):
        result = {"metrics": [
            {"name": name, "value": place} for place, name in enumerate(
                ["p_f1_0.5s", "p_f1_0.5s_trigger", "s_f1_0.5s", "p_recall_0.1s", "p_recall_0.5s", "event_recall"])]}
        self.assertEqual(strata.metrics(result)["s_f1_0.5s"], 2)
        for name, value in [
            ("p_f1_0.5s", 0), ("P F1", 0), ("P F1 (0.5 s)", 0), ("S F1", 2), ("P recall", 4), ("p recall 0.1s", 3),
            ("event recall", 5)]:
            self.assertEqual(strata.metric(result, name), value, name)
        for name in ["accuracy", "P"]:
            with self.assertRaises(strata.Error) as caught:
                strata.metric(result, name)
            self.assertIn("p_f1_0.5s", caught.exception.help)

    def test_a_study_is_searched(self):
        study = self.folder / "width.study"
        study.write_text(STUDY.replace("small.arch", str(self.network)))
        plan = strata.sweep(study, out=self.folder / "sweep", plan=True)
        # One of the two widths is the file's own, which is the reference.
        self.assertEqual(len(plan), 2)
        ranking = strata.sweep(study, out=self.folder / "sweep")
        self.assertEqual(len(ranking["places"]), 2)
        self.assertTrue((self.folder / "sweep" / "report.html").is_file())

    def test_two_are_compared(self):
        result = strata.compare(
            self.network, data="synthetic:60", out=self.folder / "pair", seeds=2, epochs=1)
        self.assertIsInstance(result, dict)
        self.assertTrue((self.folder / "pair" / "report.html").is_file())

    def test_a_stream_is_picked(self):
        strata.call(
            "data synth", self.folder / "week", format="miniseed", stream=True, seed=2, json_wanted=False,
            hours=0.1, stations=1)
        run = strata.train(self.network, data="synthetic:60", out=self.folder / "run", epochs=1)
        picks = strata.pick(run, self.folder / "week", out=self.folder / "picks", thresholds="P=0.01")
        self.assertEqual(picks["location"].dtype, object)
        self.assertGreater(len(picks["time"]), 0)

    def test_tables(self):
        table = self.folder / "table.csv"
        table.write_text('location,number,text,none,code\n00,1,a,,01\n10,,"b,c",,02\n')
        columns = strata.read_csv(table)
        self.assertEqual(list(columns["location"]), ["00", "10"])
        self.assertTrue(numpy.isnan(columns["number"][1]))
        self.assertEqual(list(columns["text"]), ["a", "b,c"])
        self.assertEqual(list(columns["none"]), ["", ""])
        self.assertEqual(list(columns["code"]), ["01", "02"])

    def test_options(self):
        words = list(strata._words({"skip_bad": True, "threads": None, "set": {"a": True, "b": 0.5}, "input": ["x", "y"]}))
        self.assertEqual(words, ["--skip-bad", "--set", "a=true", "--set", "b=0.5", "--input", "x", "--input", "y"])


if __name__ == "__main__":
    unittest.main()
