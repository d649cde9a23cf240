"""The search on the workers of a Dask cluster, and training on a Dask array block by block."""

import os

import dask.array as da
import joblib
import numpy as np
import pytest
from dask.distributed import Client, LocalCluster
from dask_ml.model_selection import IncrementalSearchCV
from dask_ml.wrappers import Incremental
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import assert_same_results
from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    StackedGridSearchCV,
)

GRID = {"alpha": [0.1, 10], "n_h": [2, 4], "learning_rate": [0.1, 0.5]}


@pytest.fixture(scope="module")
def client():
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    )
    with cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        yield client


@pytest.fixture
def on_the_cluster(client):
    # joblib 1.2 knows it by its former name only.
    with getattr(joblib, "parallel_config", joblib.parallel_backend)(backend="dask"):
        yield


def in_blocks(X, y, size=50):
    return da.from_array(X, chunks=(size, X.shape[1])), da.from_array(y, chunks=size)


def test_a_cluster_finds_the_same(on_the_cluster):
    X, y = draw_samples("multiclass")
    settings = {"cv": 3, "scoring": "neg_log_loss", "return_train_score": True}
    search = StackedGridSearchCV(candidate(), GRID, **settings).fit(X, y)
    with joblib.parallel_backend("sequential"):
        assert_same_results(clone(search).fit(X, y), search, atol=1e-12)
        assert_same_results(GridSearchCV(candidate(), GRID, **settings).fit(X, y), search)
    assert search.score(X, y) == pytest.approx(search.scorer_(search.best_estimator_, X, y))


def test_a_pipeline_on_a_cluster(on_the_cluster):
    X, y = draw_samples()
    pipeline = Pipeline([("pca", PCA()), ("clf", candidate())])
    grid = {"pca__n_components": [1, 3], "clf__n_h": [2, 4], "clf__alpha": [0.1, 10]}
    search = StackedGridSearchCV(pipeline, grid, cv=3, scoring=["neg_log_loss"], refit=False)
    search.fit(X, y)
    with joblib.parallel_backend("sequential"):
        assert_same_results(clone(search).fit(X, y), search, atol=1e-12)


def test_it_is_the_workers_that_train(client, on_the_cluster):
    def process(clf, X, y):
        return os.getpid()

    search = StackedGridSearchCV(candidate(), GRID, cv=4, scoring=process, refit=False)
    search.fit(*draw_samples())
    processes = {search.cv_results_[f"split{split}_test_score"].max() for split in range(4)}
    workers = set(client.run(os.getpid).values())
    assert len(workers) == 2
    assert processes <= workers
    assert os.getpid() not in processes


def test_the_classifier_that_chooses_on_a_cluster(on_the_cluster):
    X, y = draw_samples()
    clf = OneHiddenLayerClassifierCV([2, 4], alphas=3, n_init=2, random_state=0).fit(X, y)
    with joblib.parallel_backend("sequential"):
        alone = clone(clf).fit(X, y)
    assert clf.best_params_ == alone.best_params_
    np.testing.assert_allclose(
        clf.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"], atol=1e-12
    )
    np.testing.assert_array_equal(clf.predict_proba(X), alone.predict_proba(X))


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_incremental_training_goes_block_by_block(kind, client):
    X, y = draw_samples(kind, n_samples=200)
    clf = OneHiddenLayerClassifier(
        4, solver="adam", learning_rate=0.05, batch_size=25, random_state=0
    )
    incremental = Incremental(clf, shuffle_blocks=False, scoring="accuracy")
    expected = clone(clf)
    for _ in range(5):
        incremental.partial_fit(*in_blocks(X, y), classes=np.unique(y))
        for start in range(0, 200, 50):
            rows = slice(start, start + 50)
            expected.partial_fit(X[rows], y[rows], classes=np.unique(y))
    found = incremental.estimator_
    assert found.n_iter_ == 20
    np.testing.assert_allclose(found.coefs_[0], expected.coefs_[0], atol=1e-9)
    blocks = in_blocks(X, y)
    np.testing.assert_array_equal(incremental.predict(blocks[0]).compute(), expected.predict(X))
    assert expected.score(X, y) > 0.7
    assert incremental.score(*blocks) == pytest.approx(expected.score(X, y))


def test_incremental_searches_of_dask_ml_do_not_work_yet(client):
    """Once they do, the table of versions in docs/guide/cluster.md is to say so."""
    X, y = draw_samples(n_samples=200)
    clf = OneHiddenLayerClassifier(4, solver="adam", random_state=0)
    search = IncrementalSearchCV(clf, {"alpha": [0.1, 10]}, 2, decay_rate=None)
    with pytest.raises(RuntimeError, match="asynchronous Client in a synchronous context"):
        search.fit(*in_blocks(X, y), classes=np.unique(y))
