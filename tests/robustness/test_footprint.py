"""What training costs in memory and in work, by counting; how long it takes is for benchmarks."""

import numpy as np
import pytest

from helpers.cases import both_scalings
from helpers.memory import allocations
from helpers.problems import constant_rate, in_blocks, loss_of, make_objective
from skshallow import OneHiddenLayerClassifier
from skshallow._core.network import Network, block_size
from skshallow._core.objective import NumpyObjective
from skshallow.solvers import SOLVERS

N, D = 180_000, 50


@pytest.fixture(scope="module")
def large():
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((N, D))
    return X, (X[:, 0] > 0).astype(int)


@both_scalings
@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_a_large_table_is_not_copied(large, solver, standardize):
    X, y = large
    clf = OneHiddenLayerClassifier(
        4, solver=solver, batch_size=20_000, max_iter=1, tol=0, standardize=standardize
    )
    if solver == "lbfgs":
        clf.set_params(batch_size="auto")
    with allocations() as peak:
        clf.fit(X, y)
    assert peak[0] < X.nbytes / 2


def test_a_prediction_holds_no_more_than_a_block_of_activations(large):
    X, y = large
    clf = OneHiddenLayerClassifier(64, max_iter=1, tol=0).fit(X[:500], y[:500])
    with allocations() as peak:
        clf.predict_proba(X)
    assert peak[0] < X.nbytes / 2 < N * 64 * X.itemsize


@pytest.mark.parametrize("table", ["in memory", "mapped"])
def test_a_mapped_table_gives_the_same_network(table, tmp_path):
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((3000, 5)).astype(np.float32)
    y = (X[:, 0] > 0).astype(int)
    clf = OneHiddenLayerClassifier(4, solver="adam", max_iter=2, tol=0, random_state=0)
    expected = clf.fit(X, y).coefs_
    if table == "mapped":
        np.save(tmp_path / "X.npy", X)
        X = np.load(tmp_path / "X.npy", mmap_mode="r")
    for coef, same in zip(clf.fit(X, y).coefs_, expected, strict=True):
        np.testing.assert_array_equal(coef, same)


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
@pytest.mark.parametrize("batch_size", [200, None])
def test_a_step_allocates_nothing_as_large_as_a_layer(kind, batch_size):
    random_state = np.random.RandomState(0)
    n_classes = 2 if kind == "binary" else 5
    X = random_state.standard_normal((1000, 20))
    codes = random_state.randint(n_classes, size=len(X))
    network = Network(20, 50, 1 if kind == "binary" else n_classes, "relu")
    blocks = in_blocks(X, None, block_size(len(X), 50, X.dtype))
    objective = make_objective(network, loss_of(kind)[0], blocks, codes, np.ones(len(X)), [1.0])
    theta = network.draw("auto", random_state, X.dtype)[np.newaxis]
    solver = SOLVERS["adam" if batch_size else "gd"]()
    state, rate = solver.start(theta), constant_rate(theta, 0.01)
    batch = None if batch_size is None else np.arange(batch_size)
    solver.iterate(objective, theta, state, [(batch, 1.0)], rate)
    with allocations() as peak:
        for _ in range(3):
            solver.iterate(objective, theta, state, [(batch, 1.0)], rate)
    assert peak[0] < network.n_h * (batch_size or len(X)) * X.itemsize


@pytest.mark.parametrize("solver", ["gd", "adam"])
def test_first_order_solvers_evaluate_once_a_step(solver, monkeypatch):
    calls = []
    evaluate = NumpyObjective.value_and_gradient

    def counted(self, theta, gradient, batch=None):
        calls.append(self.n_samples if batch is None else len(batch))
        return evaluate(self, theta, gradient, batch)

    monkeypatch.setattr(NumpyObjective, "value_and_gradient", counted)
    X = np.random.RandomState(0).standard_normal((90, 3))
    settings = {"batch_size": 40} if solver == "adam" else {}
    clf = OneHiddenLayerClassifier(4, solver=solver, alpha=1, max_iter=3, tol=0, **settings)
    clf.fit(X, X[:, 0] > 0)
    assert calls == 3 * ([40, 40, 10] if solver == "adam" else [90])
