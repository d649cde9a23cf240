"""The objective of fitted classifiers in plain NumPy."""

import numpy as np
from scipy.special import logsumexp

ACTIVATIONS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}


def cross_entropies(coefs, intercepts, X, y, activation="tanh"):
    """The loss of every sample."""
    z = ACTIVATIONS[activation](X @ coefs[0] + intercepts[0]) @ coefs[1] + intercepts[1]
    if y.ndim == 1 and z.shape[1] > 1:
        return logsumexp(z, axis=1) - z[np.arange(len(y)), y]
    return (np.logaddexp(0, z) - y.reshape(z.shape) * z).sum(axis=1)


def mean_cross_entropy(clf, X, y, weights=None):
    """The loss of all samples on average."""
    losses = cross_entropies(clf.coefs_, clf.intercepts_, X, y, clf.activation_)
    return np.average(losses, weights=weights)


def objective(clf, X, y, weights=None):
    """J at the fitted weights."""
    weights = np.ones(len(X)) if weights is None else weights
    W1, W2 = clf.coefs_
    if clf.standardize:
        mean = np.average(X, axis=0, weights=weights)
        W1 = W1 * np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weights))[:, np.newaxis]
    penalty = clf.alpha_ / 2 * ((W1**2).sum() + (W2**2).sum())
    return mean_cross_entropy(clf, X, y, weights) + penalty / weights.sum()


def first_settled(curve, tol, patience):
    """How many losses it takes until `patience` in a row were no lower than all before by `tol`."""
    unchanged = 0
    for n_iter in range(1, len(curve)):
        lowest = min(curve[:n_iter])
        unchanged = 0 if curve[n_iter] < lowest - tol * lowest else unchanged + 1
        if unchanged == patience:
            return n_iter + 1
    raise AssertionError("the curve never settles")
