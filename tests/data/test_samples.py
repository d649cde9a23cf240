"""Samples are read block by block, standardised, whatever they come in."""

import numpy as np
import pytest
from scipy import sparse

from helpers.memory import allocations
from helpers.problems import in_blocks
from helpers.samples import draw_weighted, standardised
from skshallow._data import samples as samples_module
from skshallow._data.scaling import Moments

X, WEIGHTS = draw_weighted()
RANDOM = np.random.RandomState(1)
ONES = np.ones(50)


def read(table, scaling, selection, size=50):
    """The samples of a block with their column of ones, whatever the format."""
    n_features = table.shape[1]
    out = np.empty(
        (
            n_features + 1,
            len(range(50)[selection]) if isinstance(selection, slice) else len(selection),
        ),
        table.dtype,
    )
    in_blocks(table, scaling, size).reader().block(selection).project(
        np.eye(n_features + 1, dtype=table.dtype), out
    )
    return out.T


@pytest.fixture(params=["prepared", "by block"])
def either_way(request, monkeypatch):
    """Both for tables prepared as a whole and for those too large for it."""
    if request.param == "by block":
        monkeypatch.setattr(samples_module, "PREPARED_BYTES", 0)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("selection", [slice(3, 9), np.array([7, 0, 7, 49])])
@pytest.mark.usefixtures("either_way")
def test_blocks_are_standardised_samples_with_a_one(container, selection):
    moments = Moments.of(X, WEIGHTS)
    block = read(container(X), moments.scaling(np.float64), selection)
    np.testing.assert_allclose(block[:, :-1], standardised(X, moments)[selection], atol=1e-10)
    np.testing.assert_array_equal(block[:, -1], 1)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.usefixtures("either_way")
def test_samples_without_scaling_are_as_they_came(container):
    np.testing.assert_array_equal(read(container(X), None, slice(0, 50))[:, :-1], X)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.usefixtures("either_way")
def test_correlate_is_the_transpose_of_project(container):
    scaling = Moments.of(X, ONES).scaling(np.float64)
    block = in_blocks(container(X), scaling, 50).reader().block(slice(10, 30))
    weights, errors = RANDOM.standard_normal((3, 5)), RANDOM.standard_normal((3, 20))
    projected, correlated = np.empty((3, 20)), np.empty((3, 5))
    block.project(weights, projected)
    block.correlate(errors, correlated)
    assert (projected * errors).sum() == pytest.approx((weights * correlated).sum(), rel=1e-10)


@pytest.mark.usefixtures("either_way")
def test_tables_are_never_written_to():
    table = X.copy()
    table.flags.writeable = False
    read(table, Moments.of(table, ONES).scaling(np.float64), np.arange(50))
    np.testing.assert_array_equal(table, X)


def test_a_large_table_is_not_copied():
    table = np.zeros((1_000_000, 10))
    with allocations() as peak:
        scaling = Moments.of(table, np.ones(len(table))).scaling(np.float64)
        reader = in_blocks(table, scaling, 1000).reader()
        reader.block(slice(1000, 2000))
        reader.block(np.arange(1000))
    assert peak[0] < table.nbytes / 2
