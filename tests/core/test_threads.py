"""Threads that share the work, while BLAS keeps to one."""

import threading
import time
from contextlib import closing

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_moons
from threadpoolctl import ThreadpoolController

from helpers.problems import draw_problem, in_blocks, make_objective
from skshallow import OneHiddenLayerClassifier
from skshallow._core import threads
from skshallow._core.losses import MultinomialLogLoss
from skshallow._core.network import Network
from skshallow._data.scaling import Moments

pytestmark = pytest.mark.usefixtures("two_blas_threads")


def blas_threads():
    libraries = ThreadpoolController().select(user_api="blas").info()
    return {library["num_threads"] for library in libraries}


def test_a_team_is_as_many_as_blas_is_allowed_which_keeps_to_one_meanwhile():
    with threads.thread_team() as team:
        assert team.size == 2
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_limits_are_lifted_by_whoever_leaves_last():
    first, second = threads.thread_team(), threads.thread_team()
    first.__enter__()
    assert second.__enter__().size == 2
    first.__exit__(None, None, None)
    assert blas_threads() == {1}
    second.__exit__(None, None, None)
    assert blas_threads() == {2}


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_training_leaves_the_number_of_threads_as_it_was(solver):
    X, y = make_moons(300, random_state=0)
    OneHiddenLayerClassifier(4, solver=solver, max_iter=2, tol=0).fit(X, y)
    assert blas_threads() == {2}
    with pytest.raises(ValueError, match="batch_size"):
        OneHiddenLayerClassifier(4, solver="adam", batch_size=1000).fit(X, y)
    assert blas_threads() == {2}


@pytest.mark.parametrize("size", [1, 3])
def test_every_member_works_once_in_a_thread_of_its_own(size):
    seen = {}
    with closing(threads.ThreadTeam(size)) as team:
        team.run(lambda member: seen.update({member: threading.get_ident()}))
    assert sorted(seen) == list(range(size))
    assert seen[0] == threading.get_ident()


def test_what_goes_wrong_in_a_thread_is_raised_where_the_work_was_shared():
    def fail(member):
        if member == 1:
            raise MemoryError("the second")

    with closing(threads.ThreadTeam(2)) as team, pytest.raises(MemoryError, match="the second"):
        team.run(fail)


def test_floating_point_settings_hold_in_every_thread():
    settings = {}
    with closing(threads.ThreadTeam(2)) as team, np.errstate(all="raise"):
        team.run(lambda member: settings.update({member: np.geterr()["over"]}))
    assert settings == {0: "raise", 1: "raise"}


@pytest.mark.parametrize(("n_blocks", "shared"), [(1, False), (2, True), (9, True)])
def test_a_table_of_several_blocks_is_shared_out(n_blocks, shared):
    seen = []

    class Noted(threads.ThreadTeam):
        def run(self, work):
            super().run(lambda member: seen.append(member) or work(member))

    with closing(Noted(2)) as team:
        objective, theta = draw_problem(n_samples=10 * n_blocks, block_size=10, team=team)
        objective.value_and_gradient(theta, np.empty_like(theta))
    assert sorted(seen) == ([0, 1] if shared else [])


@pytest.mark.parametrize(("size", "n_parts"), [(1, 8), (3, 8), (8, 8), (9, 8), (5, 1)])
def test_every_part_is_done_once(size, n_parts):
    done = []
    with closing(threads.ThreadTeam(size)) as team:
        team.share_out(n_parts, lambda member, part: done.append(part))
    assert sorted(done) == list(range(n_parts))


def test_whoever_is_done_takes_over_from_a_slow_one():
    done, started, others_done = [], threading.Event(), threading.Event()

    def work(member, part):
        done.append((member, part))
        if member == 1:
            started.set()
            assert others_done.wait(timeout=60)
        assert started.wait(timeout=60)
        if len(done) == 8:
            others_done.set()

    with closing(threads.ThreadTeam(2)) as team:
        team.share_out(8, work)
    assert [part for member, part in done if member == 1] == [4]
    assert [part for member, part in done if member == 0] == [0, 1, 2, 3, 7, 6, 5]


@pytest.mark.parametrize("failing", [0, 1])
def test_after_an_error_the_rest_is_left(failing):
    done, failed = [], threading.Event()

    def work(member, part):
        if member == failing:
            failed.set()
            raise MemoryError
        assert failed.wait(timeout=60)
        time.sleep(0.1)
        done.append(part)

    with closing(threads.ThreadTeam(2)) as team, pytest.raises(MemoryError):
        team.share_out(1000, work)
    assert len(done) < 100


@pytest.mark.parametrize("table", ["prepared", "by block", "sparse"])
def test_the_number_of_threads_changes_no_bit(table, monkeypatch):
    if table == "by block":
        monkeypatch.setattr("skshallow._data.samples.PREPARED_BYTES", 0)
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((500, 6))
    y = random_state.randint(3, size=500)
    weights = random_state.uniform(size=500)
    network, loss = Network(6, 5, 3, "tanh"), MultinomialLogLoss()
    theta = np.stack([network.draw("auto", random_state, np.float64) for _ in range(2)])
    scaling = Moments.of(X, weights).scaling(np.float64)
    results = []
    for size in (1, 2, 3):
        blocks = in_blocks(sparse.csr_array(X) if table == "sparse" else X, scaling, 10)
        with closing(threads.ThreadTeam(size)) as team:
            objective = make_objective(network, loss, blocks, y, weights, np.ones(2), team=team)
            gradient = np.empty_like(theta)
            value = objective.value_and_gradient(theta, gradient)
            results.append(np.concatenate([value, objective.value(theta), gradient.ravel()]))
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])
