"""What a call of partial_fit may be given, and what it goes on from."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_moons

from helpers.cases import NO_STEP, WITH_RATE, both_scalings, every_kind, every_mini_batch_solver
from helpers.classifiers import (
    BATCH,
    assert_same_training,
    batch_classifier,
    classifier,
    parameters,
)
from helpers.samples import draw_blobs
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import LBFGS, SOLVERS, Adam

N = 64


# Classes


def test_the_first_call_needs_the_classes():
    with pytest.raises(ValueError, match="classes must be given in the first call"):
        batch_classifier("adam").partial_fit(*draw_blobs(n_samples=N))


def test_classes_are_given_once_or_always_alike():
    X, y = draw_blobs(n_samples=N)
    names = np.array(["b", "a"])[y]
    stream = batch_classifier("adam").partial_fit(X, names, classes=["b", "a"])
    assert stream.classes_.tolist() == ["a", "b"]
    stream.partial_fit(X, names).partial_fit(X, names, classes=["a", "b"])
    with pytest.raises(ValueError, match=r"classes=.*\['a', 'b'\]"):
        stream.partial_fit(X, names, classes=["a", "b", "c"])
    assert stream.n_iter_ == 3


@pytest.mark.parametrize("first", [True, False])
def test_unseen_classes_are_refused(first):
    X, y = draw_blobs("multiclass", N)
    stream = batch_classifier("adam")
    if not first:
        stream.partial_fit(X[y < 2], y[y < 2], classes=[0, 1])
    with pytest.raises(ValueError, match=r"y holds the classes \[2\].*\[0, 1\]"):
        stream.partial_fit(X, y, classes=[0, 1])
    assert hasattr(stream, "coefs_") is not first


@every_mini_batch_solver
def test_a_chunk_may_lack_classes(solver):
    X, y = draw_blobs("multiclass", N)
    stream = batch_classifier(solver, class_weight="balanced")
    for label in range(3):
        stream.partial_fit(X[y == label], y[y == label], classes=[0, 1, 2])
        assert stream.predict_proba(X).shape == (N, 3)
        assert np.isfinite(parameters(stream)).all()


@every_mini_batch_solver
@every_kind
@both_scalings
def test_a_chunk_may_be_one_sample(solver, kind, standardize):
    X, y = draw_blobs(kind, N)
    classes = None if kind == "multilabel" else np.unique(y)
    stream = batch_classifier(solver, standardize=standardize)
    for row in range(10):
        stream.partial_fit(X[[row]], y[[row]], classes=classes)
    assert stream.n_iter_ == 10
    assert np.isfinite(stream.predict_log_proba(X)).all()


def test_a_chunk_may_be_sparse_or_narrow():
    X, y = draw_blobs(n_samples=N)
    dense = batch_classifier("adam").partial_fit(X, y, classes=[0, 1]).partial_fit(X, y)
    mixed = batch_classifier("adam").partial_fit(sparse.csr_array(X), y, classes=[0, 1])
    mixed.partial_fit(sparse.csc_array(X), y)
    assert_allclose(parameters(mixed), parameters(dense), rtol=1e-6)
    narrow = batch_classifier("adam").partial_fit(X.astype(np.float32), y, classes=[0, 1])
    narrow.partial_fit(X.astype(np.float32), y)
    assert {part.dtype for part in narrow.coefs_} == {np.dtype(np.float32)}
    assert_allclose(narrow.predict_proba(X), dense.predict_proba(X), atol=1e-3)


# Everything else


@pytest.mark.parametrize("solver", ["lbfgs", LBFGS(memory=3)], ids=str)
def test_lbfgs_has_no_partial_fit(solver):
    clf = batch_classifier(solver)
    assert not hasattr(clf, "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit"):
        clf.partial_fit(*draw_blobs(n_samples=N), classes=[0, 1])


@pytest.mark.parametrize("solver", [name for name in SOLVERS if name != "lbfgs"])
def test_all_other_solvers_have_partial_fit(solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver).partial_fit(X, y, classes=[0, 1])
    assert clf.partial_fit(X, y) is clf
    assert clf.solver_ == solver
    assert clf.n_iter_ == len(clf.loss_curve_) == 2


def test_auto_means_adam_in_a_stream():
    assert (
        batch_classifier("auto").partial_fit(*draw_blobs(n_samples=N), classes=[0, 1]).solver_
        == "adam"
    )


@pytest.mark.parametrize("warm_start", [True, False])
@pytest.mark.parametrize("solver", [*WITH_RATE, "auto"])
def test_partial_fit_goes_on_after_fit(solver, warm_start):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, max_iter=30, warm_start=warm_start).fit(X, y)
    before = clf.predict_proba(X)
    still = pickle.loads(pickle.dumps(clf)).set_params(learning_rate=NO_STEP)
    if not warm_start:  # whose mean of weights, and with "sgd" velocity, carries it on
        assert_allclose(still.partial_fit(X, y).predict_proba(X), before, rtol=1e-6)
    clf.partial_fit(X, y)
    assert clf.n_iter_ == 31
    assert not np.array_equal(clf.predict_proba(X), before)


@pytest.mark.parametrize("warm_start", [True, False])
def test_the_samples_of_a_fit_count_among_all_samples_so_far(warm_start):
    X, y = draw_blobs(n_samples=N)
    settings = {"alpha": 50, "standardize": False, "warm_start": warm_start, "batch_size": BATCH}
    clf = classifier(Adam(average=0.0), max_iter=5, **settings)
    clf.fit(X, y).set_params(learning_rate=NO_STEP).partial_fit(X[:BATCH], y[:BATCH])
    penalty = 50 / 2 * sum((coef**2).sum() for coef in clf.coefs_)
    chosen = clf.predict_log_proba(X[:BATCH])[np.arange(BATCH), y[:BATCH]]
    expected = -chosen.mean() + penalty / (N + BATCH)
    assert clf.loss_curve_[-1] == pytest.approx(expected, rel=1e-6)


def test_fit_begins_anew_after_partial_fit():
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier("adam", max_iter=5).partial_fit(X, y, classes=[0, 1]).fit(X, y)
    assert_same_training(clf, batch_classifier("adam", max_iter=5).fit(X, y))


def test_a_clone_begins_anew():
    X, y = draw_blobs(n_samples=N)
    stream = batch_classifier("adam").partial_fit(X, y, classes=[0, 1]).partial_fit(X, y)
    assert clone(stream).partial_fit(X, y, classes=[0, 1]).n_iter_ == 1


@pytest.mark.parametrize(
    "bad",
    [
        lambda X, y: {"X": X * np.nan, "y": y},
        lambda X, y: {"X": X[:, 1:], "y": y},
        lambda X, y: {"X": X, "y": y + 7},
        lambda X, y: {"X": X, "y": y, "sample_weight": -np.ones(len(y))},
        lambda X, y: {"X": X, "y": y, "sample_weight": np.zeros(len(y))},
        lambda X, y: {"X": X, "y": y, "classes": [0, 1, 2]},
    ],
    ids=["NaN", "columns", "labels", "negative weights", "zero weights", "classes"],
)
def test_a_refused_chunk_leaves_no_trace(bad):
    X, y = draw_blobs(n_samples=N)
    stream, undisturbed = batch_classifier("adam"), batch_classifier("adam")
    for clf in (stream, undisturbed):
        clf.partial_fit(X[:30], y[:30], classes=[0, 1])
    with pytest.raises(ValueError):  # noqa: PT011
        stream.partial_fit(**bad(X, y))
    for clf in (stream, undisturbed):
        clf.partial_fit(X[30:], y[30:])
    assert_same_training(stream, undisturbed)


@pytest.mark.parametrize("bad", [{"alpha": -1.0}, {"solver": "magic"}, {"learning_rate": "fast"}])
def test_settings_are_checked_in_every_call(bad):
    X, y = draw_blobs(n_samples=N)
    stream = batch_classifier("adam").partial_fit(X, y, classes=[0, 1])
    before = parameters(stream)
    stream.set_params(**bad)
    with pytest.raises(ValueError, match=f"The '{next(iter(bad))}' parameter"):
        stream.partial_fit(X, y)
    assert_array_equal(parameters(stream), before)


@pytest.mark.parametrize(
    ("solver", "rate", "scale"), [("adam", "auto", 1), ("adam", 0.03, 1e4), ("sgd", 0.1, 1)]
)
def test_a_stream_of_300_chunks_is_learned(solver, rate, scale):
    rng = np.random.RandomState(0)
    stream = OneHiddenLayerClassifier(solver=solver, learning_rate=rate, random_state=0)
    for _ in range(300):
        X, y = make_moons(50, noise=0.15, random_state=rng)
        stream.partial_fit(scale * X, y, classes=[0, 1])
    X, y = make_moons(1000, noise=0.15, random_state=1)
    assert stream.n_iter_ == 300
    assert stream.score(scale * X, y) > 0.95
