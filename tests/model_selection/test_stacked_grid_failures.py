"""StackedGridSearchCV when something is wrong: GridSearchCV's errors and warnings."""

import re

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import (
    assert_same_error,
    assert_same_results,
    both,
    errors_in,
    raised,
    search_both,
    warnings_of,
)
from skshallow import StackedGridSearchCV

# Of 90 samples in three parts 60 are left to train on.
TOO_LARGE_A_BATCH = {"batch_size": [20, 70], "alpha": [0.1, 10]}
METRICS = ["accuracy", "neg_log_loss"]


def several(clf, X, y):
    return {"all": clf.score(X, y), "half": clf.score(X[::2], y[::2])}


class Miscounting(KFold):
    """Says it makes one more split than it does."""

    def get_n_splits(self, X=None, y=None, groups=None):
        return super().get_n_splits() + 1


@pytest.mark.parametrize("error_score", [np.nan, -1.5])
@pytest.mark.parametrize(
    ("scoring", "refit"),
    [(None, True), (METRICS, "accuracy"), (several, "all")],
    ids=["one", "two", "callable"],
)
def test_a_candidate_that_cannot_be_fitted_costs_its_own_score_only(scoring, refit, error_score):
    X, y = draw_samples()
    # The first one is among those that fail.
    grid = {name: values[::-1] for name, values in TOO_LARGE_A_BATCH.items()}
    settings = {"scoring": scoring, "refit": refit, "error_score": error_score}
    plain, ours = search_both(candidate(solver="adam"), grid, return_train_score=True, **settings)
    expected, found = (warnings_of(search, X, y, UserWarning) for search in (plain, ours))
    assert errors_in(found) == errors_in(expected)
    assert len(found) == len(expected)
    assert_same_results(plain, ours)
    assert ours.best_params_["batch_size"] == 20


def test_a_fit_that_failed_is_told_like_by_grid_search():
    X, y = draw_samples()
    searches = search_both(candidate(solver="adam"), TOO_LARGE_A_BATCH)
    expected, found = (warnings_of(one, X, y, FitFailedWarning) for one in searches)
    assert errors_in(found) == errors_in(expected)
    for (message,) in (expected, found):
        assert "6 fits failed out of a total of 12" in message
        assert "batch_size=70 must be at most the number of training samples, 60" in message


def test_some_of_a_stack_may_be_bad():
    X, y = draw_samples()
    plain, ours = search_both(candidate(), {"alpha": [1, -1, "x", 10]}, error_score=0)
    expected, found = (warnings_of(search, X, y, FitFailedWarning) for search in (plain, ours))
    assert errors_in(found) == errors_in(expected) != []
    assert_same_results(plain, ours)
    assert (ours.cv_results_["mean_test_score"][[0, 3]] > 0.7).all()


def test_preprocessing_that_fails_costs_its_group_only():
    X, y = draw_samples()
    pipeline = make_pipeline(FunctionTransformer(), candidate())
    grid = {
        "functiontransformer__func": [np.abs, np.linalg.inv],
        "onehiddenlayerclassifier__alpha": [1, 10],
    }
    plain, ours = search_both(pipeline, grid)
    expected, found = (warnings_of(search, X, y, FitFailedWarning) for search in (plain, ours))
    assert errors_in(found) == errors_in(expected) != []
    assert np.isnan(ours.cv_results_["mean_test_score"]).tolist() == [False, False, True, True]
    assert ours.best_params_ == plain.best_params_


def test_if_every_fit_fails_it_says_so():
    X, y = draw_samples()
    plain, ours = search_both(candidate(solver="adam"), {"batch_size": [70, 80]})
    expected, found = (str(raised(search, X, y)) for search in (plain, ours))
    assert errors_in([found]) == errors_in([expected])
    for message in (expected, found):
        assert "All the 6 fits failed" in message


def test_a_fold_without_a_class_fails_like_in_grid_search():
    X, y = draw_samples()
    order = np.argsort(y, kind="stable")
    settings = {"cv": KFold(2)}
    plain, ours = search_both(candidate(), {"alpha": [1, 10]}, **settings)
    expected, found = (str(raised(search, X[order], y[order])) for search in (plain, ours))
    assert errors_in([found]) == errors_in([expected])
    # Of three classes one may be missing, which no metric minds but the log loss.
    X, y = draw_samples("multiclass")
    splits = [(np.flatnonzero(y > 0), np.flatnonzero(y == 0)), (np.arange(60), np.arange(60, 90))]
    assert_same_results(*both(candidate(), {"alpha": [1, 10]}, X, y, cv=splits))


