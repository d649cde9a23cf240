"""Early stopping on samples that are held out on the cluster, and whoever watches a fit."""

import tracemalloc

import dask.array as da
import numpy as np
import pytest
from numpy.testing import assert_allclose

from helpers.collections import in_blocks
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier
from skshallow.dask import DaskOneHiddenLayerClassifier
from skshallow.dask._recipes import Split

SETTINGS = {"n_h": 8, "activation": "tanh", "max_iter": 15, "tol": 0, "random_state": 0}


def test_samples_held_out_decide_which_weights_are_best(client):
    X, y = draw_samples(n_samples=600)
    clf = DaskOneHiddenLayerClassifier(
        **SETTINGS, alpha=1e-4, early_stopping=True, validation_fraction=0.25
    )
    clf.fit(in_blocks(X, 250), in_blocks(y, 250))
    # The seed of the split is drawn after the weights.
    random_state = np.random.RandomState(0)
    random_state.standard_normal((4, 8))
    random_state.standard_normal((8, 1))
    seed = random_state.randint(np.iinfo(np.int32).max, size=2)[1]
    held_out = Split(True, int(seed), 0.0, 0.25).mask(np.arange(600), None)
    assert 100 < held_out.sum() < 200
    local = OneHiddenLayerClassifier(**SETTINGS, alpha=1e-4, solver="lbfgs")
    local.fit(X[~held_out], y[~held_out], X_val=X[held_out], y_val=y[held_out])
    assert_allclose(clf.loss_curve_, local.loss_curve_, atol=1e-8)
    assert_allclose(clf.validation_loss_curve_, local.validation_loss_curve_, atol=1e-8)
    assert clf.best_iter_ == local.best_iter_
    assert_allclose(clf.coefs_[0], local.coefs_[0], atol=1e-7)


def test_callbacks_follow_the_iterations(client):
    pytest.importorskip("sklearn.callback")
    seen = []

    class Watcher:
        def setup(self, estimator, context):
            pass

        def teardown(self, estimator, context):
            pass

        def on_fit_task_begin(self, estimator, context, **arguments):
            seen.append(context.task_name)

        def on_fit_task_end(self, estimator, context, **arguments):
            return context.task_name == "epoch" and seen.count("epoch") == 4

    X, y = draw_samples()
    clf = DaskOneHiddenLayerClassifier(**SETTINGS).set_callbacks(Watcher())
    clf.fit(in_blocks(X, 40), in_blocks(y, 40))
    assert seen.count("epoch") == clf.n_iter_ == 4


def test_tasks_are_named_by_the_iteration(client):
    X, y = draw_samples()

    def note(dask_scheduler=None):
        return [str(key) for key in dask_scheduler.task_prefixes]

    clf = DaskOneHiddenLayerClassifier(**SETTINGS).fit(in_blocks(X, 40), in_blocks(y, 40))
    names = client.run_on_scheduler(note)
    assert clf.n_iter_ == 15
    assert "iteration" in names


def test_lines_are_printed(client, capsys):
    X, y = draw_samples()
    blocks = in_blocks(X, 40), in_blocks(y, 40)
    DaskOneHiddenLayerClassifier(**SETTINGS, verbose=5).fit(*blocks)
    assert len(capsys.readouterr().out.splitlines()) >= 3


def test_what_the_client_holds_does_not_grow_with_the_table(client):
    peaks = []
    # A power of two, of which the same number of samples is looked at on the client.
    for n_samples in (2**18, 2**20):
        X = da.random.default_rng(0).standard_normal((n_samples, 4), chunks=(n_samples // 4, 4))
        y = (X[:, 0] > 0).astype(int)
        tracemalloc.start()
        settings = {"solver": "lbfgs", "max_iter": 2, "tol": 0, "random_state": 0}
        DaskOneHiddenLayerClassifier(2, **settings).fit(X, y)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 0.2 * n_samples * 4 * X.itemsize
