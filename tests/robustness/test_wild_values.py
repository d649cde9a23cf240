"""A few wild values in a table cost little: in fit, in choosing a penalty, and in a prediction."""

import itertools

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from helpers.cases import may_not_converge
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
from skshallow.model_selection._scoring import NegativeLoss

TABLES = {"cancer": load_breast_cancer, "iris": load_iris, "wine": load_wine}
FAMILIES = [OneHiddenLayerClassifier, OneHiddenLayerClassifierCV]


def spoil(X, n_wild, random_state):
    """Values of 10 to a million standard deviations in some samples."""
    X = X.copy()
    samples = random_state.choice(len(X), n_wild, replace=False)
    features = random_state.randint(X.shape[1], size=n_wild)
    sizes = random_state.choice([-1, 1], n_wild) * 10 ** random_state.uniform(1, 6, n_wild)
    X[samples, features] += sizes * X.std(axis=0)[features]
    return X


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("table", "n_wild"), [*itertools.product(TABLES, [1, 3]), ("cancer", 10), ("wine", 10)]
)
def test_wild_training_samples_cost_little_elsewhere(table, n_wild, family):
    X, y = TABLES[table](return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.4, stratify=y, random_state=0)
    wild = spoil(X, n_wild, np.random.RandomState(n_wild))
    losses = [
        log_loss(y_test, family(random_state=0).fit(samples, y).predict_proba(X_test))
        for samples in (X, wild)
    ]
    # Without squashing they were up to 20 times as high.
    assert losses[1] < 1.5 * losses[0] + 0.02


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_no_value_however_wild_gives_absurd_confidence(container, family):
    X, y = load_breast_cancer(return_X_y=True)
    clf = family(random_state=0, n_init=1).fit(X, y)
    most = np.abs(clf.decision_function(X)).max()
    for value in (-1e300, 1e30, 1e300):
        samples = X.copy()
        samples[:, 3] = value
        assert np.abs(clf.decision_function(container(samples))).max() < 3 * most
        # However far out: there is a reach.
        samples[:, 3] = value / 1e3
        again = clf.decision_function(container(samples))
        samples[:, 3] = value
        np.testing.assert_allclose(again, clf.decision_function(container(samples)))


def test_a_table_with_a_wild_value_too_large_to_square_is_learned():
    X, y = load_iris(return_X_y=True)
    X[7, 2] = 1e300
    assert OneHiddenLayerClassifier(random_state=0).fit(X, y).score(X, y) > 0.95


def test_without_standardisation_nothing_is_squashed():
    X, y = load_iris(return_X_y=True)
    clf = OneHiddenLayerClassifier(standardize=False, random_state=0).fit(X, y)
    np.testing.assert_array_equal(clf.feature_center_, np.zeros(4))
    np.testing.assert_array_equal(clf.feature_reach_, np.full(4, np.inf))


@may_not_converge
def test_the_reach_follows_a_stream():
    X, y = load_iris(return_X_y=True)
    clf = OneHiddenLayerClassifier(solver="adam", random_state=0)
    clf.partial_fit(X[::2], y[::2], classes=[0, 1, 2])
    before = clf.feature_reach_
    wild = X[1::2].copy()
    wild[0] = 1e6
    clf.partial_fit(wild, y[1::2])
    np.testing.assert_allclose(clf.feature_reach_, before, rtol=0.5)
    for _ in range(2):
        clf.partial_fit(X + 1e3, y)
    assert (clf.feature_center_ + clf.feature_reach_ > 1e3).all()


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_wild_samples_do_not_choose(container):
    X, y = load_iris(return_X_y=True)
    clf = OneHiddenLayerClassifier(random_state=0).fit(X, y)
    wild = np.vstack([X, np.full((2, 4), 1e5)])
    labels = np.append(y, [0, 1])
    expected = NegativeLoss()(clf, X, y)
    assert NegativeLoss()(clf, container(wild), labels) == pytest.approx(expected, rel=1e-12)
    # Where there are no others, they have to.
    assert np.isfinite(NegativeLoss()(clf, container(wild[-2:]), labels[-2:]))
