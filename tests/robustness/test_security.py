"""What the package never does, read from its source, and what it asks to be installed."""

import ast
import itertools
import re
import subprocess
import sys
import tomllib

import pytest

from helpers.paths import ROOT, SOURCES, source_id

# What runs code that a file or a text holds, starts processes or reaches out to the network.
MODULES = {
    *("pickle", "cPickle", "_pickle", "cloudpickle", "dill", "shelve", "marshal", "code", "runpy"),
    *("subprocess", "ctypes", "socket", "urllib", "http", "ftplib", "requests"),
}
CALLS = {"eval", "exec", "compile", "__import__", "execfile", "breakpoint", "input"}
METHODS = {"read_pickle", "system", "popen", "eval", "loads", "load", "query"}
# These read data, and of types those that are named.
HARMLESS = {"json.loads", "skops.io.load", "skshallow_kernels.load"}
# What calls the functions of a compiled library, which is a package of our own.
CALLS_KERNELS = {"_core/compiled_passes.py": [(7, "ctypes")]}


def misdeeds(source):
    """Lines at which a source does what it must not, with the name of that."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            names = {node.module.split(".")[0]} & MODULES
            names |= {alias.name for alias in node.names} & (METHODS | CALLS)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names = {node.func.id} & CALLS
        elif isinstance(node, ast.Attribute):
            names = {node.attr} & METHODS if ast.unparse(node) not in HARMLESS else set()
        elif isinstance(node, ast.keyword):
            names = {node.arg} & {"allow_pickle", "shell"}
        else:
            continue
        yield from ((getattr(node, "lineno", 0), name) for name in names)


@pytest.mark.parametrize("path", SOURCES, ids=source_id)
def test_no_file_or_text_is_executed(path):
    found = list(misdeeds(path.read_text(encoding="utf-8")))
    assert found == CALLS_KERNELS.get(source_id(path), [])


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import urllib.request",
        "joblib.load(path)",
        "from joblib import load",
        "np.load(path, allow_pickle=True)",
        "pd.read_pickle(path)",
        "frame.eval(text)",
        "eval(text)",
        "exec(text)",
        "os.system(text)",
    ],
)
def test_what_must_not_be_done_is_recognised(source):
    assert list(misdeeds(source))


def test_dependencies_have_lower_bounds_only():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert len(project["dependencies"]) >= 4
    for requirement in itertools.chain(project["dependencies"], *extras.values()):
        own = re.fullmatch(r"skshallow\[([\w-]+)\]", requirement)
        assert own[1] in extras if own else re.fullmatch(r"[\w-]+>=[\d.]+", requirement)
    assert re.fullmatch(r">=[\d.]+", project["requires-python"])


def test_both_ends_of_the_versions_are_tested():
    everything = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert {"make test-all", "make test-lowest"} <= set(everything)
    assert {"make test-dask", "make test-dask-lowest"} <= set(everything)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert as_pins(project["dependencies"]) <= set(lowest_versions())


def test_the_lowest_versions_of_an_extra_are_those_of_its_own_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = lowest_versions("test,dask")
    assert as_pins(project["optional-dependencies"]["dask"]) <= set(pins)
    assert len({pin.partition("==")[0] for pin in pins}) == len(pins)


def as_pins(requirements):
    return {requirement.replace(">=", "==") for requirement in requirements}


def lowest_versions(*extras):
    command = [sys.executable, ROOT / ".ci" / "lowest.py", *extras]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
