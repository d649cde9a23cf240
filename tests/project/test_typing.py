"""Signatures say what they take and give, and the package tells type checkers to look."""

import inspect
from typing import get_type_hints

import pytest

import skshallow
from helpers.paths import PACKAGE
from skshallow import solvers

CLASSES = [getattr(skshallow, name) for name in skshallow.__all__]
SOLVERS = [getattr(solvers, name) for name in solvers.__all__ if name != "SOLVERS"]


def ours(cls):
    """The constructor and the public methods that we wrote, not those of scikit-learn."""
    names = ["__init__", *(name for name in dir(cls) if not name.startswith("_"))]
    members = [getattr(cls, name, None) for name in names]
    return [m for m in members if inspect.isroutine(m) and m.__module__.startswith("skshallow")]


METHODS = list({m.__qualname__: m for cls in CLASSES for m in ours(cls)}.values())
CONSTRUCTORS = [solver.__init__ for solver in SOLVERS if "__init__" in vars(solver)]
every_signature = pytest.mark.parametrize(
    "function", METHODS + CONSTRUCTORS, ids=lambda function: function.__qualname__
)


@every_signature
def test_everything_is_annotated(function):
    signature = inspect.signature(function)
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    assert [p.name for p in parameters if p.annotation is inspect.Parameter.empty] == []
    assert signature.return_annotation is not inspect.Signature.empty


@every_signature
def test_annotations_name_what_exists(function):
    from matplotlib.axes import Axes  # which the package imports when something is drawn

    assert "return" in get_type_hints(function, localns={"Axes": Axes})


@every_signature
def test_help_stays_readable(function):
    """Names of unions such as ArrayLike are not spelt out."""
    parameters = inspect.signature(function).parameters.values()
    assert all(len(str(parameter)) < 100 for parameter in parameters)


def test_the_methods_that_matter_are_among_them():
    names = {method.__qualname__ for method in METHODS}
    for cls in ("OneHiddenLayerClassifier", "OneHiddenLayerClassifierCV"):
        assert {f"{cls}.__init__", f"{cls}.fit"} <= names
    assert {"OneHiddenLayerClassifier.partial_fit", "StackedGridSearchCV.fit"} <= names
    assert {"FittedNetwork.predict", "FittedNetwork.predict_proba"} <= names
    assert {"LossCurveDisplay.from_estimator", "ComparisonDisplay.plot"} <= names


def test_type_checkers_are_told():
    assert (PACKAGE / "py.typed").is_file()
