"""show_versions: all that pyproject.toml names for users, and the threads of what computes."""

import platform
import re
import tomllib
from importlib import metadata

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import skshallow
from helpers.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OF_USERS = ("fast", "plots", "cli", "onnx", "dask")


def names(requirements):
    found = [re.match(r"[\w.-]+", requirement)[0] for requirement in requirements]
    return sorted(name for name in found if name != "skshallow")


@pytest.fixture
def printed(capsys):
    skshallow.show_versions()
    return capsys.readouterr().out


def section(printed, title):
    """The lines of a section, as names and what follows them."""
    lines = printed.split(f"\n{title}:\n")[1].split("\n\n")[0].splitlines()
    return dict(line.strip().split(": ", 1) for line in lines)


def test_starts_with_the_system(printed):
    first, second, third = printed.splitlines()[:3]
    assert first == f"system: {platform.platform()}"
    assert second.startswith(f"Python: {platform.python_version()}")
    assert third == f"skshallow: {metadata.version('skshallow')}"


def test_what_is_needed(printed):
    wanted = {name: metadata.version(name) for name in names(PROJECT["dependencies"])}
    assert section(printed, "needed") == wanted


@pytest.mark.parametrize("extra", OF_USERS)
def test_what_extras_bring(printed, extra):
    """Each package where it is named first."""
    found = section(printed, f"extra {extra}")
    extras = PROJECT["optional-dependencies"]
    before = [extras[one] for one in OF_USERS[: OF_USERS.index(extra)]]
    known = {name for one in [PROJECT["dependencies"], *before] for name in names(one)}
    assert sorted(found) == [name for name in names(extras[extra]) if name not in known]
    for name, version in found.items():
        try:
            assert version == metadata.version(name)
        except metadata.PackageNotFoundError:
            assert version == "not installed"


def test_what_only_developers_need_is_left_out(printed):
    assert "pytest" not in printed


def test_whether_kernels_are_in_use(capsys):
    with skshallow.config_context(kernels=False):
        skshallow.show_versions()
    assert (
        "\ncompiled kernels: not in use: turned off by config_context\n" in capsys.readouterr().out
    )


def test_threads_of_the_linear_algebra(capsys):
    with threadpool_limits(1):
        skshallow.show_versions()
    lines = capsys.readouterr().out.split("libraries with threads:\n")[1].splitlines()
    paths = [library["filepath"] for library in threadpool_info()]
    assert len(lines) == len(paths) > 0
    assert all(
        line.endswith(f": 1 threads ({path})") for line, path in zip(lines, paths, strict=True)
    )
