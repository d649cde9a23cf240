"""What is left of a model when an exception breaks a call off, at whatever line it does."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits

from helpers.cases import MINI_BATCH, every_solver
from helpers.classifiers import candidate, chooser
from helpers.faults import FaultAtLine, fingerprint, recording, surroundings
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV
from skshallow.network import Network

X, Y = make_moons(40, noise=0.2, random_state=0)
X_VAL, Y_VAL = make_moons(20, noise=0.2, random_state=1)
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL}
RESTARTS = {"n_init": 3, "max_iter": 6, "tol": 0.02, "n_iter_no_change": 1}


@pytest.fixture(autouse=True)
def all_is_as_before():
    """Two threads of BLAS, so that there are some to limit; nothing global may change."""
    with threadpool_limits(limits=2, user_api="blas"):
        before = surroundings()
        yield
        assert surroundings() == before


@pytest.fixture
def every(thorough):
    """The suite breaks off at every so many lines, `make endurance` at each."""
    return 1 if thorough else 71


def classifier(solver, **params):
    settings = {"n_h": 2, "max_iter": 3, "tol": 0, "random_state": 0, "standardize": False}
    if solver in MINI_BATCH:
        settings["batch_size"] = 20
    return OneHiddenLayerClassifier(solver=solver, **(settings | params))


def broken_off(estimator, every, *rows, method="fit", offset=1, **params):
    """Break a call off at every so many lines; yield each time what is left, and where it was."""
    # The first call fills caches, so that it is a few lines longer.
    for _ in range(2):
        call = getattr(copy.deepcopy(estimator), method)
        with FaultAtLine() as fault:
            call(*rows, **params)
    before = surroundings()
    for number in range(offset, fault.count + 1, every):
        left, error = copy.deepcopy(estimator), (KeyboardInterrupt, MemoryError)[number % 2]()
        call = getattr(left, method)
        with FaultAtLine(number, error) as fault, pytest.raises(type(error)) as raised:
            call(*rows, **params)
        assert raised.value is error, fault.frames
        now = {key: value for key, value in surroundings().items() if value != before[key]}
        assert not now, fault.frames
        yield left, fault.frames


def theta_of(clf):
    shape = Network(X.shape[1], clf.n_h, 1, clf.activation)
    return shape.pack(clf.coefs_, clf.intercepts_, np.float64)


def objective(clf, rows=X, classes=Y):
    penalty = sum(np.square(coef).sum() for coef in clf.coefs_) * clf.alpha / len(rows) / 2
    return log_loss(classes, clf.predict_proba(rows)) + penalty


def best_so_far(solver, **given):
    """The weights to be left with after so many iterations, and those of the whole fit."""
    recorder, seen = recording(solver)
    clf = classifier(solver).set_params(solver=recorder).fit(X, Y, **given)
    seen = [theta[0] for theta in seen]
    # A curve is of J before an iteration, or of the validation samples after it.
    curve = clf.validation_loss_curve_ or clf.loss_curve_
    reached = seen[1:] if given else seen
    best = [seen[0]] + [reached[int(np.argmin(curve[: n + 1]))] for n in range(len(curve))]
    return best, theta_of(clf)


def check_fit(solver, given, every):
    """Break a fit off: it leaves the best weights so far, or the former fit."""
    former = classifier(solver, n_h=3).fit(X, Y).set_params(n_h=2)
    best, whole = best_so_far(solver, **given)
    before = fingerprint(former)
    n_faults = 0
    for clf, frames in broken_off(former, every, X, Y, **given):
        n_faults += 1
        if fingerprint(clf) == before:
            assert ("training.py", "run") not in frames[1:], frames
            continue
        n_noted = clf.n_iter_
        assert n_noted == len(clf.loss_curve_)
        allowed = [whole, best[n_noted]]
        if ("training.py", "_note") in frames:
            allowed.append(best[max(n_noted - 1, 0)])
        assert any(np.array_equal(theta_of(clf), theta) for theta in allowed), frames
        assert clf.loss_ == pytest.approx(objective(clf), rel=1e-9), frames
    return n_faults


def check_restarts(solver, every):
    """Break off a fit of several networks, some of which are done already."""
    recorder, seen = recording(solver)
    former = classifier(solver, **RESTARTS)
    copy.deepcopy(former).set_params(solver=recorder, tol=0).fit(X, Y)
    starts = []
    for theta in seen[0]:
        clf = classifier(solver).fit(X, Y)
        clf.coefs_, clf.intercepts_ = Network(2, 2, 1, "relu").unpack(theta)
        starts.append(objective(clf))
    n_faults = 0
    for clf, frames in broken_off(former, every, X, Y):
        n_faults += 1
        if not hasattr(clf, "coefs_"):
            assert ("training.py", "run") not in frames[1:], frames
            continue
        assert clf.loss_ == pytest.approx(objective(clf), rel=1e-9), frames
        assert clf.loss_ <= min(starts) * (1 + 1e-9), frames
    return n_faults


def check_warm_start(solver, every):
    """Break off a fit that goes on: as before, or further on, and it can go on from there."""
    former = classifier(solver, warm_start=True).fit(X[:30], Y[:30])
    if solver in MINI_BATCH:
        former.set_params(batch_size=15)
    before, loss = fingerprint(former), objective(former)
    n_faults = 0
    for clf, frames in broken_off(former, every, X, Y):
        n_faults += 1
        if fingerprint(clf) == before:
            assert ("training.py", "run") not in frames[1:], frames
            continue
        assert clf.n_iter_ == len(clf.loss_curve_) >= 3
        assert objective(clf) <= loss * (1 + 1e-9), frames
        assert clf.fit(X, Y).n_iter_ == len(clf.loss_curve_)
    return n_faults


def check_partial_fit(solver, every):
    """Break off a call of a stream: it is as if it had not been, and the samples can come again."""
    former = classifier(solver, standardize=True, n_init=2)
    for start, stop in ((0, 20), (20, 40)):
        rows, before = (X[start:stop] + start, Y[start:stop], [0, 1]), fingerprint(former)
        whole = copy.deepcopy(former).partial_fit(*rows)
        n_faults = 0
        for clf, frames in broken_off(former, every, *rows, method="partial_fit"):
            n_faults += 1
            if fingerprint(clf) != before:
                # All was done, and about to be returned.
                assert frames[0][1] in ("_conclude", "partial_fit"), frames
                assert_array_equal(theta_of(clf), theta_of(whole))
                continue
            clf.partial_fit(*rows).partial_fit(*rows)
            assert_array_equal(
                theta_of(clf), theta_of(copy.deepcopy(whole).partial_fit(*rows)), str(frames)
            )
        former = whole
    return n_faults


def check_search(search, every):
    """Break a search off that was fitted before: the former fit stays, bit for bit."""
    rows = draw_samples("binary")
    search.fit(*rows)
    before, n_faults = fingerprint(search), 0
    for left, frames in broken_off(search, 2 * every, *rows, offset=2):
        n_faults += 1
        if fingerprint(left) != before:
            # All was done, and about to be returned.
            assert not {"_fit", "_search"} & {function for _, function in frames}, frames
            assert left.best_params_ == search.best_params_
    return n_faults


def small_search():
    return StackedGridSearchCV(candidate(max_iter=2), {"alpha": [0.1, 1], "n_h": [1, 2]}, cv=2)


def small_choice():
    return chooser(solver="gd", alphas=[0.1, 1], max_iter=2, tol=0, cv=2, n_init=2)


@every_solver
@pytest.mark.parametrize("given", [{}, VALIDATION], ids=["training rows", "validation rows"])
def test_a_fit_broken_off_anywhere_leaves_the_best_weights_so_far(solver, given, every):
    assert check_fit(solver, given, every) > 10


@every_solver
def test_restarts_broken_off_anywhere_leave_the_best_network(solver, every):
    assert check_restarts(solver, 2 * every) > 5


@every_solver
def test_a_warm_start_broken_off_anywhere_can_go_on(solver, every):
    assert check_warm_start(solver, every) > 10


@pytest.mark.parametrize("solver", MINI_BATCH)
def test_a_partial_fit_broken_off_anywhere_has_not_been(solver, every):
    assert check_partial_fit(solver, every) > 5


@pytest.mark.parametrize("search", [small_search, small_choice])
def test_a_search_broken_off_anywhere_leaves_the_former_one(search, every):
    assert check_search(search(), 5 * every) > 5
