"""StackedGridSearchCV takes the samples of a split as GridSearchCV does, whatever holds them."""

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.decomposition import KernelPCA
from sklearn.metrics.pairwise import euclidean_distances, rbf_kernel
from sklearn.neighbors import KNeighborsTransformer
from sklearn.pipeline import make_pipeline

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import assert_same_error, assert_same_results, both

ALPHAS = {"onehiddenlayerclassifier__alpha": [0.1, 10]}


def kernel_table():
    X, y = draw_samples("multiclass")
    return rbf_kernel(X, gamma=0.3), y


def memory_mapped(K, folder):
    joblib.dump(K, folder / "kernel.joblib")
    return joblib.load(folder / "kernel.joblib", mmap_mode="r")


@pytest.mark.parametrize("kind", ["array", "float32", "memory map"])
@pytest.mark.parametrize("weighted", [False, True])
def test_columns_of_a_kernel_are_split_like_its_rows(kind, weighted, tmp_path):
    K, y = kernel_table()
    K = {"array": K, "float32": K.astype(np.float32), "memory map": None}[kind]
    if K is None:
        K = memory_mapped(kernel_table()[0], tmp_path)
    pipeline = make_pipeline(KernelPCA(3, kernel="precomputed"), candidate())
    weights = np.arange(len(y)) % 3
    fit_params = {"onehiddenlayerclassifier__sample_weight": weights} if weighted else {}
    grid = ALPHAS | {"kernelpca__n_components": [2, 3]}
    settings = {"scoring": "neg_log_loss", "return_train_score": True, "error_score": "raise"}
    plain, ours = both(pipeline, grid, K, y, fit_params, **settings)
    assert_same_results(plain, ours, atol=1e-5 if kind == "float32" else 1e-6)
    assert ours.best_params_ == plain.best_params_
    np.testing.assert_allclose(ours.predict_proba(K), plain.predict_proba(K), atol=1e-5)


def test_candidates_may_differ_in_whether_columns_are_samples():
    pipeline = make_pipeline(KernelPCA(3, kernel="linear"), candidate())
    grid = ALPHAS | {"kernelpca__kernel": ["precomputed", "linear", "rbf"]}
    plain, ours = both(pipeline, grid, *kernel_table(), scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert len(np.unique(ours.cv_results_["mean_test_score"])) == 6


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.EfficiencyWarning")
def test_a_sparse_table_of_distances():
    X, y = draw_samples("multiclass")
    distances = sparse.csr_array(euclidean_distances(X))
    pipeline = make_pipeline(KNeighborsTransformer(metric="precomputed"), candidate())
    plain, ours = both(pipeline, ALPHAS, distances, y, error_score="raise")
    assert_same_results(plain, ours)


@pytest.mark.parametrize("table", [lambda K: K[:, :50], lambda K: K.tolist()], ids=["50", "list"])
def test_what_is_no_kernel_is_refused_alike(table):
    K, y = kernel_table()
    pipeline = make_pipeline(KernelPCA(3, kernel="precomputed"), candidate())
    assert_same_error(pipeline, ALPHAS, table(K), y)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_tables_targets_and_weights_of_arrow(early_stopping):
    pytest.importorskip("sklearn", minversion="1.7")
    arrow = pytest.importorskip("pyarrow")
    X, y = draw_samples("multiclass")
    table = arrow.table(dict(zip("abcd", X.T, strict=True)))
    clf, grid = candidate(early_stopping=early_stopping), {"alpha": [0.1, 10], "n_h": [2, 4]}
    weights = {"sample_weight": arrow.array(1.0 + np.arange(len(y)) % 3)}
    settings = {"scoring": "neg_log_loss", "error_score": "raise", "return_train_score": True}
    for target in (y, arrow.array(y), arrow.chunked_array([y])):
        plain, ours = both(clf, grid, table, target, weights, **settings)
        assert_same_results(plain, ours)
        assert ours.best_params_ == plain.best_params_
    assert ours.feature_names_in_.tolist() == plain.feature_names_in_.tolist()


@pytest.mark.parametrize("container", [list, tuple, np.array, pd.Series, pl.Series])
def test_weights_are_split_whatever_holds_them(container):
    X, y = draw_samples()
    weights = {"sample_weight": container(1.0 + np.arange(len(y)) % 3)}
    settings = {"scoring": "neg_log_loss", "error_score": "raise"}
    assert_same_results(*both(candidate(), {"alpha": [0.1, 10]}, X, y, weights, **settings))
