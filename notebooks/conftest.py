"""A warning is an error in notebooks too, as in all tests."""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

# Doctest would look into this file too, and stumble over its namesake in tests/.
collect_ignore = ["conftest.py"]
if not find_spec("dask_ml"):
    collect_ignore.append("04_tune_and_scale.ipynb")

# What a kernel finds in its profile runs before the first cell.
STARTUP = """
import warnings

warnings.simplefilter("error")
# matplotlib 3.7 calls names that pyparsing 3.3 renamed
warnings.filterwarnings("ignore", category=DeprecationWarning, module="matplotlib")
# The kernel itself, as it shuts down
warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module="ipykernel")
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Give the kernel of a notebook a profile of its own, and the backend it would have by hand."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        startup = Path(folder, "profile_default", "startup")
        startup.mkdir(parents=True)
        (startup / "warnings.py").write_text(STARTUP, encoding="utf-8")
        patch.setenv("IPYTHONDIR", folder)
        patch.delenv("MPLBACKEND", raising=False)
        return (yield)
