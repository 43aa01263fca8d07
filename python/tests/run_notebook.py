"""Runs the cells of a notebook one after the other, as a kernel would, without one: run_notebook.py FILE [--write].

--write puts what they print into the file. Ends with a cell's own error if one fails.
"""

import ast
import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile

path = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
notebook = json.loads(path.read_text(encoding="utf-8"))
space = {"__name__": "__main__"}
number = 0
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        number += 1
        tree = ast.parse("".join(cell["source"]), f"cell {number}")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            # The value of a last expression is shown, as a kernel does.
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, f"cell {number}", "exec"), space)
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), space) if last else None
            if value is not None:
                print(repr(value))
        cell["execution_count"] = number
        cell["outputs"] = [{
            "name": "stdout", "output_type": "stream", "text": printed.getvalue().splitlines(keepends=True),
        }] if printed.getvalue() else []
        print(f"cell {number}:", *printed.getvalue().splitlines(), sep="\n    ")
    os.chdir("/")
if "--write" in sys.argv[2:]:
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