def test_error_score_raise_lets_the_error_through():
    message = assert_same_error(
        candidate(solver="adam"), TOO_LARGE_A_BATCH, *draw_samples(), error_score="raise"
    )
    assert message.startswith("batch_size=70 must be")


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ({"nonsense": [1]}, "nonsense"),
        ({"alpha": []}, "alpha"),
        ({"alpha": "abc"}, "alpha"),
        ({"alpha": 1}, "alpha"),
        ([], "fit"),
        ("alpha", "param"),
        ([1], "grid"),
    ],
    ids=str,
)
def test_grids_that_make_no_sense(grid, words):
    assert_same_error(candidate(), grid, *draw_samples(), words=words)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"cv": []}, "fit"),
        ({"cv": 1}, "cv"),
        ({"cv": 80}, "n_splits=80"),
        ({"cv": "many"}, "cv"),
        ({"scoring": "nonsense"}, "nonsense"),
        ({"scoring": ["accuracy", "accuracy"], "refit": False}, "accuracy"),
        ({"scoring": [], "refit": False}, "mpty"),
        ({"scoring": METRICS}, ("refit", "True")),
        ({"scoring": METRICS, "refit": "precision"}, ("refit", "'precision'")),
        ({"scoring": several}, ("refit", "True")),
        ({"scoring": several, "refit": "quarter"}, ("refit", "'quarter'")),
        ({"error_score": "ignore"}, ("error_score", "'ignore'")),
        ({"n_jobs": 1.5}, ("n_jobs", "1.5")),
        ({"return_train_score": "yes"}, ("return_train_score", "'yes'")),
    ],
)
def test_settings_that_make_no_sense(settings, words):
    samples = draw_samples()
    assert_same_error(candidate(), {"alpha": [0.1, 10]}, *samples, words=words, **settings)


@pytest.mark.parametrize("index", [2, -1, 0.5])
def test_a_function_that_chooses_no_candidate_is_refused(index):
    settings = {"refit": lambda results: index}
    message = assert_same_error(candidate(), {"alpha": [0.1, 10]}, *draw_samples(), **settings)
    assert "refit" in message
    assert str(index) in message


def test_a_splitter_that_miscounts_is_refused():
    for search in search_both(candidate(), {"alpha": [0.1, 10]}, cv=Miscounting(3)):
        with pytest.raises(ValueError, match=r"inconsistent.* 4.* 3"):
            search.fit(*draw_samples())


def test_tables_that_make_no_sense():
    X, y = draw_samples()
    grid = {"alpha": [0.1, 10]}
    assert_same_error(candidate(), grid, X[:-1], y, words="inconsistent")
    assert_same_error(candidate(), grid, X, y, cv=iter([]), words="fit")
    plain, ours = search_both(candidate(), grid)
    for bad in ((X, None), (np.where(X > 2, np.nan, X), y)):
        for search in (plain, ours):
            assert "All the 6 fits failed" in str(raised(search, *bad))


def test_another_estimator_at_the_end_of_the_pipeline_is_searched_too():
    """As a value of the grid it is only met on the way."""
    X, y = draw_samples()
    pipeline = make_pipeline(StandardScaler(), candidate())
    grid = {
        "onehiddenlayerclassifier": [candidate(n_h=2), LogisticRegression(), candidate(n_h=3)],
        "standardscaler": ["passthrough", StandardScaler(with_mean=False)],
    }
    assert_same_results(*both(pipeline, grid, X, y, scoring="neg_log_loss"))


def test_without_refit_there_is_nothing_to_predict_with():
    X, y = draw_samples()
    plain, ours = both(candidate(), {"alpha": [0.1, 10]}, X, y, refit=False)
    assert_same_results(plain, ours)
    assert ours.best_params_ == plain.best_params_
    assert ours.best_score_ == pytest.approx(plain.best_score_)
    assert not hasattr(ours, "best_estimator_")
    assert not hasattr(ours, "classes_")
    for search in (ours, StackedGridSearchCV(candidate(), {})):
        with pytest.raises((AttributeError, NotFittedError)):
            search.predict(X)


def test_warnings_of_training_come_through_for_each_fit():
    X, y = draw_samples()
    plain, ours = search_both(candidate(tol=1e-9), {"alpha": [0.1, 10]})
    expected, found = (warnings_of(search, X, y, ConvergenceWarning) for search in (plain, ours))
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
    search = StackedGridSearchCV(candidate(), {"alpha": [1, 2]}, scoring=Interrupting(), cv=3)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*draw_samples())
    assert not hasattr(search, "cv_results_")


def test_an_interruption_of_training_goes_up(capsys, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.print", interrupted)
    # A network that reports its progress is interrupted while it does.
    with pytest.raises(KeyboardInterrupt):
        StackedGridSearchCV(candidate(verbose=1), {"alpha": [1, 2]}, cv=3).fit(*draw_samples())


@pytest.mark.parametrize("scoring", [None, METRICS], ids=["one", "two"])
@pytest.mark.parametrize("train_score", [False, True])
@pytest.mark.parametrize("verbose", [0, 1, 2, 3, 10])
def test_says_what_grid_search_says(verbose, train_score, scoring, capsys):
    X, y = draw_samples()

    def said(search):
        search.fit(X, y)
        out = re.sub(r"total time= +[\d.]+s", "", capsys.readouterr().out)
        return sorted(re.sub(r"\.{3,}", "...", out).splitlines())

    settings = {"scoring": scoring, "refit": False, "return_train_score": train_score, "cv": 2}
    plain, ours = search_both(candidate(), {"alpha": [0.1, 10]}, verbose=verbose, **settings)
    lines = said(ours)
    assert lines == said(plain)
    assert len(lines) == {0: 0, 1: 1, 10: 9}.get(verbose, 5)
