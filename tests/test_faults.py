"""What is left of a model when something breaks a call off, wherever it does."""

import copy
import os
import signal

import numpy as np
import pytest
from faults import FaultAtLine, fingerprint, recording, surroundings
from joblib.externals.loky.process_executor import TerminatedWorkerError
from numpy.testing import assert_array_equal
from problems import draw_problem
from searches import choosing, draw_rows, network
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits

from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV
from skshallow.batches import Batches
from skshallow.network import Network, Workspace
from skshallow.objective import Objective
from skshallow.solvers import SOLVERS
from skshallow.threads import Crew, crew
from skshallow.training import Record, Stopping, Training

X, Y = make_moons(40, noise=0.2, random_state=0)
X_VAL, Y_VAL = make_moons(20, noise=0.2, random_state=1)
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL}
MINI_BATCH = [name for name, family in SOLVERS.items() if not family.full_batch]
RESTARTS = {"n_init": 3, "max_iter": 6, "tol": 0.02, "n_iter_no_change": 1}
every_solver = pytest.mark.parametrize("solver", SOLVERS)


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
    # A curve is of J before an iteration, or of the validation rows after it.
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
    """Break off a call of a stream: it is as if it had not been, and the rows can come again."""
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
    rows = draw_rows("binary")
    search.fit(*rows)
    before, n_faults = fingerprint(search), 0
    for left, frames in broken_off(search, 2 * every, *rows, offset=2):
        n_faults += 1
        if fingerprint(left) != before:
            # All was done, and about to be returned.
            assert not {"_fit", "_search"} & {function for _, function in frames}, frames
            assert left.best_params_ == search.best_params_
    return n_faults


def stacked():
    return StackedGridSearchCV(network(max_iter=2), {"alpha": [0.1, 1], "n_h": [1, 2]}, cv=2)


def chooser():
    return choosing(solver="gd", alphas=[0.1, 1], max_iter=2, tol=0, cv=2, n_init=2)


@every_solver
@pytest.mark.parametrize("given", [{}, VALIDATION], ids=["training rows", "validation rows"])
def test_a_fit_broken_off_anywhere_leaves_the_best_weights_so_far(solver, given, every):
    assert check_fit(solver, given, every) > 10


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

        clf = classifier(solver).set_params(solver=Interrupted())
        with pytest.raises(KeyboardInterrupt):
            clf.fit(X, Y)
        assert clf.n_iter_ == at
        assert_array_equal(theta_of(clf), best[at])


@every_solver
def test_restarts_broken_off_anywhere_leave_the_best_network(solver, every):
    assert check_restarts(solver, 2 * every) > 5


@every_solver
def test_a_warm_start_broken_off_anywhere_can_go_on(solver, every):
    assert check_warm_start(solver, every) > 10


@pytest.mark.parametrize("solver", MINI_BATCH)
def test_a_partial_fit_broken_off_anywhere_has_not_been(solver, every):
    assert check_partial_fit(solver, every) > 5


@pytest.mark.parametrize("search", [stacked, chooser])
def test_a_search_broken_off_anywhere_leaves_the_former_one(search, every):
    assert check_search(search(), 5 * every) > 5


def test_networks_that_leave_the_stack_leave_it_at_once(monkeypatch):
    objective, theta = draw_problem(n_networks=3, alpha=[0.01, 1, 100])
    expected = np.empty(3)
    expected[:] = objective.value(theta)
    solver = SOLVERS["gd"]()
    state = solver.start(theta, np.full((3, 1), 1e-12))
    batches = Batches(objective.n_rows, objective.n_rows, False, 0)
    records = [Record(weights=weights.copy()) for weights in theta]
    training = Training(objective, solver, theta, state, batches, records, Stopping(9, 0.0, 1))
    take = Objective.take

    class Stop:
        """Lets the first network go, in which it is interrupted."""

        def begin(self):
            pass

        def end(self, training):
            records[0].end = "stopped"

            def interrupted(self, members):
                if len(members) == 2:
                    raise KeyboardInterrupt
                return take(self, members)

            monkeypatch.setattr(Objective, "take", interrupted)

    training.watchers = [Stop()]
    training.run()
    assert isinstance(training.error, KeyboardInterrupt)
    np.testing.assert_allclose([record.loss for record in records], expected, rtol=1e-9)


