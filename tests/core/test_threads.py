"""Threads that share the work, while BLAS keeps to one."""

import threading
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
from skshallow._core.objective import in_parts
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


def test_threads_compute_as_many_samples_each():
    """Ten blocks are eight parts, some of one block and some of two."""
    parts = in_parts(100, 10, 8)
    assert sorted(map(len, parts)) == [10] * 6 + [20] * 2
    with closing(threads.ThreadTeam(2)) as team:
        shares = [team.share(member, len(parts)) for member in range(2)]
    assert [sum(len(parts[part]) for part in share) for share in shares] == [50, 50]


@pytest.mark.parametrize(("size", "n_parts"), [(1, 8), (3, 8), (8, 8), (9, 8), (5, 1)])
def test_every_part_is_somebodys(size, n_parts):
    with closing(threads.ThreadTeam(size)) as team:
        parts = [part for member in range(size) for part in team.share(member, n_parts)]
    assert parts == list(range(n_parts))


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
