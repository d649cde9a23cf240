"""How the package is built, read from its source: who may use what, and how long anything is."""

import ast
import sys

import pytest

from helpers.paths import PACKAGE, ROOT, SOURCES, source_id

# The layers, from low to high, and what each may import; "skshallow" are the public names.
LAYERS = {
    "_compat": set(),
    "_kernels": set(),
    "_core": {"_kernels"},
    "_data": {"_core"},
    "solvers": {"_compat", "_kernels"},
    "_training": {"_core", "_data", "solvers"},
    "_estimators": {"_compat", "_core", "_data", "solvers", "_training"},
    "model_selection": {
        *("_compat", "_kernels", "_core", "_data", "solvers", "_training", "_estimators"),
    },
    "dask": {"_compat", "_core", "_data", "solvers", "_training", "_estimators"},
    "displays": set(),
    "_versions": {"_kernels"},
    "__init__": {"_kernels", "_versions", "_estimators", "model_selection", "displays", "solvers"},
    "onnx": {"skshallow", "_core"},
    "export": {"skshallow", "_compat", "solvers"},
    "_cli": {"skshallow", "_compat", "solvers", "displays", "onnx"},
    "__main__": {"skshallow", "solvers", "displays", "model_selection", "_cli"},
}
# What scikit-learn means subclasses to use, and what Python documents, in spite of their names.
INHERITED = {
    *("_parameter_constraints", "_validate_params", "_init_callback_context", "_repr_html_"),
}
# What makes a scorer of scikit-learn's anew with one more argument, which nothing public does.
SCORER = {"_score_func", "_response_method", "_kwargs", "_sign"}
# What tells an MLP that was given its weights of its classes, which nothing public does either.
MLP = {"_label_binarizer"}
NAMED_TUPLE = {"_asdict", "_fields", "_make", "_replace"}
# Private names of other packages, and the only layer that may import them.
PRIVATE_ELSEWHERE = {"sklearn": "_compat", "skl2onnx": "onnx"}
NUMERICAL = {"numpy", "scipy", "threadpoolctl"}

MOST_LINES = 300
# Their docstrings are long: they are the pages of the classifiers in the documentation.
LONGER_FILES = {"_estimators/classifier.py", "_estimators/regressor.py"}
LONGER_FILES |= {"model_selection/_classifier_cv.py"}
MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_KERNELS = 600

every_source = pytest.mark.parametrize("path", SOURCES, ids=source_id)


def layer_of(path):
    """The folder or the file right in the package that a source belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def read(path):
    return path.read_text(encoding="utf-8")


def is_private(name):
    return name.startswith("_") and not name.endswith("__")


def imports(source):
    """What a source imports: the parts of a module's name, and a name from it or None."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split("."), None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((module.split("."), alias.name) for alias in node.names)


# Who imports what


def wrong_imports(source, layer):
    """Imports that look up, or at what is private elsewhere."""
    for module, name in imports(source):
        own = module[0] == "skshallow"
        check = _wrong_within if own else _wrong_elsewhere
        if module[0] == "" or check(module, name, layer):
            yield ".".join(module) + (f": {name}" if name else "")


def _wrong_within(module, name, layer):
    """Whether a layer may not import this of the package."""
    if len(module) == 1 and name in LAYERS:
        module, name = [*module, name], None
    target, *inner = module[1:] or ["skshallow"]
    if target == layer:
        return False
    return target not in LAYERS[layer] or any(map(is_private, [*inner, name or ""]))


def _wrong_elsewhere(module, name, layer):
    """Whether a layer may not import this of another package."""
    private = any(map(is_private, [*module, name or ""])) and module[0] != "__future__"
    if private and PRIVATE_ELSEWHERE.get(module[0]) != layer:
        return True
    return layer == "_core" and module[0] not in NUMERICAL | sys.stdlib_module_names


@every_source
def test_imports_look_down_and_at_public_names(path):
    assert list(wrong_imports(read(path), layer_of(path))) == []


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("_core", "from skshallow._data.batches import Batches"),
        ("_core", "import skshallow.solvers"),
        ("_core", "from sklearn.base import clone"),
        ("_core", "def late():\n    import pandas"),
        ("solvers", "from skshallow import OneHiddenLayerClassifier"),
        ("displays", "from skshallow._core.links import softmax"),
        ("_training", "from skshallow._core.network import _pack"),
        ("_training", "from skshallow.solvers._base import Solver"),
        ("_cli", "from skshallow._estimators.classifier import OneHiddenLayerClassifier"),
        ("_cli", "from skshallow import _core"),
        ("__init__", "from skshallow.displays._comparison import ComparisonDisplay"),
        ("_data", "from .batches import Batches"),
        ("_data", "from . import batches"),
        ("_estimators", "from sklearn.base import _fit_context"),
        ("_estimators", "from sklearn.utils._param_validation import Interval"),
        ("_estimators", "import sklearn.utils._tags"),
        ("_cli", "from rich import _palettes"),
    ],
)
def test_a_wrong_import_is_noticed(layer, source):
    assert list(wrong_imports(source, layer))


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        (
            "_core",
            "import contextlib\nimport numpy as np\nfrom threadpoolctl import threadpool_info",
        ),
        ("_core", "from __future__ import annotations\nfrom scipy.special import expit"),
        ("_core", "from skshallow._core.losses import _pairs"),
        ("_training", "from skshallow.solvers import SOLVERS\nfrom skshallow import solvers"),
        ("_compat", "from sklearn.utils._param_validation import Interval"),
        ("onnx", "from skl2onnx.common._apply_operation import apply_add"),
        ("_cli", "from skshallow import __version__, displays\nfrom sklearn.base import clone"),
        ("__main__", "from skshallow._cli.commands import run"),
        ("__init__", "from skshallow._estimators.classifier import OneHiddenLayerClassifier"),
    ],
)
def test_a_right_import_is_let_through(layer, source):
    assert list(wrong_imports(source, layer)) == []


