"""Hyper-parameter search in which candidates are trained as stacks of networks."""

from skshallow.model_selection._classifier_cv import OneHiddenLayerClassifierCV
from skshallow.model_selection._grid import StackedGridSearchCV
from skshallow.model_selection._regressor_cv import OneHiddenLayerRegressorCV

__all__ = ["OneHiddenLayerClassifierCV", "OneHiddenLayerRegressorCV", "StackedGridSearchCV"]

# Pickles and other files name a class by the path that users import it from.
for _name in __all__:
    globals()[_name].__module__ = "skshallow"
