"""What the mathematics says of every table: symmetries of J, and two ways to the same network."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from helpers.cases import FULL_BATCH, MINI_BATCH, WITH_RATE
from helpers.problems import N_CLASSES, draw_codes, loss_of
from helpers.searches import assert_same_results, both
from helpers.verdict import check_model
from skshallow import OneHiddenLayerClassifier
from skshallow._core.activations import ACTIVATIONS
from skshallow._estimators.fitting import fit_together
from skshallow.solvers import SOLVERS

# What a few iterations may make of rounding.
RTOL = 1e-6

some = settings(max_examples=18)


@dataclass
class Problem:
    """A table, weights of its samples, a network to start from, and settings."""

    kind: str
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    init: tuple
    params: dict

    def fit(self, **params):
        settings = {"n_h": self.init[0].shape[1], "init": self.init, "tol": 0}
        clf = OneHiddenLayerClassifier(**(settings | self.params | params))
        return clf.fit(self.X, self.y, sample_weight=self.weights)


@st.composite
def problems(draw, solvers, **params):
    kind = draw(st.sampled_from(sorted(N_CLASSES)))
    n_samples, n_features, n_h = (draw(st.integers(*ends)) for ends in [(8, 30), (1, 4), (1, 5)])
    random_state = np.random.RandomState(draw(st.integers(0, 2**16)))
    _, n_outputs = loss_of(kind)
    shapes = (n_features, n_h), (n_h,), (n_h, n_outputs), (n_outputs,)
    codes = draw_codes(kind, n_samples, random_state)
    # Every class there is.
    codes[: N_CLASSES[kind]] = np.eye(3) if kind == "multilabel" else range(N_CLASSES[kind])
    return Problem(
        kind,
        random_state.standard_normal((n_samples, n_features)),
        codes,
        random_state.randint(1, 4, size=n_samples),
        tuple(random_state.standard_normal(shape) for shape in shapes),
        {
            "solver": draw(st.sampled_from(solvers)),
            "batch_size": "auto" if solvers is FULL_BATCH else draw(st.integers(2, 8)),
            "activation": draw(st.sampled_from(sorted(ACTIVATIONS))),
            "alpha": draw(st.sampled_from([0.0, 0.1, 10.0])),
            "standardize": draw(st.booleans()),
            "max_iter": draw(st.integers(1, 4)),
            "random_state": 0,
        }
        | params,
    )


def assert_same(p, expected):
    assert_allclose(p, expected, rtol=RTOL, atol=RTOL)


@some
@given(problem=problems(list(SOLVERS)))
def test_probabilities_are_probabilities(problem):
    check_model(problem.fit(), 100 * problem.X)


# Symmetries of J


@some
@given(problem=problems(FULL_BATCH))
def test_the_order_of_the_samples_does_not_matter(problem):
    order = np.random.RandomState(0).permutation(len(problem.y))
    shuffled = replace(
        problem, X=problem.X[order], y=problem.y[order], weights=problem.weights[order]
    )
    assert_same(shuffled.fit().predict_proba(problem.X), problem.fit().predict_proba(problem.X))


@some
@given(problem=problems(FULL_BATCH))
def test_weights_are_repetition_and_weigh_against_the_penalty(problem):
    expected = problem.fit().predict_proba(problem.X)
    X, y = (np.repeat(part, problem.weights, axis=0) for part in (problem.X, problem.y))
    for weights in (None, np.ones(len(y))):
        repeated = replace(problem, X=X, y=y, weights=weights)
        assert_same(repeated.fit().predict_proba(problem.X), expected)
    heavier = replace(problem, weights=problem.weights * 7.0).fit(alpha=7 * problem.params["alpha"])
    assert_same(heavier.predict_proba(problem.X), expected)


@some
@given(problem=problems(FULL_BATCH))
def test_the_names_of_the_classes_do_not_matter(problem):
    W1, b1, W2, b2 = problem.init
    order = np.random.RandomState(0).permutation(N_CLASSES[problem.kind])
    # The class that was number order[i] is number i now.
    if problem.kind == "multilabel":
        y = problem.y[:, order]
    else:
        y = np.array(["a", "b", "c"])[np.argsort(order)[problem.y]]
    if problem.kind == "binary":
        sign = 1 if order[0] == 0 else -1
        init = W1, b1, sign * W2, sign * b2
    else:
        init = W1, b1, W2[:, order], b2[order]
    renamed = replace(problem, y=y, init=init).fit()
    assert_same(renamed.predict_proba(problem.X), problem.fit().predict_proba(problem.X)[:, order])


@some
@given(problem=problems(FULL_BATCH))
def test_the_order_of_features_and_of_hidden_units_does_not_matter(problem):
    W1, b1, W2, b2 = problem.init
    columns, units = (np.random.RandomState(0).permutation(size) for size in W1.shape)
    shuffled = replace(
        problem, X=problem.X[:, columns], init=(W1[columns][:, units], b1[units], W2[units], b2)
    )
    assert_same(
        shuffled.fit().predict_proba(problem.X[:, columns]),
        problem.fit().predict_proba(problem.X),
    )


@some
@given(problem=problems(FULL_BATCH, init="auto", standardize=True))
def test_units_and_origins_of_the_features_do_not_matter(problem):
    random_state = np.random.RandomState(0)
    units = 10.0 ** random_state.uniform(-30, 30, problem.X.shape[1])
    converted = (problem.X + random_state.uniform(-10, 10, problem.X.shape[1])) * units
    expected = problem.fit().predict_proba(problem.X)
    assert_same(replace(problem, X=converted).fit().predict_proba(converted), expected)
    rows = sparse.csr_array(problem.X * units)
    assert_same(replace(problem, X=rows).fit().predict_proba(rows), expected)


# Two ways to the same network


@some
@given(
    problem=problems(list(SOLVERS), init="auto", warm_start=True),
    parts=st.lists(st.integers(1, 3), min_size=2, max_size=3),
)
def test_fits_in_a_row_are_one_fit(problem, parts):
    once = problem.fit(max_iter=sum(parts))
    clf = problem.fit(max_iter=parts[0])
    for part in parts[1:]:
        clf.set_params(max_iter=part).fit(problem.X, problem.y, sample_weight=problem.weights)
    assert clf.loss_curve_ == once.loss_curve_
    assert_array_equal(clf.predict_proba(problem.X), once.predict_proba(problem.X))


@some
@given(problem=problems(MINI_BATCH, alpha=0, standardize=False, shuffle=False, max_iter=1))
def test_chunks_in_a_row_are_an_epoch(problem):
    problem = replace(problem, weights=None)
    epoch = problem.fit()
    stream = OneHiddenLayerClassifier(**epoch.get_params())
    classes = None if problem.kind == "multilabel" else range(N_CLASSES[problem.kind])
    for start in range(0, len(problem.y), epoch.batch_size):
        rows = slice(start, start + epoch.batch_size)
        stream.partial_fit(problem.X[rows], problem.y[rows], classes=classes)
    assert_same(stream.predict_proba(problem.X), epoch.predict_proba(problem.X))


@some
@given(
    problem=problems(WITH_RATE),
    changes=st.lists(
        st.fixed_dictionaries(
            {
                "alpha": st.sampled_from([0.0, 1.0, 30.0]),
                "learning_rate": st.sampled_from(["auto", 0.01, 0.1]),
                "init": st.sampled_from(["auto", "small"]),
            }
        ),
        min_size=2,
        max_size=4,
    ),
)
def test_stacked_is_looped(problem, changes):
    looped = [problem.fit(**change) for change in changes]
    stacked = [OneHiddenLayerClassifier(**clf.get_params()) for clf in looped]
    fit_together(stacked, problem.X, problem.y, sample_weight=problem.weights)
    for one, other in zip(stacked, looped, strict=True):
        assert_same(one.predict_proba(problem.X), other.predict_proba(problem.X))
        assert_allclose(one.loss_curve_, other.loss_curve_, rtol=RTOL)


@settings(max_examples=6)
@given(
    problem=problems(WITH_RATE),
    alphas=st.lists(st.sampled_from([0, 0.1, 1, 10]), min_size=1, unique=True),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=2, unique=True),
)
def test_a_stacked_search_is_a_search(problem, alphas, sizes):
    clf = OneHiddenLayerClassifier(**(problem.params | {"tol": 0}))
    # Every class is in every split.
    X, y = np.tile(problem.X, (3, 1)), np.tile(problem.y, 3 if problem.y.ndim == 1 else (3, 1))
    plain, stacked = both(clf, {"alpha": alphas, "n_h": sizes}, X, y)
    assert_same_results(plain, stacked)


@some
@given(problem=problems([*FULL_BATCH, "sgd"]))
def test_float32_is_float64_but_for_rounding(problem):
    narrow = replace(problem, X=problem.X.astype(np.float32))
    wide = replace(problem, X=narrow.X.astype(np.float64))
    p, expected = narrow.fit().predict_proba(narrow.X), wide.fit().predict_proba(wide.X)
    assert p.dtype == np.float32
    assert_allclose(p, expected, rtol=0, atol=2e-4)
