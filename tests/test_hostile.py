"""Hostile tables and settings: a sound model or an error that names its cause, nothing else.

`make fuzz` tries as many more as wanted; what it once found has a test of its own here.
"""

import warnings
from collections import Counter

import numpy as np
import pytest
from hostile import draw_case
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning
from verdict import judge

from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
from skshallow.scaling import Moments
from skshallow.solvers import SOLVERS

CASES, BATCHES = 2000, 20
N, D, H = 60, 3, 4

every_solver = pytest.mark.parametrize("solver", SOLVERS)
may_diverge = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_sound_model_or_an_error_that_names_its_cause(batch):
    size = CASES // BATCHES
    outcomes = Counter()
    for seed in range(size * batch, size * (batch + 1)):
        case = draw_case(seed)
        try:
            outcomes[judge(case)] += 1
        except Exception as error:
            error.add_note(f"make fuzz SEED={seed} COUNT=1  # {case}")
            raise
    # Neither may all be refused nor nothing ever go wrong.
    assert outcomes["model"] > size / 2
    assert outcomes["error"] > size / 10


def table(n_classes=2):
    return make_blobs(N, n_features=D, centers=n_classes, cluster_std=4.0, random_state=0)


def network(**params):
    defaults = {"n_h": H, "max_iter": 5, "tol": 0, "random_state": 0}
    return OneHiddenLayerClassifier(**defaults | params)


def predictions(clf, X):
    return np.column_stack([clf.predict_proba(X), clf.predict_log_proba(X)])


# Features


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_at_the_limits_of_their_type_get_probabilities(n_classes, standardize, dtype):
    X, y = table(n_classes)
    clf = network(standardize=standardize).fit(X.astype(dtype), y)
    limits = np.finfo(dtype)
    far = np.array([[limits.max] * D, [limits.min] * D, [limits.max, limits.min, 0]], dtype)
    for rows in (far, sparse.csr_array(far)):
        p = clf.predict_proba(rows)
        assert np.isfinite(predictions(clf, rows)).all()
        assert np.isfinite(clf.decision_function(rows)).all()
        assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
        # What is already far out decides, as it does nearer by.
        assert_array_equal(clf.predict(rows), clf.predict(rows * dtype(2.0**-64)))


def test_float32_rows_meet_weights_that_are_too_large_for_their_type():
    X, y = table()
    clf = network().fit(X * 1e-100, y)
    assert np.isfinite(predictions(clf, (X * 1e-30).astype(np.float32))).all()


def test_a_constant_far_from_zero_costs_no_digits():
    X, y = table()
    X = np.column_stack([X, np.full(N, 3e9)])
    wide, narrow = (network().fit(X.astype(dtype), y) for dtype in (np.float64, np.float32))
    assert_allclose(
        narrow.predict_proba(X.astype(np.float32)), wide.predict_proba(X), rtol=0, atol=1e-4
    )


@pytest.mark.parametrize(("dtype", "scale"), [(np.float32, 1e-42), (np.float64, 1e-320)])
def test_features_too_small_to_be_scaled_are_taken_as_constant(dtype, scale):
    X, y = table()
    rows = np.column_stack([X, X[:, 0] * scale]).astype(dtype)
    clf = network().fit(rows, y)
    assert all(np.isfinite(part).all() for part in clf.coefs_)
    assert_allclose(clf.score(rows, y), network().fit(X, y).score(X, y), atol=0.1)


