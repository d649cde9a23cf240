"""Which files are tested: those of what is installed, be it an extra or a newer scikit-learn."""

from importlib.util import find_spec

import pytest

# A file left out for lack of a package still fails if it is asked for by name.
FILES = {
    "dask_ml": ["tests/test_dask.py"],
    "sklearn.callback": ["tests/test_callbacks.py"],
    "skl2onnx": ["skshallow/onnx", "tests/test_onnx.py"],
}
collect_ignore = [file for name, files in FILES.items() if not find_spec(name) for file in files]


def pytest_addoption(parser):
    """Add the option that `make endurance` gives."""
    parser.addoption(
        "--thorough", action="store_true", help="repeat what the suite does only a few times"
    )


@pytest.fixture(scope="session")
def thorough(request):
    """Whether to repeat everything as often as `make endurance` does."""
    return request.config.getoption("thorough")
