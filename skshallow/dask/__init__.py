"""Networks trained on a Dask cluster: one, or a whole search at once."""

from skshallow.dask._classifier import DaskOneHiddenLayerClassifier
from skshallow.dask._regressor import DaskOneHiddenLayerRegressor

__all__ = ["DaskOneHiddenLayerClassifier", "DaskOneHiddenLayerRegressor"]
