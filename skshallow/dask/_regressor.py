"""DaskOneHiddenLayerRegressor: the regressor, trained on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin

from skshallow._estimators.parameters import REGRESSOR_CONSTRAINTS
from skshallow._estimators.regressor import OneHiddenLayerRegressor
from skshallow.dask._estimators import DaskMixin, constraints_of
from skshallow.solvers import Solver


class DaskRegressorMixin(RegressorMixin):
    """Lazy predictions of numbers."""

    def predict(self, X: Any) -> Any:
        """Predict numbers.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : Dask array of shape (n_samples,), (n_samples, n_targets) or (n_samples, n_quantiles)
            Predictions in the units of y, computed when they are asked for.
        """
        return self._predict_blocks("predict", X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Compute R², or for several quantiles the mean of their D² pinball scores, on the cluster.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features.
        y : Dask array, series or data frame of shape (n_samples,) or (n_samples, n_targets)
            Numbers.
        sample_weight : Dask array or series of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
            At most 1; 0 for predictions as good as the best constant ones.
        """
        return self._score_blocks(X, y, sample_weight)


class DaskOneHiddenLayerRegressor(DaskMixin, DaskRegressorMixin, BaseEstimator):
    """Regressor with one hidden layer, trained on the workers of a Dask cluster."""

    local_class = OneHiddenLayerRegressor
    _parameter_constraints: ClassVar[dict] = constraints_of(REGRESSOR_CONSTRAINTS)

    def __init__(
        self,
        n_h: int | Literal["auto"] = "auto",
        *,
        loss: str = "squared_error",
        quantile: float | Sequence[float] = 0.5,
        huber_threshold: float = 1.35,
        activation: str = "relu",
        solver: str | Solver = "lbfgs",
        learning_rate: float | Literal["auto"] = "auto",
        alpha: float | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        n_iter_no_change: int | Literal["auto"] = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        standardize: bool = True,
        squash: bool = True,
        init: Literal["auto", "small"] | tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] = "auto",
        n_init: int = 1,
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
        client: Any = None,
        timeout: float | None = 600.0,
    ) -> None:
        self.n_h = n_h
        self.loss = loss
        self.quantile = quantile
        self.huber_threshold = huber_threshold
        self.activation = activation
        self.solver = solver
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.standardize = standardize
        self.squash = squash
        self.init = init
        self.n_init = n_init
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose
        self.client = client
        self.timeout = timeout


# Pickles and other files name a class by the path that users import it from.
DaskOneHiddenLayerRegressor.__module__ = "skshallow.dask"
