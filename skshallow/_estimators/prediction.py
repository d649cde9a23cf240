"""What a fitted classifier predicts, whoever trained it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import get_config
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from skshallow._core.links import LINKS
from skshallow._core.prediction import raw_outputs
from skshallow._core.squashing import Squashing
from skshallow._data.targets import Classes, Labels, find_classes
from skshallow._estimators.typing import FloatArray, MatrixLike
from skshallow._estimators.validation import DTYPES


class NetworkClassifierMixin(ClassifierMixin):
    """Predictions from `coefs_`, `intercepts_` and the classes."""

    _find_targets = staticmethod(find_classes)

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
        log_p = LINKS[self.out_activation_].log_inverse(raw)
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

    def _raw_outputs(self, X, *, checked=False):
        if not checked:
            check_is_fitted(self, "coefs_")
            # Sums of huge numbers, by which scikit-learn looks for NaN, may overflow.
            with np.errstate(all="ignore"):
                X = validate_data(self, X, accept_sparse="csr", dtype=DTYPES, reset=False)
        squashing = Squashing(self.feature_center_, self.feature_reach_)
        network = self.coefs_, self.intercepts_, squashing, self.activation_
        return raw_outputs(*network, X, finite=not get_config()["assume_finite"])
