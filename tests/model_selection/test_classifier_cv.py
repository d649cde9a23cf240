"""OneHiddenLayerClassifierCV: what it chooses, and what is there afterwards."""

import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_gaussian_quantiles
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.cases import every_kind
from helpers.classifiers import ALPHAS, chooser
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
from skshallow._training.penalty_range import highest_between

SPLITS = StratifiedKFold(3, shuffle=True, random_state=0)


@every_kind
def test_chooses_the_best_of_its_results(kind):
    X, y = draw_samples(kind)
    clf = chooser().fit(X, y)
    results = clf.cv_results_
    assert clf.best_index_ == results["mean_test_score"].argmax()
    assert clf.best_score_ == results["mean_test_score"].max()
    assert clf.alpha_ == results["param_alpha"][clf.best_index_] == clf.best_params_["alpha"]
    assert clf.n_splits_ == 5
    assert len(np.unique(results["mean_test_score"])) == len(ALPHAS)
    assert results["rank_test_score"].min() == 1


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_is_a_grid_search_and_a_fit_of_the_best(kind):
    X, y = draw_samples(kind)
    grid = {"alpha": ALPHAS, "n_h": [3, 5], "activation": ["relu", "tanh"]}
    settings = {"solver": "adam", "tol": 0, "max_iter": 20, "random_state": 0}
    clf = OneHiddenLayerClassifierCV(
        [3, 5], alphas=ALPHAS, activation=["relu", "tanh"], cv=SPLITS, n_init=3, **settings
    ).fit(X, y)
    search = GridSearchCV(
        OneHiddenLayerClassifier(**settings), grid, cv=SPLITS, scoring="neg_log_loss"
    ).fit(X, y)
    assert list(clf.cv_results_) == list(search.cv_results_)
    assert clf.cv_results_["params"] == search.cv_results_["params"]
    for key in search.cv_results_:
        if "test" in key:
            np.testing.assert_allclose(clf.cv_results_[key], search.cv_results_[key], atol=1e-6)
    assert clf.best_params_ == search.best_params_
    by_hand = OneHiddenLayerClassifier(**settings, **search.best_params_, n_init=3).fit(X, y)
    np.testing.assert_array_equal(clf.predict_proba(X), by_hand.predict_proba(X))
    assert len(clf.restart_losses_) == 3


def test_the_log_loss_of_several_labels_is_their_sum():
    X, y = draw_samples("multilabel")
    clf = chooser(alphas=[1.0], cv=[(np.arange(60), np.arange(60, 90))]).fit(X, y)
    plain = OneHiddenLayerClassifier(4, alpha=1, max_iter=300, random_state=0).fit(X[:60], y[:60])
    expected = -log_loss(np.ravel(y[60:]), np.ravel(plain.predict_proba(X[60:]))) * y.shape[1]
    assert clf.best_score_ == pytest.approx(expected)


@pytest.mark.parametrize("others", [{}, {"n_h": [2, 4], "activation": ["tanh", "relu"]}], ids=str)
def test_a_number_of_penalties_is_chosen_between(others):
    X, y = draw_samples()
    clf = chooser(**({"alphas": 5} | others)).fit(X, y)
    results = clf.cv_results_
    same = [
        params | {"alpha": 0} == clf.best_params_ | {"alpha": 0} for params in results["params"]
    ]
    alphas = np.array([params["alpha"] for params in results["params"]])[same]
    scores = results["mean_test_score"][same]
    assert clf.alpha_ == highest_between(alphas, scores) not in alphas
    assert 10**-0.5 <= clf.alpha_ / clf.best_params_["alpha"] <= 10**0.5
    chosen = clf.best_params_ | {"alpha": clf.alpha_}
    by_hand = [
        OneHiddenLayerClassifier(4, max_iter=300, tol=tol, random_state=0).set_params(**chosen)
        for tol in ("auto", 1e-4)
    ]
    assert any(is_same_network(clf, one.fit(X, y)) for one in by_hand)


def is_same_network(clf, other):
    return np.array_equal(clf.coefs_[0], other.coefs_[0])


HALVES = [(np.arange(160), np.arange(160, 240))]


@pytest.mark.parametrize(
    ("alpha", "cv", "worse"),
    [(0.1, SPLITS, True), (0.1, HALVES, True), (10.0, SPLITS, False), (1.0, HALVES, False)],
    ids=["clearly worse", "worse", "a little worse", "better"],
)
def test_the_best_candidate_is_trained_until_it_settles_unless_clearly_worse(alpha, cv, worse):
    X, y = make_gaussian_quantiles(n_samples=240, n_features=4, n_classes=2, random_state=0)
    y = np.where(np.random.RandomState(0).uniform(size=240) < 0.3, 1 - y, y)
    settings = {"n_h": 60 if alpha == 1 else 30, "max_iter": 5000, "random_state": 0}
    clf = chooser(**settings, alphas=[alpha], cv=cv).fit(X, y)
    ways = [OneHiddenLayerClassifier(**settings, alpha=alpha, tol=tol) for tol in ("auto", 1e-4)]
    early, settled = (cross_val_score(way, X, y, cv=cv, scoring="neg_log_loss") for way in ways)
    error = np.std(early - settled, ddof=1) / np.sqrt(3) if len(early) > 1 else 0
    assert (np.mean(early - settled) > 2 * error) == worse
    assert is_same_network(clf, ways[0 if worse else 1].fit(X, y))


