"""Signatures say what they take and give, and the package tells type checkers to look."""

import inspect
from typing import get_type_hints

import pytest

import skshallow
from helpers.paths import PACKAGE
from skshallow import solvers

PUBLIC = {name: getattr(skshallow, name) for name in skshallow.__all__}
CLASSES = [one for one in PUBLIC.values() if inspect.isclass(one)]
FUNCTIONS = {name: one for name, one in PUBLIC.items() if inspect.isfunction(one)}
SOLVERS = solvers.SOLVERS.values()


def ours(cls):
    """The constructor and the public methods that we wrote, not those of scikit-learn."""
    names = ["__init__", *(name for name in dir(cls) if not name.startswith("_"))]
    members = [(f"{cls.__name__}.{name}", getattr(cls, name, None)) for name in names]
    return {
        name: member
        for name, member in members
        if inspect.isroutine(member) and member.__module__.startswith("skshallow")
    }


METHODS = {name: method for cls in CLASSES for name, method in ours(cls).items()}
CONSTRUCTORS = {
    f"{cls.__name__}.__init__": cls.__init__ for cls in SOLVERS if "__init__" in vars(cls)
}
SIGNATURES = FUNCTIONS | METHODS | CONSTRUCTORS
every_signature = pytest.mark.parametrize("function", SIGNATURES.values(), ids=SIGNATURES)


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
    for cls in ("OneHiddenLayerClassifier", "OneHiddenLayerClassifierCV"):
        methods = ("__init__", "fit", "predict", "predict_proba")
        assert {f"{cls}.{method}" for method in methods} <= set(METHODS)
    for cls in ("OneHiddenLayerRegressor", "OneHiddenLayerRegressorCV"):
        methods = ("__init__", "fit", "predict", "score")
        assert {f"{cls}.{method}" for method in methods} <= set(METHODS)
    for cls in ("OneHiddenLayerClassifier", "OneHiddenLayerRegressor"):
        assert f"{cls}.partial_fit" in METHODS
    assert "StackedGridSearchCV.fit" in METHODS
    assert {"LossCurveDisplay.from_estimator", "ComparisonDisplay.plot"} <= set(METHODS)


def test_type_checkers_are_told():
    assert (PACKAGE / "py.typed").is_file()
