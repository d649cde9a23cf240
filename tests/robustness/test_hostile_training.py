"""Weights, penalties and steps that are hard on numbers; most were once found by `make fuzz`."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from helpers.cases import NO_STEP, both_scalings, every_solver, may_not_converge
from helpers.classifiers import predictions, relu_classifier
from helpers.samples import draw_blobs
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV

N, D, H = 60, 4, 5

# Weights of samples, the penalty


@pytest.mark.parametrize("weight", [1e-200, 5e-324, 1e200, 1e308])
@pytest.mark.parametrize("settings", [{}, {"class_weight": "balanced"}])
@pytest.mark.parametrize("family", [OneHiddenLayerClassifier, OneHiddenLayerClassifierCV])
def test_weights_whose_sum_leaves_no_room_are_refused(family, weight, settings):
    X, y = draw_blobs()
    with pytest.raises(ValueError, match=r"^sample_weight and class_weight .* total weight"):
        family(**settings).fit(X, y, sample_weight=np.full(N, weight))


@pytest.mark.parametrize("weight", [1e-140, 1e140])
def test_without_a_penalty_the_size_of_all_weights_is_nothing(weight):
    X, y = draw_blobs()
    # A power of two, again.
    weights = np.full(N, 2.0 ** np.round(np.log2(weight)))
    clf = relu_classifier(alpha=0).fit(X, y, sample_weight=weights)
    assert_array_equal(clf.predict_proba(X), relu_classifier(alpha=0).fit(X, y).predict_proba(X))


@pytest.mark.parametrize(("dtype", "alpha"), [(np.float64, 1e200), (np.float32, 1e25)])
def test_a_penalty_too_large_to_compute_with_is_refused(dtype, alpha):
    X, y = draw_blobs()
    with pytest.raises(ValueError, match=r"^alpha=.* is too large for samples that weigh 60\.0"):
        relu_classifier(alpha=alpha).fit(X.astype(dtype), y)
    assert np.isfinite(
        predictions(relu_classifier(alpha=alpha**0.7).fit(X.astype(dtype), y), X)
    ).all()


# Training


@both_scalings
def test_initial_weights_that_overflow_are_refused(standardize):
    X, y = draw_blobs()
    init = np.full((D, H), 1e100), np.zeros(H), np.ones((H, 1)), np.zeros(1)
    clf = relu_classifier(init=init, standardize=standardize)
    with pytest.raises(ValueError, match=r"^init, .* overflow float32"):
        clf.fit(X.astype(np.float32), y)


@every_solver
@pytest.mark.parametrize("activation", ["tanh", "logistic", "relu", "identity"])
@pytest.mark.parametrize("early_stopping", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@may_not_converge
@pytest.mark.filterwarnings("ignore:learning_rate=.* has no effect:UserWarning")
def test_steps_of_any_length_lead_to_finite_weights(solver, activation, early_stopping, dtype):
    X, y = draw_blobs()
    X = X.astype(dtype)
    for rate in (1e30, 1e150, 1e308):
        clf = relu_classifier(
            solver=solver,
            activation=activation,
            early_stopping=early_stopping,
            learning_rate=rate,
            alpha=0,
        ).fit(X, y)
        assert all(np.isfinite(part).all() for part in [*clf.coefs_, *clf.intercepts_])
        assert np.isfinite(clf.loss_)
        assert np.isfinite(predictions(clf, X)).all()


def test_weights_whose_penalty_overflows_are_not_the_best_on_validation_samples():
    X, y = np.array([[-1.0], [1.0]] * 10), np.array([0, 1] * 10)
    init = np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.zeros(1)
    clf = relu_classifier(
        n_h=1, init=init, activation="identity", solver="gd", alpha=1e150, early_stopping=True
    )
    # Both weights change their signs, and so classify as well as before, only more surely.
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(X, y)
    assert np.isfinite(clf.loss_)
    assert_allclose(clf.coefs_[0], 1)


@may_not_converge
@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_stream_whose_loss_overflows_goes_back(solver):
    X, y = draw_blobs()
    clf = relu_classifier(solver=solver, alpha=1e10).partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    clf.set_params(learning_rate=1e200)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.partial_fit(X, y)
    assert np.isfinite(clf.loss_)
    assert_array_equal(clf.predict_proba(X), before)
    clf.set_params(learning_rate="auto").partial_fit(X, y)
    assert np.isfinite(clf.predict_proba(X)).all()


def test_weights_that_overflow_on_raw_features_lose_nothing():
    X = np.array([[-1e-30], [1e-30]], dtype=np.float32).repeat(10, axis=0)
    y = np.array([0, 1]).repeat(10)
    init = np.full((1, 1), 3e38), np.zeros(1), np.full((1, 1), 1e-9), np.zeros(1)
    clf = relu_classifier(
        n_h=1, init=init, activation="identity", solver="adam", alpha=0, learning_rate=NO_STEP
    ).partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    # So long a step in the right direction separates the classes.
    clf.set_params(learning_rate=1e12)
    with pytest.raises(ValueError, match=r"^Weights on raw features overflow float32"):
        clf.partial_fit(X, y)
    assert_array_equal(clf.predict_proba(X), before)


# Choosing by cross-validation


def test_labels_of_a_sparse_table_may_be_chosen_for():
    X, _ = draw_blobs()
    y = np.column_stack([X[:, 0] > 0, X[:, 1] > 0, np.arange(N) % 2]).astype(int)
    settings = {"n_h": H, "alphas": [0.1, 1], "max_iter": 2, "tol": 0, "random_state": 0}
    dense, filled = (
        OneHiddenLayerClassifierCV(**settings).fit(X, each) for each in (y, sparse.csr_array(y))
    )
    assert_array_equal(filled.predict_proba(X), dense.predict_proba(X))


def test_splits_that_weights_leave_nothing_of_are_refused():
    X, y = draw_blobs()
    weights = (np.arange(N) >= N // 2).astype(float)
    halves = np.split(np.arange(N), 2)
    for splits in ([halves], [halves[::-1]]):
        clf = OneHiddenLayerClassifierCV(H, alphas=[1], cv=splits)
        with pytest.raises(ValueError, match=r"^sample_weight"):
            clf.fit(X, y, sample_weight=weights)


@pytest.mark.parametrize("weight", [1.0, 1e140])
def test_losses_too_large_to_be_squared_or_summed_are_just_bad_scores(weight):
    X, y = draw_blobs()
    init = np.full((D, H), 1e90), np.zeros(H), np.ones((H, 1)) * 1e90, np.zeros(1)
    clf = OneHiddenLayerClassifierCV(H, alphas=[0, 1], init=init, max_iter=2, tol=0, n_init=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        clf.fit(X, y, sample_weight=np.full(N, weight))
    scores = clf.cv_results_["mean_test_score"]
    assert (np.isfinite(scores) & (scores < 0)).all()
    assert np.isfinite(clf.predict_proba(X)).all()
