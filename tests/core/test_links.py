"""What raw outputs mean: probabilities, and their logarithms."""

import numpy as np
import pytest

from skshallow._core.links import LINKS, PROBABILITY_LINKS

EXTREME = np.array([[1e3, -1e3, 0.0], [-1e300, 1e300, 1e300], [-800.0, -801.0, -2e3]])


@pytest.mark.parametrize("name", PROBABILITY_LINKS)
def test_probabilities_of_extreme_outputs_are_numbers(name):
    p, log_p = LINKS[name].inverse(EXTREME), LINKS[name].log_inverse(EXTREME)
    assert np.isfinite(log_p).all()
    np.testing.assert_allclose(np.exp(log_p), p, rtol=1e-12, atol=1e-300)
    if name == "softmax":
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-15)
        np.testing.assert_array_equal(p[1], [0, 0.5, 0.5])
        np.testing.assert_allclose(p[2, 1] / p[2, 0], np.exp(-1), rtol=1e-12)
    else:
        np.testing.assert_allclose(p[0], [1, 0, 0.5], atol=1e-300)


def test_numbers_through_the_identity_stay_as_they_are():
    np.testing.assert_array_equal(LINKS["identity"].inverse(EXTREME), EXTREME)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exponentials_are_positive_and_finite(dtype):
    raw = np.array([[-1e30, -2.0, 0.0, 3.0, 1e30]], dtype)
    with np.errstate(all="raise"):
        numbers = LINKS["exponential"].inverse(raw)
    assert numbers.dtype == dtype
    assert np.isfinite(numbers).all()
    assert (numbers > 0).all()
    np.testing.assert_allclose(numbers[0, 1:4], np.exp([-2.0, 0.0, 3.0]), rtol=1e-6)
