"""What training on a stream, chunk by chunk, is equal to."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from helpers.cases import NO_STEP, every_kind, every_mini_batch_solver
from helpers.classifiers import (
    BATCH,
    assert_same_training,
    batch_classifier,
    parameters,
)
from helpers.samples import draw_blobs

N, D, H = 64, 4, 5


def chunks(X, y, size=BATCH):
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(y), size)]


@every_mini_batch_solver
@every_kind
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
