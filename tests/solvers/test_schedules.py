"""Learning rates that change in the course of a training."""

import math
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV

from helpers.cases import may_not_converge
from helpers.classifiers import candidate, classifier, parameters
from helpers.problems import ALL_SAMPLES
from helpers.samples import draw_blobs
from skshallow import StackedGridSearchCV
from skshallow.solvers import SGD, Adam, Cosine, GradientDescent, ReduceOnPlateau

SCHEDULES = pytest.mark.parametrize(
    "schedule", [Cosine(4), ReduceOnPlateau(patience=1, tol=0.5)], ids=["cosine", "plateau"]
)


class Slope:
    """An objective that falls by the same everywhere, so that a step is as long as its rate."""

    def value_and_gradient(self, theta, gradient, batch):
        gradient[...] = -1
        return np.zeros(len(theta))


def steps(schedule, n_iter, batches=ALL_SAMPLES, losses=None):
    """How far each network goes in every iteration, shape (n_iter, K), at the rates 1 and 2."""
    solver, theta = GradientDescent(schedule=schedule), np.zeros((2, 1))
    state, reached = solver.start(theta), [theta.copy()]
    for iteration in range(n_iter):
        solver.iterate(Slope(), theta, state, batches, np.array([[1.0], [2.0]]))
        solver.note(np.zeros(2) if losses is None else np.asarray(losses[iteration]), state)
        reached.append(theta.copy())
    return np.diff(np.array(reached)[:, :, 0], axis=0)


def test_a_cosine_falls_from_the_whole_rate_to_its_end():
    expected = [0.1 + 0.9 * (1 + math.cos(math.pi * t / 4)) / 2 for t in (0, 1, 2, 3, 4, 4)]
    assert_allclose(steps(Cosine(4, end=0.1), 6)[:, 0], expected)
    assert_allclose(steps(Cosine(4, end=0.1), 6)[:, 1], 2 * np.array(expected))
    assert_array_equal(steps(Cosine(2), 3)[2], [0, 0])


def test_a_cosine_falls_within_an_epoch_too():
    batches = [(np.arange(3), 0.75), (np.arange(1), 0.25)]
    expected = [(1 + math.cos(math.pi * t / 2)) / 2 for t in (0, 0.75, 1, 1.75)]
    assert_allclose(steps(Cosine(2), 2, batches)[:, 0], [sum(expected[:2]), sum(expected[2:])])


def test_a_plateau_lowers_the_rate_of_the_network_that_is_on_it():
    plateau = ReduceOnPlateau(factor=0.5, patience=2, tol=0.1, least=0.2)
    # The first falls by less than a tenth, from the lowest so far; the second by more.
    losses = np.transpose([[10, 9.5, 9.2, 9.1, 9, 9, 9, 9], [10 * 0.5**t for t in range(8)]])
    moved = steps(plateau, 8, losses=losses)
    assert_allclose(moved[:, 0], [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2])
    assert_array_equal(moved[:, 1], [2] * 8)


def test_small_gains_are_measured_from_the_lowest_loss_so_far():
    """As the estimator's own `tol` is: many of them are a plateau."""
    losses = [[10 * 0.95**t] * 2 for t in range(6)]
    plateau = ReduceOnPlateau(factor=0.5, patience=3, tol=0.1)
    assert_array_equal(steps(plateau, 6, losses=losses)[:, 0], [1, 1, 1, 1, 0.5, 0.5])


def test_a_loss_that_is_no_number_is_no_change_for_the_better():
    plateau = ReduceOnPlateau(factor=0.5, patience=1)
    losses = [[1.0, 1.0], [np.nan, 0.5], [0.5, 0.2]]
    moved = steps(plateau, 3, losses=losses)
    assert_array_equal(moved, [[1, 2], [1, 2], [0.5, 2]])


@SCHEDULES
@pytest.mark.parametrize("family", [GradientDescent, SGD, Adam])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_estimators_train_by_a_schedule_in_their_own_precision(schedule, family, dtype):
    X, y = draw_blobs()
    X = X.astype(dtype)
    plain = classifier(family()).fit(X, y)
    scheduled = classifier(family(schedule=schedule)).fit(X, y)
    assert scheduled.coefs_[0].dtype == dtype
    assert not np.array_equal(parameters(plain), parameters(scheduled))


