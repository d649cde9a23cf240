"""What candidates are judged by."""

import numpy as np

from skshallow.losses import LOSSES
from skshallow.predictor import FittedNetwork

# Of a class that was not there to learn from, in double precision.
LOSS_OF_UNKNOWN = -np.log(np.finfo(np.float64).eps)


def negative_cross_entropy(estimator, X, y, sample_weight=None):
    """Minus the mean log loss; for several labels summed over them.

    Parameters
    ----------
    estimator : FittedNetwork
        A fitted classifier.
    X, y : ndarray
        Rows and their classes. One that the classifier does not know counts as if it had given it
        a probability of one rounding error.
    sample_weight : ndarray of shape (n,), default=None
        Weights of the rows.

    Returns
    -------
    score : float
    """
    labels = estimator._labels
    weights = np.ones(X.shape[0]) if sample_weight is None else sample_weight
    known = np.ones(X.shape[0], dtype=bool)
    if labels.kind != "multilabel":
        known = np.isin(y, labels.classes)
    if not known.any():
        return -float(LOSS_OF_UNKNOWN)
    unknown = weights[~known].sum()
    loss = LOSSES[labels.kind]
    targets = loss.encode(labels.encode(y[known]), len(labels.classes), np.float64)
    logits = estimator._logits(X[known]).astype(np.float64).T[np.newaxis].copy()
    # Shares of the weight, for losses may be large and weights, too.
    whole = weights.sum()
    with np.errstate(over="ignore"):
        total = loss.value_and_gradient(logits, targets, weights[known] / whole)[0]
    return -float(total + LOSS_OF_UNKNOWN * (unknown / whole))


class CheckedOnce:
    """A scorer of scikit-learn's for classifiers of ours, without the checks that were made before.

    On a small table its checks take longer than the training.

    Parameters
    ----------
    scorer : callable
        Asked where the case is not a plain one: pipelines, several labels, a class that only the
        training or only the test rows have, arguments other than `sample_weight`.
    rows_score : callable
        ``rows_score(estimator, X, codes)``, a score of each row, whose mean the scorer returns.
    """

    def __init__(self, scorer, rows_score):
        self.scorer = scorer
        self.rows_score = rows_score

    def __call__(self, estimator, X, y, **params):
        """Score, as the scorer would."""
        plain = isinstance(estimator, FittedNetwork) and estimator._labels.kind != "multilabel"
        if not plain or np.ndim(y) != 1 or set(params) - {"sample_weight"}:
            return self.scorer(estimator, X, y, **params)
        classes, codes = np.unique(y, return_inverse=True)
        if not np.array_equal(classes, estimator.classes_):
            return self.scorer(estimator, X, y, **params)
        scores = self.rows_score(estimator, X, codes)
        return float(np.average(scores, weights=params.get("sample_weight")))

    def __repr__(self):
        return repr(self.scorer)


def checked_once(scorer, scoring):
    """The scorer that `scoring` names, without its checks where that is possible."""
    rows_score = ROWS_SCORES.get(scoring) if scoring is None or isinstance(scoring, str) else None
    return scorer if rows_score is None else CheckedOnce(scorer, rows_score)


def _is_right(estimator, X, codes):
    return estimator.classes_[codes] == estimator.predict(X)


def _log_probability(estimator, X, codes):
    p = np.take_along_axis(estimator.predict_proba(X), codes[:, np.newaxis], axis=1)[:, 0]
    rounding = np.finfo(p.dtype).eps
    return np.log(np.clip(p, rounding, 1 - rounding))


# By the names that scikit-learn gives them; None stands for the estimator's own score.
ROWS_SCORES = {None: _is_right, "accuracy": _is_right, "neg_log_loss": _log_probability}
