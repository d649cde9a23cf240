"""The classifier inside scikit-learn's meta-estimators and inspection tools."""

from functools import partial

import joblib
import matplotlib
import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_moons
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import DecisionBoundaryDisplay, permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    cross_val_predict,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skshallow import OneHiddenLayerClassifier

matplotlib.use("agg")


eight_units = partial(OneHiddenLayerClassifier, n_h=8, random_state=0)


@pytest.fixture(scope="module")
def moons():
    return make_moons(300, noise=0.2, random_state=0)


def test_grid_search_over_hidden_units_and_learning_rate(moons):
    pipeline = make_pipeline(StandardScaler(), OneHiddenLayerClassifier(random_state=0))
    n_h, rates = [1, 4, 16], [0.0001, 0.01, 0.1]
    grid = {
        "onehiddenlayerclassifier__n_h": n_h,
        "onehiddenlayerclassifier__learning_rate": rates,
        "onehiddenlayerclassifier__max_iter": [50],
        "onehiddenlayerclassifier__tol": [0],
    }
    # Threads, for processes would spend their time on imports.
    with joblib.parallel_backend("threading"):
        search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(*moons)
    # ParameterGrid varies n_h faster than learning_rate, the names being sorted.
    scores = search.cv_results_["mean_test_score"].reshape(len(rates), len(n_h))
    assert search.cv_results_["params"][1]["onehiddenlayerclassifier__n_h"] == n_h[1]
    assert np.ptp(scores, axis=0).min() > 0
    assert np.ptp(scores, axis=1).max() > 0
    assert search.best_score_ > 0.9
    assert search.best_estimator_[-1].solver_ == "adam"


def test_halving_grid_search(moons):
    search = HalvingGridSearchCV(
        eight_units(), {"n_h": [1, 4, 16], "alpha": [0.1, 10]}, cv=2, random_state=0
    )
    assert search.fit(*moons).score(*moons) > 0.9
    assert search.n_iterations_ > 1


def test_halving_grid_search_over_iterations(moons):
    search = HalvingGridSearchCV(
        eight_units(solver="adam", tol=0),
        {"n_h": [1, 4, 16]},
        resource="max_iter",
        max_resources=90,
        cv=2,
        random_state=0,
    )
    search.fit(*moons)
    assert search.best_estimator_.n_iter_ == search.n_resources_[-1]


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration(method, moons):
    calibrated = CalibratedClassifierCV(eight_units(), method=method, cv=3).fit(*moons)
    assert calibrated.score(*moons) > 0.9
    assert log_loss(moons[1], calibrated.predict_proba(moons[0])) < 0.3


def test_bagging(moons):
    bag = BaggingClassifier(eight_units(), n_estimators=3, random_state=0).fit(*moons)
    assert bag.score(*moons) > 0.9
    first, second, _ = bag.estimators_
    assert not np.array_equal(first.coefs_[0], second.coefs_[0])


@pytest.mark.parametrize("voting", ["hard", "soft"])
def test_voting(voting, moons):
    members = [
        ("few", eight_units(n_h=4)),
        ("many", eight_units()),
        ("linear", LogisticRegression()),
    ]
    assert VotingClassifier(members, voting=voting).fit(*moons).score(*moons) > 0.85


@pytest.mark.parametrize("method", ["predict_proba", "decision_function", "predict"])
def test_stacking(method, moons):
    members = [("few", eight_units(n_h=2)), ("many", eight_units())]
    stack = StackingClassifier(members, LogisticRegression(), stack_method=method, cv=3)
    assert stack.fit(*moons).score(*moons) > 0.9


def test_stacking_on_top(moons):
    stack = StackingClassifier([("linear", LogisticRegression())], eight_units(), passthrough=True)
    assert stack.fit(*moons).score(*moons) > 0.9


@pytest.mark.parametrize(
    ("method", "shape"),
    [
        ("predict", (300,)),
        ("predict_proba", (300, 2)),
        ("predict_log_proba", (300, 2)),
        ("decision_function", (300,)),
    ],
)
def test_cross_val_predict(method, shape, moons):
    predicted = cross_val_predict(eight_units(), *moons, cv=3, method=method)
    assert predicted.shape == shape
    assert np.isfinite(predicted).all()


@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss", "roc_auc", "neg_brier_score"])
def test_cross_val_score(scoring, moons):
    ours = cross_val_score(eight_units(), *moons, cv=3, scoring=scoring).mean()
    linear = cross_val_score(LogisticRegression(), *moons, cv=3, scoring=scoring).mean()
    assert ours > linear


def test_permutation_importance_finds_the_feature_without_meaning(moons):
    X, y = moons
    X = np.column_stack([X, np.random.RandomState(0).normal(size=len(y))])
    importance = permutation_importance(
        eight_units(alpha=5).fit(X, y), X, y, n_repeats=3, random_state=0
    )
    assert importance.importances_mean.argmin() == 2
    assert importance.importances_mean[:2].min() > 0.02


@pytest.mark.parametrize("method", ["auto", "predict", "predict_proba", "decision_function"])
def test_decision_boundary(method, moons):
    clf = eight_units().fit(*moons)
    display = DecisionBoundaryDisplay.from_estimator(
        clf, moons[0], response_method=method, grid_resolution=20
    )
    assert display.response.shape == (20, 20)
    assert np.ptp(display.response) > 0
    matplotlib.pyplot.close(display.figure_)
