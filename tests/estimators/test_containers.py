"""Whatever samples come in, and of whatever type they are, the network is the same."""

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.preprocessing import StandardScaler

from helpers.cases import both_scalings, every_kind, every_solver
from helpers.classifiers import assert_same_bits, assert_same_network, classifier
from helpers.samples import draw_unscaled, read_only
from skshallow import OneHiddenLayerClassifier

N, D, H = 60, 4, 5


def as_memmap(X, folder):
    joblib.dump(X, folder / "X.joblib")
    return joblib.load(folder / "X.joblib", mmap_mode="r")


CONTAINERS = {
    "csr_array": sparse.csr_array,
    "csr_matrix": sparse.csr_matrix,
    "csc_array": sparse.csc_array,
    "csc_matrix": sparse.csc_matrix,
    "pandas": lambda X: pd.DataFrame(X, columns=list("abcd")),
    "polars": lambda X: pl.DataFrame(X, schema=list("abcd")),
    "list": np.ndarray.tolist,
    "Fortran order": np.asfortranarray,
    "every other row and column": lambda X: np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2],
    "backwards": lambda X: X[::-1].copy()[::-1],
    "read-only": read_only,
    "other byte order": lambda X: X.astype(">f8"),
}


@pytest.mark.parametrize("container", CONTAINERS)
@every_solver
def test_the_container_of_the_features_does_not_matter(container, solver):
    X, y = draw_unscaled()
    held = CONTAINERS[container](X)
    expected = classifier(solver=solver, batch_size=20 if solver in ("sgd", "adam") else "auto")
    clf = clone(expected).fit(held, y)
    expected.fit(X, y)
    assert_same_network(clf, expected)
    assert_allclose(clf.predict_proba(held), expected.predict_proba(X), rtol=1e-7)


@every_solver
def test_memory_mapped_features(solver, tmp_path):
    X, y = draw_unscaled()
    mapped = as_memmap(X, tmp_path)
    assert isinstance(mapped, np.memmap)
    clf = classifier(solver=solver).fit(mapped, y)
    assert_same_bits(clf, classifier(solver=solver).fit(X, y))
    assert_array_equal(clf.predict(mapped), clf.predict(X))
    assert all(type(part) is np.ndarray for part in [*clf.coefs_, *clf.intercepts_])


@pytest.mark.parametrize(
    "series", [list, pd.Series, pl.Series, read_only], ids=lambda s: s.__name__
)
@every_kind
def test_the_container_of_labels_and_weights_does_not_matter(series, kind):
    X, y = draw_unscaled(kind)
    weights = np.linspace(1, 2, N)
    held_y = series(y) if y.ndim == 1 else read_only(y)
    clf = classifier().fit(X, held_y, sample_weight=series(weights))
    assert_same_bits(clf, classifier().fit(X, y, sample_weight=weights))


@pytest.mark.parametrize("held", [sparse.csr_array, pd.DataFrame, np.asfortranarray])
def test_the_container_of_several_labels_does_not_matter(held):
    X, y = draw_unscaled("multilabel")
    assert_same_bits(classifier().fit(X, held(y)), classifier().fit(X, y))


def test_feature_names_are_kept():
    X, y = draw_unscaled()
    frame = pd.DataFrame(X, columns=list("abcd"))
    clf = classifier().fit(frame, y)
    assert clf.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="feature names should match"):
        clf.predict(frame[list("bacd")])


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_feature_names_are_those_that_scikit_learn_sees(frame):
    X, y = draw_unscaled()
    held = CONTAINERS[frame](X)
    seen = vars(StandardScaler().fit(held)).get("feature_names_in_")
    assert_array_equal(vars(classifier().fit(held, y)).get("feature_names_in_"), seen)


@every_solver
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@both_scalings
def test_float32_stays_float32(solver, container, standardize):
    X, y = draw_unscaled("multiclass")
    X = container(X.astype(np.float32))
    clf = classifier(solver=solver, standardize=standardize).fit(X, y)
    outputs = [clf.predict_proba(X), clf.predict_log_proba(X), clf.decision_function(X)]
    assert {part.dtype for part in [*clf.coefs_, *clf.intercepts_, *outputs]} == {
        np.dtype(np.float32)
    }


@every_solver
def test_float32_trains_as_float64_does(solver):
    X, y = draw_unscaled()
    wide = classifier(solver=solver, max_iter=5).fit(X, y)
    narrow = classifier(solver=solver, max_iter=5).fit(X.astype(np.float32), y)
    assert_allclose(narrow.predict_proba(X), wide.predict_proba(X), atol=1e-3)


def test_float32_features_far_from_zero():
    X, y = make_moons(200, noise=0.1, random_state=0)
    shifted = (X + 1000).astype(np.float32)
    clf = OneHiddenLayerClassifier(random_state=0).fit(shifted, y)
    assert clf.score(shifted, y) > 0.97


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.float16, bool])
def test_other_numbers_become_float64(dtype):
    X, y = draw_unscaled()
    X = X.astype(dtype)
    clf = classifier().fit(X, y)
    assert clf.predict_proba(X).dtype == np.float64
    assert_same_bits(clf, classifier().fit(X.astype(np.float64), y))


@every_solver
@both_scalings
def test_sparse_equals_dense(solver, standardize):
    X, y = draw_unscaled("multiclass")
    X = X / 10 * (np.random.RandomState(0).uniform(size=X.shape) < 0.4)
    settings = {"solver": solver, "standardize": standardize, "random_state": 3}
    dense = classifier(**settings).fit(X, y)
    assert_same_network(classifier(**settings).fit(sparse.csr_array(X), y), dense)
    assert_allclose(dense.predict_proba(sparse.csc_array(X)), dense.predict_proba(X), rtol=1e-9)


def test_input_is_left_as_it_was():
    X, y = draw_unscaled()
    weights = np.ones(N)
    before = X.copy(), y.copy(), weights.copy()
    classifier().fit(X, y, sample_weight=weights, X_val=X, y_val=y).predict(X)
    for array, copy in zip((X, y, weights), before, strict=True):
        assert_array_equal(array, copy)


def test_sparse_input_is_left_as_it_was():
    X, y = sparse.csr_array(draw_unscaled()[0]), draw_unscaled()[1]
    before = X.copy()
    classifier().fit(X, y).predict(X)
    assert_array_equal(X.data, before.data)
    assert_array_equal(X.indices, before.indices)


def test_an_initial_network_is_left_as_it_was():
    X, y = draw_unscaled()
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, 1)), np.zeros(1)
    before = [part.copy() for part in init]
    classifier(init=init).fit(X, y)
    for part, copy in zip(init, before, strict=True):
        assert_array_equal(part, copy)