# Who uses whose private names


def defined(source):
    """Private names that a source defines: functions, classes, variables, attributes, fields."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if _is_own(node.value):
                yield node.attr
        elif isinstance(node, ast.Assign) and "__slots__" in map(ast.unparse, node.targets):
            yield from ast.literal_eval(node.value)


def _is_own(node):
    """Whether an expression is ``self``, ``cls`` or ``super()``."""
    return ast.unparse(node) in ("self", "cls", "super()")


def foreign_private_names(source, known):
    """Private attributes that are used, but not among the known ones of the layer."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            allowed = NAMED_TUPLE | (INHERITED if _is_own(node.value) else set())
            if node.attr not in known | allowed:
                yield f"line {node.lineno}: {ast.unparse(node)}"


@every_source
def test_private_names_stay_in_their_layer(path):
    layer = [source for source in SOURCES if layer_of(source) == layer_of(path)]
    known = {name for source in layer for name in defined(read(source))}
    if layer_of(path) == "_estimators":
        # Functions beside the classes do what a method would.
        known |= INHERITED
    if layer_of(path) == "_compat":
        known |= SCORER | MLP
    assert list(foreign_private_names(read(path), known)) == []


KNOWN = """
class Fitter:
    __slots__ = ("_slot",)
    _constant = 1
    _field: int

    def __init__(self):
        self._attribute, self._other = 1, 2

    def _method(self):
        return self._attribute

def _function():
    pass
"""


@pytest.mark.parametrize("name", ["slot", "constant", "field", "attribute", "method", "function"])
@pytest.mark.parametrize("owner", ["self", "fitter", "super()", "fitters[0]"])
def test_private_names_of_the_layer_may_be_used(owner, name):
    assert list(foreign_private_names(f"{owner}._{name}", set(defined(KNOWN)))) == []


@pytest.mark.parametrize(
    "source",
    [
        "fitter._unknown",
        "self._unknown()",
        "super()._unknown",
        "fitter._validate_params()",
        "fitter._unknown = 1",
        "call(lambda: fitter.part._unknown)",
    ],
)
def test_private_names_of_others_are_noticed(source):
    known = set(defined(KNOWN)) | set(defined(source))
    assert list(foreign_private_names(source, known))


def test_what_subclasses_are_meant_to_use_is_let_through():
    source = "self._validate_params(); state._replace(n=1); type(self).__name__"
    assert list(foreign_private_names(source, set())) == []


# How long anything is


def long_functions(source):
    """Functions of more lines than allowed, docstrings and decorators not counted.

    An ``__init__`` that does nothing but store its parameters is as long as they are many.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and not _only_stores(node):
            length = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                length -= node.body[0].end_lineno - node.body[0].lineno + 1
            if length > MOST_LINES_OF_A_FUNCTION:
                yield f"{node.name}: {length} lines"


def _only_stores(node):
    stores = (
        isinstance(line, ast.Assign) and isinstance(line.value, ast.Name) for line in node.body
    )
    return node.name == "__init__" and all(stores)


@every_source
def test_functions_are_short(path):
    assert list(long_functions(read(path))) == []


def test_a_long_function_is_noticed():
    head = '@decorated(\n    1,\n)\ndef f():\n    """First.\n\n    Last.\n    """\n'
    assert list(long_functions(head + 39 * "    pass\n")) == []
    assert list(long_functions(head + 40 * "    pass\n")) == ["f: 41 lines"]


@every_source
def test_files_are_short(path):
    assert source_id(path) in LONGER_FILES or len(read(path).splitlines()) <= MOST_LINES


def test_the_kernels_are_short():
    """Lines of code: neither empty nor comments only."""
    sources = sorted((ROOT / "kernels" / "cpp").iterdir())
    lines = [line.strip() for path in sources for line in read(path).splitlines()]
    code = [line for line in lines if line and not line.startswith("//")]
    assert 0 < len(code) <= MOST_LINES_OF_KERNELS


def test_every_layer_is_there():
    assert {layer_of(path) for path in SOURCES} == set(LAYERS)
    assert {source_id(path) for path in SOURCES} >= LONGER_FILES
