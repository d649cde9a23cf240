"""Training on a stream, chunk by chunk: partial_fit."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_moons

from helpers.cases import NO_STEP, WITH_RATE, every_mini_batch_solver
from helpers.classifiers import (
    BATCH,
    assert_same_training,
    batch_classifier,
    parameters,
)
from helpers.samples import draw_blobs
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import LBFGS, SOLVERS

N, D, H = 64, 4, 5


def chunks(X, y, size=BATCH):
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(y), size)]


# partial_fit: what it equals


@every_mini_batch_solver
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_one_epoch_over_batches_equals_partial_fit_over_chunks(solver, kind):
    X, y = draw_blobs(kind, N)
    settings = {"alpha": 0, "standardize": False, "shuffle": False}
    epoch = batch_classifier(solver, max_iter=1, **settings).fit(X, y)
    stream = batch_classifier(solver, **settings)
    for chunk in chunks(X, y):
        stream.partial_fit(*chunk, classes=None if kind == "multilabel" else np.unique(y))
    assert_array_equal(parameters(stream), parameters(epoch))
    assert np.mean(stream.loss_curve_) == pytest.approx(epoch.loss_curve_[0], rel=1e-12)


@every_mini_batch_solver
def test_chunks_of_any_size_weigh_alike(solver):
    X, y = draw_blobs(n_samples=60)
    settings = {"alpha": 0, "standardize": False, "shuffle": False, "batch_size": 12}
    epoch = batch_classifier(solver, max_iter=1, **settings).fit(X, y)
    stream = batch_classifier(solver, **settings)
    for start, stop in [(0, 12), (12, 48), (48, 60)]:
        stream.partial_fit(X[start:stop], y[start:stop], classes=[0, 1])
    assert_allclose(parameters(stream), parameters(epoch), rtol=1e-9)


@every_mini_batch_solver
@pytest.mark.parametrize("random_state", [0, 3])
def test_optimiser_and_random_stream_go_on_from_call_to_call(solver, random_state):
    X, y = draw_blobs(n_samples=N)
    settings = {"alpha": 0, "standardize": False, "random_state": random_state}
    three_epochs = batch_classifier(solver, max_iter=3, **settings).fit(X, y)
    stream = batch_classifier(solver, **settings)
    for _ in range(3):
        stream.partial_fit(X, y, classes=[0, 1])
    assert_array_equal(parameters(stream), parameters(three_epochs))
    assert stream.loss_curve_ == three_epochs.loss_curve_
    assert stream.n_iter_ == 3


@every_mini_batch_solver
def test_a_stream_with_pickles_between_its_chunks(solver):
    X, y = draw_blobs(n_samples=N)
    stream, stored = batch_classifier(solver), batch_classifier(solver)
    for chunk in chunks(X, y, 24):
        stream.partial_fit(*chunk, classes=[0, 1])
        stored = pickle.loads(pickle.dumps(stored)).partial_fit(*chunk, classes=[0, 1])
    assert_same_training(stored, stream)


@every_mini_batch_solver
@pytest.mark.parametrize("alpha", [0, 7])
def test_the_penalty_is_weighed_against_all_samples_so_far(solver, alpha):
    X, y = draw_blobs(n_samples=N)
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, 1)), rng.normal(size=1)
    stream = batch_classifier(
        solver, alpha=alpha, learning_rate=NO_STEP, standardize=False, init=init
    )
    penalty = alpha / 2 * ((init[0] ** 2).sum() + (init[2] ** 2).sum())
    for number, (X_chunk, y_chunk) in enumerate(chunks(X, y), start=1):
        stream.partial_fit(X_chunk, y_chunk, classes=[0, 1])
        z = (np.tanh(X_chunk @ init[0] + init[1]) @ init[2] + init[3])[:, 0]
        loss = np.mean(np.logaddexp(0, z) - y_chunk * z)
        expected = loss + penalty / (number * BATCH)
        assert stream.loss_curve_[-1] == pytest.approx(expected, rel=1e-9)


@every_mini_batch_solver
def test_balanced_classes_are_balanced_over_all_samples_so_far(solver):
    X, y = draw_blobs("multiclass", N)
    settings = {"standardize": False, "alpha": 0}
    balanced = batch_classifier(solver, class_weight="balanced", **settings)
    by_hand = batch_classifier(solver, **settings)
    counts = np.zeros(3)
    for X_chunk, y_chunk in chunks(X, y):
        counts += np.bincount(y_chunk, minlength=3)
        weight_of_class = counts.sum() / (3 * counts)
        balanced.partial_fit(X_chunk, y_chunk, classes=[0, 1, 2])
        by_hand.partial_fit(
            X_chunk, y_chunk, classes=[0, 1, 2], sample_weight=weight_of_class[y_chunk]
        )
    assert_allclose(parameters(balanced), parameters(by_hand), rtol=1e-9)


@every_mini_batch_solver
def test_features_are_standardised_by_all_samples_so_far(solver):
    X, y = draw_blobs(n_samples=N)
    stream = batch_classifier(solver, learning_rate=NO_STEP)
    for chunk in chunks(X, y):
        stream.partial_fit(*chunk, classes=[0, 1])
    at_once = batch_classifier(solver, learning_rate=NO_STEP, max_iter=1).fit(X, y)
    assert_allclose(parameters(stream), parameters(at_once), rtol=1e-6, atol=1e-9)


@every_mini_batch_solver
def test_weights_of_samples_count_as_repetition(solver):
    X, y = draw_blobs(n_samples=N)
    weights = np.tile([1, 2], N // 2)  # of the same mean in both chunks
    settings = {"batch_size": 2 * N}
    weighted, repeated = batch_classifier(solver, **settings), batch_classifier(solver, **settings)
    for rows in (slice(0, 20), slice(20, N)):
        weighted.partial_fit(X[rows], y[rows], classes=[0, 1], sample_weight=weights[rows])
        times = weights[rows]
        repeated.partial_fit(np.repeat(X[rows], times, axis=0), np.repeat(y[rows], times), [0, 1])
    assert_allclose(parameters(weighted), parameters(repeated), rtol=1e-7)


# partial_fit: classes


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
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("standardize", [True, False])
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


# partial_fit: everything else


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
    if solver != "sgd" or not warm_start:  # whose velocity carries it on
        assert_allclose(still.partial_fit(X, y).predict_proba(X), before, rtol=1e-6)
    clf.partial_fit(X, y)
    assert clf.n_iter_ == 31
    assert not np.array_equal(clf.predict_proba(X), before)


@pytest.mark.parametrize("warm_start", [True, False])
def test_the_samples_of_a_fit_count_among_all_samples_so_far(warm_start):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier("adam", max_iter=5, alpha=50, standardize=False, warm_start=warm_start)
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
