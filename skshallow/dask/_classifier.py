"""DaskOneHiddenLayerClassifier: the classifier, trained on a cluster."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin

from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.parameters import CLASSIFIER_CONSTRAINTS
from skshallow.dask._estimators import DaskMixin, constraints_of
from skshallow.solvers import Solver


class DaskClassifierMixin(ClassifierMixin):
    """Lazy predictions of classes."""

    def predict(self, X: Any) -> Any:
        """Predict the likeliest class, or the labels of a probability above one half.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : Dask array of shape (n_samples,) or (n_samples, n_labels)
            Classes, or zeros and ones, computed when they are asked for.
        """
        return self._predict_blocks("predict", X)

    def predict_proba(self, X: Any) -> Any:
        """Predict probabilities.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features.

        Returns
        -------
        p : Dask array of shape (n_samples, n_classes) or (n_samples, n_labels)
            Probability of each class in the order of `classes_`, or of each label.
        """
        return self._predict_blocks("predict_proba", X)

    def predict_log_proba(self, X: Any) -> Any:
        """Predict logarithms of probabilities, which are finite however small a probability is.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features.

        Returns
        -------
        log_p : Dask array of shape (n_samples, n_classes) or (n_samples, n_labels)
            As :meth:`predict_proba`.
        """
        return self._predict_blocks("predict_log_proba", X)

    def decision_function(self, X: Any) -> Any:
        """Compute the raw outputs of the network, the logits.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features.

        Returns
        -------
        z : Dask array of shape (n_samples,) or (n_samples, n_outputs)
            For two classes the log-odds of the second one.
        """
        return self._predict_blocks("decision_function", X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Compute the accuracy, on the cluster.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features.
        y : Dask array, series or data frame of shape (n_samples,) or (n_samples, n_labels)
            Classes, or zeros and ones for several labels, of which all have to be right.
        sample_weight : Dask array or series of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
            Share of the samples that are classified correctly.
        """
        return self._score_blocks(X, y, sample_weight)


class DaskOneHiddenLayerClassifier(DaskMixin, DaskClassifierMixin, BaseEstimator):
    """Classifier with one hidden layer, trained on the workers of a Dask cluster."""

    local_class = OneHiddenLayerClassifier
    _parameter_constraints: ClassVar[dict] = constraints_of(CLASSIFIER_CONSTRAINTS)

    def __init__(
        self,
        n_h: int | Literal["auto"] = "auto",
        *,
        activation: str = "relu",
        solver: str | Solver = "lbfgs",
        learning_rate: float | Literal["auto"] = "auto",
        alpha: float | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        n_iter_no_change: int | Literal["auto"] = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        class_weight: Literal["balanced"] | dict[Any, Any] | list[dict[Any, Any]] | None = None,
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
        self.activation = activation
        self.solver = solver
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
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
DaskOneHiddenLayerClassifier.__module__ = "skshallow.dask"
