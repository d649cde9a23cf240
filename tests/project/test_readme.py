"""Every Python block of the README runs, in order, as one session."""

import ast
import re
from importlib.util import find_spec

import matplotlib.pyplot as plt
from numpy.testing import assert_array_equal

from helpers.paths import README

# Not every environment has these; in CI there is one for each.
OPTIONAL = {
    "dask.array",
    "dask.distributed",
    "dask_ml.wrappers",
    "onnxruntime",
    "skl2onnx",
    "sklearn.callback",
}


def runs_here(block):
    """Whether all that a block of code imports is installed."""
    wanted = set()
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            wanted.add(node.module)
    return all(is_installed(name) for name in wanted & OPTIONAL)


def is_installed(name):
    package = name.split(".")[0]
    return find_spec(package) is not None and find_spec(name) is not None


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
