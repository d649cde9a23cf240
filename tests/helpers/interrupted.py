"""A small fit to be interrupted, and the weights that it is to be left with."""

import numpy as np
from sklearn.datasets import make_moons

from helpers.cases import MINI_BATCH
from helpers.formulas import objective
from helpers.solvers import recording
from skshallow import OneHiddenLayerClassifier
from skshallow._core.network import Network

X, Y = make_moons(40, noise=0.2, random_state=0)
X_VAL, Y_VAL = make_moons(20, noise=0.2, random_state=1)
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL}


def short_classifier(solver, **params):
    """A classifier that trains for three iterations, each of which has two steps if it can."""
    settings = {"n_h": 2, "max_iter": 3, "tol": 0, "random_state": 0, "standardize": False}
    settings["alpha"] = 1.0
    if solver in MINI_BATCH:
        settings["batch_size"] = 20
    return OneHiddenLayerClassifier(solver=solver, **(settings | params))


def theta_of(clf):
    """The weights of a classifier as its solver sees them."""
    shape = Network(X.shape[1], clf.n_h, 1, clf.activation)
    return shape.pack(clf.coefs_, clf.intercepts_, np.float64)


def objective_of(clf):
    """J of a classifier on all samples."""
    return objective(clf, X, Y)


def best_so_far(solver, **given):
    """The weights to be left with after so many iterations, and those of the whole fit."""
    recorder, seen = recording(solver)
    clf = short_classifier(solver).set_params(solver=recorder).fit(X, Y, **given)
    seen = [theta[0] for theta in seen]
    # A curve is of J before an iteration, or of the validation samples after it.
    curve = clf.validation_loss_curve_ or clf.loss_curve_
    reached = seen[1:] if given else seen
    best = [seen[0]] + [reached[int(np.argmin(curve[: n + 1]))] for n in range(len(curve))]
    return best, theta_of(clf)
