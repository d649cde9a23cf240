"""Lazy predictions, of classes and of numbers."""

from __future__ import annotations

from typing import Any

from sklearn.base import ClassifierMixin, RegressorMixin


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
        """Compute R², on the cluster; the mean of those of several targets.

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

        Raises
        ------
        ValueError
            If several quantiles are predicted. The :meth:`score` of ``to_local()`` judges these, on
            samples in memory.
        """
        return self._score_blocks(X, y, sample_weight)
