"""Every Python block of the README runs, in order, as one session."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
from numpy.testing import assert_array_equal

README = Path(__file__).parents[1] / "README.md"

# Extras that not every environment has; in CI there is one for each.
EXTRAS = {"dask", "dask_ml", "onnxruntime", "skl2onnx"}


def runs_here(block):
    """Whether the extras that a block of code imports are installed."""
    wanted = set()
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Import):
            wanted |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            wanted.add(node.module.split(".")[0])
    return all(find_spec(name) for name in wanted & EXTRAS)


def test_code_blocks_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a block saves a file
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 4
    session = {}
    for block in filter(runs_here, blocks):
        exec(compile(block, str(README), "exec"), session)
    plt.close("all")
    assert session["search"].best_score_ > -0.15  # minus the log loss
    assert session["clf"].score(session["X"], session["y"]) > 0.95
    assert session["display"].figure_ is not None
    X = session["X"]
    assert_array_equal(session["loaded"].predict_proba(X), session["pipeline"].predict_proba(X))
