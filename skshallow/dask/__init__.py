"""Networks trained on a Dask cluster: one, or a whole search at once."""

from skshallow.dask._classifier import DaskOneHiddenLayerClassifier
from skshallow.dask._classifier_cv import DaskOneHiddenLayerClassifierCV
from skshallow.dask._regressor import DaskOneHiddenLayerRegressor
from skshallow.dask._regressor_cv import DaskOneHiddenLayerRegressorCV

__all__ = [
    "DaskOneHiddenLayerClassifier",
    "DaskOneHiddenLayerClassifierCV",
    "DaskOneHiddenLayerRegressor",
    "DaskOneHiddenLayerRegressorCV",
]
