"""StackedGridSearchCV when something is wrong: GridSearchCV's errors and warnings."""

import re
import warnings

import numpy as np
import pytest
from searches import assert_same_error, assert_same_results, both, draw_rows, network, raised
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer, make_scorer
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skshallow import StackedGridSearchCV

# Of 90 rows in three parts 60 are left to train on.
TOO_LARGE_A_BATCH = {"batch_size": [20, 70], "alpha": [0.1, 10]}
METRICS = ["accuracy", "neg_log_loss"]


def fails(clf, X, y):
    raise ArithmeticError("no score today")


def fails_where_alpha_is_high(clf, X, y):
    if clf.alpha > 1:
        fails(clf, X, y)
    return clf.score(X, y)


def several(clf, X, y):
    return {"all": clf.score(X, y), "half": clf.score(X[::2], y[::2])}


def several_where_alpha_is_low(clf, X, y):
    return fails_where_alpha_is_high(clf, X, y) and several(clf, X, y)


def complaints(search, X, y, category):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(X, y)
    return [str(one.message) for one in caught if issubclass(one.category, category)]


def without_traceback(message):
    """A message and the last line of each traceback in it, that is the error."""
    return re.sub(r"Traceback \(most recent call last\):\n(?:  .*\n)+", "", message)


class Miscounting(KFold):
    """Says it makes one more split than it does."""

    def get_n_splits(self, X=None, y=None, groups=None):
        return super().get_n_splits() + 1


def search_both(estimator, grid, **settings):
    return [
        search(estimator, grid, **({"cv": 3} | settings))
        for search in (GridSearchCV, StackedGridSearchCV)
    ]


@pytest.mark.parametrize("error_score", [np.nan, -1.5])
@pytest.mark.parametrize(
    ("scoring", "refit"),
    [(None, True), (METRICS, "accuracy"), (several, "all")],
    ids=["one", "two", "callable"],
)
def test_a_candidate_that_cannot_be_fitted_costs_its_own_score_only(scoring, refit, error_score):
    X, y = draw_rows()
    # The first one is among those that fail.
    grid = {name: values[::-1] for name, values in TOO_LARGE_A_BATCH.items()}
    settings = {"scoring": scoring, "refit": refit, "error_score": error_score}
    plain, ours = search_both(network(solver="adam"), grid, return_train_score=True, **settings)
    expected, found = (complaints(search, X, y, UserWarning) for search in (plain, ours))
    assert [without_traceback(one) for one in found] == [without_traceback(one) for one in expected]
    assert_same_results(plain, ours)
    assert ours.best_params_["batch_size"] == 20


def test_a_fit_that_failed_is_told_like_by_grid_search():
    X, y = draw_rows()
    searches = search_both(network(solver="adam"), TOO_LARGE_A_BATCH)
    (expected,), (found,) = (complaints(one, X, y, FitFailedWarning) for one in searches)
    assert without_traceback(found) == without_traceback(expected)
    assert "6 fits failed out of a total of 12" in found
    assert "batch_size=70 must be at most the number of training rows, 60" in found


def test_some_of_a_stack_may_be_bad():
    X, y = draw_rows()
    plain, ours = search_both(network(), {"alpha": [1, -1, "x", 10]}, error_score=0)
    expected, found = (complaints(search, X, y, FitFailedWarning) for search in (plain, ours))
    assert without_traceback(found[0]) == without_traceback(expected[0])
    assert_same_results(plain, ours)
    assert (ours.cv_results_["mean_test_score"][[0, 3]] > 0.7).all()


def test_preprocessing_that_fails_costs_its_group_only():
    X, y = draw_rows()
    pipeline = make_pipeline(FunctionTransformer(), network())
    grid = {
        "functiontransformer__func": [np.abs, np.linalg.inv],
        "onehiddenlayerclassifier__alpha": [1, 10],
    }
    plain, ours = search_both(pipeline, grid)
    expected, found = (complaints(search, X, y, FitFailedWarning) for search in (plain, ours))
    assert without_traceback(found[0]) == without_traceback(expected[0])
    assert np.isnan(ours.cv_results_["mean_test_score"]).tolist() == [False, False, True, True]
    assert ours.best_params_ == plain.best_params_


def test_if_every_fit_fails_it_says_so():
    X, y = draw_rows()
    plain, ours = search_both(network(solver="adam"), {"batch_size": [70, 80]})
    expected, found = (str(raised(search, X, y)) for search in (plain, ours))
    assert without_traceback(found) == without_traceback(expected)
    assert "All the 6 fits failed" in found


def test_a_fold_without_a_class_fails_like_in_grid_search():
    X, y = draw_rows()
    order = np.argsort(y, kind="stable")
    settings = {"cv": KFold(2)}
    plain, ours = search_both(network(), {"alpha": [1, 10]}, **settings)
    expected, found = (str(raised(search, X[order], y[order])) for search in (plain, ours))
    assert without_traceback(found) == without_traceback(expected)
    # Of three classes one may be missing, which no metric minds but the log loss.
    X, y = draw_rows("multiclass")
    splits = [(np.flatnonzero(y > 0), np.flatnonzero(y == 0)), (np.arange(60), np.arange(60, 90))]
    assert_same_results(*both(network(), {"alpha": [1, 10]}, X, y, cv=splits))


