"""What a release says of itself: its version, its changelog, the workflows that test it."""

import re
import tomllib
from datetime import date

import pytest

import skshallow
from helpers.paths import DOCS, README, ROOT

HEADING = re.compile(r"## \[(Unreleased|\d+\.\d+\.\d+)\](?: - (\d{4}-\d\d-\d\d))?")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read(path):
    return path.read_text(encoding="utf-8")


def test_version_is_written_once_for_the_package():
    assert "version" not in PROJECT["project"]
    assert PROJECT["tool"]["hatch"]["version"] == {"path": "skshallow/__init__.py"}
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev0)?", skshallow.__version__)


def test_citation_is_of_the_last_release_or_the_next():
    cited = re.search(r"^version: (.*)$", read(ROOT / "CITATION.cff"), re.MULTILINE)[1]
    assert cited in {skshallow.__version__, released()[0][0] if released() else None}


@pytest.mark.parametrize("page", [README, DOCS / "install.md"], ids=lambda page: page.name)
def test_wheels_are_named_as_they_are_built(page):
    named = set(re.findall(r"skshallow-([\d.]+\d)-py3", read(page)))
    assert named == {skshallow.__version__.removesuffix(".dev0")}


def released():
    """Versions and days of the releases, the newest first."""
    lines = [line for line in CHANGELOG.splitlines() if line.startswith("## ")]
    found = [HEADING.fullmatch(line) for line in lines]
    assert all(found), f"headings read ## [Unreleased] or ## [X.Y.Z] - YYYY-MM-DD: {lines}"
    assert found[0].groups() == ("Unreleased", None)
    return [match.groups() for match in found[1:]]


def test_releases_are_dated_and_in_order():
    days = [date.fromisoformat(day) for _, day in released()]
    versions = [tuple(map(int, version.split("."))) for version, _ in released()]
    assert days == sorted(days, reverse=True)
    assert versions == sorted(set(versions), reverse=True)


def test_changes_are_of_known_kinds():
    assert set(re.findall(r"^### (.*)$", CHANGELOG, re.MULTILINE)) <= KINDS


def test_workflows_test_what_the_metadata_claims():
    workflow = read(ROOT / ".github" / "workflows" / "tests.yml")
    [tested] = re.findall(r"python: \[(.*)\]", workflow)
    claimed = {
        line.rpartition(" ")[2]
        for line in PROJECT["project"]["classifiers"]
        if re.search(r":: 3\.\d+$", line)
    }
    assert claimed <= set(re.findall(r"[\d.]+", tested))
    assert min(claimed) == PROJECT["project"]["requires-python"].removeprefix(">=")
