"""The tables for those who come from MLPClassifier or MLPRegressor, held against these."""

import re
from inspect import signature

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

from helpers.cases import may_not_converge
from helpers.paths import DOCS
from helpers.regressors import draw_numbers
from helpers.samples import draw_blobs
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerRegressor, solvers

TABLES = (DOCS / "migration.md").read_text(encoding="utf-8").split("| MLPRegressor alone |")
OF_BOTH, OF_NUMBERS = (re.findall(r"^\| (`.*?) \| (.*?) \| .*\|$", one, re.M) for one in TABLES)
OURS = {MLPClassifier: OneHiddenLayerClassifier, MLPRegressor: OneHiddenLayerRegressor}
ROWS = {MLPClassifier: OF_BOTH, MLPRegressor: OF_BOTH + OF_NUMBERS}
# A row that can be run has one piece of code with an equals sign on either side.
CODE = re.compile(r"`[^`]+=[^`]+`")
PAIRS = {
    kind: {theirs: ours for theirs, ours in rows if CODE.fullmatch(theirs) and CODE.fullmatch(ours)}
    for kind, rows in ROWS.items()
}
N, BATCH, H = 60, 20, 5
# scikit-learn's regressor has it from 1.7 on.
HAS_LOSS = "loss" in signature(MLPRegressor).parameters

each_of_theirs = pytest.mark.parametrize("kind", OURS)


def settings(code):
    """The parameters that a piece of the table's code sets."""
    meaning = vars(solvers) | {"a": 0.3, "n": N, "b": BATCH}
    return eval(f"dict({code.strip('`')})", {}, meaning)


def scaled_blobs(kind):
    X, y = draw_blobs(kind, N, 2)
    return scale(X), y


def scaled_numbers(n_targets=1):
    X, y = draw_numbers(n_targets, N)
    return scale(X), scale(y)


def samples_for(kind):
    return scaled_blobs("multiclass") if kind is MLPClassifier else scaled_numbers()


def named(theirs, kind=MLPClassifier):
    """A row of the table, by what its left side starts with: settings there and here."""
    (row,) = [row for row in PAIRS[kind] if row.startswith(f"`{theirs}")]
    return settings(row), settings(PAIRS[kind][row])


def mentioned(kind):
    return {name for theirs, _ in ROWS[kind] for name in re.findall(r"\w+", theirs)}


@each_of_theirs
def test_every_parameter_is_in_the_table(kind):
    assert set(signature(kind).parameters) <= mentioned(kind)


@may_not_converge
@each_of_theirs
def test_every_fitted_attribute_is_in_the_table(kind):
    mlp = kind(hidden_layer_sizes=(H,), max_iter=2).fit(*samples_for(kind))
    fitted = {name for name in vars(mlp) if name.endswith("_") and not name.startswith("_")}
    assert fitted | {"feature_names_in_"} <= mentioned(kind)


@may_not_converge
@each_of_theirs
def test_every_attribute_that_the_table_promises_is_there(kind):
    ours = OURS[kind](H, max_iter=2).fit(*samples_for(kind))
    for theirs, here in ROWS[kind]:
        promised = theirs if here == "the same" else here
        for name in re.findall(r"`(\w+_)`", promised.replace("`feature_names_in_`", "")):
            assert hasattr(ours, name) or (name == "classes_" and kind is MLPRegressor)


@each_of_theirs
def test_most_rows_can_be_run(kind):
    assert len(PAIRS[kind]) >= 11


@may_not_converge
@pytest.mark.parametrize(("kind", "theirs"), [(kind, row) for kind in OURS for row in PAIRS[kind]])
def test_both_take_the_settings_of_a_row(kind, theirs):
    if "loss" in settings(theirs) and not HAS_LOSS:
        pytest.skip("there is no such parameter in this version")
    X, y = samples_for(kind)
    y = y if kind is MLPClassifier else np.exp(y)
    short = {"max_iter": 3}
    mlp = kind().set_params(**short | settings(theirs)).fit(X, y)
    ours = OURS[kind]().set_params(**short | settings(PAIRS[kind][theirs])).fit(X, y)
    predicted = mlp.predict(X)
    assert predicted.shape == ours.predict(X).shape == (N,)
    assert predicted.dtype.kind == ours.predict(X).dtype.kind


