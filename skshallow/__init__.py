"""Networks with one hidden layer for scikit-learn, done right."""

from skshallow.classifier import OneHiddenLayerClassifier
from skshallow.displays import ComparisonDisplay, HiddenUnitsDisplay, LossCurveDisplay
from skshallow.search import OneHiddenLayerClassifierCV, StackedGridSearchCV

__version__ = "0.1.0"
__all__ = [
    "ComparisonDisplay",
    "HiddenUnitsDisplay",
    "LossCurveDisplay",
    "OneHiddenLayerClassifier",
    "OneHiddenLayerClassifierCV",
    "StackedGridSearchCV",
]
