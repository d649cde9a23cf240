"""Samples that are hard on numbers; most of these cases were once found by `make fuzz`."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from helpers.cases import both_scalings, may_not_converge
from helpers.classifiers import predictions, relu_classifier
from helpers.samples import draw_blobs
from skshallow._data.scaling import Moments

N, D = 60, 4


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
@both_scalings
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_samples_at_the_limits_of_their_type_get_probabilities(kind, standardize, dtype):
    X, y = draw_blobs(kind)
    clf = relu_classifier(standardize=standardize).fit(X.astype(dtype), y)
    limits = np.finfo(dtype)
    far = np.array([[limits.max] * D, [limits.min] * D, [limits.max, limits.min] * 2], dtype)
    for rows in (far, sparse.csr_array(far)):
        p = clf.predict_proba(rows)
        assert np.isfinite(predictions(clf, rows)).all()
        assert np.isfinite(clf.decision_function(rows)).all()
        assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
        # What is already far out decides, as it does nearer by.
        assert_array_equal(clf.predict(rows), clf.predict(rows * dtype(2.0**-64)))


def test_float32_samples_meet_weights_that_are_too_large_for_their_type():
    X, y = draw_blobs()
    clf = relu_classifier().fit(X * 1e-100, y)
    assert np.isfinite(predictions(clf, (X * 1e-30).astype(np.float32))).all()


def test_a_constant_far_from_zero_costs_no_digits():
    X, y = draw_blobs()
    X = np.column_stack([X, np.full(N, 3e9)])
    wide, narrow = (relu_classifier().fit(X.astype(dtype), y) for dtype in (np.float64, np.float32))
    assert_allclose(
        narrow.predict_proba(X.astype(np.float32)), wide.predict_proba(X), rtol=0, atol=1e-4
    )


@pytest.mark.parametrize(("dtype", "scale"), [(np.float32, 1e-42), (np.float64, 1e-320)])
def test_features_too_small_to_be_scaled_are_taken_as_constant(dtype, scale):
    X, y = draw_blobs()
    rows = np.column_stack([X, X[:, 0] * scale]).astype(dtype)
    clf = relu_classifier().fit(rows, y)
    assert all(np.isfinite(part).all() for part in clf.coefs_)
    assert_allclose(clf.score(rows, y), relu_classifier().fit(X, y).score(X, y), atol=0.1)


@pytest.mark.parametrize("exponent", [-150, -30, 30, 150])
def test_units_of_any_size_give_the_same_model(exponent):
    X, y = draw_blobs()
    # A power of two changes no bit but the exponent.
    unit = 2.0 ** (exponent * 10 // 3)
    clf, converted = relu_classifier().fit(X, y), relu_classifier().fit(X * unit, y)
    assert_array_equal(converted.predict_proba(X * unit), clf.predict_proba(X))


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_features_that_spread_too_far_are_refused(container):
    X, y = draw_blobs()
    X[:, 1] *= 1e200
    clf = relu_classifier()
    with pytest.raises(ValueError, match=r"^X varies too much .* in the features \[1\]"):
        clf.fit(container(X), y)
    with pytest.raises(ValueError, match=r"^X varies too much"):
        clf.partial_fit(X[:1], y[:1], classes=[0, 1]).partial_fit(X, y)
    assert np.isfinite(clf.predict_proba(X)).all()


def test_looking_for_nan_among_huge_numbers_warns_of_nothing():
    X, y = draw_blobs()
    X[:2, 0] = np.finfo(float).max, np.finfo(float).min
    clf = relu_classifier(standardize=False)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(np.vstack([X] * 4), np.tile(y, 4))
    assert np.isfinite(predictions(clf, np.vstack([X] * 4))).all()


def test_entries_of_a_sparse_table_may_be_in_several_parts():
    X, y = draw_blobs()
    columns, parts = np.tile(np.repeat(np.arange(D), 2), N), np.repeat(X / 2, 2, axis=1).ravel()
    in_parts = sparse.csr_array((parts, columns, np.arange(0, 2 * N * D + 1, 2 * D)), shape=X.shape)
    clf = relu_classifier().fit(in_parts, y)
    assert in_parts.nnz == 2 * N * D
    whole = relu_classifier().fit(sparse.csr_array(X), y)
    assert_allclose(clf.predict_proba(X), whole.predict_proba(X), rtol=1e-9)


@pytest.mark.parametrize("constant", [0.1, 1e8, -1e12])
def test_a_constant_of_a_sparse_table_has_no_variance_below_zero(constant):
    # With these weights rounding takes it there.
    weights = np.random.RandomState(2).uniform(0.5, 1, 50)
    rows = sparse.csr_array(np.full((50, 1), constant))
    assert Moments.of(rows, weights).variance >= 0
    clf = relu_classifier().fit(rows, np.arange(50) % 2, sample_weight=weights)
    assert np.isfinite(clf.coefs_[0]).all()


@may_not_converge
@pytest.mark.parametrize("dtypes", [(np.float32, np.float64), (np.float64, np.float32)])
@both_scalings
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_training_goes_on_in_the_type_it_began_with(method, standardize, dtypes):
    X, y = draw_blobs()
    clf, alike = (
        relu_classifier(solver="adam", warm_start=True, standardize=standardize) for _ in range(2)
    )
    for dtype in dtypes:
        getattr(clf, method)(X.astype(dtype), y, **classes_of(method, y))
        getattr(alike, method)(X.astype(dtype).astype(dtypes[0]), y, **classes_of(method, y))
    assert clf.coefs_[0].dtype == dtypes[0]
    assert_array_equal(clf.predict_proba(X), alike.predict_proba(X))


def classes_of(method, y):
    return {"classes": np.unique(y)} if method == "partial_fit" else {}


def test_samples_beyond_the_type_that_training_began_in_are_refused():
    X, y = draw_blobs()
    clf = relu_classifier(warm_start=True).fit(X.astype(np.float32), y)
    before = clf.predict_proba(X)
    with pytest.raises(ValueError, match=r"too large for dtype\('float32'\)"):
        clf.fit(X * 1e50, y)
    with pytest.raises(ValueError, match=r"^X_val does not fit: .* dtype\('float32'\)"):
        clf.fit(X.astype(np.float32), y, X_val=X * 1e50, y_val=y)
    assert_array_equal(clf.predict_proba(X), before)