def test_error_score_raise_lets_the_error_through():
    message = assert_same_error(
        network(solver="adam"), TOO_LARGE_A_BATCH, *draw_rows(), error_score="raise"
    )
    assert message.startswith("batch_size=70 must be")


@pytest.mark.parametrize(
    "scoring",
    [
        fails_where_alpha_is_high,
        {"good": "accuracy", "bad": make_scorer(fails, response_method="predict")},
        {"good": "accuracy", "bad": fails},
        "roc_auc_ovr",
    ],
    ids=["callable", "metric", "scorer", "multiclass only"],
)
def test_a_scorer_that_fails_is_told_like_by_grid_search(scoring):
    X, y = draw_rows()
    settings = {"scoring": scoring, "refit": "good" if isinstance(scoring, dict) else True}
    plain, ours = search_both(network(), {"alpha": [0.1, 10]}, **settings)
    expected, found = (complaints(search, X, y, UserWarning) for search in (plain, ours))
    shown = [sorted(without_traceback(one) for one in every) for every in (expected, found)]
    assert shown[0] == shown[1]
    assert_same_results(plain, ours)


@pytest.mark.parametrize("scoring", [fails, {"good": "accuracy", "bad": fails}, several])
def test_a_scorer_that_fails_raises_where_asked_to(scoring):
    X, y = draw_rows()
    clf = network()
    if scoring is several:
        scoring = several_where_alpha_is_low
    settings = {"scoring": scoring, "refit": False, "error_score": "raise"}
    assert "no score today" in assert_same_error(clf, {"alpha": [0.1, 10]}, X, y, **settings)


def test_several_metrics_at_once_may_all_fail_for_a_candidate():
    search = StackedGridSearchCV(
        network(), {"alpha": [10, 0.1]}, scoring=several_where_alpha_is_low, refit="all", cv=3
    )
    found = complaints(search, *draw_rows(), UserWarning)
    assert sum("Scoring failed" in one for one in found) == 3
    for name in ("all", "half"):
        assert np.isnan(search.cv_results_[f"mean_test_{name}"]).tolist() == [True, False]
    assert search.best_params_ == {"alpha": 0.1}


@pytest.mark.parametrize(
    "scoring",
    [lambda clf, X, y: "high", lambda clf, X, y: np.ones(2), lambda clf, X, y: {"name": None}],
    ids=["str", "array", "dict"],
)
def test_a_score_is_a_number(scoring):
    message = assert_same_error(
        network(), {"alpha": [0.1]}, *draw_rows(), scoring=scoring, refit=False
    )
    assert "scoring must return a number" in message


@pytest.mark.parametrize("container", [np.float64, np.array, lambda score: np.array([score])])
def test_a_score_may_be_a_number_of_numpys(container):
    plain, ours = both(
        network(),
        {"alpha": [0.1, 10]},
        *draw_rows(),
        scoring=lambda clf, X, y: container(clf.score(X, y)),
    )
    assert_same_results(plain, ours)


@pytest.mark.parametrize(
    "grid",
    [{"nonsense": [1]}, {"alpha": []}, {"alpha": "abc"}, {"alpha": 1}, [], "alpha", [1]],
    ids=str,
)
def test_grids_that_make_no_sense(grid):
    assert_same_error(network(), grid, *draw_rows())


@pytest.mark.parametrize(
    "settings",
    [
        {"cv": []},
        {"cv": 1},
        {"cv": 80},
        {"cv": "many"},
        {"scoring": "nonsense"},
        {"scoring": ["accuracy", "accuracy"], "refit": False},
        {"scoring": [], "refit": False},
        {"scoring": METRICS},
        {"scoring": METRICS, "refit": "precision"},
        {"scoring": several},
        {"scoring": several, "refit": "quarter"},
        {"refit": lambda results: 2},
        {"refit": lambda results: -1},
        {"refit": lambda results: 0.5},
        {"error_score": "ignore"},
        {"n_jobs": 1.5},
        {"return_train_score": "yes"},
    ],
    ids="-".join,
)
def test_settings_that_make_no_sense(settings):
    assert_same_error(network(), {"alpha": [0.1, 10]}, *draw_rows(), **settings)


def test_a_splitter_that_miscounts_is_refused():
    for search in search_both(network(), {"alpha": [0.1, 10]}, cv=Miscounting(3)):
        with pytest.raises(ValueError, match=r"inconsistent results\. Expected 4 splits, got 3"):
            search.fit(*draw_rows())


