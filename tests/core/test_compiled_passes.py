"""Compiled kernels give what NumPy gives, whatever the network, the loss and the samples."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from helpers.problems import ALL_SAMPLES, KINDS, draw_problem, in_blocks, loss_of, run
from skshallow import _kernels, config_context
from skshallow._core import compiled_passes
from skshallow._core.activations import ACTIVATIONS
from skshallow._core.compiled_passes import CompiledPass, suitable_passes
from skshallow._core.losses import LogLoss, SquaredError
from skshallow._core.network import Network
from skshallow._core.numpy_passes import NumpyPass
from skshallow._core.threads import ThreadTeam
from skshallow._data import samples as samples_module
from skshallow.solvers import LBFGS, SOLVERS, Adam

DTYPES = st.sampled_from([np.float32, np.float64])
# In rounding errors, beside the sum of the sizes of what is added up; sums are in another order.
VALUE_BOUND, GRADIENT_BOUND = 100, 1000


@pytest.fixture(autouse=True)
def kernels():
    """Whatever the environment variable says."""
    with config_context(kernels=True):
        yield


def evaluate(settings, theta=None, batch=None, *, kernels):
    """J and its gradient of a problem that is drawn anew, and its weights."""
    with config_context(kernels=kernels), np.errstate(all="ignore"):
        objective, drawn = draw_problem(**settings)
        theta = drawn if theta is None else theta
        gradient = np.full_like(theta, np.nan)
        return objective.value_and_gradient(theta, gradient, batch), gradient


def assert_close(found, expected, dtype):
    eps = np.finfo(dtype).eps
    (value, gradient), (other_value, other_gradient) = found, expected
    assert value.dtype == gradient.dtype == dtype
    assert_allclose(value, other_value, rtol=VALUE_BOUND * eps)
    scale = max(1.0, np.abs(other_gradient).max())
    assert_allclose(gradient, other_gradient, rtol=0, atol=GRADIENT_BOUND * eps * scale)


problems = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(list(KINDS)),
        "activation": st.sampled_from(list(ACTIVATIONS)),
        "n_networks": st.integers(1, 4),
        "n_h": st.integers(1, 21),
        "n_features": st.integers(1, 30),
        "n_samples": st.integers(1, 120),
        "block_size": st.sampled_from([None, 1, 7, 40]),
        "dtype": DTYPES,
        "seed": st.integers(0, 1000),
    }
)


@given(problems, st.booleans())
def test_they_agree_with_numpy(settings, in_batches):
    n, batch = settings["n_samples"], None
    if in_batches:
        batch = np.random.RandomState(1).permutation(n)[: n // 2 + 1]
    found, expected = (evaluate(settings, batch=batch, kernels=k) for k in (True, False))
    assert_close(found, expected, settings["dtype"])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [None, np.array([90, 3, 44, 7])], ids=["table", "batch"])
def test_tables_that_are_too_large_to_prepare(monkeypatch, batch, dtype):
    monkeypatch.setattr(samples_module, "PREPARED_BYTES", 0)
    settings = {"kind": "multiclass", "n_samples": 100, "block_size": 30, "dtype": dtype}
    found, expected = (evaluate(settings, batch=batch, kernels=k) for k in (True, False))
    assert_close(found, expected, dtype)


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_of_more_than_a_block(kind):
    settings = {"kind": kind, "n_samples": 100, "block_size": 20, "n_networks": 2}
    batch = np.random.RandomState(0).permutation(100)[:70]
    found, expected = (evaluate(settings, batch=batch, kernels=k) for k in (True, False))
    assert_close(found, expected, np.float64)


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_table_is_read_anew_after_a_batch(kind):
    objective, theta = draw_problem(kind, n_samples=50)
    gradient, again = np.empty_like(theta), np.empty_like(theta)
    first = objective.value_and_gradient(theta, gradient)
    for batch in (np.array([3, 1]), np.arange(20)):
        objective.value_and_gradient(theta, again, batch)
    assert_array_equal(objective.value_and_gradient(theta, again), first)
    assert_array_equal(again, gradient)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_weights_that_are_not_finite_make_a_loss_that_is_not(activation, kind, bad):
    """So that whoever has diverged is found out as with NumPy."""
    settings = {"kind": kind, "activation": activation}
    theta = draw_problem(**settings)[1]
    theta[0, 0] = bad
    found, expected = (evaluate(settings, theta, kernels=k)[0] for k in (True, False))
    assert np.isnan(found) or not np.isnan(bad)
    assert_array_equal(np.isfinite(found), np.isfinite(expected))


@pytest.mark.parametrize("size", [1e3, 1e30, 1e150])
@pytest.mark.parametrize("kind", KINDS)
def test_huge_weights_end_as_with_numpy(kind, size):
    settings = {"kind": kind, "activation": "relu"}
    theta = size * draw_problem(**settings)[1]
    found, expected = (evaluate(settings, theta, kernels=k)[0] for k in (True, False))
    assert_array_equal(np.isfinite(found), np.isfinite(expected))
    if np.isfinite(expected).all():
        assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("batch", [None, np.arange(60)], ids=["table", "batch"])
def test_no_bit_depends_on_the_size_of_the_stack(activation, batch, dtype):
    settings = {"n_samples": 300, "block_size": 20, "dtype": dtype, "n_features": 5}
    objective, theta = draw_problem("multiclass", activation, n_networks=7, **settings)
    gradient = np.empty_like(theta)
    value = objective.value_and_gradient(theta, gradient, batch)
    for members in ([0], [6], [1, 4], [5, 2, 3, 0]):
        some = np.empty_like(theta[members])
        one = objective.take(members).value_and_gradient(theta[members], some, batch)
        assert_array_equal(one, value[members])
        assert_array_equal(some, gradient[members])


@pytest.mark.parametrize("solver", SOLVERS)
def test_nor_does_a_bit_of_a_training(solver):
    settings = {"n_samples": 60, "n_features": 5, "n_h": 8, "alpha": [0.0, 0.5, 1.0, 2.0, 4.0]}
    batches = ALL_SAMPLES
    if not SOLVERS[solver].full_batch:
        order = np.random.RandomState(0).permutation(60)
        batches = [(order[at : at + 20], 1 / 3) for at in (0, 20, 40)]
    objective, theta = draw_problem("multiclass", n_networks=5, **settings)
    together, _ = run(SOLVERS[solver](), objective, theta, 30, batches=batches)
    for row in range(5):
        one = objective.take([row])
        alone, _ = run(SOLVERS[solver](), one, theta[[row]], 30, batches=batches)
        assert_array_equal(alone[0], together[row])


def test_nor_does_the_size_of_blocks_and_parts():
    """A stack of any size reads the table in the same blocks."""
    network = Network(12, 32, 3, "tanh")
    of_one, of_many = (
        (
            CompiledPass.block_size(network, n_networks, 100_000, np.float64),
            CompiledPass.networks_at_a_time(network, n_networks, np.float64),
        )
        for n_networks in (1, 35)
    )
    assert of_one == of_many


@pytest.mark.parametrize("kind", KINDS)
def test_no_bit_depends_on_the_number_of_threads(kind):
    settings = {"kind": kind, "n_samples": 500, "block_size": 10, "n_networks": 3}
    expected = evaluate(settings, kernels=True)
    for size in (2, 3):
        team = ThreadTeam(size)
        found = evaluate(settings | {"team": team}, kernels=True)
        team.close()
        for one, other in zip(found, expected, strict=True):
            assert_array_equal(one, other)


def test_adam_steps_as_numpy_does():
    order = np.random.RandomState(0).permutation(60)
    batches = [(order[at : at + 20], 1 / 3) for at in (0, 20, 40)]
    ends = []
    for kernels in (True, False):
        with config_context(kernels=kernels):
            objective, theta = draw_problem("multiclass", n_networks=3, n_samples=60)
            ends.append(run(Adam(), objective, theta, 10, batches=batches)[0])
    assert_allclose(*ends, rtol=1e-9, atol=1e-12)
    assert not np.array_equal(*ends)


def test_lbfgs_gets_as_low_as_with_numpy():
    ends = []
    for kernels in (True, False):
        with config_context(kernels=kernels):
            objective, theta = draw_problem("multiclass", n_samples=60, n_features=5, n_h=8)
            ends.append(objective.value(run(LBFGS(), objective, theta, 100)[0]))
    assert_allclose(*ends, rtol=1e-3)


class OwnLogLoss(LogLoss):
    """One that the kernels do not know."""


@pytest.mark.parametrize(
    ("n_features", "n_h", "loss", "X", "passes"),
    [
        (3, 5, SquaredError(), np.ones((2, 3)), CompiledPass),
        (3, 5, SquaredError(), np.ones((2, 3), np.float32), CompiledPass),
        (100, 512, SquaredError(), np.ones((2, 100)), CompiledPass),
        (300, 16, SquaredError(), np.ones((2, 300)), CompiledPass),
        (300, 64, SquaredError(), np.ones((2, 300)), NumpyPass),
        (3, 5, SquaredError(), sparse.csr_array(np.ones((2, 3))), NumpyPass),
        (3, 5, SquaredError(), np.ones((2, 3), ">f8"), NumpyPass),
        (3, 5, OwnLogLoss(), np.ones((2, 3)), NumpyPass),
    ],
)
def test_numpy_computes_what_they_lack_or_would_be_slower_at(n_features, n_h, loss, X, passes):
    network = Network(n_features, n_h, 1, "tanh")
    assert suitable_passes(network, loss, X) is passes
    with config_context(kernels=False):
        assert suitable_passes(network, loss, X) is NumpyPass


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_they_lack_nothing_of_the_tables(activation, kind):
    loss, n_outputs = loss_of(kind)
    network = Network(3, 5, n_outputs, activation)
    assert suitable_passes(network, loss, np.ones((2, 3))) is CompiledPass


def test_arrays_that_they_cannot_write_to_are_refused():
    objective, theta = draw_problem(n_networks=2)
    with pytest.raises(ValueError, match="has to be of float64; got one of float32"):
        objective.value_and_gradient(theta, theta.astype(np.float32))
    with pytest.raises(ValueError, match="has to be C-contiguous and writable"):
        objective.value_and_gradient(theta, np.empty(theta.shape[::-1]).T)


def test_batches_may_be_read_only_and_of_any_integers():
    objective, theta = draw_problem(n_samples=20)
    batch = np.array([3, 5, 8], np.int32)
    expected = objective.value(theta, batch.astype(np.int64))
    batch.flags.writeable = False
    assert_array_equal(objective.value(theta, batch), expected)


class BrokenOffError(Exception):
    pass


@pytest.mark.parametrize("batch", [None, np.arange(5)], ids=["whole", "batch"])
def test_an_evaluation_that_is_broken_off_anywhere_leaves_nothing_half_known(batch):
    settings = {"kind": next(iter(KINDS)), "n_samples": 30}
    expected = evaluate(settings, batch=batch, kernels=True)
    left = broken_off = 0

    def trace(frame, event, argument):
        nonlocal left
        if frame.f_code.co_filename != compiled_passes.__file__:
            return None
        left -= event == "line"
        if left == 0:
            raise BrokenOffError
        return trace

    for at in range(1, 100):
        objective, theta = draw_problem(**settings)
        gradient, left, before = np.empty_like(theta), at, sys.gettrace()
        sys.settrace(trace)
        try:
            objective.value_and_gradient(theta, gradient, batch)
        except BrokenOffError:
            broken_off += 1
        finally:
            sys.settrace(before)
        found = objective.value_and_gradient(theta, gradient, batch), gradient
        assert_array_equal(found[0], expected[0])
        assert_array_equal(found[1], expected[1])
    assert broken_off > 10


def test_reading_takes_no_copy_of_a_prepared_table():
    blocks = in_blocks(np.ones((100, 3)), None, 10)
    assert blocks.reader().table is blocks.table


@pytest.mark.parametrize(
    ("setting", "described"),
    [
        ("", "in use, for "),
        ("baseline", "in use, for baseline"),
        ("mmx", "not in use: kernels are here for baseline"),
    ],
)
def test_the_variable_chooses_the_instructions(monkeypatch, setting, described):
    monkeypatch.setenv(_kernels.VARIABLE, setting)
    assert _kernels.described().startswith(described)
