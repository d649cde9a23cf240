"""Training on a cluster gives what training on one machine does, whatever the partitions."""

import dask.array as da
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from helpers.classifiers import assert_same_bits, parameters
from helpers.collections import in_blocks
from helpers.regressors import NUMBER_LOSSES, draw_for
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerRegressor
from skshallow.dask import DaskOneHiddenLayerClassifier, DaskOneHiddenLayerRegressor

N_SAMPLES = 600
FULL_BATCH = {"n_h": 5, "solver": "lbfgs", "alpha": 1.0, "max_iter": 50, "tol": 0}
FULL_BATCH |= {"random_state": 0}
# One block, many, and some without samples.
DIVISIONS = {"one": (600,), "even": (100,) * 6, "uneven": (1, 0, 299, 7, 293, 0)}
every_division = pytest.mark.parametrize("lengths", DIVISIONS.values(), ids=DIVISIONS)


def pair(kind="binary", **params):
    """The plain classifier and the one on a cluster, to train alike."""
    params = FULL_BATCH | {"activation": "tanh"} | params
    return OneHiddenLayerClassifier(**params), DaskOneHiddenLayerClassifier(**params)


def assert_same(on_cluster, local, atol=1e-8):
    assert_allclose(on_cluster.loss_curve_, local.loss_curve_, rtol=0, atol=atol)
    scale = np.abs(parameters(local)).max()
    assert_allclose(parameters(on_cluster), parameters(local), rtol=0, atol=atol * scale)


@every_division
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_classes(client, kind, lengths):
    X, y = draw_samples(kind, N_SAMPLES)
    local, on_cluster = pair()
    on_cluster.fit(in_blocks(X, *lengths), in_blocks(y, *lengths))
    assert_same(on_cluster, local.fit(X, y))
    assert_array_equal(on_cluster.classes_, local.classes_)


@pytest.mark.parametrize("loss", NUMBER_LOSSES)
def test_numbers(client, loss):
    X, y = draw_for(loss, n_samples=N_SAMPLES)
    params = FULL_BATCH | {"loss": loss, "activation": "tanh"}
    on_cluster = DaskOneHiddenLayerRegressor(**params)
    on_cluster.fit(in_blocks(X, 250), in_blocks(y, 250))
    assert_same(on_cluster, OneHiddenLayerRegressor(**params).fit(X, y))


def test_several_targets(client):
    X, y = draw_for("squared_error", 3, N_SAMPLES)
    params = FULL_BATCH | {"activation": "tanh"}
    on_cluster = DaskOneHiddenLayerRegressor(**params)
    on_cluster.fit(in_blocks(X, 250), in_blocks(y, 250))
    assert_same(on_cluster, OneHiddenLayerRegressor(**params).fit(X, y))


@pytest.mark.parametrize(
    "params",
    [
        {"class_weight": "balanced"},
        {"class_weight": {0: 1.0, 1: 3.0}},
        {"standardize": False},
        {"squash": False},
        {"n_init": 3},
        {"solver": "gd"},
        {"tol": "auto", "max_iter": 1000},
        {"init": "small"},
    ],
    ids=str,
)
def test_settings(client, params):
    X, y = draw_samples(n_samples=N_SAMPLES)
    weights = np.random.RandomState(0).choice([0.0, 0.5, 2.0], N_SAMPLES)
    local, on_cluster = pair(**params)
    on_cluster.fit(*(in_blocks(array, 250) for array in (X, y, weights)))
    local.fit(X, y, weights)
    assert_same(on_cluster, local)
    assert_allclose(on_cluster.restart_losses_, local.restart_losses_, atol=1e-8)
    assert on_cluster.alpha_ == local.alpha_


def test_wild_values_and_features_that_hardly_vary(client):
    """The squashing, and what samples far outside count for, are those of the whole table."""
    X, y = draw_samples(n_samples=N_SAMPLES)
    X[[3, 500], 0] = 1e6, -1e9
    X[:, 1] = 0
    X[[10, 590], 1] = 1, 2
    X[:, 2] = 7
    local, on_cluster = pair()
    on_cluster.fit(in_blocks(X, 250), in_blocks(y, 250))
    assert_same(on_cluster, local.fit(X, y))
    assert_array_equal(on_cluster.feature_center_, local.feature_center_)
    assert_array_equal(on_cluster.feature_reach_, local.feature_reach_)


def test_more_samples_than_the_squashing_is_found_by(client):
    X, y = draw_samples(n_samples=5003)
    weights = np.random.RandomState(0).choice([0.0, 0.5, 2.0], len(X))
    local, on_cluster = pair(max_iter=5)
    on_cluster.fit(*(in_blocks(array, 999) for array in (X, y, weights)))
    local.fit(X, y, weights)
    assert_array_equal(on_cluster.feature_center_, local.feature_center_)
    assert_array_equal(on_cluster.feature_reach_, local.feature_reach_)
    assert_same(on_cluster, local)


def test_units_with_kinks(client):
    """Rounding moves no sample across a kink of ReLU units, or too few to matter."""
    X, y = draw_samples(n_samples=20_000)
    local, on_cluster = pair(activation="relu", n_h=16)
    on_cluster.fit(in_blocks(X, 3333), in_blocks(y, 3333))
    assert_same(on_cluster, local.fit(X, y))


def test_single_precision(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    X = X.astype(np.float32)
    local, on_cluster = pair(max_iter=5)
    on_cluster.fit(in_blocks(X, 250), in_blocks(y, 250))
    assert on_cluster.coefs_[0].dtype == np.float32
    assert_same(on_cluster, local.fit(X, y), atol=1e-4)


def test_sparse_blocks(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    X[X < 0.5] = 0
    local, on_cluster = pair()
    blocks = in_blocks(X, 250).map_blocks(sparse.csr_matrix, dtype=X.dtype)
    on_cluster.fit(blocks, in_blocks(y, 250))
    assert_same(on_cluster, local.fit(sparse.csr_matrix(X), y))


def test_labels_of_any_type(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    names = np.array(["no", "yes"])[y]
    local, on_cluster = pair(max_iter=5)
    on_cluster.fit(in_blocks(X, 250), in_blocks(names, 250))
    assert_same(on_cluster, local.fit(X, names))
    assert_array_equal(on_cluster.predict(in_blocks(X, 250)).compute(), local.predict(X))


def test_equal_partitions_give_equal_bits(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    first, second = pair()[1], pair()[1]
    for one in (first, second):
        one.fit(in_blocks(X, 77), in_blocks(y, 77))
    assert_same_bits(first, second)
    assert first.loss_curve_ == second.loss_curve_


def test_a_warm_start_goes_on(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    blocks = in_blocks(X, 250), in_blocks(y, 250)
    local, on_cluster = pair(max_iter=5, warm_start=True)
    for _ in range(3):
        local.fit(X, y)
        on_cluster.fit(*blocks)
    assert on_cluster.n_iter_ == 15
    assert_same(on_cluster, local)


def test_a_table_that_is_made_on_the_workers(client):
    state = da.random.default_rng(0)
    X = state.standard_normal((10_000, 6), chunks=(1500, 6)).persist()
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    local, on_cluster = pair(n_h=8)
    on_cluster.fit(X, y)
    assert_same(on_cluster, local.fit(X.compute(), y.compute()))
    assert on_cluster.score(X, y) == pytest.approx(local.score(X.compute(), y.compute()))
