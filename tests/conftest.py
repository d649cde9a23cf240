"""What all tests share: a quiet, reproducible hypothesis."""

from importlib.util import find_spec

from hypothesis import settings

# Dask comes with an extra of its own, and is tested where that is installed. Elsewhere this file is
# left out, unless it is asked for by name, which fails.
collect_ignore = [] if find_spec("dask_ml") else ["test_dask.py"]

settings.register_profile("skshallow", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("skshallow")
