"""What a fitted network predicts, whoever trained it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import get_config
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import d2_pinball_score, r2_score
from sklearn.utils.validation import check_is_fitted, validate_data

from skshallow._core.links import LINKS, PROBABILITY_LINKS
from skshallow._core.losses import LOSSES
from skshallow._core.prediction import raw_outputs
from skshallow._core.squashing import Squashing
from skshallow._data.numbers import Numbers, find_numbers
from skshallow._data.targets import Classes, Labels, find_classes
from skshallow._estimators.typing import FloatArray, MatrixLike
from skshallow._estimators.validation import DTYPES


class NetworkMixin:
    """Raw outputs from `coefs_` and `intercepts_`."""

    def _raw_outputs(self, X, *, checked=False):
        if not checked:
            check_is_fitted(self, "coefs_")
            # Sums of huge numbers, by which scikit-learn looks for NaN, may overflow.
            with np.errstate(all="ignore"):
                X = validate_data(self, X, accept_sparse="csr", dtype=DTYPES, reset=False)
        squashing = Squashing(self.feature_center_, self.feature_reach_)
        network = self.coefs_, self.intercepts_, squashing, self.activation_
        return raw_outputs(*network, X, finite=not get_config()["assume_finite"])


class NetworkClassifierMixin(NetworkMixin, ClassifierMixin):
    """Predictions from `coefs_`, `intercepts_` and the classes."""

    _y_numeric = False
    _find_targets = staticmethod(find_classes)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_label = True
        return tags

    def predict(self, X: MatrixLike) -> NDArray[Any]:
        """Predict the likeliest class, or the labels of a probability above one half.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_labels)
            Classes, or zeros and ones.
        """
        raw = self._raw_outputs(X)
        return self._targets.decode(raw)

    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Predict probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            Probability of each class in the order of `classes_`, or of each label.
        """
        raw = self._raw_outputs(X)
        return LINKS[self.out_activation_].inverse(raw)

    def predict_log_proba(self, X: MatrixLike) -> FloatArray:
        """Predict logarithms of probabilities, which are finite however small a probability is.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        log_p : ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            As :meth:`predict_proba`.
        """
        raw = self._raw_outputs(X)
        log_p = PROBABILITY_LINKS[self.out_activation_].log_inverse(raw)
        # Where the probability rounds to 1, its logarithm is 0: both then rank samples alike.
        log_p[log_p > -np.finfo(log_p.dtype).eps / 2] = 0
        return log_p

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Compute the raw outputs of the network, the logits.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        z : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            For two classes the log-odds of the second one.
        """
        raw = self._raw_outputs(X)
        return raw[:, 0] if self.target_type_ == "binary" else raw

    @property
    def _targets(self):
        several = self.target_type_ == "multilabel-indicator"
        return (Labels if several else Classes)(self.classes_)


class NetworkRegressorMixin(NetworkMixin, RegressorMixin):
    """Predictions from `coefs_` and `intercepts_`, through `out_activation_`."""

    _y_numeric = True
    # There are no classes that could weigh something.
    class_weight = None

    def _find_targets(self, y):
        return find_numbers(y, LOSSES[self.loss].from_params(vars(self)))

    @property
    def _targets(self):
        n_targets = 1 if self._one_target else self.n_outputs_
        return Numbers(n_targets, LOSSES[self.loss].from_params(vars(self)))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        loss = LOSSES.get(self.loss) if isinstance(self.loss, str) else None
        several_quantiles = self.loss == "quantile" and np.ndim(self.quantile) > 0
        positive_only = getattr(loss, "lowest", None) == 0
        tags.target_tags.positive_only = positive_only
        # To whoever takes several targets scikit-learn's checks give some below 0.
        tags.target_tags.multi_output = not (several_quantiles or positive_only)
        return tags

    def predict(self, X: MatrixLike) -> FloatArray:
        """Predict numbers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.

        Returns
        -------
        y : ndarray of shape (n_samples,), (n_samples, n_targets) or (n_samples, n_quantiles)
            Predictions in the units of y. Where quantiles of a sample cross they change places
            (Chernozhukov, Fernández-Val and Galichon, 2010), so that they ascend.
        """
        raw = self._raw_outputs(X)
        y = LINKS[self.out_activation_].inverse(raw)
        if y.shape[1] == 1:
            return y[:, 0]
        return np.sort(y, axis=1) if self._one_target else y

    def score(self, X: MatrixLike, y: MatrixLike, sample_weight: ArrayLike | None = None) -> float:
        """Score predictions by R², or several quantiles by the mean of their D² pinball scores.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Numbers.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
            At most 1; 0 for predictions as good as the best constant ones.
        """
        predicted = self.predict(X)
        if predicted.ndim == 1 or not self._one_target:
            return float(r2_score(y, predicted, sample_weight=sample_weight))
        scores = [
            d2_pinball_score(y, one, sample_weight=sample_weight, alpha=level)
            for one, level in zip(predicted.T, self.quantiles_, strict=True)
        ]
        return float(np.mean(scores))

    @property
    def _one_target(self):
        # Several outputs are then quantiles of it.
        return self.target_type_ == "continuous"
