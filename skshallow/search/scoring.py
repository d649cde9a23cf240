"""What candidates are judged by if nothing else is asked for."""

import numpy as np

from skshallow.losses import LOSSES

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
    total = loss.value_and_gradient(logits, targets, weights[known])[0]
    return -float((total + LOSS_OF_UNKNOWN * unknown) / weights.sum())
