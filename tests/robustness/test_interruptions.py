"""What is left of a model when something breaks a call off at places that are hard on it."""

import copy
import signal
from contextlib import closing

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from helpers.cases import every_mini_batch_solver, every_solver
from helpers.faults import FaultAtLine, fingerprint, raising, surroundings
from helpers.interrupted import (
    VALIDATION,
    X,
    Y,
    best_so_far,
    objective_of,
    short_classifier,
    theta_of,
)
from helpers.problems import constant_rate, draw_problem
from helpers.solvers import breaking_step
from skshallow._core.network import Network, Workspace
from skshallow._core.objective import NumpyObjective
from skshallow._core.threads import ThreadTeam, thread_team
from skshallow._data.batches import Batches
from skshallow._training.loop import Training
from skshallow._training.state import Configuration, History, Member, Stack
from skshallow.solvers import SOLVERS

pytestmark = pytest.mark.usefixtures("two_blas_threads", "nothing_global_changes")


@pytest.fixture
def ctrl_c():
    """A function that does what Ctrl-C does."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, former)


@every_solver
def test_ctrl_c_in_any_iteration_leaves_the_best_weights_so_far(solver, ctrl_c):
    best, _ = best_so_far(solver)
    for at in range(len(best) - 1):
        done = []

        class Interrupted(SOLVERS[solver]):
            def iterate(self, *args, at=at, done=done):
                done.append(1)
                if len(done) > at:
                    ctrl_c()
                return super().iterate(*args)

        clf = short_classifier(solver).set_params(solver=Interrupted())
        with pytest.raises(KeyboardInterrupt):
            clf.fit(X, Y)
        assert clf.n_iter_ == at
        assert_array_equal(theta_of(clf), best[at])


def test_networks_that_leave_the_stack_leave_it_at_once(monkeypatch):
    objective, theta = draw_problem(n_networks=3, alpha=[0.01, 1, 100])
    expected = np.empty(3)
    expected[:] = objective.value(theta)
    solver = SOLVERS["gd"]()
    configuration = Configuration(
        solver=solver,
        learning_rate=1e-12,
        alpha=1.0,
        finds_alpha=False,
        batch_size=objective.n_samples,
        max_iter=9,
        tol=0.0,
        n_iter_no_change=1,
        shuffle=False,
        resumable=False,
    )
    members = [Member(History(weights.copy()), weights.copy()) for weights in theta]
    state, rate = solver.start(theta), constant_rate(theta, 1e-12)
    stack = Stack(members, theta, np.empty_like(theta), state, rate, objective, None)
    batches = Batches(np.arange(objective.n_samples), objective.n_samples, False, 0)
    take = NumpyObjective.take

    class Stop:
        """Lets the first network go, in which it is interrupted."""

        def begin(self):
            pass

        def end(self, training):
            members[0].end = "stopped"

            def interrupted(self, networks):
                if len(networks) == 2:
                    raise KeyboardInterrupt
                return take(self, networks)

            monkeypatch.setattr(NumpyObjective, "take", interrupted)

    training = Training(configuration, stack, batches, [Stop()])
    training.run()
    assert isinstance(training.error, KeyboardInterrupt)
    np.testing.assert_allclose([member.history.loss for member in members], expected, rtol=1e-9)


def test_a_fit_that_fails_once_it_has_trained_leaves_curves_and_random_stream(monkeypatch):
    clf = short_classifier("sgd", warm_start=True).fit(X, Y, **VALIDATION)
    same, before = copy.deepcopy(clf), fingerprint(clf)
    curve = clf.loss_curve_.copy()
    with monkeypatch.context() as patch:
        patch.setattr("skshallow._estimators.fitting.store_result", raising(MemoryError()))
        with pytest.raises(MemoryError):
            clf.fit(X, Y, **VALIDATION)
    assert clf.loss_curve_ == curve
    assert fingerprint(clf) == before
    assert_array_equal(theta_of(clf.fit(X, Y)), theta_of(same.fit(X, Y)))


def test_the_samples_of_an_interrupted_partial_fit_are_not_counted():
    clf = short_classifier("adam", standardize=True).partial_fit(X, Y, classes=[0, 1])
    whole = copy.deepcopy(clf).partial_fit(X + 5, Y)
    before, error = clf.predict_proba(X), KeyboardInterrupt()
    clf.set_params(solver=breaking_step("adam", 1, error))
    with pytest.raises(KeyboardInterrupt):
        clf.partial_fit(X + 5, Y)
    assert_array_equal(clf.predict_proba(X), before)
    again = clf.set_params(solver="adam").partial_fit(X + 5, Y)
    assert_array_equal(again.predict_proba(X), whole.predict_proba(X))


def test_interrupted_while_it_diverges_a_fit_goes_back_to_the_start():
    start = objective_of(short_classifier("sgd", learning_rate=1e-12, max_iter=1).fit(X, Y))
    for at in range(3, 18):
        solver = breaking_step("sgd", at, KeyboardInterrupt()).set_params(momentum=0.0)
        clf = short_classifier("sgd", learning_rate=40.0, max_iter=9).set_params(solver=solver)
        with pytest.raises(KeyboardInterrupt):
            clf.fit(X, Y)
        assert objective_of(clf) <= start * (1 + 1e-6)
        assert clf.loss_ == pytest.approx(objective_of(clf), rel=1e-9)


@every_mini_batch_solver
def test_interrupted_twice_a_fit_still_leaves_the_best_weights(solver, monkeypatch):
    best, _ = best_so_far(solver)
    clf = short_classifier(solver).set_params(solver=breaking_step(solver, 5, MemoryError()))
    monkeypatch.setattr(Training, "_loss", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, Y)
    assert_array_equal(theta_of(clf), best[2])


def test_threads_are_waited_for_though_that_is_interrupted(monkeypatch):
    calls, done = [], []

    def interrupted(others):
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        done.extend(other.result() for other in others)

    monkeypatch.setattr("skshallow._core.threads.wait", interrupted)
    with closing(ThreadTeam(2)) as team, pytest.raises(KeyboardInterrupt):
        team.run(lambda member: None)
    assert len(done) == 1


def test_blas_has_its_threads_back_wherever_a_team_is_broken_off():
    def work():
        with thread_team() as team:
            team.run(lambda member: None)

    with FaultAtLine() as fault:
        work()
    before = surroundings()
    for number in range(1, fault.count + 1):
        with FaultAtLine(number, KeyboardInterrupt()) as fault, pytest.raises(KeyboardInterrupt):
            work()
        assert surroundings() == before, fault.frames
        work()
        assert surroundings() == before, fault.frames


def test_buffers_broken_off_between_two_shapes_are_laid_out_anew():
    work = Workspace(Network(2, 3, 1, "relu"), 2, 10, np.float64)
    small = work.layout(1, 4).z.shape
    with FaultAtLine() as fault:
        work.layout(2, 10)
    for number in range(1, fault.count + 1):
        work = Workspace(Network(2, 3, 1, "relu"), 2, 10, np.float64)
        work.layout(1, 4)
        with FaultAtLine(number, KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
            work.layout(2, 10)
        assert work.layout(1, 4).z.shape == small
        assert work.layout(2, 10).z.shape == (2, 3, 10)
        assert (work.layout(2, 10).a_and_one[:, -1] == 1).all()
