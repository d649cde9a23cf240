"""The README's table for those who come from MLPClassifier, held against MLPClassifier itself."""

import re
from inspect import signature

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

from helpers.cases import may_not_converge
from helpers.paths import README
from helpers.samples import draw_blobs
from skshallow import OneHiddenLayerClassifier, solvers

TEXT = README.read_text(encoding="utf-8")
SECTION = TEXT.split("## Coming from MLPClassifier")[1].split("\n## ")[0]
ROWS = re.findall(r"^\| (`.*?) \| (.*?) \| .*\|$", SECTION, re.MULTILINE)
NAMED = {name for theirs, _ in ROWS for name in re.findall(r"\w+", theirs)}
# A row that can be run has one piece of code with an equals sign on either side.
CODE = re.compile(r"`[^`]+=[^`]+`")
PAIRS = {theirs: ours for theirs, ours in ROWS if CODE.fullmatch(theirs) and CODE.fullmatch(ours)}
N, BATCH, H = 60, 20, 5


def settings(code):
    """The parameters that a piece of the table's code sets."""
    meaning = vars(solvers) | {"a": 0.3, "n": N, "b": BATCH}
    return eval(f"dict({code.strip('`')})", {}, meaning)


def scaled_blobs(kind):
    X, y = draw_blobs(kind, N, 2)
    return scale(X), y


def named(theirs):
    """A row of the table, by what its left side starts with: settings there and here."""
    (row,) = [row for row in PAIRS if row.startswith(f"`{theirs}")]
    return settings(row), settings(PAIRS[row])


@pytest.mark.parametrize("name", signature(MLPClassifier).parameters)
def test_every_parameter_is_in_the_table(name):
    assert name in NAMED


@may_not_converge
def test_every_fitted_attribute_is_in_the_table():
    X, y = scaled_blobs("binary")
    mlp = MLPClassifier((H,), max_iter=2).fit(X, y)
    fitted = {name for name in vars(mlp) if name.endswith("_") and not name.startswith("_")}
    assert fitted | {"feature_names_in_"} <= NAMED


@may_not_converge
def test_every_attribute_that_the_table_promises_is_there():
    clf = OneHiddenLayerClassifier(H, max_iter=2).fit(*scaled_blobs("binary"))
    for theirs, ours in ROWS:
        promised = theirs if ours == "the same" else ours
        for name in re.findall(r"`(\w+_)`", promised.replace("`feature_names_in_`", "")):
            assert hasattr(clf, name)


def test_most_rows_can_be_run():
    assert len(PAIRS) >= 11


@may_not_converge
@pytest.mark.parametrize("theirs", PAIRS)
def test_both_take_the_settings_of_a_row(theirs):
    X, y = scaled_blobs("multiclass")
    short = {"max_iter": 3}
    mlp = MLPClassifier().set_params(**short | settings(theirs)).fit(X, y)
    ours = OneHiddenLayerClassifier().set_params(**short | settings(PAIRS[theirs])).fit(X, y)
    assert mlp.predict_proba(X).shape == ours.predict_proba(X).shape == (N, 3)


def curves(kind, theirs, ours):
    """Loss curves of both from the same weights on, without shuffling."""
    X, y = scaled_blobs(kind)
    common = {"activation": "tanh", "shuffle": False, "tol": 0}
    mlp = MLPClassifier((H,), warm_start=True, random_state=0, n_iter_no_change=99, **common)
    mlp.set_params(max_iter=1, **theirs).fit(X, y)
    (W1, W2), (b1, b2) = mlp.coefs_, mlp.intercepts_
    start = tuple(np.copy(part) for part in (W1, b1, W2, b2))
    mlp.set_params(max_iter=30).fit(X, y)
    clf = OneHiddenLayerClassifier(H, init=start, max_iter=30, standardize=False, **common)
    return mlp.loss_curve_[1:], clf.set_params(**ours).fit(X, y).loss_curve_


every_kind = pytest.mark.parametrize("kind", ["binary", "multiclass"])


@may_not_converge
@every_kind
def test_full_batches_give_the_same_curve(kind):
    """Gradient descent, which MLPClassifier has as sgd without momentum on one batch."""
    alpha, rate = named("alpha"), named("learning_rate_init")
    plain = {"solver": "sgd", "momentum": 0, "batch_size": N}
    theirs, ours = curves(
        kind, alpha[0] | rate[0] | plain, {"alpha": alpha[0]["alpha"], "solver": "gd"} | rate[1]
    )
    assert_allclose(ours, theirs, rtol=1e-10)


@may_not_converge
@every_kind
@pytest.mark.parametrize("solver", ['solver="sgd"', 'solver="adam"'])
def test_batches_give_the_same_curve(kind, solver):
    rows = [named("alpha"), named("learning_rate_init"), named(solver)]
    theirs, ours = ({k: v for row in rows for k, v in row[side].items()} for side in (0, 1))
    theirs, ours = curves(kind, theirs, ours)
    # Adam's epsilon is added to √v after the correction for its start here, and before it there.
    assert_allclose(ours, theirs, rtol=1e-10 if "sgd" in solver else 1e-5)