@pytest.mark.parametrize("exponent", [-150, -30, 30, 150])
def test_units_of_any_size_give_the_same_model(exponent):
    X, y = table()
    # A power of two changes no bit but the exponent.
    unit = 2.0 ** (exponent * 10 // 3)
    clf, converted = network().fit(X, y), network().fit(X * unit, y)
    assert_array_equal(converted.predict_proba(X * unit), clf.predict_proba(X))


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_features_that_spread_too_far_are_refused(container):
    X, y = table()
    X[:, 1] *= 1e200
    clf = network()
    with pytest.raises(ValueError, match=r"^X spreads too far .* in the features \[1\]"):
        clf.fit(container(X), y)
    with pytest.raises(ValueError, match=r"^X spreads too far"):
        clf.partial_fit(X[:1], y[:1], classes=[0, 1]).partial_fit(X, y)
    assert np.isfinite(clf.predict_proba(X)).all()


def test_looking_for_nan_among_huge_numbers_warns_of_nothing():
    X, y = table()
    X[:2, 0] = np.finfo(float).max, np.finfo(float).min
    clf = network(standardize=False)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(np.vstack([X] * 4), np.tile(y, 4))
    assert np.isfinite(predictions(clf, np.vstack([X] * 4))).all()


def test_entries_of_a_sparse_table_may_be_in_several_parts():
    X, y = table()
    columns, parts = np.tile(np.repeat(np.arange(D), 2), N), np.repeat(X / 2, 2, axis=1).ravel()
    in_parts = sparse.csr_array((parts, columns, np.arange(0, 2 * N * D + 1, 2 * D)), shape=X.shape)
    clf = network().fit(in_parts, y)
    assert in_parts.nnz == 2 * N * D
    whole = network().fit(sparse.csr_array(X), y)
    assert_allclose(clf.predict_proba(X), whole.predict_proba(X), rtol=1e-9)


@pytest.mark.parametrize("constant", [0.1, 1e8, -1e12])
def test_a_constant_of_a_sparse_table_has_no_variance_below_zero(constant):
    # With these weights rounding takes it there.
    weights = np.random.RandomState(2).uniform(0.5, 1, 50)
    rows = sparse.csr_array(np.full((50, 1), constant))
    assert Moments.of(rows, weights).variance >= 0
    clf = network().fit(rows, np.arange(50) % 2, sample_weight=weights)
    assert np.isfinite(clf.coefs_[0]).all()


@may_diverge
@pytest.mark.parametrize("dtypes", [(np.float32, np.float64), (np.float64, np.float32)])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_training_goes_on_in_the_type_it_began_with(method, standardize, dtypes):
    X, y = table()
    clf, alike = (
        network(solver="adam", warm_start=True, standardize=standardize) for _ in range(2)
    )
    for dtype in dtypes:
        getattr(clf, method)(X.astype(dtype), y, **classes_of(method, y))
        getattr(alike, method)(X.astype(dtype).astype(dtypes[0]), y, **classes_of(method, y))
    assert clf.coefs_[0].dtype == dtypes[0]
    assert_array_equal(clf.predict_proba(X), alike.predict_proba(X))


def classes_of(method, y):
    return {"classes": np.unique(y)} if method == "partial_fit" else {}


def test_rows_beyond_the_type_that_training_began_in_are_refused():
    X, y = table()
    clf = network(warm_start=True).fit(X.astype(np.float32), y)
    before = clf.predict_proba(X)
    with pytest.raises(ValueError, match=r"too large for dtype\('float32'\)"):
        clf.fit(X * 1e50, y)
    with pytest.raises(ValueError, match=r"^X_val does not fit: .* dtype\('float32'\)"):
        clf.fit(X.astype(np.float32), y, X_val=X * 1e50, y_val=y)
    assert_array_equal(clf.predict_proba(X), before)


# Weights of rows, the penalty


@pytest.mark.parametrize("weight", [1e-200, 5e-324, 1e200, 1e308])
@pytest.mark.parametrize("settings", [{}, {"class_weight": "balanced"}])
@pytest.mark.parametrize("family", [OneHiddenLayerClassifier, OneHiddenLayerClassifierCV])
def test_weights_whose_sum_leaves_no_room_are_refused(family, weight, settings):
    X, y = table()
    with pytest.raises(ValueError, match=r"^sample_weight and class_weight .* total weight"):
        family(**settings).fit(X, y, sample_weight=np.full(N, weight))


@pytest.mark.parametrize("weight", [1e-140, 1e140])
def test_without_a_penalty_the_size_of_all_weights_is_nothing(weight):
    X, y = table()
    # A power of two, again.
    weights = np.full(N, 2.0 ** np.round(np.log2(weight)))
    clf = network(alpha=0).fit(X, y, sample_weight=weights)
    assert_array_equal(clf.predict_proba(X), network(alpha=0).fit(X, y).predict_proba(X))


@pytest.mark.parametrize(("dtype", "alpha"), [(np.float64, 1e200), (np.float32, 1e25)])
def test_a_penalty_too_large_to_compute_with_is_refused(dtype, alpha):
    X, y = table()
    with pytest.raises(ValueError, match=r"^alpha=.* is too large for rows that weigh 60\.0"):
        network(alpha=alpha).fit(X.astype(dtype), y)
    assert np.isfinite(predictions(network(alpha=alpha**0.7).fit(X.astype(dtype), y), X)).all()


# Training


@pytest.mark.parametrize("standardize", [True, False])
def test_initial_weights_that_overflow_are_refused(standardize):
    X, y = table()
    init = np.full((D, H), 1e100), np.zeros(H), np.ones((H, 1)), np.zeros(1)
    clf = network(init=init, standardize=standardize)
    with pytest.raises(ValueError, match=r"^init, .* overflow float32"):
        clf.fit(X.astype(np.float32), y)


@every_solver
@pytest.mark.parametrize("activation", ["tanh", "logistic", "relu", "identity"])
@pytest.mark.parametrize("early_stopping", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@may_diverge
@pytest.mark.filterwarnings("ignore:learning_rate=.* has no effect:UserWarning")
def test_steps_of_any_length_lead_to_finite_weights(solver, activation, early_stopping, dtype):
    X, y = table()
    X = X.astype(dtype)
    for rate in (1e30, 1e150, 1e308):
        clf = network(
            solver=solver,
            activation=activation,
            early_stopping=early_stopping,
            learning_rate=rate,
            alpha=0,
        ).fit(X, y)
        assert all(np.isfinite(part).all() for part in [*clf.coefs_, *clf.intercepts_])
        assert np.isfinite(clf.loss_)
        assert np.isfinite(predictions(clf, X)).all()


def test_weights_whose_penalty_overflows_are_not_the_best_on_validation_rows():
    X, y = np.array([[-1.0], [1.0]] * 10), np.array([0, 1] * 10)
    init = np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.zeros(1)
    clf = network(
        n_h=1, init=init, activation="identity", solver="gd", alpha=1e150, early_stopping=True
    )
    # Both weights change their signs, and so classify as well as before, only more surely.
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(X, y)
    assert np.isfinite(clf.loss_)
    assert_allclose(clf.coefs_[0], 1)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_stream_whose_loss_overflows_goes_back(solver):
    X, y = table()
    clf = network(solver=solver, alpha=1e10).partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    clf.set_params(learning_rate=1e200)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.partial_fit(X, y)
    assert np.isfinite(clf.loss_)
    assert_array_equal(clf.predict_proba(X), before)
    clf.set_params(learning_rate="auto").partial_fit(X, y)
    assert np.isfinite(clf.predict_proba(X)).all()


def test_weights_that_overflow_on_raw_features_lose_nothing():
    X, y = table()
    X = (X * 1e-30).astype(np.float32)
    clf = network(solver="sgd", activation="identity", alpha=0).partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    clf.set_params(learning_rate=1e12)
    with pytest.raises(ValueError, match=r"^Weights on raw features overflow float32"):
        clf.partial_fit(X, y)
    assert_array_equal(clf.predict_proba(X), before)


# Choosing by cross-validation


def test_labels_of_a_sparse_table_may_be_chosen_for():
    X, _ = table()
    y = np.column_stack([X[:, 0] > 0, X[:, 1] > 0, np.arange(N) % 2]).astype(int)
    settings = {"n_h": H, "alphas": [0.1, 1], "max_iter": 2, "tol": 0, "random_state": 0}
    dense, filled = (
        OneHiddenLayerClassifierCV(**settings).fit(X, each) for each in (y, sparse.csr_array(y))
    )
    assert_array_equal(filled.predict_proba(X), dense.predict_proba(X))


def test_splits_that_weights_leave_nothing_of_are_refused():
    X, y = table()
    weights = (np.arange(N) >= N // 2).astype(float)
    halves = np.split(np.arange(N), 2)
    for splits in ([halves], [halves[::-1]]):
        clf = OneHiddenLayerClassifierCV(H, alphas=[1], cv=splits)
        with pytest.raises(ValueError, match=r"^sample_weight"):
            clf.fit(X, y, sample_weight=weights)


@pytest.mark.parametrize("weight", [1.0, 1e140])
def test_losses_too_large_to_be_squared_or_summed_are_just_bad_scores(weight):
    X, y = table()
    init = np.full((D, H), 1e90), np.zeros(H), np.ones((H, 1)) * 1e90, np.zeros(1)
    clf = OneHiddenLayerClassifierCV(H, alphas=[0, 1], init=init, max_iter=2, tol=0, n_init=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        clf.fit(X, y, sample_weight=np.full(N, weight))
    scores = clf.cv_results_["mean_test_score"]
    assert (np.isfinite(scores) & (scores < 0)).all()
    assert np.isfinite(clf.predict_proba(X)).all()
