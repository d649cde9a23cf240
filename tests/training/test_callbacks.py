"""Callbacks of scikit-learn 1.9 and newer: what they are told, and that they stop a training."""

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_backend
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.cases import every_kind
from helpers.classifiers import candidate
from helpers.samples import draw_samples
from skshallow import (
    OneHiddenLayerClassifier,
    StackedGridSearchCV,
)

TEN = {"max_iter": 10, "tol": 0}


class Recorder:
    """Notes every call, and asks to stop after some epochs."""

    def __init__(self, stop_after=None):
        self.stop_after = stop_after
        self.calls, self.models = [], []

    def setup(self, estimator, context):
        self.calls.append("setup")

    def teardown(self, estimator, context):
        self.calls.append("teardown")

    def on_fit_task_begin(self, estimator, context, *, X=None, y=None, metadata=None):
        self.calls.append(f"begin {context.task_name}")
        self.rows = X, y, metadata

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.calls.append(f"end {context.task_name}")
        if fitted_estimator is not None:
            self.models.append(fitted_estimator)
        return len(self.models) == self.stop_after


class Failing(Recorder):
    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        super().on_fit_task_end(estimator, context, fitted_estimator=fitted_estimator)
        if len(self.models) == 3:
            raise OSError("no space left")


def frame(kind="binary"):
    X, y = draw_samples(kind)
    return pd.DataFrame(X, columns=list("abcd")), y


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_every_epoch_is_a_task(solver):
    X, y = frame()
    recorder = Recorder()
    candidate(solver=solver, max_iter=3, tol=0).set_callbacks(recorder).fit(X, y)
    epochs = ["begin epoch", "end epoch"] * 3
    assert recorder.calls == ["setup", "begin fit", *epochs, "end fit", "teardown"]
    assert recorder.rows[0] is X


@every_kind
@pytest.mark.parametrize("early_stopping", [False, True])
def test_the_model_of_an_epoch_is_the_one_that_stopping_there_gives(kind, early_stopping):
    X, y = frame(kind)
    clf = candidate(
        solver="adam", learning_rate=0.05, early_stopping=early_stopping, n_init=3, **TEN
    )
    recorder = Recorder()
    clf.set_callbacks(recorder).fit(X, y)
    assert len(recorder.models) == 10
    for n_epochs, model in enumerate(recorder.models, start=1):
        stopped = candidate(**clf.get_params() | {"max_iter": n_epochs}).fit(X, y)
        np.testing.assert_array_equal(model.predict_proba(X), stopped.predict_proba(X))
        assert model.n_iter_ == n_epochs
        public = {name for name in vars(stopped) if name.endswith("_")}
        assert public <= set(vars(model))
        assert model.loss_curve_ == stopped.loss_curve_
        assert model.validation_loss_curve_ == stopped.validation_loss_curve_
        assert model.best_iter_ == stopped.best_iter_
        for name in ("loss_", "best_loss_"):
            assert getattr(model, name) == pytest.approx(getattr(stopped, name), rel=1e-12)


def test_a_callback_stops_the_training_after_the_epoch_it_names():
    X, y = frame()
    recorder = Recorder(stop_after=4)
    clf = candidate(solver="lbfgs", **TEN).set_callbacks(recorder).fit(X, y)
    assert clf.n_iter_ == len(clf.loss_curve_) == 4
    assert recorder.calls[-3:] == ["end epoch", "end fit", "teardown"]
    np.testing.assert_array_equal(clf.predict_proba(X), recorder.models[-1].predict_proba(X))


def test_a_callback_that_fails_leaves_the_model_so_far():
    X, y = frame()
    recorder = Failing()
    clf = candidate(solver="gd", **TEN).set_callbacks(recorder)
    with pytest.raises(OSError, match="no space left"):
        clf.fit(X, y)
    assert clf.n_iter_ == 3
    assert clf.predict_proba(X).shape == (len(X), 2)
    assert recorder.calls[-1] == "teardown"


def test_a_fit_that_fails_tears_down_and_keeps_the_former_fit():
    X, y = frame()
    recorder = Recorder()
    clf = candidate(**TEN).set_callbacks(recorder).fit(X, y)
    before = clf.predict_proba(X)
    with pytest.raises(ValueError, match="NaN"):
        clf.fit(X.replace(X.iloc[0, 0], np.nan), y)
    np.testing.assert_array_equal(clf.predict_proba(X), before)
    assert recorder.calls[-3:] == ["setup", "begin fit", "teardown"]


def test_weights_reach_the_callback():
    X, y = frame()
    weights = np.arange(len(y)) % 3
    recorder = Recorder()
    candidate(**TEN).set_callbacks(recorder).fit(X, y, sample_weight=weights)
    assert recorder.rows[2]["sample_weight"] is weights


def test_a_monitor_has_a_row_for_every_epoch():
    X, y = frame()
    monitor = ScoringMonitor(scoring="neg_log_loss")
    clf = candidate(solver="gd", **TEN).set_callbacks(ProgressBar(), monitor).fit(X, y)
    scores = monitor.get_logs().data_as_pandas["neg_log_loss"]
    assert len(scores) == 10
    assert scores.iloc[-1] == pytest.approx(-log_loss(y, clf.predict_proba(X)), rel=1e-9)
    assert scores.iloc[-1] > scores.iloc[0]


def test_a_progress_bar_follows_a_grid_search_of_a_pipeline(capsys):
    pipeline = make_pipeline(StandardScaler(), candidate(**TEN))
    grid = {"onehiddenlayerclassifier__alpha": [0.1, 1]}
    search = GridSearchCV(pipeline, grid, cv=2).set_callbacks(ProgressBar(max_propagation_depth=2))
    search.fit(*frame())
    printed = capsys.readouterr().out
    assert "GridSearchCV" in printed
    assert "OneHiddenLayerClassifier" in printed


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_stacked_search_tells_of_its_units_and_of_the_refit(n_jobs):
    X, y = frame()
    recorder = Recorder()
    search = StackedGridSearchCV(candidate(**TEN), {"n_h": [2, 3], "alpha": [1, 2]}, cv=3)
    with parallel_backend("threading"):
        search.set_params(n_jobs=n_jobs).set_callbacks(recorder).fit(X, y)
    assert recorder.calls.count("begin group-split-evaluation") == 6
    assert recorder.calls.count("end group-split-evaluation") == 6
    assert recorder.calls[:3] == ["setup", "begin fit", "begin search"]
    refit = ["end search", "begin refit-with-best-params", "end refit-with-best-params"]
    assert recorder.calls[-5:] == [*refit, "end fit", "teardown"]


@pytest.mark.slow
def test_a_progress_bar_follows_a_stacked_search_into_other_processes(capsys):
    search = StackedGridSearchCV(candidate(**TEN), {"n_h": [2, 3]}, cv=2, n_jobs=2)
    search.set_callbacks(ProgressBar()).fit(*frame())
    assert "StackedGridSearchCV - search" in capsys.readouterr().out


def test_callbacks_do_not_change_the_result():
    X, y = frame()
    plain = OneHiddenLayerClassifier(4, random_state=0, max_iter=20, tol=0).fit(X, y)
    watched = OneHiddenLayerClassifier(4, random_state=0, max_iter=20, tol=0)
    watched.set_callbacks(Recorder()).fit(X, y)
    np.testing.assert_array_equal(plain.coefs_[0], watched.coefs_[0])
    assert plain.loss_curve_ == watched.loss_curve_
