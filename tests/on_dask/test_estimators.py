"""What estimators on a cluster are to their users: predictions, the plain estimator, errors."""

import pickle

import dask.array as da
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import r2_score

from helpers.collections import in_blocks
from helpers.regressors import draw_numbers
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerRegressor
from skshallow.dask import DaskOneHiddenLayerClassifier, DaskOneHiddenLayerRegressor

SMALL = {"n_h": 3, "max_iter": 5, "tol": 0, "random_state": 0}


@pytest.fixture(scope="module")
def fitted(client):
    X, y = draw_samples("multiclass")
    clf = DaskOneHiddenLayerClassifier(**SMALL).fit(in_blocks(X, 40), in_blocks(y, 40))
    return clf, X, y


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function"]
)
def test_predictions_are_lazy_and_those_of_the_plain_estimator(fitted, method):
    clf, X, _ = fitted
    local = clf.to_local()
    assert type(local) is OneHiddenLayerClassifier
    predicted = getattr(clf, method)(in_blocks(X, 20, 0, 70))
    assert isinstance(predicted, da.Array)
    expected = getattr(local, method)(X)
    assert predicted.shape == expected.shape
    assert predicted.dtype == expected.dtype
    of_blocks = [getattr(local, method)(samples) for samples in (X[:20], X[20:])]
    assert_array_equal(predicted.compute(), np.concatenate(of_blocks))


def test_the_plain_estimator_has_the_same_parameters_and_attributes(fitted):
    clf, _, _ = fitted
    local = clf.to_local()
    of_cluster = {"client", "timeout", "n_replicas", "local_steps"}
    params = clf.get_params()
    assert local.get_params() == {n: params[n] for n in params if n not in of_cluster}
    for name in [name for name in vars(clf) if name.endswith("_")]:
        np.testing.assert_equal(getattr(local, name), getattr(clf, name))
    assert pickle.loads(pickle.dumps(local)).loss_ == clf.loss_


def test_copies(fitted, client):
    clf, X, _ = fitted
    clf = clone(clf).set_params(client=client)
    assert clone(clf).client is client
    stored = pickle.loads(pickle.dumps(fitted[0]))
    assert stored.client is None
    assert_array_equal(stored.to_local().predict(X), fitted[0].to_local().predict(X))


def test_scores(fitted, client):
    clf, X, y = fitted
    weights = np.arange(90.0)
    blocks = [in_blocks(array, 40) for array in (X, y, weights)]
    assert clf.score(*blocks) == pytest.approx(clf.to_local().score(X, y, weights))
    X, y = draw_numbers(2)
    reg = DaskOneHiddenLayerRegressor(**SMALL).fit(in_blocks(X, 40), in_blocks(y, 40))
    local = reg.to_local()
    assert type(local) is OneHiddenLayerRegressor
    expected = r2_score(y, local.predict(X), sample_weight=weights)
    blocks = [in_blocks(array, 40) for array in (X, y, weights)]
    assert reg.score(*blocks) == pytest.approx(expected)


def test_several_quantiles_have_no_score(client):
    X, y = draw_numbers()
    blocks = in_blocks(X, 40), in_blocks(y, 40)
    params = SMALL | {"loss": "quantile", "quantile": [0.1, 0.9]}
    reg = DaskOneHiddenLayerRegressor(**params).fit(*blocks)
    assert reg.predict(blocks[0]).shape == (90, 2)
    with pytest.raises(ValueError, match=r"several quantiles on a cluster.*to_local\(\)"):
        reg.score(*blocks)


def test_what_is_not_fitted_says_so(client):
    X, _ = draw_samples()
    with pytest.raises(NotFittedError):
        DaskOneHiddenLayerClassifier().predict(in_blocks(X, 40))
    with pytest.raises(NotFittedError):
        DaskOneHiddenLayerClassifier().to_local()


def refused(error, message, X, y, weights=None, **params):
    clf = DaskOneHiddenLayerClassifier(**(SMALL | params))
    with pytest.raises(error, match=message):
        clf.fit(X, y, weights)
    assert not hasattr(clf, "coefs_")


def test_what_is_not_dasks_is_refused(client):
    X, y = draw_samples()
    refused(TypeError, "X must be a Dask array, data frame or series; got ndarray", X, y)
    refused(TypeError, "y must be a Dask array", in_blocks(X, 40), y)


def test_bad_samples_are_refused_with_their_partition(client):
    X, y = draw_samples()
    weights, blocks = np.ones(90), in_blocks(y, 40)
    wild = X.copy()
    wild[50, 1] = np.nan
    refused(
        ValueError, "Partition 1 of the samples: Input X contains NaN", in_blocks(wild, 40), blocks
    )
    weights[85] = -1
    refused(
        ValueError,
        "Partition 2 of the samples: sample_weight must be at least 0; got -1",
        in_blocks(X, 40),
        blocks,
        in_blocks(weights, 40),
    )
    refused(
        ValueError,
        "y has 80 samples, and X 90|y has 2 partitions and X has 3",
        in_blocks(X, 40),
        in_blocks(y[:80], 40),
    )
    refused(ValueError, "at least 2 classes", in_blocks(X, 40), in_blocks(np.ones(90), 40))
    refused(ValueError, "X holds no samples", in_blocks(X[:0], 40), in_blocks(y[:0], 40))


def test_bad_parameters_are_refused(client):
    blocks = [in_blocks(array, 40) for array in draw_samples()]
    refused(ValueError, "'n_h' parameter", *blocks, n_h=0)
    refused(ValueError, "'timeout' parameter", *blocks, timeout=0)


def test_a_failed_fit_keeps_the_former_one(fitted):
    clf, X, y = fitted
    before = clf.coefs_[0].copy()
    clf.set_params(class_weight={"nothing": 1})
    with pytest.raises(ValueError, match="class_weight"):
        clf.fit(in_blocks(X, 40), in_blocks(y, 40))
    clf.set_params(class_weight=None)
    assert_array_equal(clf.coefs_[0], before)
