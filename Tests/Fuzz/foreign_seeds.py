"""Seeds for the fuzzers of foreign files, from the fixtures: foreign_seeds.py FuzzPickle FOLDER. Python alone."""
import glob
import pickle
import sys
import zipfile

name, folder = sys.argv[1:]
if name == "FuzzPickle":
    values = [{"w": [1, -2, 2.5], "b": (None, True)}, list(range(300)), {"a": {"b": {"c": "text" * 20}}}, {1, 2}, b"bytes"]
    for index, value in enumerate(values):
        for protocol in (2, 3, 4, 5):
            with open(f"{folder}/{index}_{protocol}", "wb") as file:
                pickle.dump(value, file, protocol=protocol)
    array = (
        b"\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\n"
        b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02tQK\x00K\x02\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtRs."
    )
    open(f"{folder}/tensor", "wb").write(array)
    open(f"{folder}/call", "wb").write(b"\x80\x02cposix\nsystem\n(X\x04\x00\x00\x00truetR.")
for path in glob.glob("Tests/ForeignTests/Fixtures/keras_files/*.keras"):
    base = path.rsplit("/", 1)[-1]
    if name == "FuzzZip":
        open(f"{folder}/{base}", "wb").write(open(path, "rb").read())
    if name == "FuzzKerasConfig":
        open(f"{folder}/{base}.json", "wb").write(zipfile.ZipFile(path).read("config.json"))
