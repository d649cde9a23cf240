"""Small classifiers, and what it means that two of them are the same."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from helpers.cases import MINI_BATCH
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV

# A power of two, so that the shares that batches have of as many samples are exact numbers.
BATCH = 16
ALPHAS = [0.1, 3.0, 100.0]


def classifier(solver="auto", **params):
    """A classifier that trains for exactly `max_iter` iterations, smooth unless told otherwise.

    Nor does it squash features, its weights are those of a plain network, or look for a penalty.
    """
    settings = {"n_h": 5, "activation": "tanh", "max_iter": 12, "tol": 0, "random_state": 0}
    settings |= {"squash": False, "alpha": 1.0}
    return OneHiddenLayerClassifier(solver=solver, **(settings | params))


def relu_classifier(**params):
    """The same, but not smooth: what it predicts far out is not bounded."""
    return classifier(**({"activation": "relu", "max_iter": 5} | params))


def batch_classifier(solver, **params):
    """The same in batches of `BATCH` samples, if the solver takes mini-batches."""
    batches = {"batch_size": BATCH} if solver in MINI_BATCH else {}
    return classifier(solver, **(batches | params))


def candidate(**params):
    """A classifier that trains for exactly a few iterations, and with others as one stack."""
    settings = {"n_h": 4, "solver": "gd", "max_iter": 8, "tol": 0, "random_state": 0}
    return OneHiddenLayerClassifier(**(settings | params))


def chooser(**params):
    """A small classifier that chooses its penalty."""
    settings = {"n_h": 4, "alphas": ALPHAS, "n_init": 1, "random_state": 0, "max_iter": 300}
    return OneHiddenLayerClassifierCV(**(settings | params))


def predictions(clf, X):
    """Probabilities and their logarithms."""
    return np.column_stack([clf.predict_proba(X), clf.predict_log_proba(X)])


def parameters(clf):
    """All weights and biases, one after the other."""
    return np.concatenate([part.ravel() for part in [*clf.coefs_, *clf.intercepts_]])


def as_init(coefs, intercepts):
    """(W1, b1, W2, b2), as the parameter `init` takes them."""
    return coefs[0], intercepts[0], coefs[1], intercepts[1]


def assert_same_bits(first, second):
    """Both have the very same weights and biases."""
    assert_array_equal(parameters(first), parameters(second))


def assert_same_network(first, second, rtol=1e-7):
    """Both have the same weights and biases but for rounding."""
    expected = parameters(second)
    assert_allclose(parameters(first), expected, rtol=rtol, atol=rtol * np.abs(expected).max())


def assert_same_training(first, second):
    """Both came to the very same weights on the very same way."""
    assert_same_bits(first, second)
    assert first.loss_curve_ == second.loss_curve_
    assert first.validation_loss_curve_ == second.validation_loss_curve_
    assert (first.n_iter_, first.loss_, first.best_loss_) == (
        second.n_iter_,
        second.loss_,
        second.best_loss_,
    )
