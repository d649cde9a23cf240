"""The layers only look down: who may import whom, read from the source."""

import ast
from pathlib import Path

import pytest

import skshallow

PACKAGE = Path(skshallow.__file__).parent

ALLOWED = {
    "activations": set(),
    "losses": set(),
    "stacks": set(),
    "batches": set(),
    "scaling": set(),
    "rows": set(),
    "labels": set(),
    "threads": set(),
    "tasks": set(),
    "typing": set(),
    "validation": set(),
    "network": {"activations", "stacks"},
    "objective": {"network", "rows", "stacks", "threads"},
    "prediction": {"activations", "rows"},
    "solvers": {"stacks"},
    "training": set(),
    "session": {"labels", "network", "scaling", "solvers", "training"},
    "fitting": {
        "batches",
        "labels",
        "losses",
        "objective",
        "rows",
        "scaling",
        "solvers",
        "threads",
        "training",
    },
    "classifier": {
        "activations",
        "compat",
        "fitting",
        "labels",
        "losses",
        "predictor",
        "session",
        "solvers",
        "tasks",
        "typing",
        "validation",
    },
    "predictor": {"labels", "losses", "prediction", "typing", "validation"},
    "compat": set(),
    "search": {
        "classifier",
        "compat",
        "fitting",
        "labels",
        "losses",
        "predictor",
        "rows",
        "tasks",
        "solvers",
        "typing",
        "validation",
    },
    "displays": set(),
    "onnx": {"", "activations"},
    "_cli": {""},
    "__main__": {"", "_cli"},
    "__init__": {"classifier", "displays", "search"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer_of(parts):
    """The layer a module belongs to, "" for the package itself."""
    return parts[1] if len(parts) > 1 else ""


def imported_modules(path):
    """The package's modules that a file imports, as tuples of names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [node.module]
        yield from (tuple(name.split(".")) for name in names if name.split(".")[0] == "skshallow")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_look_down(path):
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    found = {layer_of(parts) for parts in imported_modules(path)} - {own}
    assert found <= ALLOWED[own]


def test_every_layer_exists():
    assert {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in FILES} == set(ALLOWED)
