"""What is left of a model when an exception breaks a call off, at whatever line it does."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.metrics import log_loss

from helpers.cases import MINI_BATCH, every_mini_batch_solver, every_solver
from helpers.classifiers import candidate, chooser
from helpers.faults import broken_off, fingerprint
from helpers.interrupted import (
    VALIDATION,
    X,
    Y,
    best_so_far,
    objective_of,
    short_classifier,
    theta_of,
)
from helpers.samples import draw_samples
from helpers.solvers import recording
from skshallow import StackedGridSearchCV
from skshallow._core.network import Network

pytestmark = pytest.mark.usefixtures("two_blas_threads", "nothing_global_changes")

RESTARTS = {"n_init": 3, "max_iter": 6, "tol": 0.02, "n_iter_no_change": 1}


@pytest.fixture
def every(thorough):
    """The suite breaks off at every so many lines, `make endurance` at each."""
    return 1 if thorough else 71


def check_fit(solver, given, every):
    """Break a fit off: it leaves the best weights so far, or the former fit."""
    former = short_classifier(solver, n_h=3).fit(X, Y).set_params(n_h=2)
    best, whole = best_so_far(solver, **given)
    before = fingerprint(former)
    n_faults = 0
    for clf, frames in broken_off(former, every, X, Y, **given):
        n_faults += 1
        if fingerprint(clf) == before:
            assert ("_training/loop.py", "run") not in frames[1:], frames
            continue
        n_noted = clf.n_iter_
        assert n_noted == len(clf.loss_curve_)
        allowed = [whole, best[n_noted]]
        if ("_training/loop.py", "_note") in frames:
            allowed.append(best[max(n_noted - 1, 0)])
        assert any(np.array_equal(theta_of(clf), theta) for theta in allowed), frames
        assert clf.loss_ == pytest.approx(objective_of(clf), rel=1e-9), frames
    return n_faults


def check_restarts(solver, every):
    """Break off a fit of several networks, some of which are done already."""
    recorder, seen = recording(solver)
    former = short_classifier(solver, **RESTARTS)
    copy.deepcopy(former).set_params(solver=recorder, tol=0).fit(X, Y)
    starts = []
    for theta in seen[0]:
        clf = short_classifier(solver).fit(X, Y)
        clf.coefs_, clf.intercepts_ = Network(2, 2, 1, "relu").unpack(theta)
        starts.append(objective_of(clf))
    n_faults = 0
    for clf, frames in broken_off(former, every, X, Y):
        n_faults += 1
        if not hasattr(clf, "coefs_"):
            assert ("_training/loop.py", "run") not in frames[1:], frames
            continue
        assert clf.loss_ == pytest.approx(objective_of(clf), rel=1e-9), frames
        assert clf.loss_ <= min(starts) * (1 + 1e-9), frames
    return n_faults


def check_search_for_a_penalty(every):
    """Break a fit off that looks for a penalty: it leaves a network that has learned something."""
    former = short_classifier("lbfgs", alpha="auto", n_h=3).fit(X, Y)
    constant, before = log_loss(Y, np.full(len(Y), np.mean(Y))), fingerprint(former)
    n_faults = 0
    for clf, frames in broken_off(former, every, X, Y):
        if fingerprint(clf) == before or not any("penalty" in file for file, _ in frames):
            continue
        n_faults += 1
        assert clf.n_iter_ == len(clf.loss_curve_)
        assert clf.loss_ == pytest.approx(objective_of(clf), rel=1e-9), frames
        if not any("loop" in file for file, _ in frames):
            assert log_loss(Y, clf.predict_proba(X)) < constant, frames
    return n_faults


def check_warm_start(solver, every):
    """Break off a fit that goes on: as before, or further on, and it can go on from there."""
    former = short_classifier(solver, warm_start=True).fit(X[:30], Y[:30])
    if solver in MINI_BATCH:
        former.set_params(batch_size=15)
    before, loss = fingerprint(former), objective_of(former)
    n_faults = 0
    for clf, frames in broken_off(former, every, X, Y):
        n_faults += 1
        if fingerprint(clf) == before:
            assert ("_training/loop.py", "run") not in frames[1:], frames
            continue
        assert clf.n_iter_ == len(clf.loss_curve_) >= 3
        assert objective_of(clf) <= loss * (1 + 1e-9), frames
        assert clf.fit(X, Y).n_iter_ == len(clf.loss_curve_)
    return n_faults


def check_partial_fit(solver, every):
    """Break off a call of a stream: it is as if it had not been, and the samples can come again."""
    former = short_classifier(solver, standardize=True, n_init=2)
    for start, stop in ((0, 20), (20, 40)):
        samples, before = (X[start:stop] + start, Y[start:stop], [0, 1]), fingerprint(former)
        whole = copy.deepcopy(former).partial_fit(*samples)
        n_faults = 0
        for clf, frames in broken_off(former, every, *samples, method="partial_fit"):
            n_faults += 1
            if fingerprint(clf) != before:
                # All was done, and about to be returned.
                assert frames[0][1] in ("fit_increment", "partial_fit"), frames
                assert_array_equal(theta_of(clf), theta_of(whole))
                continue
            clf.partial_fit(*samples).partial_fit(*samples)
            assert_array_equal(
                theta_of(clf), theta_of(copy.deepcopy(whole).partial_fit(*samples)), str(frames)
            )
        former = whole
    return n_faults


def check_search(search, every):
    """Break a search off that was fitted before: the former fit stays, bit for bit."""
    samples = draw_samples("binary")
    search.fit(*samples)
    before, n_faults = fingerprint(search), 0
    for left, frames in broken_off(search, 2 * every, *samples, offset=2):
        n_faults += 1
        if fingerprint(left) != before:
            # All was done, and about to be returned.
            assert {function for _, function in frames} == {"fit"}, frames
            assert left.best_params_ == search.best_params_
    return n_faults


def small_search():
    return StackedGridSearchCV(candidate(max_iter=2), {"alpha": [0.1, 1], "n_h": [1, 2]}, cv=2)


def small_choice():
    return chooser(solver="gd", alphas=[0.1, 1], max_iter=2, tol=0, cv=2, n_init=2)


@every_solver
@pytest.mark.parametrize("given", [{}, VALIDATION], ids=["training only", "validation"])
def test_a_fit_broken_off_anywhere_leaves_the_best_weights_so_far(solver, given, every):
    assert check_fit(solver, given, every) > 10


@every_solver
def test_restarts_broken_off_anywhere_leave_the_best_network(solver, every):
    assert check_restarts(solver, 2 * every) > 5


def test_a_search_for_a_penalty_broken_off_anywhere_leaves_a_network(every):
    assert check_search_for_a_penalty(3 * every) > 10


@every_solver
def test_a_warm_start_broken_off_anywhere_can_go_on(solver, every):
    assert check_warm_start(solver, every) > 10


@every_mini_batch_solver
def test_a_partial_fit_broken_off_anywhere_has_not_been(solver, every):
    assert check_partial_fit(solver, every) > 5


@pytest.mark.parametrize("search", [small_search, small_choice])
def test_a_search_broken_off_anywhere_leaves_the_former_one(search, every):
    assert check_search(search(), 5 * every) > 5
