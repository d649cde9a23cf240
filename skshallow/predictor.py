"""What every fitted network can do, whoever trained it: predict."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from skshallow.labels import Labels
from skshallow.losses import LOSSES
from skshallow.prediction import logits_of
from skshallow.typing import FloatArray, MatrixLike
from skshallow.validation import check_features

# The names of a class's parameters. scikit-learn reads them from the signature every time, which in
# a search of a small table takes as long as the training.
_names = WeakKeyDictionary()


class FittedNetwork(ClassifierMixin, BaseEstimator):
    """Base of the classifiers: predictions from `coefs_`, `intercepts_` and the classes."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Get the parameters.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add those of a parameter that is an estimator itself, as a solver is.

        Returns
        -------
        params : dict
            Values by name.
        """
        if type(self) not in _names:
            _names[type(self)] = tuple(super().get_params(deep=False))
        params = {name: getattr(self, name) for name in _names[type(self)]}
        if deep and any(hasattr(value, "get_params") for value in params.values()):
            return super().get_params(deep=True)
        return params

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
        logits = self._logits(X)
        return self._labels.decode(logits)

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
        logits = self._logits(X)
        return self._loss.proba(logits)

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
        logits = self._logits(X)
        log_p = self._loss.log_proba(logits)
        # Where the probability rounds to 1, its logarithm is 0: both then rank rows alike.
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
        logits = self._logits(X)
        return logits[:, 0] if self._labels.kind == "binary" else logits

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_label = True
        return tags

    @property
    def _labels(self):
        if self.out_activation_ == "softmax":
            return Labels("multiclass", self.classes_)
        two_classes = self.n_outputs_ == 1 and len(self.classes_) == 2
        return Labels("binary" if two_classes else "multilabel", self.classes_)

    def _logits(self, X):
        check_is_fitted(self, "coefs_")
        return self._logits_of_checked(check_features(self, X))

    def _logits_of_checked(self, X):
        return logits_of(self.coefs_, self.intercepts_, self.activation_, X)

    @property
    def _loss(self):
        return LOSSES["multiclass" if self.out_activation_ == "softmax" else "binary"]
