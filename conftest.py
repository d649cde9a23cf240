"""Which tests run: those of what is installed, and the slow ones only on request."""

from importlib.util import find_spec
from pathlib import Path

import pytest

import skshallow
from skshallow import _kernels

# A file left out for lack of a package still fails if it is asked for by name.
FILES = {
    "dask_ml": ["tests/model_selection/test_dask.py"],
    "distributed": ["skshallow/dask", "tests/helpers/collections.py", "tests/on_dask"],
    "numpydoc": ["tests/project/test_numpydoc.py"],
    "sklearn.callback": [
        "tests/model_selection/test_followed_candidates.py",
        "tests/training/test_callbacks.py",
    ],
    "skshallow_kernels": ["tests/core/test_compiled_passes.py", "kernels/tests"],
    "emlearn": ["tests/export/test_converted_mlps.py", "tests/project/test_other_tools.py"],
    "skl2onnx": ["skshallow/onnx", "tests/test_onnx.py", "tests/test_onnx_regressors.py"],
}
collect_ignore = [file for name, files in FILES.items() if not find_spec(name) for file in files]

LEFT_OUT = pytest.StashKey[int]()
SLOW = "notebooks, benchmarks, endurance, processes, most hostile cases, most checks of estimators"


def pytest_addoption(parser):
    """Add the options of `make test-all` and of `make endurance`."""
    parser.addoption("--all", action="store_true", help="run the slow tests, too")
    parser.addoption(
        "--thorough", action="store_true", help="repeat what the suite does only a few times"
    )


def pytest_configure(config):
    """Register the marker of slow tests."""
    config.addinivalue_line("markers", "slow: run only with --all, or if its file is named")


def pytest_sessionstart():
    """Import all public names: the examples in their docstrings are found where they are."""
    for name in skshallow.__all__:
        getattr(skshallow, name)


def pytest_report_header(config):
    """Say what computes, what is left out, and how to run it."""
    lines = [f"compiled kernels: {_kernels.described()}"]
    if not config.getoption("all"):
        how = "run them with `make test-all`, pytest --all or by naming a file"
        lines.append(f"left out: {SLOW}; {how}")
    return lines


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leave out slow tests, unless all tests are asked for or the file that they are in."""
    if config.getoption("all"):
        return
    named = {Path(argument.split("::")[0]).resolve() for argument in config.args}
    left_out = {item for item in items if is_slow(item) and item.path not in named}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    config.stash[LEFT_OUT] = len(left_out)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left out"] = len(left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over from a worker process of pytest-xdist what it left out; all leave out the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left out", 0)


def pytest_terminal_summary(terminalreporter, config):
    """Say how much was left out."""
    if n_tests := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"{n_tests} slow tests were left out; pytest --all runs them")


def is_slow(item):
    """Whether a test is marked as slow, or runs a notebook."""
    return item.path.suffix == ".ipynb" or item.get_closest_marker("slow") is not None


@pytest.fixture(scope="session")
def thorough(request):
    """Whether to repeat everything as often as `make endurance` does."""
    return request.config.getoption("thorough")
