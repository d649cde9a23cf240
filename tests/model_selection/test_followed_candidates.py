"""Callbacks of a searched classifier are told of every candidate, and may stop it."""

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_backend
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.classifiers import candidate, chooser
from helpers.samples import draw_samples
from helpers.searches import assert_same_error, assert_same_results, both
from skshallow import OneHiddenLayerClassifierCV, StackedGridSearchCV

GRID = {"alpha": [0.1, 10], "learning_rate": [0.1, 0.5]}
OF_PIPELINE = {f"onehiddenlayerclassifier__{name}": values for name, values in GRID.items()}


class Stopping:
    """Notes whose tasks there were, and stops a training after some epochs."""

    def __init__(self, n_epochs=1):
        self.n_epochs = n_epochs
        self.calls, self.models = [], []

    def setup(self, estimator, context):
        self.calls.append(f"setup {type(estimator).__name__}")

    def teardown(self, estimator, context):
        self.calls.append(f"teardown {type(estimator).__name__}")

    def on_fit_task_begin(self, estimator, context):
        self.calls.append(f"begin {context.task_name} of {type(estimator).__name__}")

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.calls.append(f"end {context.task_name} of {type(estimator).__name__}")
        if fitted_estimator is None:
            return False
        self.models.append(fitted_estimator)
        return fitted_estimator.n_iter_ >= self.n_epochs


class HandedOn(Stopping):
    """Set on a search, scikit-learn hands it on to what is searched."""

    max_propagation_depth = None


def frame(kind="binary"):
    X, y = draw_samples(kind)
    return pd.DataFrame(X, columns=list("abcd")), y


def of_classifier(callback):
    return candidate().set_callbacks(callback), GRID


def of_step(callback):
    return make_pipeline(StandardScaler(), candidate().set_callbacks(callback)), OF_PIPELINE


def of_pipeline(callback):
    return make_pipeline(StandardScaler(), candidate()).set_callbacks(callback), OF_PIPELINE


def in_grid(callback):
    pipeline = make_pipeline(StandardScaler(), candidate())
    steps = [candidate(n_h=3).set_callbacks(callback), candidate()]
    return pipeline, OF_PIPELINE | {"onehiddenlayerclassifier": steps}


@pytest.mark.parametrize("place", [of_classifier, of_step, of_pipeline, in_grid])
def test_callbacks_are_called_as_by_grid_search(place):
    callbacks, searches = [], []
    for search in (GridSearchCV, StackedGridSearchCV):
        callbacks.append(Stopping(2))
        estimator, grid = place(callbacks[-1])
        settings = {"cv": 3, "scoring": "neg_log_loss", "error_score": "raise"}
        searches.append(search(estimator, grid, **settings).fit(*frame()))
    for name in ("mean_test_score", "std_test_score", "rank_test_score"):
        expected, found = (search.cv_results_[name] for search in searches)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    expected, found = (callback.calls for callback in callbacks)
    assert found == expected
    assert "begin fit of OneHiddenLayerClassifier" in found or place is of_pipeline


@pytest.mark.parametrize("place", [of_classifier, of_step, in_grid])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_monitor_logs_what_it_logs_in_grid_search(place, n_jobs):
    logs = []
    for search in (GridSearchCV, StackedGridSearchCV):
        monitor = ScoringMonitor(scoring=["neg_log_loss", "accuracy"])
        estimator, grid = place(monitor)
        with parallel_backend("threading"):
            search(estimator, grid, cv=2, n_jobs=n_jobs).fit(*frame("multiclass"))
        logs.append(monitor.get_logs(include_lineage=True).data)
    expected, found = logs
    for row in (*expected, *found):
        row["estimator_name"] = row["estimator_name"].replace("StackedGrid", "Grid")
    assert found == expected
    assert len(found) > 8 * 8


@pytest.mark.parametrize("depth", [None, 1, 0])
def test_callbacks_of_the_search_follow_as_deep_as_they_are_handed_on(depth):
    stacked, plain = HandedOn(), HandedOn()
    stacked.max_propagation_depth = plain.max_propagation_depth = depth
    searches = [
        search(candidate(), GRID, cv=3, scoring="neg_log_loss").set_callbacks(callback)
        for search, callback in ((GridSearchCV, plain), (StackedGridSearchCV, stacked))
    ]
    assert_same_results(*(search.fit(*frame()) for search in searches))
    assert len(stacked.models) == len(plain.models) == (0 if depth == 0 else 4 * 3 + 1)


def test_a_progress_bar_lets_candidates_train_together(capsys):
    watched = StackedGridSearchCV(candidate(), GRID, cv=3).set_callbacks(ProgressBar())
    plain = StackedGridSearchCV(candidate(), GRID, cv=3).fit(*frame())
    assert_same_results(plain, watched.fit(*frame()), atol=0)
    # Candidates of a stack share its time.
    assert np.ptp(watched.cv_results_["mean_fit_time"]) == 0


def test_a_progress_bar_belongs_on_the_search():
    clf = candidate().set_callbacks(ProgressBar())
    words = "can't have auto-propagated callbacks"
    assert_same_error(clf, GRID, *frame(), words=words)
    assert_same_error(clf, GRID, *frame(), words=words, error_score="raise")


class Failing(Stopping):
    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        if fitted_estimator is not None and estimator.alpha == 10:
            raise OSError("no space left")


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning", "ignore:.*non-finite")
def test_a_callback_that_fails_fails_its_candidate():
    clf = candidate().set_callbacks(Failing())
    plain, ours = both(clf, GRID, *frame())
    assert_same_results(plain, ours)
    assert np.isnan(ours.cv_results_["mean_test_score"]).tolist() == [False, False, True, True]
    assert_same_error(clf, GRID, *frame(), words="no space left", error_score="raise")


def test_the_classifier_that_chooses_tells_of_the_epochs_of_its_candidates():
    X, y = frame()
    stopping = Stopping(2)
    clf = chooser(alphas=[0.1, 1], cv=3, tol=0, max_iter=20, n_init=1).set_callbacks(stopping)
    clf.fit(X, y)
    alone = candidate(solver="auto", max_iter=20).set_callbacks(Stopping(2))
    plain = GridSearchCV(alone, {"alpha": [0.1, 1]}, cv=3, scoring="neg_log_loss").fit(X, y)
    for name in ("mean_test_score", "rank_test_score"):
        np.testing.assert_allclose(clf.cv_results_[name], plain.cv_results_[name], rtol=1e-12)
    assert clf.n_iter_ == 2
    assert len(stopping.models) == 2 * (2 * 3 + 1)
    assert all(isinstance(model, OneHiddenLayerClassifierCV) for model in stopping.models)
    assert stopping.calls.count("end candidate-split-evaluation of OneHiddenLayerClassifierCV") == 6
    np.testing.assert_array_equal(clf.predict_proba(X), stopping.models[-1].predict_proba(X))


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_monitor_of_the_classifier_that_chooses_has_a_row_for_every_epoch(n_jobs):
    X, y = frame()
    monitor = ScoringMonitor(scoring="neg_log_loss")
    clf = chooser(alphas=[0.1, 1], cv=3, tol=0, max_iter=5, n_jobs=n_jobs).set_callbacks(monitor)
    with parallel_backend("threading"):
        clf.fit(X, y, sample_weight=1 + np.arange(len(y)) % 2)
    log = monitor.get_logs().data_as_pandas
    assert len(log) == (2 * 3 + 1) * 5
    assert log.groupby("parent_task_id_path").size().tolist() == 7 * [5]
    assert np.isfinite(log["neg_log_loss"]).all()
