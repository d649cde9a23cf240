"""A shortened version of `make endurance`: many calls, and nothing that grows with them."""

import itertools

import numpy as np
import pytest
from growth import CURVE_BYTES, SLACK, growth

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import SOLVERS

RANDOM = np.random.RandomState(0)
X, Y = RANDOM.standard_normal((30, 3)), RANDOM.randint(2, size=30)


def check_stream(solver, n_calls):
    """Nothing but a value of the loss curve stays of a call of partial_fit."""
    clf = OneHiddenLayerClassifier(3, solver=solver, random_state=0)
    clf.partial_fit(X, Y, classes=[0, 1])
    kept, more = growth(lambda: clf.partial_fit(X, Y), n_calls)
    assert kept < CURVE_BYTES * n_calls + SLACK
    assert more < SLACK / 4
    assert len(clf.loss_curve_) == clf.n_iter_ >= n_calls


def check_fits(n_calls, **params):
    """Nothing stays of one fit after the other."""
    clfs = itertools.cycle(
        OneHiddenLayerClassifier(
            n_h, solver=solver, max_iter=3, tol=0, random_state=0, early_stopping=early, **params
        )
        for solver in SOLVERS
        for early in (True, False)
        for n_h in (2, 9)
    )
    # Each of them is fitted once before it is measured.
    for _ in range(4 * len(SOLVERS)):
        next(clfs).fit(X, Y)
    kept, more = growth(lambda: next(clfs).fit(X, Y), n_calls)
    assert kept < 2 * SLACK
    assert more < SLACK


@pytest.mark.parametrize("solver", [name for name, one in SOLVERS.items() if not one.full_batch])
def test_a_long_stream_keeps_nothing_but_its_loss_curve(solver):
    check_stream(solver, 1000)


def test_many_fits_keep_nothing():
    check_fits(50)


def test_growth_is_noticed():
    kept, copied = [], []

    def grow():
        kept.append(bytearray(100))
        copied[:] = [*copied, 0]

    found, more = growth(grow, 1000)
    assert found > 1000 * 100
    assert more > SLACK / 4


def test_a_copy_of_what_grows_is_noticed():
    longer = []

    def grow():
        longer.append(0.0)
        longer.copy()

    _, more = growth(grow, 2000)
    assert more > SLACK / 4