@SCHEDULES
def test_a_stream_goes_on_where_its_schedule_was(schedule):
    X, y = draw_blobs()
    stream = classifier(SGD(average=0.0, schedule=schedule))
    for _ in range(3):
        stream.partial_fit(X, y, classes=[0, 1])
    copied = pickle.loads(pickle.dumps(stream))
    for _ in range(3):
        stream.partial_fit(X, y)
    for _ in range(3):
        copied.partial_fit(X, y)
    assert_array_equal(parameters(copied), parameters(stream))


def test_a_stream_has_run_down_after_so_many_calls():
    X, y = draw_blobs()
    stream = classifier(SGD(momentum=0.0, average=0.0, schedule=Cosine(2)))
    for _ in range(2):
        stream.partial_fit(X, y, classes=[0, 1])
    before = parameters(stream)
    # The moments of the features run along: the same network on other samples speaks of others.
    assert_allclose(parameters(stream.partial_fit(X, y)), before, rtol=1e-12)


def test_an_equal_schedule_goes_on_and_another_starts_anew():
    X, y = draw_blobs()

    def gone_on(schedule):
        clf = classifier(GradientDescent(Cosine(30)), warm_start=True, max_iter=5).fit(X, y)
        clf.set_params(solver=GradientDescent(schedule)).fit(X, y)
        return clf._training["continuation"]["solver_state"]["n_iter"]

    assert gone_on(Cosine(30)) == 10
    assert gone_on(Cosine(31)) == 5
    assert gone_on(None) == 5


def test_the_validation_loss_decides_where_there_is_one():
    """Samples whose labels are the other way round: their loss rises while the other falls."""
    X, y = draw_blobs()
    plateau = ReduceOnPlateau(patience=1, factor=1e-6, least=0)
    clf = classifier(GradientDescent(plateau), learning_rate=0.1)
    clf.fit(X, y, X_val=X, y_val=1 - y)
    assert np.ptp(clf.validation_loss_curve_[2:]) < 1e-4 < np.ptp(clf.validation_loss_curve_)
    assert np.ptp(clf.set_params(solver="gd").fit(X, y).loss_curve_[2:]) > 1e-2


@may_not_converge
def test_a_search_finds_the_same_along_a_schedule_as_one_by_one():
    X, y = draw_blobs()
    base = candidate(solver=SGD(schedule=ReduceOnPlateau(patience=1, tol=0.5)), batch_size=16)
    grid = {"solver__schedule__factor": [0.1, 0.9], "learning_rate": [0.01, 0.3]}
    ours, theirs = (
        search(base, grid, scoring="neg_log_loss", cv=3).fit(X, y).cv_results_["mean_test_score"]
        for search in (StackedGridSearchCV, GridSearchCV)
    )
    assert_allclose(ours, theirs, rtol=1e-10)
    assert len(set(theirs)) == 4


def test_numbers_of_numpy_are_taken_for_pythons():
    X, y = draw_blobs()
    X = X.astype(np.float32)
    odd = Cosine(np.uint8(20), end=np.float64(0.5))
    ours, theirs = (
        classifier(Adam(schedule=schedule)).fit(X, y) for schedule in (odd, Cosine(20, end=0.5))
    )
    assert_array_equal(parameters(ours), parameters(theirs))
    assert type(odd.n_iter) is np.uint8


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        (Cosine(0), "n_iter"),
        (Cosine(end=1.5), "end"),
        (ReduceOnPlateau(factor=1.0), "factor"),
        (ReduceOnPlateau(patience=0), "patience"),
        (ReduceOnPlateau(tol=-1.0), "tol"),
        (ReduceOnPlateau(least=2.0), "least"),
        ("cosine", "schedule"),
    ],
)
def test_errors_name_the_parameter(schedule, name):
    X, y = draw_blobs()
    with pytest.raises(ValueError, match=f"'{name}' parameter"):
        classifier(Adam(schedule=schedule)).fit(X, y)
