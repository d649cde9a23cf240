"""OneHiddenLayerClassifierCV: what it chooses, from what, and what is there afterwards."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from searches import ALPHAS, choosing, draw_rows
from sklearn.base import clone
from sklearn.datasets import make_gaussian_quantiles
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import accuracy_score, log_loss, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV, solvers
from skshallow.search.interpolation import highest_between

SPLITS = StratifiedKFold(3, shuffle=True, random_state=0)


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_chooses_the_best_of_its_results(kind):
    X, y = draw_rows(kind)
    clf = choosing().fit(X, y)
    results = clf.cv_results_
    assert clf.best_index_ == results["mean_test_score"].argmax()
    assert clf.best_score_ == results["mean_test_score"].max()
    assert clf.alpha_ == results["param_alpha"][clf.best_index_] == clf.best_params_["alpha"]
    assert clf.n_splits_ == 5
    assert len(np.unique(results["mean_test_score"])) == len(ALPHAS)
    assert results["rank_test_score"].min() == 1


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_is_a_grid_search_and_a_fit_of_the_best(kind):
    X, y = draw_rows(kind)
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
    X, y = draw_rows("multilabel")
    clf = choosing(alphas=[1.0], cv=[(np.arange(60), np.arange(60, 90))]).fit(X, y)
    plain = OneHiddenLayerClassifier(4, max_iter=300, random_state=0).fit(X[:60], y[:60])
    expected = -log_loss(np.ravel(y[60:]), np.ravel(plain.predict_proba(X[60:]))) * y.shape[1]
    assert clf.best_score_ == pytest.approx(expected)


@pytest.mark.parametrize(
    ("alphas", "expected"),
    [
        (3, [0.01, 1, 100]),
        (5, [0.01, 0.1, 1, 10, 100]),
        ([0, 2], [0, 2]),
        ((5,), [5]),
        (np.array([1, 2]), [1, 2]),
        (pd.Series([3.0, 0.5]), [3, 0.5]),
    ],
    ids=str,
)
def test_penalties_to_choose_from(alphas, expected):
    clf = choosing(alphas=alphas, cv=2).fit(*draw_rows())
    assert clf.cv_results_["param_alpha"].tolist() == pytest.approx(expected)
    assert isinstance(clf.alpha_, float)
    if not isinstance(alphas, int):
        assert clf.alpha_ == clf.best_params_["alpha"]


@pytest.mark.parametrize("others", [{}, {"n_h": [2, 4], "activation": ["tanh", "relu"]}], ids=str)
def test_a_number_of_penalties_is_chosen_between(others):
    X, y = draw_rows()
    clf = choosing(**({"alphas": 5} | others)).fit(X, y)
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
    clf = choosing(**settings, alphas=[alpha], cv=cv).fit(X, y)
    ways = [OneHiddenLayerClassifier(**settings, alpha=alpha, tol=tol) for tol in ("auto", 1e-4)]
    early, settled = (cross_val_score(way, X, y, cv=cv, scoring="neg_log_loss") for way in ways)
    error = np.std(early - settled, ddof=1) / np.sqrt(3) if len(early) > 1 else 0
    assert (np.mean(early - settled) > 2 * error) == worse
    assert is_same_network(clf, ways[0 if worse else 1].fit(X, y))


@pytest.mark.parametrize(
    ("settings", "tol"), [({"solver": "adam"}, "auto"), ({"tol": 0.01}, 0.01)], ids=str
)
def test_how_far_to_train_is_not_chosen_for_mini_batches_or_where_it_is_said(settings, tol):
    X, y = draw_rows()
    clf = choosing(alphas=[0.3, 3], **settings).fit(X, y)
    by_hand = OneHiddenLayerClassifier(4, max_iter=300, random_state=0, alpha=clf.alpha_)
    assert is_same_network(clf, by_hand.set_params(**(settings | {"tol": tol})).fit(X, y))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("n_h", [1, 8]),
        ("n_h", (1, 8)),
        ("n_h", np.array([1, 8])),
        ("activation", ["identity", "tanh"]),
        ("activation", np.array(["identity", "tanh"])),
        ("learning_rate", ["auto", 1e-6]),
        ("learning_rate", [1e-6, 0.1]),
    ],
    ids=str,
)
def test_other_parameters_to_choose(name, values):
    X, y = draw_rows()
    settings = {"solver": "gd", "tol": 0} if name == "learning_rate" else {}
    clf = choosing(**{name: values}, alphas=[1.0, 2.0], cv=2, **settings).fit(X, y)
    assert [params[name] for params in clf.cv_results_["params"]].count(values[0]) == 2
    assert len(clf.cv_results_["params"]) == 4
    chosen = clf.best_params_[name]
    assert chosen in list(values)
    if name == "learning_rate":
        # A rate at which nothing is learned is never the better one.
        assert chosen != 1e-6
    if name == "activation":
        assert clf.activation_ == chosen
    assert clf.n_h_ == len(clf.intercepts_[0]) == (chosen if name == "n_h" else 4)
    assert isinstance(clf.n_h_, int)


@pytest.mark.parametrize("as_array", [False, True])
def test_a_single_value_is_not_searched(as_array):
    clf = choosing(alphas=np.array([2.0]) if as_array else [2.0], cv=2).fit(*draw_rows())
    assert clf.best_params_ == {"alpha": 2.0}
    assert clf.n_h_ == 4
    assert "param_n_h" not in clf.cv_results_


def masks():
    half = np.arange(90) < 45
    return [(half, ~half), (~half, half)]


@pytest.mark.parametrize(
    ("cv", "n_splits"),
    [(None, 5), (2, 2), (KFold(4), 4), (masks(), 2), (iter(masks()), 2)],
    ids=["none", "int", "splitter", "list", "iterator"],
)
def test_splits_of_any_kind(cv, n_splits):
    clf = choosing(cv=cv).fit(*draw_rows())
    assert clf.n_splits_ == n_splits
    assert f"split{n_splits - 1}_test_score" in clf.cv_results_
    assert f"split{n_splits}_test_score" not in clf.cv_results_


def test_splits_are_drawn_by_random_state():
    X, y = draw_rows()
    scores = [choosing(random_state=seed, alphas=[1.0]).fit(X, y).best_score_ for seed in (0, 0, 1)]
    assert scores[0] == scores[1] != scores[2]
    # They are shuffled, so rows that come sorted do no harm, and stratified.
    order = np.argsort(y, kind="stable")
    assert choosing().fit(X[order], y[order]).score(X, y) > 0.8


@pytest.mark.parametrize(
    "scoring", ["accuracy", "roc_auc", make_scorer(accuracy_score), lambda clf, X, y: -clf.loss_]
)
def test_scores_to_judge_by(scoring):
    X, y = draw_rows()
    clf = choosing(scoring=scoring, cv=SPLITS).fit(X, y)
    expected = [
        cross_val_score(
            OneHiddenLayerClassifier(4, alpha=alpha, max_iter=300, random_state=0),
            X,
            y,
            cv=SPLITS,
            scoring=scoring,
        ).mean()
        for alpha in ALPHAS
    ]
    np.testing.assert_allclose(clf.cv_results_["mean_test_score"], expected, atol=0.02)


def test_without_refit_there_is_nothing_to_predict_with():
    X, y = draw_rows()
    clf = choosing(refit=False).fit(X, y)
    assert clf.alpha_ == choosing().fit(X, y).alpha_
    assert not hasattr(clf, "coefs_")
    for method in ("predict", "predict_proba", "decision_function"):
        with pytest.raises(NotFittedError):
            getattr(clf, method)(X)
    # Nor is there after another fit, whose network would have been for other parameters.
    clf = choosing().fit(X, y).set_params(refit=False).fit(X[:60], y[:60])
    with pytest.raises(NotFittedError):
        clf.predict(X)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_workers_find_the_same(backend):
    X, y = draw_rows("multiclass")
    alone = choosing(n_h=[2, 4]).fit(X, y)
    with joblib.parallel_backend(backend):
        side_by_side = choosing(n_h=[2, 4], n_jobs=2).fit(X, y)
    for key in ("mean_test_score", "rank_test_score"):
        np.testing.assert_array_equal(side_by_side.cv_results_[key], alone.cv_results_[key])
    np.testing.assert_array_equal(side_by_side.coefs_[0], alone.coefs_[0])


def test_has_all_attributes_and_methods_of_the_classifier():
    X, y = draw_rows()
    clf = choosing(early_stopping=True).fit(X, y)
    plain = OneHiddenLayerClassifier(4, early_stopping=True, random_state=0).fit(X, y)
    public = {name for name in vars(plain) if name[-1] == "_" and name[0] != "_"}
    own = {"alpha_", "n_h_", "best_params_", "best_score_", "best_index_", "cv_results_"}
    assert {name for name in vars(clf) if name[-1] == "_"} == public | own | {"n_splits_"}
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        assert getattr(clf, method)(X).shape == getattr(plain, method)(X).shape
    assert clf.score(X, y) == accuracy_score(y, clf.predict(X))
    assert clf.n_iter_ == len(clf.loss_curve_) == len(clf.validation_loss_curve_)


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs", solvers.Adam(beta_1=0.5)])
def test_solvers(solver):
    settings = {"batch_size": 30} if solver in ("sgd", "adam") else {}
    clf = choosing(solver=solver, cv=2, tol=0, **settings).fit(*draw_rows())
    assert clf.solver_ == (solver if isinstance(solver, str) else "adam")
    assert clf.score(*draw_rows()) > 0.8


def test_a_fit_that_fails_keeps_the_former():
    X, y = draw_rows()
    clf = choosing().fit(X, y)
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


def several_scores(clf, X, y):
    return {"a": 1}


@pytest.mark.parametrize(
    ("params", "culprit"),
    [
        ({"alphas": 0}, "'alphas'"),
        ({"alphas": 2.5}, "'alphas'"),
        ({"alphas": "many"}, "'alphas'"),
        ({"alphas": []}, "'alpha'"),
        ({"alphas": [1, -1]}, "'alpha'"),
        ({"alphas": [np.nan]}, "'alpha'"),
        ({"n_h": 0}, "'n_h'"),
        ({"n_h": []}, "'n_h'"),
        ({"n_h": [4, 0]}, "'n_h'"),
        ({"n_h": [2.5]}, "'n_h'"),
        ({"activation": "step"}, "'activation'"),
        ({"activation": ["relu", "step"]}, "'activation'"),
        ({"learning_rate": -1}, "'learning_rate'"),
        ({"learning_rate": [0.1, 0]}, "'learning_rate'"),
        ({"solver": "newton"}, "'solver'"),
        ({"n_init": 0}, "'n_init'"),
        ({"cv": 1}, "'cv'"),
        ({"cv": 80}, "n_splits=80"),
        ({"cv": []}, "Was the CV iterator empty"),
        ({"scoring": "nonsense"}, "'scoring'"),
        ({"scoring": ["accuracy", "roc_auc"]}, "'scoring'"),
        ({"scoring": several_scores}, "scoring must return a number"),
        ({"refit": "yes"}, "'refit'"),
        ({"n_jobs": 0.5}, "'n_jobs'"),
        ({"batch_size": 85, "solver": "adam"}, "batch_size=85"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_bad_parameters_are_named(params, culprit):
    with pytest.raises(ValueError, match=culprit):
        choosing(**params).fit(*draw_rows())


def test_only_the_last_training_warns_of_its_end():
    X, y = draw_rows()
    with pytest.warns(ConvergenceWarning, match="max_iter=3") as caught:
        choosing(max_iter=3, tol=1e-9).fit(X, y)
    assert len(caught) == 1


def test_survives_pickling_and_cloning():
    X, y = draw_rows()
    clf = choosing(n_h=[2, 4]).fit(X, y)
    again = pickle.loads(pickle.dumps(clf))
    np.testing.assert_array_equal(again.predict_proba(X), clf.predict_proba(X))
    assert again.alpha_ == clf.alpha_
    assert not hasattr(clone(clf), "coefs_")
    assert clone(clf).get_params() == clf.get_params()


def test_at_the_end_of_a_pipeline():
    X, y = draw_rows()
    pipeline = make_pipeline(StandardScaler(), choosing(cv=2))
    assert pipeline.fit(X, y).score(X, y) > 0.8
    assert pipeline[-1].alpha_ in ALPHAS


def test_infinite_scores_can_be_compared():
    def hopeless(estimator, X, y):
        return -np.inf

    with pytest.warns(UserWarning, match="test scores are non-finite"):
        clf = choosing(alphas=5, scoring=hopeless, cv=2).fit(*draw_rows())
    assert clf.alpha_ == 0.01
    assert clf.best_score_ == -np.inf
