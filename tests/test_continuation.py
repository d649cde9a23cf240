"""Training that goes on where it ended: warm_start and partial_fit."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_blobs, make_moons
from sklearn.exceptions import ConvergenceWarning

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import LBFGS, SOLVERS, Adam

# Powers of two, so that weights of rows and shares of batches are exact numbers.
N, BATCH, D, H = 64, 16, 4, 5
MINI_BATCH = [name for name, solver in SOLVERS.items() if not solver.full_batch]
WITH_RATE = [name for name, solver in SOLVERS.items() if solver.default_learning_rate]
NO_STEP = 1e-14

every_solver = pytest.mark.parametrize("solver", SOLVERS)
every_mini_batch_solver = pytest.mark.parametrize("solver", MINI_BATCH)


def table(kind="binary", n=N):
    centers = 2 if kind == "binary" else 3
    X, y = make_blobs(n, n_features=D, centers=centers, cluster_std=6.0, random_state=0)
    return X, np.column_stack([y > 0, y > 1]).astype(int) if kind == "multilabel" else y


def network(solver, **params):
    defaults = {"n_h": H, "activation": "tanh", "tol": 0, "random_state": 0}
    if solver in MINI_BATCH:
        defaults["batch_size"] = BATCH
    return OneHiddenLayerClassifier(solver=solver, **defaults | params)


def parameters(clf):
    return np.concatenate([part.ravel() for part in [*clf.coefs_, *clf.intercepts_]])


def assert_same_training(first, second):
    assert_array_equal(parameters(first), parameters(second))
    assert first.loss_curve_ == second.loss_curve_
    assert first.validation_loss_curve_ == second.validation_loss_curve_
    assert (first.n_iter_, first.loss_, first.best_loss_) == (
        second.n_iter_,
        second.loss_,
        second.best_loss_,
    )


def chunks(X, y, size=BATCH):
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(y), size)]


# warm_start


@every_solver
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("parts", [(7, 4), (1, 1, 9)])
def test_two_fits_equal_one_long_fit(solver, kind, parts):
    X, y = table(kind)
    clf = network(solver, warm_start=True)
    for part in parts:
        clf.set_params(max_iter=part).fit(X, y)
    assert_same_training(clf, network(solver, max_iter=sum(parts)).fit(X, y))


@every_solver
@pytest.mark.parametrize(
    "settings",
    [
        {"alpha": 0, "n_h": 20, "early_stopping": True, "validation_fraction": 0.25},
        {"standardize": False},
        {"class_weight": "balanced"},
        {"activation": "relu", "random_state": 7},
    ],
    ids=lambda settings: list(settings)[-1],
)
def test_two_fits_equal_one_long_fit_with(settings, solver):
    X, y = table()
    clf = network(solver, warm_start=True, **settings)
    for part in (60, 40):
        clf.set_params(max_iter=part).fit(X, y)
    assert_same_training(clf, network(solver, max_iter=100, **settings).fit(X, y))


@every_solver
@pytest.mark.parametrize("container", [sparse.csr_array, np.float32], ids=["sparse", "float32"])
def test_two_fits_equal_one_long_fit_on(container, solver):
    X, y = container(table()[0]), table()[1]
    clf = network(solver, warm_start=True, max_iter=6).fit(X, y).fit(X, y)
    assert_same_training(clf, network(solver, max_iter=12).fit(X, y))


@every_solver
def test_two_fits_equal_one_long_fit_with_validation_rows(solver):
    X, y = table(n=2 * N)
    rows = {"X": X[:N], "y": y[:N], "X_val": X[N:], "y_val": y[N:]}
    settings = {"alpha": 0, "n_h": 20}
    clf = network(solver, warm_start=True, max_iter=50, **settings).fit(**rows).fit(**rows)
    assert_same_training(clf, network(solver, max_iter=100, **settings).fit(**rows))


@every_solver
def test_two_fits_settle_where_one_long_fit_does(solver):
    X, y = table()
    clf = network(solver, warm_start=True, max_iter=8, tol=1e-2, n_iter_no_change=6)
    with pytest.warns(ConvergenceWarning, match="max_iter=8"):
        clf.fit(X, y)
    clf.set_params(max_iter=5000).fit(X, y)
    straight = network(solver, max_iter=5008, tol=1e-2, n_iter_no_change=6).fit(X, y)
    assert_same_training(clf, straight)


@every_solver
def test_two_fits_with_a_pickle_between_them(solver):
    X, y = table()
    clf = network(solver, warm_start=True, max_iter=6).fit(X, y)
    clf = pickle.loads(pickle.dumps(clf)).fit(X, y)
    assert_same_training(clf, network(solver, max_iter=12).fit(X, y))


def test_a_solver_object_goes_on_too():
    X, y = table()
    clf = network(Adam(beta_2=0.9), warm_start=True, max_iter=6, batch_size=BATCH).fit(X, y)
    straight = network(Adam(beta_2=0.9), max_iter=12, batch_size=BATCH).fit(X, y)
    assert_same_training(clf.fit(X, y), straight)


@pytest.mark.parametrize("solver", WITH_RATE)
def test_a_changed_learning_rate_counts(solver):
    X, y = table()
    clf = network(solver, warm_start=True, max_iter=5, learning_rate=0.1).fit(X, y)
    before = clf.predict_proba(X)
    longer = pickle.loads(pickle.dumps(clf)).fit(X, y)
    stopped = pickle.loads(pickle.dumps(clf)).set_params(learning_rate=NO_STEP)
    assert not np.allclose(longer.predict_proba(X), before, rtol=1e-3)
    if solver == "sgd":
        stopped.set_params(max_iter=1)  # its velocity carries it on for a while
        rates_differ = parameters(stopped.fit(X, y)) != parameters(longer)
        assert rates_differ.all()
    else:
        assert_allclose(stopped.fit(X, y).predict_proba(X), before, rtol=1e-6)


def test_gradient_descent_steps_by_the_changed_learning_rate():
    X, y = table()
    clf = network("gd", warm_start=True, max_iter=5, learning_rate=0.1, standardize=False)
    clf.fit(X, y)
    weights = clf.coefs_[0], clf.intercepts_[0], clf.coefs_[1], clf.intercepts_[1]
    clf.set_params(learning_rate=0.7).fit(X, y)
    fresh = network("gd", max_iter=5, learning_rate=0.7, standardize=False, init=weights)
    assert_array_equal(parameters(clf), parameters(fresh.fit(X, y)))


@pytest.mark.parametrize(
    "changed",
    [
        {"standardize": False},
        {"solver": "gd"},
        {"solver": "sgd"},
        {"solver": "adam"},
        {"batch_size": 5},
        {"alpha": 100},
        {"class_weight": "balanced"},
        {"n_init": 3},
        {"random_state": 5},
        {"init": "small"},
        {"early_stopping": True},
        {"shuffle": False},
    ],
    ids=str,
)
@pytest.mark.parametrize("solver", ["gd", "adam"])
def test_changed_settings_go_on_from_the_same_network(changed, solver):
    X, y = table()
    clf = network(solver, warm_start=True, max_iter=8).fit(X * [1, 9, 1, 1] + 3, y)
    before = clf.predict_proba(X)
    clf.set_params(learning_rate=NO_STEP, max_iter=2, **changed).fit(X * [1, 9, 1, 1] + 3, y)
    assert_allclose(clf.predict_proba(X), before, rtol=1e-6)
    assert clf.n_iter_ == 10


@every_solver
def test_a_changed_penalty_counts(solver):
    X, y = table()
    clf = network(solver, warm_start=True, max_iter=20, alpha=0).fit(X, y)
    before = np.linalg.norm(clf.coefs_[1])
    clf.set_params(alpha=60, max_iter=100).fit(X, y)
    assert np.linalg.norm(clf.coefs_[1]) < before / 2


def test_a_changed_solver_goes_on():
    X, y = table()
    clf = network("adam", warm_start=True, max_iter=10).fit(X, y)
    loss = clf.loss_
    clf.set_params(solver="lbfgs", batch_size="auto").fit(X, y)
    assert clf.solver_ == "lbfgs"
    assert clf.loss_curve_[10] == pytest.approx(loss, rel=1e-9)
    assert clf.loss_ < loss


@every_solver
def test_other_rows_are_learned_from_where_the_first_left_off(solver):
    X, y = table()
    clf = network(solver, warm_start=True, max_iter=5).fit(X, y).fit(X[:40], y[:40])
    assert clf.n_iter_ == 10
    assert np.isfinite(clf.loss_)
    assert clf.fit(X[y == 1], y[y == 1]).classes_.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n_h": H + 1}, "n_h=6 differs from the 5 hidden units"),
        ({"activation": "relu"}, "activation='relu' differs from 'tanh', fitted so far"),
    ],
    ids=["n_h", "activation"],
)
def test_a_network_of_another_shape_is_refused(changed, words):
    X, y = table()
    clf = network("gd", warm_start=True, max_iter=3).fit(X, y)
    before = parameters(clf)
    clf.set_params(**changed)
    with pytest.raises(ValueError, match=words):
        clf.fit(X, y)
    assert_array_equal(parameters(clf), before)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda X, y: (X, y + 5), r"y holds the classes \[5, 6\]"),
        (lambda X, y: (X, np.where(y, "yes", "no")), "y "),
        (lambda X, y: (X[:, :2], y), "2 features"),
        (lambda X, y: (X, np.column_stack([y, 1 - y])), "y "),
    ],
    ids=["classes", "type of the classes", "features", "several labels"],
)
def test_data_of_another_kind_is_refused(data, words):
    X, y = table()
    clf = network("gd", warm_start=True, max_iter=3).fit(X, y)
    before = parameters(clf)
    with pytest.raises(ValueError, match=words):
        clf.fit(*data(X, y))
    assert_array_equal(parameters(clf), before)


@pytest.mark.parametrize("solver", WITH_RATE)
def test_after_divergence_a_lower_learning_rate_goes_on(solver):
    X, y = table()
    clf = network(solver, warm_start=True, max_iter=20, learning_rate=1e200)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(X, y)
    clf.set_params(learning_rate=0.1, max_iter=100).fit(X, y)
    assert np.isfinite(parameters(clf)).all()
    assert clf.loss_ < clf.loss_curve_[0] / 1.5


def test_after_an_interruption_training_goes_on(monkeypatch):
    X, y = table()
    clf = network("adam", warm_start=True, max_iter=20)
    iterate = Adam.iterate
    calls = []

    def interrupted(self, *arguments):
        calls.append(1)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return iterate(self, *arguments)

    monkeypatch.setattr(Adam, "iterate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, y)
    loss = clf.loss_
    assert clf.fit(X, y).loss_ < loss
    assert clf.n_iter_ == 27


# partial_fit: what it equals


@every_mini_batch_solver
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_one_epoch_over_batches_equals_partial_fit_over_chunks(solver, kind):
    X, y = table(kind)
    settings = {"alpha": 0, "standardize": False, "shuffle": False}
    epoch = network(solver, max_iter=1, **settings).fit(X, y)
    stream = network(solver, **settings)
    for chunk in chunks(X, y):
        stream.partial_fit(*chunk, classes=None if kind == "multilabel" else np.unique(y))
    assert_array_equal(parameters(stream), parameters(epoch))
    assert np.mean(stream.loss_curve_) == pytest.approx(epoch.loss_curve_[0], rel=1e-12)


@every_mini_batch_solver
def test_chunks_of_any_size_weigh_alike(solver):
    X, y = table(n=60)
    settings = {"alpha": 0, "standardize": False, "shuffle": False, "batch_size": 12}
    epoch = network(solver, max_iter=1, **settings).fit(X, y)
    stream = network(solver, **settings)
    for start, stop in [(0, 12), (12, 48), (48, 60)]:
        stream.partial_fit(X[start:stop], y[start:stop], classes=[0, 1])
    assert_allclose(parameters(stream), parameters(epoch), rtol=1e-9)


@every_mini_batch_solver
@pytest.mark.parametrize("random_state", [0, 3])
def test_optimiser_and_random_stream_go_on_from_call_to_call(solver, random_state):
    X, y = table()
    settings = {"alpha": 0, "standardize": False, "random_state": random_state}
    three_epochs = network(solver, max_iter=3, **settings).fit(X, y)
    stream = network(solver, **settings)
    for _ in range(3):
        stream.partial_fit(X, y, classes=[0, 1])
    assert_array_equal(parameters(stream), parameters(three_epochs))
    assert stream.loss_curve_ == three_epochs.loss_curve_
    assert stream.n_iter_ == 3


@every_mini_batch_solver
def test_a_stream_with_pickles_between_its_chunks(solver):
    X, y = table()
    stream, stored = network(solver), network(solver)
    for chunk in chunks(X, y, 24):
        stream.partial_fit(*chunk, classes=[0, 1])
        stored = pickle.loads(pickle.dumps(stored)).partial_fit(*chunk, classes=[0, 1])
    assert_same_training(stored, stream)


@every_mini_batch_solver
@pytest.mark.parametrize("alpha", [0, 7])
def test_the_penalty_is_weighed_against_all_rows_so_far(solver, alpha):
    X, y = table()
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, 1)), rng.normal(size=1)
    stream = network(solver, alpha=alpha, learning_rate=NO_STEP, standardize=False, init=init)
    penalty = alpha / 2 * ((init[0] ** 2).sum() + (init[2] ** 2).sum())
    for number, (X_chunk, y_chunk) in enumerate(chunks(X, y), start=1):
        stream.partial_fit(X_chunk, y_chunk, classes=[0, 1])
        z = (np.tanh(X_chunk @ init[0] + init[1]) @ init[2] + init[3])[:, 0]
        loss = np.mean(np.logaddexp(0, z) - y_chunk * z)
        expected = loss + penalty / (number * BATCH)
        assert stream.loss_curve_[-1] == pytest.approx(expected, rel=1e-9)


@every_mini_batch_solver
def test_balanced_classes_are_balanced_over_all_rows_so_far(solver):
    X, y = table("multiclass")
    settings = {"standardize": False, "alpha": 0}
    balanced = network(solver, class_weight="balanced", **settings)
    by_hand = network(solver, **settings)
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
def test_features_are_standardised_by_all_rows_so_far(solver):
    X, y = table()
    stream = network(solver, learning_rate=NO_STEP)
    for chunk in chunks(X, y):
        stream.partial_fit(*chunk, classes=[0, 1])
    at_once = network(solver, learning_rate=NO_STEP, max_iter=1).fit(X, y)
    assert_allclose(parameters(stream), parameters(at_once), rtol=1e-6, atol=1e-9)


@every_mini_batch_solver
def test_weights_of_rows_count_as_repetition(solver):
    X, y = table()
    weights = np.tile([1, 2], N // 2)  # of the same mean in both chunks
    settings = {"batch_size": 2 * N}
    weighted, repeated = network(solver, **settings), network(solver, **settings)
    for rows in (slice(0, 20), slice(20, N)):
        weighted.partial_fit(X[rows], y[rows], classes=[0, 1], sample_weight=weights[rows])
        times = weights[rows]
        repeated.partial_fit(np.repeat(X[rows], times, axis=0), np.repeat(y[rows], times), [0, 1])
    assert_allclose(parameters(weighted), parameters(repeated), rtol=1e-7)


# partial_fit: classes


def test_the_first_call_needs_the_classes():
    with pytest.raises(ValueError, match="classes must be given in the first call"):
        network("adam").partial_fit(*table())


def test_classes_are_given_once_or_always_alike():
    X, y = table()
    names = np.array(["b", "a"])[y]
    stream = network("adam").partial_fit(X, names, classes=["b", "a"])
    assert stream.classes_.tolist() == ["a", "b"]
    stream.partial_fit(X, names).partial_fit(X, names, classes=["a", "b"])
    with pytest.raises(ValueError, match=r"classes=.*\['a', 'b'\]"):
        stream.partial_fit(X, names, classes=["a", "b", "c"])
    assert stream.n_iter_ == 3


@pytest.mark.parametrize("first", [True, False])
def test_unseen_classes_are_refused(first):
    X, y = table("multiclass")
    stream = network("adam")
    if not first:
        stream.partial_fit(X[y < 2], y[y < 2], classes=[0, 1])
    with pytest.raises(ValueError, match=r"y holds the classes \[2\].*\[0, 1\]"):
        stream.partial_fit(X, y, classes=[0, 1])
    assert hasattr(stream, "coefs_") is not first


@every_mini_batch_solver
def test_a_chunk_may_lack_classes(solver):
    X, y = table("multiclass")
    stream = network(solver, class_weight="balanced")
    for label in range(3):
        stream.partial_fit(X[y == label], y[y == label], classes=[0, 1, 2])
        assert stream.predict_proba(X).shape == (N, 3)
        assert np.isfinite(parameters(stream)).all()


@every_mini_batch_solver
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("standardize", [True, False])
def test_a_chunk_may_be_one_row(solver, kind, standardize):
    X, y = table(kind)
    classes = None if kind == "multilabel" else np.unique(y)
    stream = network(solver, standardize=standardize)
    for row in range(10):
        stream.partial_fit(X[[row]], y[[row]], classes=classes)
    assert stream.n_iter_ == 10
    assert np.isfinite(stream.predict_log_proba(X)).all()


def test_a_chunk_may_be_sparse_or_narrow():
    X, y = table()
    dense = network("adam").partial_fit(X, y, classes=[0, 1]).partial_fit(X, y)
    mixed = network("adam").partial_fit(sparse.csr_array(X), y, classes=[0, 1])
    mixed.partial_fit(sparse.csc_array(X), y)
    assert_allclose(parameters(mixed), parameters(dense), rtol=1e-6)
    narrow = network("adam").partial_fit(X.astype(np.float32), y, classes=[0, 1])
    narrow.partial_fit(X.astype(np.float32), y)
    assert {part.dtype for part in narrow.coefs_} == {np.dtype(np.float32)}
    assert_allclose(narrow.predict_proba(X), dense.predict_proba(X), atol=1e-3)


# partial_fit: everything else


@pytest.mark.parametrize("solver", ["lbfgs", LBFGS(memory=3)], ids=str)
def test_lbfgs_has_no_partial_fit(solver):
    clf = network(solver)
    assert not hasattr(clf, "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit"):
        clf.partial_fit(*table(), classes=[0, 1])


@pytest.mark.parametrize("solver", [name for name in SOLVERS if name != "lbfgs"])
def test_all_other_solvers_have_partial_fit(solver):
    X, y = table()
    clf = network(solver).partial_fit(X, y, classes=[0, 1])
    assert clf.partial_fit(X, y) is clf
    assert clf.solver_ == solver
    assert clf.n_iter_ == len(clf.loss_curve_) == 2


def test_auto_means_adam_in_a_stream():
    assert network("auto").partial_fit(*table(), classes=[0, 1]).solver_ == "adam"


@pytest.mark.parametrize("warm_start", [True, False])
@pytest.mark.parametrize("solver", [*WITH_RATE, "auto"])
def test_partial_fit_goes_on_after_fit(solver, warm_start):
    X, y = table()
    clf = network(solver, max_iter=30, warm_start=warm_start).fit(X, y)
    before = clf.predict_proba(X)
    still = pickle.loads(pickle.dumps(clf)).set_params(learning_rate=NO_STEP)
    if solver != "sgd" or not warm_start:  # whose velocity carries it on
        assert_allclose(still.partial_fit(X, y).predict_proba(X), before, rtol=1e-6)
    clf.partial_fit(X, y)
    assert clf.n_iter_ == 31
    assert not np.array_equal(clf.predict_proba(X), before)


@pytest.mark.parametrize("warm_start", [True, False])
def test_the_rows_of_a_fit_count_among_all_rows_so_far(warm_start):
    X, y = table()
    clf = network("adam", max_iter=5, alpha=50, standardize=False, warm_start=warm_start)
    clf.fit(X, y).set_params(learning_rate=NO_STEP).partial_fit(X[:BATCH], y[:BATCH])
    penalty = 50 / 2 * sum((coef**2).sum() for coef in clf.coefs_)
    chosen = clf.predict_log_proba(X[:BATCH])[np.arange(BATCH), y[:BATCH]]
    expected = -chosen.mean() + penalty / (N + BATCH)
    assert clf.loss_curve_[-1] == pytest.approx(expected, rel=1e-6)


def test_fit_begins_anew_after_partial_fit():
    X, y = table()
    clf = network("adam", max_iter=5).partial_fit(X, y, classes=[0, 1]).fit(X, y)
    assert_same_training(clf, network("adam", max_iter=5).fit(X, y))


def test_a_clone_begins_anew():
    X, y = table()
    stream = network("adam").partial_fit(X, y, classes=[0, 1]).partial_fit(X, y)
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
    X, y = table()
    stream, undisturbed = network("adam"), network("adam")
    for clf in (stream, undisturbed):
        clf.partial_fit(X[:30], y[:30], classes=[0, 1])
    with pytest.raises(ValueError):  # noqa: PT011
        stream.partial_fit(**bad(X, y))
    for clf in (stream, undisturbed):
        clf.partial_fit(X[30:], y[30:])
    assert_same_training(stream, undisturbed)


@pytest.mark.parametrize("bad", [{"alpha": -1.0}, {"solver": "magic"}, {"learning_rate": "fast"}])
def test_settings_are_checked_in_every_call(bad):
    X, y = table()
    stream = network("adam").partial_fit(X, y, classes=[0, 1])
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
