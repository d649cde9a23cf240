"""What the loss curves hold."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from helpers.cases import (
    FULL_BATCH,
    both_scalings,
    every_kind,
    every_mini_batch_solver,
    every_solver,
)
from helpers.classifiers import classifier
from helpers.formulas import cross_entropies, objective
from helpers.samples import draw_unscaled

N, D, H = 60, 4, 5


@every_solver
@every_kind
@pytest.mark.parametrize("alpha", [0, 1, 50])
@both_scalings
def test_loss_is_the_objective_at_the_returned_weights(solver, kind, alpha, standardize):
    X, y = draw_unscaled(kind)
    weights = np.random.RandomState(0).uniform(size=N)
    clf = classifier(solver=solver, alpha=alpha, standardize=standardize)
    clf.fit(X, y, sample_weight=weights)
    assert clf.loss_ == pytest.approx(objective(clf, X, y, weights), rel=1e-9)


@pytest.mark.parametrize("solver", FULL_BATCH)
@every_kind
@pytest.mark.parametrize("alpha", [0, 5])
def test_the_curve_holds_the_objective_before_each_iteration(solver, kind, alpha):
    X, y = draw_unscaled(kind)
    curve = classifier(solver=solver, alpha=alpha).fit(X, y).loss_curve_
    for iteration in (1, 2, 3, 8):
        shorter = classifier(solver=solver, alpha=alpha, max_iter=iteration).fit(X, y)
        assert shorter.loss_curve_ == curve[:iteration]
        assert curve[iteration] == pytest.approx(objective(shorter, X, y), rel=1e-9)


@every_solver
def test_the_curve_begins_with_the_objective_at_the_initial_weights(solver):
    X, y = draw_unscaled()
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, 1)), rng.normal(size=1)
    clf = classifier(solver=solver, init=init, standardize=False, alpha=0).fit(X, y)
    losses = cross_entropies(init[::2], init[1::2], X, y)
    assert clf.loss_curve_[0] == pytest.approx(losses.mean(), rel=1e-9)


@every_mini_batch_solver
@pytest.mark.parametrize("batch_size", [1, 7, 20, N])
def test_the_mean_over_an_epochs_batches_estimates_the_objective(solver, batch_size):
    X, y = draw_unscaled("multiclass")
    weights = np.random.RandomState(0).uniform(size=N)
    clf = classifier(solver=solver, batch_size=batch_size, learning_rate=1e-14, alpha=3)
    clf.fit(X, y, sample_weight=weights)
    assert_allclose(clf.loss_curve_, objective(clf, X, y, weights), rtol=1e-6)
