"""Fitted regressors that are stored: what they hold, and that nothing is lost on the way."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import skops.io
from numpy.testing import assert_array_equal
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.cases import MINI_BATCH, every_mini_batch_solver, every_solver, may_not_converge
from helpers.regressors import (
    NUMBER_LOSSES,
    SEVERAL_QUANTILES,
    candidate,
    chooser,
    draw_for,
    draw_numbers,
)
from helpers.searches import assert_same_results
from helpers.stored import OURS, assert_same_fit, every_way, fitted, is_plain, leaves
from skshallow import StackedGridSearchCV
from skshallow.solvers import LBFGS

every_loss = pytest.mark.parametrize("loss", NUMBER_LOSSES)
# Targets are standardised by mean and variance, by median and quartiles, or not at all.
every_scaling = pytest.mark.parametrize("loss", ["squared_error", "huber", "gamma"])


def stream(solver, loss="squared_error"):
    X, y = draw_for(loss)
    reg = candidate(solver=solver, loss=loss, batch_size=20, learning_rate=0.01)
    for rows in (slice(0, 40), slice(40, 90)):
        reg.partial_fit(X[rows], y[rows])
    return reg


def not_plain(model):
    return [path for path, value in leaves(fitted(model)) if not is_plain(path, value)]


# What is held


@may_not_converge
@every_scaling
@every_solver
@pytest.mark.parametrize("warm_start", [False, True])
def test_what_a_fit_leaves_is_plain(warm_start, solver, loss):
    X, y = draw_for(loss)
    frame = pd.DataFrame(X, columns=list("abcd")).astype(np.float32)
    reg = candidate(solver=solver, loss=loss, n_init=2, early_stopping=True, warm_start=warm_start)
    for _ in range(2):
        reg.fit(frame, y)
        assert not_plain(reg) == []
    assert (("_training", "continuation", "theta") in dict(leaves(fitted(reg)))) == warm_start


@every_scaling
@every_mini_batch_solver
def test_what_a_stream_leaves_is_plain(solver, loss):
    assert not_plain(stream(solver, loss)) == []


@pytest.mark.parametrize("refit", [True, False])
def test_what_a_choice_leaves_is_plain(refit):
    X, y = draw_numbers()
    reg = chooser(n_h=[2, 4], activation=["relu", "tanh"], cv=2, refit=refit, **SEVERAL_QUANTILES)
    assert not_plain(reg.fit(X, y, sample_weight=np.ones(len(y)))) == []


# skops and others


@every_way
@every_loss
@pytest.mark.parametrize("n_targets", [1, 3])
def test_a_stored_network_is_the_same(n_targets, loss, way, tmp_path):
    X, y = draw_for(loss, n_targets)
    reg = candidate(loss=loss, random_state=np.random.RandomState(0)).fit(X, y)
    again = way(reg, tmp_path)
    assert_same_fit(again, reg)
    assert_array_equal(again.predict(X), reg.predict(X))
    assert again.score(X, y) == reg.score(X, y)


@every_way
def test_stored_quantiles_are_the_same(way, tmp_path):
    X, y = draw_numbers()
    reg = candidate(**SEVERAL_QUANTILES).fit(X, y)
    again = way(reg, tmp_path)
    assert_same_fit(again, reg)
    assert again.quantile == SEVERAL_QUANTILES["quantile"]
    assert_array_equal(again.predict(X), reg.predict(X))
    assert again.score(X, y) == reg.score(X, y)


@every_way
@pytest.mark.parametrize("params", [{"loss": "poisson"}, SEVERAL_QUANTILES], ids=["mean", "band"])
def test_a_stored_choice_is_the_same(params, way, tmp_path):
    X, y = draw_for(params["loss"])
    reg = chooser(activation=["relu", "tanh"], solver=LBFGS(memory=4), cv=2, **params).fit(X, y)
    again = way(reg, tmp_path)
    assert_same_fit(again, reg)
    assert again.best_params_ == reg.best_params_
    assert_array_equal(again.predict(X), reg.predict(X))


def test_a_pipeline_through_pickle():
    X, y = draw_numbers()
    pipeline = make_pipeline(StandardScaler(), candidate(loss="huber")).fit(X, y)
    again = pickle.loads(pickle.dumps(pipeline))
    assert_same_fit(again[-1], pipeline[-1])
    assert_array_equal(again.predict(X), pipeline.predict(X))


@pytest.mark.parametrize("scoring", [None, "neg_mean_absolute_error"])
def test_of_a_stored_search_skops_asks_no_more_than_of_grid_search(scoring):
    X, y = draw_numbers()
    grid = [{"alpha": [0.1, 10]}, {"loss": ["huber", "absolute_error"]}]
    search = StackedGridSearchCV(candidate(), grid, cv=2, scoring=scoring).fit(X, y)
    plain = GridSearchCV(Ridge(), {"alpha": [1, 2]}, cv=2, scoring=scoring).fit(X, y)
    content = skops.io.dumps(search)
    trusted = skops.io.get_untrusted_types(data=content)
    expected = skops.io.get_untrusted_types(data=skops.io.dumps(plain))
    assert set(trusted) <= OURS | set(expected)
    again = skops.io.loads(content, trusted=trusted)
    assert_same_results(search, again, atol=0)
    assert_array_equal(again.predict(X), search.predict(X))
    assert again.score(X, y) == search.score(X, y)


@pytest.mark.parametrize("make", [candidate, chooser])
def test_skops_asks_for_nothing_but_the_class(make):
    X, y = draw_numbers()
    reg = make().fit(X, y)
    asked = skops.io.get_untrusted_types(data=skops.io.dumps(reg))
    assert set(asked) <= {f"skshallow.{type(reg).__name__}", "numpy.dtype"}


# Training that goes on


@every_way
@every_solver
@every_scaling
@pytest.mark.parametrize("validated", [False, True])
def test_two_fits_equal_one_with_a_file_between_them(validated, loss, solver, way, tmp_path):
    X, y = draw_for(loss)
    rows = {"X": X, "y": y}
    if validated:
        rows |= {"X_val": X[::4], "y_val": y[::4], "sample_weight_val": np.arange(1, 24)}
    settings = {"solver": solver, "batch_size": 20 if solver in MINI_BATCH else "auto"}
    settings |= {"loss": loss, "warm_start": True}
    half = candidate(max_iter=7, **settings).fit(**rows)
    straight = candidate(max_iter=14, **settings).fit(**rows)
    again = way(half, tmp_path)
    assert_same_fit(again.fit(**rows), straight)
    assert_same_fit(half.fit(**rows), straight)


@every_way
@every_scaling
@every_mini_batch_solver
def test_a_stream_goes_on_from_a_file(solver, loss, way, tmp_path):
    X, y = draw_for(loss)
    straight = stream(solver, loss)
    again = way(straight, tmp_path)
    for reg in (straight, again):
        reg.partial_fit(X[:70], y[:70]).partial_fit(X[:5], y[:5])
    assert_same_fit(again, straight)
    assert again.n_iter_ == 4


@every_mini_batch_solver
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_goes_its_own_way(duplicate, solver):
    X, y = draw_numbers()
    reg, expected = stream(solver), stream(solver)
    twin = duplicate(reg)
    for _ in range(3):
        reg.partial_fit(X, y)
    assert_same_fit(twin, expected)
    assert reg.n_iter_ == twin.n_iter_ + 3


@every_solver
@every_scaling
def test_a_copy_of_a_warm_start_goes_its_own_way(loss, solver):
    X, y = draw_for(loss)
    settings = {"solver": solver, "loss": loss, "warm_start": True, "early_stopping": True}
    reg, expected = (candidate(**settings).fit(X, y) for _ in range(2))
    twin = copy.copy(reg)
    assert twin.get_params() == reg.get_params()
    reg.fit(X, y)
    assert_same_fit(twin, expected)
    assert_same_fit(twin.fit(X, y), reg)


@every_solver
def test_training_of_an_unknown_format_is_refused(solver):
    X, y = draw_numbers()
    reg = candidate(solver=solver).fit(X, y)
    reg._training["format"] = 987
    stored = pickle.dumps(reg)
    with pytest.raises(ValueError, match=r"format 987.*reads the format \d+ only"):
        pickle.loads(stored)
