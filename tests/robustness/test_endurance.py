"""Many calls, and nothing that grows with them; `make endurance` makes many more."""

import itertools

import numpy as np
import pytest
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from helpers.cases import every_mini_batch_solver, every_solver
from helpers.memory import CURVE_BYTES, SLACK, allocations, growth
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import SOLVERS

pytestmark = pytest.mark.slow

RANDOM = np.random.RandomState(0)
X, Y = RANDOM.standard_normal((30, 3)), RANDOM.randint(2, size=30)


@every_mini_batch_solver
def test_a_long_stream_keeps_nothing_but_its_loss_curve(solver, thorough):
    n_calls = 100_000 if thorough else 1000
    clf = OneHiddenLayerClassifier(3, solver=solver, random_state=0)
    clf.partial_fit(X, Y, classes=[0, 1])
    kept, more = growth(lambda: clf.partial_fit(X, Y), n_calls)
    assert kept < CURVE_BYTES * n_calls + SLACK
    assert more < SLACK / 4
    assert len(clf.loss_curve_) == clf.n_iter_ >= n_calls


def test_many_fits_keep_nothing(thorough):
    # To look for a penalty takes long where every allocation is traced.
    settings = [
        *itertools.product(SOLVERS, (True, False), (2, 9), (1.0,)),
        ("lbfgs", True, 2, "auto"),
    ]
    clfs = itertools.cycle(
        OneHiddenLayerClassifier(
            n_h, solver=solver, alpha=alpha, max_iter=3, tol=0, random_state=0, early_stopping=early
        )
        for solver, early, n_h, alpha in settings
    )
    kept, more = growth(lambda: clone(next(clfs)).fit(X, Y), 1000 if thorough else 50)
    assert kept < 2 * SLACK
    assert more < SLACK


@every_solver
def test_a_mapped_table_may_be_larger_than_what_is_allocated(solver, thorough, tmp_path):
    n_features = 256
    n_samples = (2**32 if thorough else 2**27) // (4 * n_features)
    path = tmp_path / "X.npy"
    table = np.lib.format.open_memmap(path, "w+", np.float32, (n_samples, n_features))
    y = RANDOM.randint(2, size=n_samples)
    for start in range(0, n_samples, 8192):
        noise = RANDOM.standard_normal((min(8192, n_samples - start), n_features))
        table[start : start + 8192] = noise + y[start : start + 8192, np.newaxis]
    table.flush()
    mapped = np.load(path, mmap_mode="r")
    clf = OneHiddenLayerClassifier(4, solver=solver, max_iter=2, tol=0, random_state=0)
    # Each thread has buffers of its own.
    with threadpool_limits(limits=1, user_api="blas"), allocations() as peak:
        right = clf.fit(mapped, y).predict(mapped) == y
    assert right.mean() > 0.9
    assert peak[0] < mapped.nbytes / 5


def test_growth_is_noticed():
    kept, copied = [], []

    def grow():
        kept.append(bytearray(100))
        copied[:] = [*copied, 0]

    found, more = growth(grow, 1000)
    assert found > 1000 * 100
    assert more > SLACK / 4


def test_a_copy_of_what_grows_is_noticed():
    longer = []

    def grow():
        longer.append(0.0)
        longer.copy()

    _, more = growth(grow, 2000)
    assert more > SLACK / 4