def test_a_fit_that_fails_once_it_has_trained_leaves_curves_and_random_stream(monkeypatch):
    clf = classifier("sgd", warm_start=True).fit(X, Y, **VALIDATION)
    same, before = copy.deepcopy(clf), fingerprint(clf)
    curve = clf.loss_curve_.copy()
    with monkeypatch.context() as patch:
        patch.setattr(OneHiddenLayerClassifier, "_fitted", raising(MemoryError()))
        with pytest.raises(MemoryError):
            clf.fit(X, Y, **VALIDATION)
    assert clf.loss_curve_ == curve
    assert fingerprint(clf) == before
    assert_array_equal(theta_of(clf.fit(X, Y)), theta_of(same.fit(X, Y)))


def raising(error):
    """A function that only raises."""

    def fail(*args, **kwargs):
        raise error

    return fail


def test_the_rows_of_an_interrupted_partial_fit_are_not_counted():
    clf = classifier("adam", standardize=True).partial_fit(X, Y, classes=[0, 1])
    whole = copy.deepcopy(clf).partial_fit(X + 5, Y)
    before, error = clf.predict_proba(X), KeyboardInterrupt()
    clf.set_params(solver=breaking("adam", 1, error))
    with pytest.raises(KeyboardInterrupt):
        clf.partial_fit(X + 5, Y)
    assert_array_equal(clf.predict_proba(X), before)
    again = clf.set_params(solver="adam").partial_fit(X + 5, Y)
    assert_array_equal(again.predict_proba(X), whole.predict_proba(X))


def breaking(solver, at, error):
    """A solver that raises an error in so many-th place, halfway through an iteration."""
    calls = []

    class Breaking(SOLVERS[solver]):
        def step(self, theta, gradient, state):
            calls.append(1)
            if len(calls) == at:
                raise error
            super().step(theta, gradient, state)

    return Breaking()


def test_interrupted_while_it_diverges_a_fit_goes_back_to_the_start():
    start = objective(classifier("sgd", learning_rate=1e-12, max_iter=1).fit(X, Y))
    for at in range(3, 18):
        solver = breaking("sgd", at, KeyboardInterrupt()).set_params(momentum=0.0)
        clf = classifier("sgd", learning_rate=40.0, max_iter=9).set_params(solver=solver)
        with pytest.raises(KeyboardInterrupt):
            clf.fit(X, Y)
        assert objective(clf) <= start * (1 + 1e-6)
        assert clf.loss_ == pytest.approx(objective(clf), rel=1e-9)


@pytest.mark.parametrize("solver", MINI_BATCH)
def test_interrupted_twice_a_fit_still_leaves_the_best_weights(solver, monkeypatch):
    best, _ = best_so_far(solver)
    clf = classifier(solver).set_params(solver=breaking(solver, 5, MemoryError()))
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

    monkeypatch.setattr("skshallow.threads.wait", interrupted)
    with Crew(2) as members, pytest.raises(KeyboardInterrupt):
        members.share(lambda member: None)
    assert len(done) == 1


def test_blas_has_its_threads_back_wherever_a_crew_is_broken_off():
    def work():
        with crew() as members:
            members.share(lambda member: None)

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
    small = work.shape(1, 4).z.shape
    with FaultAtLine() as fault:
        work.shape(2, 10)
    for number in range(1, fault.count + 1):
        work = Workspace(Network(2, 3, 1, "relu"), 2, 10, np.float64).shape(1, 4)
        with FaultAtLine(number, KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
            work.shape(2, 10)
        assert work.shape(1, 4).z.shape == small
        assert work.shape(2, 10).z.shape == (2, 3, 10)
        assert (work.a_and_one[:, -1] == 1).all()


# Workers that are killed


class Killing:
    """A scorer that is as good as any, or kills the process it runs in."""

    def __init__(self, how):
        self.how = how

    def __call__(self, estimator, X, y):
        if self.how == "exit":
            os._exit(1)
        if self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        return 1.0


def check_killed(search, how):
    """Kill the workers of a search: that is said, the former fit stays, the next one works."""
    rows = draw_rows("binary")
    before = fingerprint(search.fit(*rows))
    settings = search.get_params(deep=False)
    search.set_params(scoring=Killing(how), n_jobs=2)
    with pytest.raises(TerminatedWorkerError, match="executor was unexpectedly terminated"):
        search.fit(*rows)
    assert fingerprint(search.set_params(**settings)) == before
    assert search.set_params(scoring=Killing("not"), n_jobs=2).fit(*rows).best_score_ == 1


def test_a_killed_worker_is_reported_and_leaves_the_former_search():
    check_killed(stacked(), "kill")