@pytest.mark.parametrize(
    ("settings", "tol"), [({"solver": "adam"}, "auto"), ({"tol": 0.01}, 0.01)], ids=str
)
def test_how_far_to_train_is_not_chosen_for_mini_batches_or_where_it_is_said(settings, tol):
    X, y = draw_samples()
    clf = chooser(alphas=[0.3, 3], **settings).fit(X, y)
    by_hand = OneHiddenLayerClassifier(4, max_iter=300, random_state=0, alpha=clf.alpha_)
    assert is_same_network(clf, by_hand.set_params(**(settings | {"tol": tol})).fit(X, y))


def test_without_refit_there_is_nothing_to_predict_with():
    X, y = draw_samples()
    clf = chooser(refit=False).fit(X, y)
    assert clf.alpha_ == chooser().fit(X, y).alpha_
    assert not hasattr(clf, "coefs_")
    for method in ("predict", "predict_proba", "decision_function"):
        with pytest.raises(NotFittedError):
            getattr(clf, method)(X)
    # Nor is there after another fit, whose network would have been for other parameters.
    clf = chooser().fit(X, y).set_params(refit=False).fit(X[:60], y[:60])
    with pytest.raises(NotFittedError):
        clf.predict(X)


@pytest.mark.parametrize("backend", ["threading", pytest.param("loky", marks=pytest.mark.slow)])
def test_workers_find_the_same(backend):
    X, y = draw_samples("multiclass")
    alone = chooser(n_h=[2, 4]).fit(X, y)
    with joblib.parallel_backend(backend):
        side_by_side = chooser(n_h=[2, 4], n_jobs=2).fit(X, y)
    for key in ("mean_test_score", "rank_test_score"):
        np.testing.assert_array_equal(side_by_side.cv_results_[key], alone.cv_results_[key])
    np.testing.assert_array_equal(side_by_side.coefs_[0], alone.coefs_[0])


def test_has_all_attributes_and_methods_of_the_classifier():
    X, y = draw_samples()
    clf = chooser(early_stopping=True).fit(X, y)
    plain = OneHiddenLayerClassifier(4, early_stopping=True, random_state=0).fit(X, y)
    public = {name for name in vars(plain) if name[-1] == "_" and name[0] != "_"}
    own = {"alpha_", "n_h_", "best_params_", "best_score_", "best_index_", "cv_results_"}
    assert {name for name in vars(clf) if name[-1] == "_"} == public | own | {"n_splits_"}
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        assert getattr(clf, method)(X).shape == getattr(plain, method)(X).shape
    assert clf.score(X, y) == accuracy_score(y, clf.predict(X))
    assert clf.n_iter_ == len(clf.loss_curve_) == len(clf.validation_loss_curve_)


def test_a_fit_that_fails_keeps_the_former():
    X, y = draw_samples()
    clf = chooser().fit(X, y)
    before = vars(clf).copy()
    for bad in ((X[:, :2], y[:-1]), (np.full_like(X, np.nan), y), (X, np.zeros(90))):
        with pytest.raises(ValueError, match=r"NaN|inconsistent|class"):
            clf.fit(*bad)
    clf.set_params(alphas=[-1])
    with pytest.raises(ValueError, match="alpha"):
        clf.fit(X, y)
    clf.set_params(alphas=ALPHAS)
    assert vars(clf) == before
    assert clf.predict(X).shape == (90,)


def test_only_the_last_training_warns_of_its_end():
    X, y = draw_samples()
    with pytest.warns(ConvergenceWarning, match="max_iter=3") as caught:
        chooser(max_iter=3, tol=1e-9).fit(X, y)
    assert len(caught) == 1


def test_survives_pickling_and_cloning():
    X, y = draw_samples()
    clf = chooser(n_h=[2, 4]).fit(X, y)
    again = pickle.loads(pickle.dumps(clf))
    np.testing.assert_array_equal(again.predict_proba(X), clf.predict_proba(X))
    assert again.alpha_ == clf.alpha_
    assert not hasattr(clone(clf), "coefs_")
    assert clone(clf).get_params() == clf.get_params()


def test_at_the_end_of_a_pipeline():
    X, y = draw_samples()
    pipeline = make_pipeline(StandardScaler(), chooser(cv=2))
    assert pipeline.fit(X, y).score(X, y) > 0.8
    assert pipeline[-1].alpha_ in ALPHAS