def test_tables_that_make_no_sense():
    X, y = draw_rows()
    grid = {"alpha": [0.1, 10]}
    assert_same_error(network(), grid, X[:-1], y)
    assert_same_error(network(), grid, X, y, cv=iter([]))
    plain, ours = search_both(network(), grid)
    for bad in ((X, None), (np.where(X > 2, np.nan, X), y)):
        expected, found = (str(raised(search, *bad)) for search in (plain, ours))
        assert found.split(":")[0] == expected.split(":")[0]


def test_another_estimator_at_the_end_of_the_pipeline_is_searched_too():
    """As a value of the grid it is only met on the way."""
    X, y = draw_rows()
    pipeline = make_pipeline(StandardScaler(), network())
    grid = {
        "onehiddenlayerclassifier": [network(n_h=2), LogisticRegression(), network(n_h=3)],
        "standardscaler": ["passthrough", StandardScaler(with_mean=False)],
    }
    assert_same_results(*both(pipeline, grid, X, y, scoring="neg_log_loss"))


def test_without_refit_there_is_nothing_to_predict_with():
    X, y = draw_rows()
    plain, ours = both(network(), {"alpha": [0.1, 10]}, X, y, refit=False)
    assert_same_results(plain, ours)
    assert ours.best_params_ == plain.best_params_
    assert ours.best_score_ == pytest.approx(plain.best_score_)
    assert not hasattr(ours, "best_estimator_")
    assert not hasattr(ours, "classes_")
    for search in (ours, StackedGridSearchCV(network(), {})):
        with pytest.raises((AttributeError, NotFittedError)):
            search.predict(X)


def test_warnings_of_training_come_through_for_each_fit():
    X, y = draw_rows()
    plain, ours = search_both(network(tol=1e-9), {"alpha": [0.1, 10]})
    expected, found = (complaints(search, X, y, ConvergenceWarning) for search in (plain, ours))
    assert found == expected
    assert len(found) == 7


class Interrupting:
    """A scorer that is interrupted at its second call."""

    def __init__(self):
        self.calls = 0

    def __call__(self, clf, X, y):
        self.calls += 1
        if self.calls == 2:
            raise KeyboardInterrupt
        return 0.0


def test_an_interruption_goes_up():
    search = StackedGridSearchCV(network(), {"alpha": [1, 2]}, scoring=Interrupting(), cv=3)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*draw_rows())
    assert not hasattr(search, "cv_results_")


def test_an_interruption_of_training_goes_up(capsys, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.print", interrupted)
    # A network that reports its progress is interrupted while it does.
    with pytest.raises(KeyboardInterrupt):
        StackedGridSearchCV(network(verbose=1), {"alpha": [1, 2]}, cv=3).fit(*draw_rows())


@pytest.mark.parametrize("scoring", [None, METRICS], ids=["one", "two"])
@pytest.mark.parametrize("train_score", [False, True])
@pytest.mark.parametrize("verbose", [0, 1, 2, 3, 10])
def test_says_what_grid_search_says(verbose, train_score, scoring, capsys):
    X, y = draw_rows()

    def said(search):
        search.fit(X, y)
        out = re.sub(r"total time= +[\d.]+s", "", capsys.readouterr().out)
        return sorted(re.sub(r"\.{3,}", "...", out).splitlines())

    settings = {"scoring": scoring, "refit": False, "return_train_score": train_score, "cv": 2}
    plain, ours = search_both(network(), {"alpha": [0.1, 10]}, verbose=verbose, **settings)
    lines = said(ours)
    assert lines == said(plain)
    assert len(lines) == {0: 0, 1: 1, 10: 9}.get(verbose, 5)


@pytest.mark.parametrize(
    "scoring",
    [METRICS, tuple(METRICS), {"low": "accuracy", "log": get_scorer("neg_log_loss")}, several],
    ids=["list", "tuple", "dict", "callable"],
)
@pytest.mark.parametrize("by", ["first", "last", "nothing", "function"])
def test_several_metrics(scoring, by):
    X, y = draw_rows()
    names = ["all", "half"] if scoring is several else list(scoring)
    refit = {"first": names[0], "last": names[-1], "nothing": False}.get(
        by, lambda results: int(results[f"mean_test_{names[0]}"].argmin())
    )
    settings = {"scoring": scoring, "refit": refit, "return_train_score": True}
    plain, ours = both(network(), {"alpha": [0.1, 10]}, X, y, **settings, cv=2)
    assert_same_results(plain, ours)
    assert repr(ours.scorer_) == repr(plain.scorer_)
    fitted = {name for name in vars(plain) if name[-1] == "_" and name[0] != "_"}
    assert {name for name in vars(ours) if name[-1] == "_"} == fitted
    if isinstance(refit, str):
        assert ours.score(X, y) == pytest.approx(plain.score(X, y))
        assert ours.best_score_ == pytest.approx(plain.best_score_)
    if refit:
        assert ours.best_params_ == plain.best_params_
        np.testing.assert_array_equal(ours.predict(X), plain.predict(X))
