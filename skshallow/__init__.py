"""Networks with one hidden layer for scikit-learn, done right: classifiers and regressors."""

from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.regressor import OneHiddenLayerRegressor
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
    "show_versions",
]

# Pickles and other files name a class by the path that users import it from.
for _name in __all__:
    globals()[_name].__module__ = __name__
