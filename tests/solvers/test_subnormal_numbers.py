"""No solver is slowed by subnormal numbers, however long it has trained."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from helpers.cases import KINDS, MINI_BATCH, may_not_converge
from helpers.problems import draw_codes, loss_of
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import SOLVERS
from skshallow.solvers._underflow import flush_means, flush_weights

BOTH_TYPES = np.float32, np.float64
both_types = pytest.mark.parametrize("dtype", BOTH_TYPES)


def n_subnormal(array):
    """How many entries are subnormal."""
    size = np.abs(array)
    return int(((size > 0) & (size < np.finfo(array.dtype).tiny)).sum())


def aged(solver, dtype, *, stream, seed=0):
    """A network whose weights of two constant features a strong penalty has worn away."""
    random_state = np.random.RandomState(seed)
    X = random_state.standard_normal((60, 3))
    y = (X[:, 0] > 0).astype(int)
    X[:, 1:] = 0
    clf = OneHiddenLayerClassifier(
        6, solver=solver, alpha=20, tol=0, max_iter=3000, warm_start=True, random_state=seed
    )
    if not stream:
        return clf.fit(X.astype(dtype), y)
    for _ in range(3000):
        clf.partial_fit(X.astype(dtype), y, classes=[0, 1])
    return clf


@may_not_converge
@pytest.mark.parametrize(
    ("solver", "dtype", "seed"),
    [
        *((solver, dtype, 0) for solver in SOLVERS for dtype in BOTH_TYPES),
        # With these, differences of weights and of gradients are tiny at the end.
        *(("lbfgs", np.float32, seed) for seed in (4, 6, 8)),
    ],
)
def test_no_weight_and_no_mean_is_subnormal(solver, dtype, seed):
    clf = aged(solver, dtype, stream=False, seed=seed)
    kept = clf._training["continuation"]
    arrays = {"theta": kept["theta"], **kept["solver_state"]}
    counts = {
        name: n_subnormal(array)
        for name, array in arrays.items()
        if isinstance(array, np.ndarray) and array.dtype == dtype
    }
    assert set(counts.values()) == {0}, counts
    # They have worn away, or this would be no test.
    assert np.abs(clf.coefs_[0][1:]).max() < 1e-5


@pytest.mark.slow
@may_not_converge
@both_types
@pytest.mark.parametrize("solver", MINI_BATCH)
def test_nor_are_they_in_a_stream(solver, dtype):
    kept = aged(solver, dtype, stream=True)._training["continuation"]
    for array in (kept["theta"], *kept["solver_state"].values()):
        assert not isinstance(array, np.ndarray) or n_subnormal(array) == 0


@both_types
def test_what_is_next_to_nothing_is_flushed_and_nothing_else(dtype):
    limits = np.finfo(dtype)
    values = np.array([1, -1e-3, limits.tiny, -limits.smallest_subnormal, 0, np.inf], dtype)
    theta, state = values.copy(), {"mean": values.copy(), "n_steps": 3, "stuck": np.ones(2, bool)}
    flush_weights(theta)
    flush_means(state)
    expected = np.array([1, -1e-3, 0, 0, 0, np.inf], dtype)
    assert_array_equal(theta, expected)
    assert_array_equal(state["mean"], expected)
    assert state["n_steps"] == 3


@both_types
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_probabilities_next_to_nothing_are_not_subnormal(kind, dtype):
    loss, n_outputs = loss_of(kind)
    random_state = np.random.RandomState(0)
    codes = draw_codes(kind, 200, random_state)
    scales = 10.0 ** random_state.uniform(-2, 4, 200)
    raw = (random_state.standard_normal((1, n_outputs, 200)) * scales).astype(dtype)
    weights = np.full(200, 1e-6, dtype)
    value = loss.value_and_gradient(raw, loss.encode(codes, dtype), weights)
    assert n_subnormal(raw) == n_subnormal(value) == 0
