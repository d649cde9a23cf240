"""A search on a cluster: all candidates on all splits in the same passes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import PredefinedSplit

from helpers.collections import in_blocks
from helpers.regressors import draw_for
from helpers.samples import draw_samples
from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressorCV,
)
from skshallow.dask import (
    DaskOneHiddenLayerClassifierCV,
    DaskOneHiddenLayerRegressorCV,
    _cluster,
)

N_SAMPLES = 600
ALPHAS = [0.1, 1.0, 10.0]
SETTINGS = {"n_h": 4, "activation": "tanh", "alphas": ALPHAS, "random_state": 0, "max_iter": 60}


@pytest.fixture
def passes(monkeypatch):
    """How many passes each step of a fit took."""
    counted = {}
    usual = _cluster.Cluster._pass

    def count(self, *arguments):
        step = self.step.split("-")[0]
        counted[step] = counted.get(step, 0) + 1
        return usual(self, *arguments)

    monkeypatch.setattr(_cluster.Cluster, "_pass", count)
    return counted


def searched(local, on_cluster, X, y, weights=None):
    """Both, fitted with the same folds, of which one sample in a hundred is in none."""
    folds = np.random.RandomState(0).choice(5, len(X))
    folds[::100] = -1
    local.set_params(cv=PredefinedSplit(folds), solver="lbfgs", refit=False).fit(X, y, weights)
    parts = [None if one is None else in_blocks(one, 250) for one in (X, y, weights, folds)]
    return local, on_cluster.set_params(refit=False).fit(*parts)


def assert_same_results(on_cluster, local):
    found, expected = on_cluster.cv_results_, local.cv_results_
    assert list(found) == list(expected)
    assert found["params"] == expected["params"]
    for name in [name for name in expected if "score" in name and "time" not in name]:
        assert_allclose(found[name], expected[name], rtol=0, atol=1e-6)
    assert on_cluster.best_params_ == local.best_params_
    assert on_cluster.n_splits_ == local.n_splits_


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_results_are_those_of_the_local_search(client, kind):
    X, y = draw_samples(kind, N_SAMPLES)
    weights = np.random.RandomState(1).choice([0.0, 0.5, 2.0], N_SAMPLES)
    both = OneHiddenLayerClassifierCV(**SETTINGS), DaskOneHiddenLayerClassifierCV(**SETTINGS)
    local, on_cluster = searched(*both, X, y, weights)
    assert_same_results(on_cluster, local)
    assert on_cluster.alpha_ == on_cluster.best_params_["alpha"]


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
def test_results_of_numbers(client, loss):
    X, y = draw_for(loss, n_samples=N_SAMPLES)
    settings = SETTINGS | {"loss": loss}
    both = OneHiddenLayerRegressorCV(**settings), DaskOneHiddenLayerRegressorCV(**settings)
    local, on_cluster = searched(*both, X, y)
    assert_same_results(on_cluster, local)


def test_balanced_classes_and_wild_values(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    X[[7, 400], 2] = 1e9
    settings = SETTINGS | {"class_weight": "balanced"}
    both = OneHiddenLayerClassifierCV(**settings), DaskOneHiddenLayerClassifierCV(**settings)
    local, on_cluster = searched(*both, X, y)
    assert_same_results(on_cluster, local)


def test_the_best_is_trained_on_all_samples(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    clf = DaskOneHiddenLayerClassifierCV(**SETTINGS, cv=3).fit(in_blocks(X, 250), in_blocks(y, 250))
    settings = {n: SETTINGS[n] for n in ("n_h", "activation", "random_state", "max_iter")}
    alone = OneHiddenLayerClassifier(**settings, solver="lbfgs", alpha=clf.alpha_).fit(X, y)
    assert_allclose(clf.coefs_[0], alone.coefs_[0], atol=1e-7)
    assert clf.n_splits_ == 3
    local = clf.to_local()
    assert local.alpha == clf.alpha_
    assert_array_equal(local.coefs_[0], clf.coefs_[0])
    assert_array_equal(clf.predict(in_blocks(X, 600)).compute(), local.predict(X))


def test_penalties_between_those_tried(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    blocks = in_blocks(X, 250), in_blocks(y, 250)
    clf = DaskOneHiddenLayerClassifierCV(4, alphas=5, max_iter=20, refit=False, random_state=0)
    clf.fit(*blocks)
    tried = [params["alpha"] for params in clf.cv_results_["params"]]
    assert_allclose(tried, np.geomspace(0.01, 100, 5))
    assert clf.best_params_["alpha"] in tried
    assert not hasattr(clf, "coefs_")


def test_a_search_takes_about_as_many_passes_as_one_fit(client, passes):
    X, y = draw_samples(n_samples=2000)
    blocks = in_blocks(X, 500), in_blocks(y, 500)
    settings = {"n_h": 4, "activation": "tanh", "max_iter": 40, "tol": 0, "random_state": 0}
    DaskOneHiddenLayerClassifierCV(alphas=9, cv=5, **settings).fit(*blocks)
    assert passes["search"] <= 1.2 * passes["iteration"]


def test_splits_do_not_depend_on_the_partitions(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    scores = []
    for size in (600, 77):
        clf = DaskOneHiddenLayerClassifierCV(**SETTINGS, refit=False)
        clf.fit(in_blocks(X, size), in_blocks(y, size))
        scores.append(clf.cv_results_["split4_test_score"])
    assert_allclose(*scores, atol=1e-6)


def test_a_split_without_a_class_is_refused(client):
    X, y = draw_samples(n_samples=N_SAMPLES)
    folds = np.where(y == 1, 0, 1)
    clf = DaskOneHiddenLayerClassifierCV(**SETTINGS)
    with pytest.raises(ValueError, match="A split trains on no sample of class 1"):
        clf.fit(in_blocks(X, 250), in_blocks(y, 250), folds=in_blocks(folds, 250))
    with pytest.raises(ValueError, match="folds must hold at least 2 numbers"):
        clf.fit(in_blocks(X, 250), in_blocks(y, 250), folds=in_blocks(0 * folds, 250))


def test_an_interrupted_search_keeps_the_former_fit(client, monkeypatch):
    X, y = draw_samples(n_samples=N_SAMPLES)
    blocks = in_blocks(X, 250), in_blocks(y, 250)
    clf = DaskOneHiddenLayerClassifierCV(**SETTINGS).fit(*blocks)
    before, usual = clf.coefs_[0].copy(), _cluster.Cluster.sum

    def interrupt(self, *arguments):
        if self.step == "search":
            raise KeyboardInterrupt
        return usual(self, *arguments)

    monkeypatch.setattr(_cluster.Cluster, "sum", interrupt)
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*blocks)
    assert_array_equal(clf.coefs_[0], before)
