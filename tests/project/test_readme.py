"""The README: its code runs and prints what it says, its links lead somewhere, its numbers hold."""

import re
import tomllib

import matplotlib.pyplot as plt
import pytest

from helpers.pages import blocks, runs_here
from helpers.paths import README, ROOT

TEXT = README.read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINK = re.compile(r"\]\(([^)]*)\)")


def test_code_blocks_run_and_print_what_they_say(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = blocks(README, "python")
    assert len(code) >= 3
    session = {}
    for block in filter(runs_here, code):
        exec(compile(block, str(README), "exec"), session)
        said = re.findall(r"^print.*  # (.*)$", block, re.MULTILINE)
        assert capsys.readouterr().out.splitlines() == said
    plt.close("all")
    assert session["tuned"].score(session["X"], session["y"]) > 0.95


@pytest.mark.parametrize("link", LINK.findall(TEXT))
def test_links_lead_to_files(link):
    assert (ROOT / link).is_file()


def test_an_index_shows_no_link_that_leads_nowhere():
    text = TEXT
    hooks = PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]
    for change in hooks["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(change["pattern"], change["replacement"], text)
    assert all(link.startswith("https://") for link in LINK.findall(text))
    assert "User guide: which estimator when" in text


def test_is_read_in_two_minutes():
    assert len(re.sub(r"<!-- measured -->.*", "", TEXT, flags=re.DOTALL).split()) < 500