def curves(kind, samples, theirs, ours, *, units=(0, 1)):
    """Loss curves of both from the same weights on, without shuffling.

    Ours is given targets in other `units`: their zero, and how many of them make one.
    """
    X, y = samples
    zero, size = units
    common = {"activation": "tanh", "shuffle": False, "tol": 0}
    patient = {"warm_start": True, "random_state": 0, "n_iter_no_change": 99}
    mlp = kind(hidden_layer_sizes=(H,), max_iter=1, **patient, **common, **theirs).fit(X, y)
    (W1, W2), (b1, b2) = mlp.coefs_, mlp.intercepts_
    start = W1.copy(), b1.copy(), W2 * size, b2 * size + zero
    mlp.set_params(max_iter=30).fit(X, y)
    here = OURS[kind](H, init=start, max_iter=30, standardize=False, **common, **ours)
    y = y if units == (0, 1) else y * size + zero
    return mlp.loss_curve_[1:], here.fit(X, y).loss_curve_


def rows(kind, *names):
    """The settings of several rows, there and here."""
    pairs = [named(name, kind) for name in names]
    return ({k: v for row in pairs for k, v in row[side].items()} for side in (0, 1))


def descent(kind, alpha=None):
    """Gradient descent there and here, which theirs have as sgd without momentum on one batch."""
    rate = named("learning_rate_init", kind)
    alpha = {"alpha": named("alpha", kind)[0]["alpha"] if alpha is None else alpha}
    plain = {"solver": "sgd", "momentum": 0, "batch_size": N}
    return alpha | rate[0] | plain, alpha | rate[1] | {"solver": "gd"}


every_kind = pytest.mark.parametrize("kind", ["binary", "multiclass"])
every_solver_of_batches = pytest.mark.parametrize("solver", ['solver="sgd"', 'solver="adam"'])


def tolerance(solver):
    # Adam's epsilon is added to √v after the correction for its start here, and before it there.
    return 1e-10 if "sgd" in solver else 1e-5


@may_not_converge
@every_kind
def test_full_batches_give_the_same_curve(kind):
    theirs, ours = curves(MLPClassifier, scaled_blobs(kind), *descent(MLPClassifier))
    assert_allclose(ours, theirs, rtol=1e-10)


@may_not_converge
@every_kind
@every_solver_of_batches
def test_batches_give_the_same_curve(kind, solver):
    both = rows(MLPClassifier, "alpha", "learning_rate_init", solver)
    theirs, ours = curves(MLPClassifier, scaled_blobs(kind), *both)
    assert_allclose(ours, theirs, rtol=tolerance(solver))


# Numbers


@may_not_converge
@pytest.mark.parametrize("units", [(0, 1), (500, 30)])
def test_full_batches_give_the_same_curve_of_squared_errors_in_any_units(units):
    both = descent(MLPRegressor)
    theirs, ours = curves(MLPRegressor, scaled_numbers(), *both, units=units)
    assert_allclose(ours, theirs, rtol=1e-10)


@may_not_converge
@every_solver_of_batches
def test_batches_give_the_same_curve_of_squared_errors(solver):
    both = rows(MLPRegressor, "alpha", "learning_rate_init", solver)
    theirs, ours = curves(MLPRegressor, scaled_numbers(), *both)
    assert_allclose(ours, theirs, rtol=tolerance(solver))


@may_not_converge
@pytest.mark.skipif(not HAS_LOSS, reason="there is no such parameter in this version")
def test_full_batches_give_the_same_curve_of_counts():
    theirs, ours = descent(MLPRegressor)
    poisson = named('loss="poisson"', MLPRegressor)
    X, y = scaled_numbers()
    counts = np.round(np.exp(y))
    theirs, ours = curves(MLPRegressor, (X, counts), theirs | poisson[0], ours | poisson[1])
    assert_allclose(ours, theirs, rtol=1e-10)


@may_not_converge
def test_losses_of_several_targets_add_up_and_are_a_mean_there():
    theirs, ours = curves(MLPRegressor, scaled_numbers(3), *descent(MLPRegressor, alpha=0))
    assert_allclose(ours, 3 * np.array(theirs), rtol=1e-10)
