"""The kernels on their own: functions against extended precision, Adam, and what they refuse."""

import numpy as np
import pytest
import skshallow_kernels

# Of the extended type there are 64 bits here; elsewhere it may be no more precise than double.
LONG = np.longdouble
EXTENDED = np.finfo(LONG).eps < 1e-18
DTYPES = np.float64, np.float32
LEAK = LONG(np.float64(0.01))

every_kernels = pytest.mark.parametrize("name", skshallow_kernels.supported())
every_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=["double", "float"])


def activate(kernels, activation, z):
    """The activation function and its derivative, of any number of numbers."""
    n = len(z)
    a = np.zeros(-(-n // 64) * 64, z.dtype)
    a[:n] = z
    derivative = np.empty_like(a)
    arrays = (kernels.address(array, z.dtype) for array in (a, derivative))
    number = kernels.activations.index(activation)
    kernels.function("activation", z.dtype)(number, *arrays, len(a))
    return a[:n], derivative[:n]


def normal_tail(x):
    """1 − Φ(x) for x of at least 0, divided by the density without its constant."""
    root = np.sqrt(LONG(2) * LONG(np.pi) + LONG(2) * LONG(1.2246467991473531772e-16))
    # Below 3 by the series around 0, beyond by a continued fraction.
    near, far = np.minimum(x, 3), np.maximum(x, 3)
    term, series = near.copy(), near.copy()
    for n in range(1, 120):
        term = term * near * near / (2 * n + 1)
        series += term
    by_series = np.exp(near * near / 2) / 2 - series / root
    fraction = far
    for n in range(400, 0, -1):
        fraction = far + n / fraction
    return np.where(x < 3, by_series, 1 / fraction / root), root


def gelu(z):
    ratio, root = normal_tail(np.abs(z))
    density = np.exp(-z * z / 2)
    tail = ratio * density
    share = np.where(z < 0, tail, 1 - tail)
    return z * share, share + z * density / root


def logistic(z):
    odds = np.exp(-np.abs(z))
    return np.where(z < 0, odds, 1) / (1 + odds)


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def silu(z):
    share, rest = logistic(z), logistic(-z)
    return z * share, share + z * share * rest


EXACT = {
    "identity": lambda z: (z, np.ones_like(z)),
    "logistic": lambda z: (logistic(z), logistic(z) * logistic(-z)),
    "tanh": lambda z: (np.tanh(z), 1 / np.cosh(z) ** 2),
    "relu": lambda z: (np.maximum(z, 0), np.where(z > 0, LONG(1), LONG(0))),
    "leaky_relu": lambda z: (np.where(z < 0, LEAK * z, z), np.where(z > 0, LONG(1), LEAK)),
    "softplus": lambda z: (softplus(z), logistic(z)),
    "silu": silu,
    "gelu": gelu,
}
# Rounding errors of values, relative to them, and of derivatives, relative to the larger of them
# and of the last column: 1 where a difference from 1 is all that is left. GELU squares z.
BOUNDS = {
    "identity": (0, 0, 0),
    "logistic": (4, 8, 0),
    "tanh": (4, 4, 1),
    "relu": (0, 0, 0),
    "leaky_relu": (2, 2, 0),
    "softplus": (4, 4, 0),
    "silu": (5, 8, 1),
    "gelu": (8, 8, 1),
}


def numbers(dtype):
    """From next to nothing to beyond where all of these functions level off or grow straight."""
    random_state = np.random.RandomState(0)
    lowest, widest = (-290, 2.84) if dtype == np.float64 else (-36, 1.92)
    size = 10.0 ** np.concatenate(
        [random_state.uniform(lowest, widest, 4000), random_state.uniform(-3, widest, 16000)]
    )
    return (size * random_state.choice([-1, 1], len(size))).astype(dtype)


@pytest.mark.skipif(not EXTENDED, reason="no numbers here are more precise than double")
@every_kernels
@every_dtype
@pytest.mark.parametrize("activation", EXACT)
def test_activations_are_as_precise_as_said(activation, dtype, name):
    z, limits = numbers(dtype), np.finfo(dtype)
    found = activate(skshallow_kernels.load(name), activation, z)
    exact = EXACT[activation](z.astype(LONG))
    of_value, of_derivative, scale = BOUNDS[activation]
    grown = 1 + np.square(z.astype(LONG)) if activation == "gelu" else 1
    sizes = np.abs(exact[0]), np.maximum(np.abs(exact[1]), scale)
    # What would be subnormal is 0, and so is what is computed by way of such a number.
    floor = limits.tiny / limits.eps * 1000
    for one, true, size, bound in zip(found, exact, sizes, (of_value, of_derivative), strict=True):
        error = np.abs(one - true)
        allowed = bound * limits.eps * grown * size + (floor if bound else 0)
        worst = np.argmax(error - allowed)
        assert error[worst] <= allowed[worst], (z[worst], one[worst], true[worst])


@pytest.mark.skipif(not EXTENDED, reason="no numbers here are more precise than double")
@every_kernels
@every_dtype
def test_the_smallest_exponentials_are_as_precise(dtype, name):
    least = -707.5 if dtype == np.float64 else -86
    z = np.linspace(least, least + 7, 4000, dtype=dtype)
    found, _ = activate(skshallow_kernels.load(name), "logistic", z)
    exact = logistic(z.astype(LONG))
    assert (np.abs(found - exact) <= BOUNDS["logistic"][0] * np.finfo(dtype).eps * exact).all()


@every_kernels
@every_dtype
@pytest.mark.parametrize("activation", EXACT)
def test_what_is_not_a_number_stays_so(activation, dtype, name):
    z = np.array([np.nan, 1, -1], dtype)
    value, _ = activate(skshallow_kernels.load(name), activation, z)
    assert np.isnan(value).tolist() == [True, False, False]


@every_kernels
@every_dtype
@pytest.mark.parametrize("activation", EXACT)
def test_the_largest_numbers_give_what_they_tend_to(activation, dtype, name):
    largest = np.finfo(dtype).max
    value, derivative = activate(
        skshallow_kernels.load(name), activation, np.array([largest, -largest], dtype)
    )
    high = 1 if activation in ("logistic", "tanh") else largest
    low = {"identity": -largest, "tanh": -1, "leaky_relu": -largest * 0.01}.get(activation, 0)
    np.testing.assert_allclose(value, np.array([high, low], dtype), rtol=1e-6)
    assert np.isfinite(derivative).all()


@every_kernels
@every_dtype
def test_subnormal_numbers_are_flushed_within_and_not_without(dtype, name):
    small = np.array([np.finfo(dtype).tiny / 4], dtype)
    value, _ = activate(skshallow_kernels.load(name), "silu", small)
    assert value == 0
    assert small * dtype(2) > 0


@every_kernels
@every_dtype
@pytest.mark.parametrize("n", [1, 7, 1000])
def test_a_step_of_adam(dtype, name, n):
    random_state = np.random.RandomState(n)
    theta, gradient, mean = random_state.standard_normal((3, 2, n)).astype(dtype)
    square = random_state.uniform(0, 2, (2, n)).astype(dtype)
    rates = np.array([[0.1], [0.01]], dtype)
    of_mean, of_square = 0.9 * mean + gradient, 0.99 * square + gradient**2
    moved = theta - 3 * rates * (of_mean / (np.sqrt(of_square) + 1e-8))
    numbers = 0.9, 0.99, 1e-8, 3.0
    skshallow_kernels.load(name).adam(numbers, rates, theta, gradient, mean, square)
    for found, expected in ((theta, moved), (mean, of_mean), (square, of_square)):
        np.testing.assert_allclose(found, expected, rtol=20 * np.finfo(dtype).eps, atol=1e-7)


def test_what_is_not_where_it_should_be_is_refused():
    kernels, array = skshallow_kernels.load(), np.zeros((4, 4))
    with pytest.raises(ValueError, match="has to be C-contiguous"):
        kernels.address(array.T[1:], np.float64)
    with pytest.raises(ValueError, match="has to be of float32"):
        kernels.address(array, np.dtype(np.float32))


def test_an_instruction_set_that_is_not_here_is_refused():
    with pytest.raises(ValueError, match=r"kernels are here for baseline, .*not for 'mmx'"):
        skshallow_kernels.load("mmx")


def test_the_best_one_is_the_default():
    assert skshallow_kernels.load().instructions == skshallow_kernels.supported()[-1]
    assert skshallow_kernels.load() is skshallow_kernels.load()
