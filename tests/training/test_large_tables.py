"""What "auto" stands for grows with the table."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV

from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV
from skshallow._training import fit as fit_module

FEW = {"max_iter": 1, "tol": 0, "random_state": 0}


def table(n_samples, n_classes=2):
    """Samples of some classes."""
    return make_classification(
        n_samples, 5, n_informative=5, n_redundant=0, n_classes=n_classes, random_state=0
    )


@pytest.mark.parametrize(
    ("n_samples", "n_classes", "n_h"), [(10_000, 2, 64), (12_000, 2, 512), (12_000, 10, 640)]
)
def test_units_grow_with_samples_and_classes(n_samples, n_classes, n_h):
    clf = OneHiddenLayerClassifier(**FEW).fit(*table(n_samples, n_classes))
    assert len(clf.intercepts_[0]) == n_h
    assert (clf.validation_loss_curve_ is not None) == (n_samples > 10_000)


@pytest.mark.parametrize(
    "settings", [{"n_h": 7}, {"solver": "lbfgs"}, {"early_stopping": False}], ids=str
)
def test_each_can_be_overridden(settings):
    X, y = table(12_000)
    clf = OneHiddenLayerClassifier(**FEW, **settings).fit(X, y)
    lbfgs = "solver" in settings
    assert len(clf.intercepts_[0]) == settings.get("n_h", 64 if lbfgs else 512)
    assert (clf.validation_loss_curve_ is None) == (lbfgs or "early_stopping" in settings)


def test_samples_without_weight_are_not_there():
    X, y = table(12_000)
    weights = np.repeat([1.0, 0.0], [9000, 3000])
    clf = OneHiddenLayerClassifier(**FEW).fit(X, y, sample_weight=weights)
    assert clf.solver_ == "lbfgs"
    assert len(clf.intercepts_[0]) == 64


def test_a_solver_chosen_for_all_samples_stays_for_those_left_to_train_on():
    clf = OneHiddenLayerClassifier(**FEW).fit(*table(10_200))
    assert clf.solver_ == "adam"
    assert clf.validation_loss_curve_ is not None


def test_a_class_of_one_sample_is_trained_on():
    X, y = table(12_000)
    y[7] = 2
    clf = OneHiddenLayerClassifier(**FEW).fit(X, y)
    assert clf.predict_proba(X).shape == (12_000, 3)
    with pytest.raises(ValueError, match="early_stopping=False"):
        OneHiddenLayerClassifier(**FEW, early_stopping=True).fit(X, y)


@pytest.mark.parametrize(
    ("n_samples", "size"), [(50, 50), (1000, 100), (60_000, 234), (10**6, 500)]
)
def test_batches_grow_with_the_table(n_samples, size, monkeypatch):
    seen = []

    class Counted(fit_module.Batches):
        def epoch(self):
            seen.append(self.size)
            return []

    monkeypatch.setattr(fit_module, "Batches", Counted)
    X = np.broadcast_to(np.zeros(1), (n_samples, 1))
    clf = OneHiddenLayerClassifier(4, solver="adam", alpha=1, early_stopping=False, **FEW)
    with pytest.raises(AttributeError):  # an epoch without batches has no loss
        clf.fit(X, np.arange(n_samples) % 2)
    assert seen == [size]


def test_a_search_trains_large_candidates_as_they_train_alone():
    X, y = table(13_000)
    clf = OneHiddenLayerClassifier(max_iter=2, tol=0, random_state=0)
    grid, cv = {"alpha": [1, 100]}, [(np.arange(12_000), np.arange(12_000, 13_000))]
    stacked, alone = (
        search(clf, grid, cv=cv, refit=False, scoring="neg_log_loss").fit(X, y)
        for search in (StackedGridSearchCV, GridSearchCV)
    )
    scores = [one.cv_results_["mean_test_score"] for one in (stacked, alone)]
    np.testing.assert_allclose(*scores, rtol=1e-9)
