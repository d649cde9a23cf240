"""Raw outputs of many samples and of few."""

import numpy as np
import pytest
from scipy import sparse

from helpers.samples import squashed
from skshallow._core import prediction
from skshallow._core.prediction import raw_outputs
from skshallow._core.squashing import Squashing

RANDOM = np.random.RandomState(0)
COEFS = [RANDOM.standard_normal((5, 7)), RANDOM.standard_normal((7, 3))]
INTERCEPTS = [RANDOM.standard_normal(7), RANDOM.standard_normal(3)]
SQUASHING = Squashing(np.array([0.0, -1, 2, 0.5, 0]), np.array([1.0, 0.5, 3, 10, 2]))


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("small", [0, np.inf], ids=["by threads", "alone"])
@pytest.mark.parametrize("unshared", [5 * 7 * 16, 2**18], ids=["rows", "whole"])
@pytest.mark.parametrize("n_samples", [0, 1, 17, 3000])
@pytest.mark.usefixtures("two_blas_threads", "nothing_global_changes")
def test_they_are_the_formula_however_they_are_shared_out(
    n_samples, unshared, small, container, monkeypatch
):
    monkeypatch.setattr(prediction, "UNSHARED_PRODUCT", unshared)
    monkeypatch.setattr(prediction, "SMALL_PREDICTION", small)
    monkeypatch.setattr(prediction, "block_size", lambda *_: 500)
    X = RANDOM.standard_normal((n_samples, 5))
    hidden = np.tanh(squashed(X, *SQUASHING) @ COEFS[0] + INTERCEPTS[0])
    expected = hidden @ COEFS[1] + INTERCEPTS[1]
    found = raw_outputs(COEFS, INTERCEPTS, SQUASHING, "tanh", container(X))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
