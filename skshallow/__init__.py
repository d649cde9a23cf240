"""Networks with one hidden layer for scikit-learn, done right: classifiers and regressors."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skshallow._estimators.classifier import OneHiddenLayerClassifier
    from skshallow._estimators.regressor import OneHiddenLayerRegressor
    from skshallow._kernels import config_context
    from skshallow._versions import show_versions
    from skshallow.displays import (
        ComparisonDisplay,
        HiddenUnitsDisplay,
        LossCurveDisplay,
        RegressionCurveDisplay,
    )
    from skshallow.model_selection import (
        OneHiddenLayerClassifierCV,
        OneHiddenLayerRegressorCV,
        StackedGridSearchCV,
    )

__version__ = "0.1.0"
__all__ = [
    "ComparisonDisplay",
    "HiddenUnitsDisplay",
    "LossCurveDisplay",
    "OneHiddenLayerClassifier",
    "OneHiddenLayerClassifierCV",
    "OneHiddenLayerRegressor",
    "OneHiddenLayerRegressorCV",
    "RegressionCurveDisplay",
    "StackedGridSearchCV",
    "config_context",
    "show_versions",
]

# scikit-learn takes a second to import. What does not need it, such as an error of the command
# line, does not wait: public names are imported when they are first asked for.
_SUBPACKAGES = {"displays", "model_selection", "solvers"}
_HOMES = {
    "OneHiddenLayerClassifier": "skshallow._estimators.classifier",
    "OneHiddenLayerRegressor": "skshallow._estimators.regressor",
    "config_context": "skshallow._kernels",
    "show_versions": "skshallow._versions",
    "ComparisonDisplay": "skshallow.displays",
    "HiddenUnitsDisplay": "skshallow.displays",
    "LossCurveDisplay": "skshallow.displays",
    "RegressionCurveDisplay": "skshallow.displays",
    "OneHiddenLayerClassifierCV": "skshallow.model_selection",
    "OneHiddenLayerRegressorCV": "skshallow.model_selection",
    "StackedGridSearchCV": "skshallow.model_selection",
}


def __getattr__(name: str) -> object:
    if name in _SUBPACKAGES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    public = getattr(import_module(_HOMES[name]), name)
    globals()[name] = public
    return public


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBPACKAGES})
