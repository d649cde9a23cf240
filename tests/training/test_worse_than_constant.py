"""Warnings of networks that have not learned, and penalties that suit the weight of the samples."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_iris
from sklearn.ensemble import AdaBoostClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score

from helpers.cases import every_solver
from helpers.classifiers import classifier
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV

FLAT = "predicts about the same for all samples"
WORSE = "the loss of the training samples is"
# Weights as shares of 1, of samples one would learn from if each weighed 1.
IRIS = load_iris(return_X_y=True)


@pytest.fixture
def no_warning_is_ignored(recwarn):
    """Warnings that other tests ignore are noted here, too."""
    import warnings

    warnings.simplefilter("always")
    return recwarn


# The penalty of small total weights


@pytest.mark.parametrize("seed", range(20))
def test_the_four_samples_of_xor_are_learned(seed):
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    clf = OneHiddenLayerClassifier(random_state=seed).fit(X, y)
    np.testing.assert_array_equal(clf.predict(X), y)


def test_two_samples_are_learned():
    clf = OneHiddenLayerClassifier(random_state=0).fit([[0], [1]], [0, 1])
    np.testing.assert_array_equal(clf.predict([[0], [1]]), [0, 1])


def test_weights_that_are_shares_leave_something_to_learn():
    X, y = IRIS
    shares = np.full(len(y), 1 / len(y))
    clf = OneHiddenLayerClassifier(random_state=0).fit(X, y, shares)
    assert clf.score(X, y) > 0.95
    chosen = OneHiddenLayerClassifierCV(random_state=0, n_init=1).fit(X, y, shares)
    assert chosen.score(X, y) > 0.95


def test_a_boosted_network_is_as_good_as_one():
    clf = AdaBoostClassifier(OneHiddenLayerClassifier(random_state=0), random_state=0)
    assert cross_val_score(clf, *IRIS, cv=5).mean() >= 0.95


@pytest.mark.parametrize(("total", "alpha"), [(1e-3, 1e-3 / 30), (15, 0.5), (30, 1), (1e6, 1)])
def test_the_usual_penalty_is_one_but_for_small_weights(total, alpha):
    X, y = draw_samples()
    clf = classifier("adam", alpha="auto")
    clf.partial_fit(X, y, classes=[0, 1], sample_weight=np.full(len(y), total / len(y)))
    assert clf.alpha_ == pytest.approx(alpha, rel=1e-12)
    assert classifier(max_iter=1, alpha=7).fit(X, y).alpha_ == 7


def test_in_a_stream_the_usual_penalty_is_that_of_all_samples_so_far():
    X, y = draw_samples()
    clf = classifier("adam", alpha="auto")
    penalties = [clf.partial_fit(X[:10], y[:10], classes=[0, 1]).alpha_ for _ in range(4)]
    np.testing.assert_allclose(penalties, [1 / 3, 2 / 3, 1, 1])


def test_penalties_to_choose_from_are_scaled_alike():
    X, y = draw_samples()
    settings = {"n_h": 4, "alphas": 3, "n_init": 1, "random_state": 0}
    light = OneHiddenLayerClassifierCV(**settings).fit(X, y, np.full(len(y), 0.3 / len(y)))
    tried = [params["alpha"] for params in light.cv_results_["params"]]
    np.testing.assert_allclose(tried, [1e-4, 1e-2, 1])
    heavy = OneHiddenLayerClassifierCV(**settings).fit(X, y)
    tried = [params["alpha"] for params in heavy.cv_results_["params"]]
    np.testing.assert_allclose(tried, [1e-2, 1, 100])


# A penalty that outweighs the samples


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_a_penalty_that_outweighs_the_samples_is_named(kind, container):
    X, y = draw_samples(kind)
    with pytest.warns(ConvergenceWarning, match=rf"{FLAT}: alpha=1 outweighs .* sum to 0\.9\."):
        OneHiddenLayerClassifier(alpha=1, random_state=0).fit(
            container(X), y, np.full(len(y), 0.9 / len(y))
        )


def test_where_nothing_can_be_learned_nothing_is_said(no_warning_is_ignored):
    constant, balanced = np.ones((20, 2)), np.array([[0.0], [1.0]]).repeat(10, axis=0)
    y = np.tile([0, 1], 10)
    for X in (constant, balanced):
        clf = OneHiddenLayerClassifier(alpha=1, random_state=0).fit(X, y)
        np.testing.assert_allclose(clf.predict_proba(X), 0.5, atol=0.01)
    assert [str(warning.message) for warning in no_warning_is_ignored] == []


def test_a_penalty_chosen_on_samples_held_out_is_no_mistake(no_warning_is_ignored):
    X, y = draw_samples()
    noise = np.random.RandomState(0).permutation(y)
    OneHiddenLayerClassifierCV(4, alphas=[300.0], random_state=0).fit(X, noise)
    assert [str(warning.message) for warning in no_warning_is_ignored] == []


# Losses that end above where they were, or above that of a constant prediction


@every_solver
def test_a_loss_worse_than_of_class_frequencies_is_named(solver):
    X, y = draw_samples()
    X = np.round(X * 3) + 1e4
    clf = OneHiddenLayerClassifier(solver=solver, standardize=False, random_state=0, max_iter=20)
    with pytest.warns(ConvergenceWarning, match=rf"diverged|max_iter|{WORSE}") as caught:
        clf.fit(X, y)
    assert np.isfinite(clf.loss_)
    advice = str(caught[-1].message)
    assert ("learning_rate" in advice) <= (solver != "lbfgs")


def test_a_network_that_was_hardly_trained_is_named():
    X, y = draw_samples()
    clf = classifier("adam", max_iter=1, learning_rate=1e-12, alpha=0)
    with pytest.warns(ConvergenceWarning, match=rf"After 1 iterations {WORSE} 1\.\d+; .* 0\.693\."):
        clf.fit(X, y)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize("validated", [False, True])
def test_rising_losses_of_mini_batches_are_named(validated, solver):
    clf = OneHiddenLayerClassifier(
        solver=solver, learning_rate=100, early_stopping=validated, random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="diverged with learning_rate=100"):
        clf.fit(*IRIS)
    assert np.isfinite(clf.loss_)


@every_solver
def test_a_rising_loss_of_a_warm_start_is_named(solver):
    if solver == "lbfgs":
        return
    X, y = draw_samples()
    clf = classifier(solver, warm_start=True).fit(X, y)
    loss = clf.loss_
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.set_params(learning_rate=100.0).fit(X, y)
    assert clf.loss_ <= loss + 1e-12


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_stream_that_rises_without_bounds_is_named(solver):
    X, y = draw_samples()
    clf = classifier(solver).partial_fit(X, y, classes=[0, 1])
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.set_params(learning_rate=1e6).partial_fit(X, y)
    assert clf.loss_ < 2
