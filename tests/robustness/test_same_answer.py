"""One seed, one answer: run after run, in any process, with any number of workers and threads."""

import os
import subprocess
import sys
import textwrap
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from helpers.cases import every_solver
from helpers.classifiers import candidate, chooser, parameters
from helpers.paths import ROOT
from helpers.problems import N_CLASSES, draw_codes
from helpers.samples import draw_samples
from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    StackedGridSearchCV,
)
from skshallow._estimators.fitting import fit_together
from skshallow.solvers import SOLVERS

pytestmark = pytest.mark.usefixtures("nothing_global_changes")

GRID = {"alpha": [0.1, 1, 10], "n_h": [2, 5]}
# So many iterations do not blow a difference in the last bit up.
FEW = 3

every_kind = pytest.mark.parametrize("kind", N_CLASSES)


def draw(kind, n=90, d=4, seed=0):
    random_state = np.random.RandomState(seed)
    return random_state.standard_normal((n, d)), draw_codes(kind, n, random_state)


@every_solver
@every_kind
def test_the_same_seed_gives_the_same_bits(solver, kind):
    clf = OneHiddenLayerClassifier(
        5, solver=solver, max_iter=9, tol=0, early_stopping=True, n_init=2, random_state=3
    )
    X, y = draw(kind)
    first, again = (clone(clf).fit(X, y) for _ in range(2))
    assert_array_equal(parameters(again), parameters(first))
    assert again.loss_curve_ == first.loss_curve_
    assert again.validation_loss_curve_ == first.validation_loss_curve_
    other = clone(clf).set_params(random_state=4).fit(X, y)
    assert not np.array_equal(parameters(other), parameters(first))


# Whole fits, a large product that BLAS may share out, and searches, in a process of their own.
SCRIPT = """
    import sys
    import numpy as np
    from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV

    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((600, 200))
    y = np.array(["no", "perhaps", "yes"])[random_state.randint(3, size=600)]
    settings = {"max_iter": 3, "tol": 0, "random_state": 0}
    clfs = [
        OneHiddenLayerClassifier(16, solver=solver, **settings)
        for solver in ("gd", "sgd", "adam", "lbfgs")
    ]
    clfs.append(OneHiddenLayerClassifier(256, batch_size=500, solver="adam", **settings))
    grid = {"alpha": [0.1, 10], "n_h": [2, 4]}
    clfs.append(StackedGridSearchCV(OneHiddenLayerClassifier(**settings), grid, cv=2))
    np.save(sys.argv[1], np.stack([clf.fit(X, y).predict_proba(X) for clf in clfs]))
"""


@pytest.fixture(scope="module")
def in_a_process(tmp_path_factory):
    """Probabilities that the script finds with so many BLAS threads and such a seed of hashes."""
    script = tmp_path_factory.mktemp("process") / "script.py"
    script.write_text(textwrap.dedent(SCRIPT), encoding="utf-8")

    def run(n_threads, hash_seed):
        path = script.with_name(f"{n_threads} {hash_seed}.npy")
        if not path.exists():
            names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
            variables = dict.fromkeys(names, str(n_threads)) | {"PYTHONHASHSEED": str(hash_seed)}
            search_path = os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")]))
            environment = os.environ | variables | {"PYTHONPATH": search_path}
            subprocess.run([sys.executable, script, path], check=True, env=environment)
        return np.load(path)

    return run


@pytest.mark.slow
def test_the_seed_of_hashes_changes_no_bit(in_a_process):
    assert_array_equal(in_a_process(1, 1), in_a_process(1, 2))


@pytest.mark.slow
def test_the_threads_of_blas_change_hardly_a_bit(in_a_process):
    assert_allclose(in_a_process(2, 1), in_a_process(1, 1), rtol=1e-10, atol=0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["search", "classifier"])
def test_the_number_and_kind_of_workers_changes_no_bit(kind):
    rows = draw_samples("multiclass")
    search = StackedGridSearchCV(candidate(), GRID, cv=2, scoring="neg_log_loss")
    if kind == "classifier":
        search = chooser(n_h=[2, 5], cv=2, max_iter=9, tol=0)
    plain = clone(search).fit(*rows)
    for backend, n_jobs in (("sequential", 1), ("threading", 2), ("loky", 2)):
        # In threads scikit-learn swaps the filters of warnings as in the test below.
        with warnings.catch_warnings(), joblib.parallel_backend(backend):
            other = clone(search).set_params(n_jobs=n_jobs).fit(*rows)
        assert other.best_params_ == plain.best_params_
        for key, column in plain.cv_results_.items():
            if "score" in key and "time" not in key:
                assert_array_equal(other.cv_results_[key], column)
        assert_array_equal(other.predict_proba(rows[0]), plain.predict_proba(rows[0]))


