"""DaskOneHiddenLayerClassifierCV: chooses its penalty by cross-validation on a cluster."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.parameters import CLASSIFIER_CONSTRAINTS
from skshallow.dask._classifier import DaskClassifierMixin
from skshallow.dask._searching import DaskSearchMixin, search_constraints
from skshallow.solvers import Solver


class DaskOneHiddenLayerClassifierCV(DaskSearchMixin, DaskClassifierMixin, BaseEstimator):
    """Classifier with one hidden layer that chooses its penalty on a Dask cluster."""

    local_class = OneHiddenLayerClassifier
    _parameter_constraints: ClassVar[dict] = search_constraints(CLASSIFIER_CONSTRAINTS)

    def __init__(
        self,
        n_h: int | Literal["auto"] = "auto",
        *,
        alphas: int | ArrayLike = 9,
        activation: str = "relu",
        solver: str | Solver = "lbfgs",
        learning_rate: float | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        n_iter_no_change: int | Literal["auto"] = "auto",
        class_weight: Literal["balanced"] | dict[Any, Any] | list[dict[Any, Any]] | None = None,
        standardize: bool = True,
        squash: bool = True,
        init: Literal["auto", "small"] | tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] = "auto",
        n_init: int = 1,
        cv: int = 5,
        refit: bool = True,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
        client: Any = None,
        timeout: float | None = 600.0,
    ) -> None:
        self.n_h = n_h
        self.alphas = alphas
        self.activation = activation
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.standardize = standardize
        self.squash = squash
        self.init = init
        self.n_init = n_init
        self.cv = cv
        self.refit = refit
        self.random_state = random_state
        self.verbose = verbose
        self.client = client
        self.timeout = timeout


# Pickles and other files name a class by the path that users import it from.
DaskOneHiddenLayerClassifierCV.__module__ = "skshallow.dask"
