"""The notebooks as they are published: executed from top to bottom, and nobody's machine in them.

That they still run is tested too, by nbmake, which makes a test of every notebook.
"""

import json
import re

import pytest

from helpers.paths import DOCS, ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Folders of a machine or of a user, and the addresses of objects.
MACHINE = re.compile(
    r"/(home|root|Users|tmp|usr|opt|private|mnt)/|[A-Z]:\\|site-packages|0x[0-9a-f]{6}"
)
LARGEST = 700_000

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(path):
    return [cell for cell in load(path)["cells"] if cell["cell_type"] == "code"]


def outputs(path):
    return [output for cell in code_cells(path) for output in cell["outputs"]]


def pictures(path):
    return [output for output in outputs(path) if "image/png" in output.get("data", {})]


def test_their_page_lists_them():
    listed = re.findall(r"\((notebooks/.*?\.ipynb)\)", (DOCS / "notebooks.md").read_text("utf-8"))
    assert listed == [path.relative_to(ROOT).as_posix() for path in NOTEBOOKS]


@each_notebook
def test_every_cell_was_executed_in_order(path):
    counts = [cell["execution_count"] for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_no_errors_and_no_warnings(path):
    assert not [output for output in outputs(path) if output["output_type"] == "error"]
    assert not [output for output in outputs(path) if output.get("name") == "stderr"]


@each_notebook
def test_nothing_of_the_machine(path):
    notebook = load(path)
    assert notebook["metadata"].keys() == {"kernelspec"}
    assert not [cell["id"] for cell in notebook["cells"] if cell["metadata"]]
    text = re.sub(r'"image/png": ".*?"', "", path.read_text(encoding="utf-8"))
    assert [found[0] for found in MACHINE.finditer(text)] == []


@each_notebook
def test_pictures_are_there_and_small(path):
    assert pictures(path)
    assert path.stat().st_size < LARGEST