@every_kind
def test_fits_side_by_side_in_threads_are_those_one_after_the_other(kind):
    X, y = draw(kind)
    estimators = [
        OneHiddenLayerClassifier(6, solver=solver, max_iter=20, tol=0, random_state=seed)
        for solver in SOLVERS
        for seed in range(2)
    ]
    estimators += [
        OneHiddenLayerClassifierCV(
            3, alphas=[0.1, 1], cv=2, max_iter=5, tol=1e-9, solver="gd", n_init=1, random_state=seed
        ).set_params(refit=False)
        for seed in range(4)
    ]

    def answer(estimator):
        estimator = clone(estimator).fit(X, y)
        if hasattr(estimator, "coefs_"):
            return parameters(estimator)
        return estimator.cv_results_["mean_test_score"]

    expected = [answer(estimator) for estimator in estimators]
    # The filters of warnings belong to the process. scikit-learn swaps them while it looks at
    # targets, and does so in several threads here, after which they may be as nobody had them.
    with warnings.catch_warnings(), ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            for found, same in zip(pool.map(answer, estimators), expected, strict=True):
                assert_array_equal(found, same)


def test_a_search_without_workers_leaves_the_filters_of_warnings_alone():
    """They belong to the process: swapped in several threads, they end up as nobody had them."""
    seen = []

    def scoring(clf, X, y):
        seen.append(warnings.filters)
        return 0.5

    search = StackedGridSearchCV(candidate(), GRID, scoring=scoring, refit=False, cv=2)
    search.fit(*draw_samples())
    assert len(seen) == 12
    assert all(filters is warnings.filters for filters in seen)


@every_solver
@every_kind
def test_a_network_in_a_stack_is_the_one_it_would_be_alone(solver, kind):
    # How BLAS adds up depends on how large a product is, so bits are not promised.
    for shape, (n, d, n_h) in enumerate([(60, 3, 4), (97, 5, 7), (130, 2, 40), (150, 11, 33)]):
        X, y = draw(kind, n, d, seed=shape)
        settings = {"solver": solver, "max_iter": FEW, "tol": 0, "random_state": 0}
        networks = [
            OneHiddenLayerClassifier(n_h, alpha=alpha, learning_rate="auto", **settings)
            for alpha in (0.1, 1, 3, 10)
        ]
        alone = [parameters(clone(clf).fit(X, y)) for clf in networks]
        fit_together(networks, X, y)
        together = [parameters(clf) for clf in networks]
        assert_allclose(together, alone, rtol=1e-10, atol=1e-12)


def search(estimator, **settings):
    return StackedGridSearchCV(estimator, {"alpha": [0.1, 1]}, cv=2, **settings)


CALLS = {
    "fit": lambda X, y: candidate().fit(X, y),
    "fit that diverges": lambda X, y: candidate(learning_rate=1e200).fit(X, y),
    "fit that does not settle": lambda X, y: candidate(tol=1e-9).fit(X, y),
    "fit of bad rows": lambda X, y: candidate().fit(X * np.nan, y),
    "fit of bad parameters": lambda X, y: candidate(n_h=0).fit(X, y),
    "fit that prints": lambda X, y: candidate(verbose=1).fit(X, y),
    "partial_fit": lambda X, y: candidate(solver="adam").partial_fit(X, y, classes=np.unique(y)),
    "partial_fit without classes": lambda X, y: candidate(solver="adam").partial_fit(X, y),
    "predictions": lambda X, y: candidate().fit(X, y).predict_log_proba(X * 1e300),
    "search": lambda X, y: search(candidate()).fit(X, y, sample_weight=np.ones(len(X))),
    "search of bad rows": lambda X, y: search(candidate()).fit(X * np.nan, y),
    "search that fails": lambda X, y: search(candidate(), error_score="raise").fit(X * np.nan, y),
    "choice": lambda X, y: chooser(max_iter=3, tol=0).fit(X, y),
    "choice by weighted scores": lambda X, y: chooser(max_iter=3, tol=0, scoring="accuracy").fit(
        X, y, sample_weight=np.ones(len(X))
    ),
    "choice of bad rows": lambda X, y: chooser().fit(X * np.nan, y),
}


@pytest.mark.parametrize("call", CALLS)
def test_nothing_global_changes(call):
    # That nothing does is asserted after every test of this file.
    with suppress(ValueError, ConvergenceWarning, UserWarning):
        CALLS[call](*draw_samples("binary"))
