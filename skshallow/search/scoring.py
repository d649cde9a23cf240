"""What candidates are judged by."""

import numpy as np

from skshallow.losses import LOSSES
from skshallow.predictor import FittedNetwork
from skshallow.validation import check_features

# Of a class that was not there to learn from, in double precision.
LOSS_OF_UNKNOWN = -np.log(np.finfo(np.float64).eps)


class StackScorer:
    """A scorer that scores classifiers fitted to the same rows at once.

    What they have in common is then looked at once: on a small table checking the rows takes longer
    than the training.
    """

    def __call__(self, estimator, X, y, **params):
        """Score one, as a scorer of scikit-learn's does."""
        return self.score_all([estimator], X, y, **params)[0]

    def score_all(self, estimators, X, y, **params):
        """Score each.

        Parameters
        ----------
        estimators : list of estimator
            Fitted to the same rows.
        X, y : array-like
            Rows to judge them by, and their classes.
        **params : dict
            `sample_weight`, of shape (n,), and what else the scorer takes.

        Returns
        -------
        scores : list of float
        """
        raise NotImplementedError


class NegativeCrossEntropy(StackScorer):
    """Minus the mean log loss; for several labels summed over them.

    A class that the classifiers do not know counts as if they had given it a probability of one
    rounding error.
    """

    def score_all(self, estimators, X, y, sample_weight=None):
        """Score classifiers of ours; see :class:`StackScorer`."""
        labels = estimators[0]._labels
        weights = np.ones(X.shape[0]) if sample_weight is None else sample_weight
        known = np.ones(X.shape[0], dtype=bool)
        if labels.kind != "multilabel":
            known = np.isin(y, labels.classes)
        if not known.any():
            return [-float(LOSS_OF_UNKNOWN)] * len(estimators)
        unknown = weights[~known].sum()
        loss = LOSSES[labels.kind]
        targets = loss.encode(labels.encode(y[known]), len(labels.classes), np.float64)
        logits = np.stack([one.T for one in _logits(estimators, X[known])], dtype=np.float64)
        # Shares of the weight, for losses may be large and weights, too.
        whole = weights.sum()
        with np.errstate(over="ignore"):
            total = loss.value_and_gradient(logits, targets, weights[known] / whole)
        return (-(total + LOSS_OF_UNKNOWN * (unknown / whole))).tolist()


class CheckedOnce(StackScorer):
    """A scorer of scikit-learn's for classifiers of ours, without the checks that were made before.

    Parameters
    ----------
    scorer : callable
        Asked where the case is not a plain one: pipelines, several labels, a class that only the
        training or only the test rows have, arguments other than `sample_weight`.
    rows_score : callable
        ``rows_score(estimator, logits, codes)``, a score of each row, whose mean the scorer
        returns.
    """

    def __init__(self, scorer, rows_score):
        self.scorer = scorer
        self.rows_score = rows_score

    def score_all(self, estimators, X, y, **params):
        """Score each, as the scorer would; see :class:`StackScorer`."""
        codes = self._codes(estimators[0], y, params)
        if codes is None:
            return [self.scorer(estimator, X, y, **params) for estimator in estimators]
        weights = params.get("sample_weight")
        return [
            float(np.average(self.rows_score(estimator, logits, codes), weights=weights))
            for estimator, logits in zip(estimators, _logits(estimators, X), strict=True)
        ]

    @staticmethod
    def _codes(estimator, y, params):
        """The numbers of the classes in a plain case, else None."""
        plain = isinstance(estimator, FittedNetwork) and estimator._labels.kind != "multilabel"
        if not plain or np.ndim(y) != 1 or set(params) - {"sample_weight"}:
            return None
        classes, codes = np.unique(y, return_inverse=True)
        return codes if np.array_equal(classes, estimator.classes_) else None

    def __repr__(self):
        return repr(self.scorer)


def checked_once(scorer, scoring):
    """The scorer that `scoring` names, without its checks where that is possible."""
    rows_score = ROWS_SCORES.get(scoring) if scoring is None or isinstance(scoring, str) else None
    return scorer if rows_score is None else CheckedOnce(scorer, rows_score)


def _logits(estimators, X):
    """The logits of each, one after the other."""
    X = check_features(estimators[0], X)
    return (estimator._logits_of_checked(X) for estimator in estimators)


def _is_right(estimator, logits, codes):
    return estimator.classes_[codes] == estimator._labels.decode(logits)


def _log_probability(estimator, logits, codes):
    p = np.take_along_axis(estimator._loss.proba(logits), codes[:, np.newaxis], axis=1)[:, 0]
    rounding = np.finfo(p.dtype).eps
    return np.log(np.clip(p, rounding, 1 - rounding))


# By the names that scikit-learn gives them; None stands for the estimator's own score.
ROWS_SCORES = {None: _is_right, "accuracy": _is_right, "neg_log_loss": _log_probability}
