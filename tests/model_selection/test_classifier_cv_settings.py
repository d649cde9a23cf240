"""OneHiddenLayerClassifierCV: what it chooses from, and by what."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    KFold,
    StratifiedKFold,
    cross_val_score,
)

from helpers.classifiers import ALPHAS, chooser
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, solvers
from skshallow._training.loop import Training

SPLITS = StratifiedKFold(3, shuffle=True, random_state=0)


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
    clf = chooser(alphas=alphas, cv=2).fit(*draw_samples())
    assert clf.cv_results_["param_alpha"].tolist() == pytest.approx(expected)
    assert isinstance(clf.alpha_, float)
    if not isinstance(alphas, int):
        assert clf.alpha_ == clf.best_params_["alpha"]


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
    X, y = draw_samples()
    settings = {"solver": "gd", "tol": 0} if name == "learning_rate" else {}
    clf = chooser(**{name: values}, alphas=[1.0, 2.0], cv=2, **settings).fit(X, y)
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
    clf = chooser(alphas=np.array([2.0]) if as_array else [2.0], cv=2).fit(*draw_samples())
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
    clf = chooser(cv=cv).fit(*draw_samples())
    assert clf.n_splits_ == n_splits
    assert f"split{n_splits - 1}_test_score" in clf.cv_results_
    assert f"split{n_splits}_test_score" not in clf.cv_results_


def test_splits_are_drawn_by_random_state():
    X, y = draw_samples()
    scores = [chooser(random_state=seed, alphas=[1.0]).fit(X, y).best_score_ for seed in (0, 0, 1)]
    assert scores[0] == scores[1] != scores[2]
    # They are shuffled, so samples that come sorted do no harm, and stratified.
    order = np.argsort(y, kind="stable")
    assert chooser().fit(X[order], y[order]).score(X, y) > 0.8


@pytest.mark.parametrize(
    "scoring", ["accuracy", "roc_auc", make_scorer(accuracy_score), lambda clf, X, y: -clf.loss_]
)
def test_scores_to_judge_by(scoring):
    X, y = draw_samples()
    clf = chooser(scoring=scoring, cv=SPLITS).fit(X, y)
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


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs", solvers.Adam(beta_1=0.5)])
def test_solvers(solver):
    settings = {"batch_size": 30} if solver in ("sgd", "adam") else {}
    clf = chooser(solver=solver, cv=2, tol=0, **settings).fit(*draw_samples())
    assert clf.solver_ == (solver if isinstance(solver, str) else "adam")
    assert clf.score(*draw_samples()) > 0.8


def several_scores(clf, X, y):
    return {"a": 1}


@pytest.mark.parametrize(
    ("params", "culprit"),
    [
        ({"alphas": 0}, "'alphas'"),
        ({"alphas": 2.5}, "'alphas'"),
        ({"alphas": "many"}, "'alphas'"),
        ({"n_h": 0}, "'n_h'"),
        ({"activation": "step"}, "'activation'"),
        ({"learning_rate": -1}, "'learning_rate'"),
        ({"solver": "newton"}, "'solver'"),
        ({"n_init": 0}, "'n_init'"),
        ({"cv": 1}, "'cv'"),
        ({"cv": 80}, "n_splits=80"),
        ({"cv": []}, "nothing to fit: cv gave no splits"),
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
        chooser(**params).fit(*draw_samples())


BAD_CHOICES = {
    "alphas": [
        *([[1.0, 2.0]], [None], ["a"], ["1"], ["auto"], [1, -1], [1, np.nan], [np.inf], [1, [2]]),
        *([1j], [10**400], [], (), np.array(1.0), np.array(3), np.array([[1.0]]), np.array([])),
        *(pd.Series([], dtype=float), pd.Series([1.0, None]), pd.DataFrame([[1.0, 2.0]])),
    ],
    "n_h": [
        *([], [4, 0], [2.5], [4, None], ["a"], ["auto", 4], [[4]], [4, np.nan], np.array(4)),
        *(np.array([[4, 2]]), np.array([4.0]), pd.DataFrame([[4, 2]])),
    ],
    "activation": [[], ["relu", "step"], [None], [["relu"]], np.array("tanh"), [1]],
    "learning_rate": [[], [0.1, 0], [None], [[0.1]], np.array(0.1), ["a"], [np.inf]],
}
ALLOWED = {
    "alphas": "a float in the range [0.0, inf)",
    "n_h": "an int in the range [1, inf)",
    "activation": "'softplus'",
    "learning_rate": "a str among {'auto'} or a float in the range (0.0, inf)",
}


@pytest.mark.parametrize(
    ("name", "values"),
    [(name, values) for name, several in BAD_CHOICES.items() for values in several],
    ids=lambda value: repr(value)[:30],
)
def test_bad_choices_are_named_before_any_training(name, values, monkeypatch):
    def train(self):
        pytest.fail("trained with bad values to choose from")

    monkeypatch.setattr(Training, "run", train)
    clf = chooser(solver="gd", **{name: values})
    with pytest.raises(ValueError, match=f"'{name}' parameter of OneHiddenLayerCl") as error:
        clf.fit(*draw_samples())
    assert ALLOWED[name] in str(error.value)
    assert f"Got {values!r} instead" in str(error.value)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("alphas", pd.Series([1.0, 2.0, 50.0])),
        ("alphas", range(1, 4)),
        ("alphas", [np.array(1.0), np.float32(2), 3]),
        ("n_h", pd.Series([2, 4])),
        ("n_h", range(2, 4)),
        ("n_h", [np.array(2), np.int64(4)]),
        ("activation", pd.Series(["relu", "tanh"])),
        ("learning_rate", pd.Series([0.1, 0.2])),
    ],
    ids=str,
)
def test_values_may_come_in_any_array(name, values):
    settings = {"alphas": [1.0], "cv": 2, "solver": "gd", "max_iter": 20, "tol": 0}
    clf = chooser(**settings | {name: values}).fit(*draw_samples())
    own = "alpha" if name == "alphas" else name
    assert [params[own] for params in clf.cv_results_["params"]] == list(values)
    assert clf.alpha_ == clf.best_params_["alpha"]


def test_infinite_scores_can_be_compared():
    def hopeless(estimator, X, y):
        return -np.inf

    with pytest.warns(UserWarning, match="test scores are non-finite"):
        clf = chooser(alphas=5, scoring=hopeless, cv=2).fit(*draw_samples())
    assert clf.alpha_ == 0.01
    assert clf.best_score_ == -np.inf
