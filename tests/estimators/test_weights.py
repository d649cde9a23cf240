"""Weights of samples and classes."""

import numpy as np
import pytest
from sklearn.utils import compute_sample_weight

from helpers.cases import every_kind, every_solver
from helpers.classifiers import assert_same_bits, assert_same_network, classifier
from helpers.samples import draw_unscaled

N = 60


def weighted(kind="binary"):
    X, y = draw_unscaled(kind, n_samples=40)
    return X, y, np.random.RandomState(1).randint(0, 4, size=40)


@every_solver
@every_kind
def test_a_weight_counts_as_repetition(solver, kind):
    X, y, weights = weighted(kind)
    by_weight = classifier(solver=solver).fit(X, y, sample_weight=weights)
    repeated = np.repeat(X, weights, axis=0), np.repeat(y, weights, axis=0)
    assert_same_network(by_weight, classifier(solver=solver).fit(*repeated))


@every_solver
@every_kind
def test_a_sample_of_weight_zero_counts_as_absent(solver, kind):
    X, y, weights = weighted(kind)
    by_weight = classifier(solver=solver).fit(X, y, sample_weight=weights)
    there = weights > 0
    without = classifier(solver=solver).fit(X[there], y[there], sample_weight=weights[there])
    assert_same_network(by_weight, without)


def test_samples_of_weight_zero_do_not_count_for_the_choice_of_a_solver():
    X = np.random.RandomState(0).standard_normal((10_001, 1))
    y, weights = X[:, 0] > 0, np.ones(10_001)
    assert classifier(max_iter=1).fit(X, y).solver_ == "adam"
    weights[7] = 0
    assert classifier(max_iter=1).fit(X, y, weights).solver_ == "lbfgs"


def test_one_number_is_the_weight_of_every_sample():
    X, y = draw_unscaled()
    by_number = classifier().fit(X, y, sample_weight=2.5)
    assert_same_bits(by_number, classifier().fit(X, y, sample_weight=np.full(len(y), 2.5)))


@every_solver
@pytest.mark.parametrize("class_weight", [{0: 1, 1: 5, 2: 0.5}, {0: 3}, "balanced"], ids=str)
def test_class_weight_weighs_samples(solver, class_weight):
    X, y = draw_unscaled("multiclass")
    X, y = X[y + np.arange(N) % 3 < 3], y[y + np.arange(N) % 3 < 3]  # classes of unequal size
    settings = {"solver": solver, "standardize": False, "learning_rate": "auto"}
    by_class = classifier(class_weight=class_weight, **settings).fit(X, y)
    full = class_weight if class_weight == "balanced" else {0: 1, 1: 1, 2: 1} | class_weight
    by_row = classifier(**settings).fit(X, y, sample_weight=compute_sample_weight(full, y))
    assert_same_network(by_class, by_row)


def test_balanced_counts_samples_by_their_weight():
    X, y, weights = weighted("multiclass")
    by_class = classifier(class_weight="balanced", standardize=False).fit(X, y, weights)
    share = np.bincount(y, weights) / weights.sum()
    by_row = classifier(standardize=False).fit(X, y, weights / share[y] / 3)
    assert_same_network(by_class, by_row)
    repeated = classifier(class_weight="balanced", standardize=False)
    repeated.fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    assert_same_network(by_class, repeated)


@pytest.mark.parametrize(
    "class_weight",
    [[{0: 1, 1: 4}, {0: 2, 1: 1}], [{0: 1, 1: 1}, {0: 1, 1: 7}], "balanced"],
    ids=str,
)
def test_class_weight_of_several_labels(class_weight):
    X, y = draw_unscaled("multilabel")
    by_class = classifier(class_weight=class_weight, standardize=False).fit(X, y)
    by_row = classifier(standardize=False).fit(X, y, compute_sample_weight(class_weight, y))
    assert_same_network(by_class, by_row)


def test_class_weight_by_name():
    X, y = draw_unscaled()
    names = np.array(["no", "yes"])[y]
    by_name = classifier(class_weight={"yes": 9}).fit(X, names)
    assert_same_bits(by_name, classifier(class_weight={1: 9}).fit(X, y))
    assert (by_name.predict(X) == "yes").sum() > (classifier().fit(X, y).predict(X) == 1).sum()
