"""The pages of the site: their examples run, and the reference lists all that is public."""

import doctest
import inspect
import re

import matplotlib.pyplot as plt
import pytest

from helpers.pages import PAGES, blocks, examples, page_id
from helpers.paths import DOCS, ROOT
from helpers.public import public_modules

every_page = pytest.mark.parametrize("path", PAGES, ids=page_id)
REFERENCE = DOCS / "reference" / "index.md"


@every_page
def test_examples_run(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # an example saves a file
    session = examples(path)
    report = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(session, out=report.append)
    plt.close("all")
    assert runner.failures == 0, "".join(report)


@every_page
def test_scripts_have_a_test_of_their_own(path):
    if blocks(path, "python"):
        tests = (ROOT / "tests").rglob("test_*.py")
        assert any(path.name in test.read_text(encoding="utf-8") for test in tests)


def test_most_pages_have_examples():
    assert sum(bool(blocks(path, "pycon")) for path in PAGES) >= 9


def public_names():
    """The public classes, functions and tables of all public modules, by full names."""
    for module in public_modules():
        for name in module.__all__:
            # A class is listed where its users import it from.
            one = getattr(module, name)
            home = one.__module__ if inspect.isclass(one) else module.__name__
            yield f"{home}.{name}"


def listed_names():
    """What the reference lists, by full names."""
    module = None
    for line in REFERENCE.read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"\.\. currentmodule:: (\S+)", line):
            module = found[1]
        elif found := re.fullmatch(r"   (\w+)", line):
            yield f"{module}.{found[1]}"


def test_reference_lists_all_public_names():
    listed = list(listed_names())
    assert sorted(listed) == sorted(set(public_names()))
