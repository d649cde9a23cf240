"""Hyper-parameter search in which candidates are trained as stacks of networks."""

from skshallow.search.classifier_cv import OneHiddenLayerClassifierCV
from skshallow.search.grid import StackedGridSearchCV

__all__ = ["OneHiddenLayerClassifierCV", "StackedGridSearchCV"]
