"""Which files are tested: those of the extras that are installed."""

from importlib.util import find_spec

# A file left out for lack of an extra still fails if it is asked for by name.
EXTRAS = {
    "dask_ml": ["tests/test_dask.py"],
    "skl2onnx": ["skshallow/onnx.py", "tests/test_onnx.py"],
}
collect_ignore = [file for name, files in EXTRAS.items() if not find_spec(name) for file in files]
