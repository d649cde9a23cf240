"""A penalty that is far stronger than the loss: training ends at the class frequencies."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from helpers.classifiers import classifier
from helpers.problems import ALL_SAMPLES, draw_problem, run
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import LBFGS

OUTWEIGHS = r"alpha=\S+ outweighs samples whose weights sum to 90\. Try a lower alpha"


def skewed_samples(kind, dtype):
    """Samples whose classes, or labels, are not equally frequent, and how frequent they are."""
    X, y = draw_samples(kind)
    if kind == "multilabel":
        y[::3] = 0
        return X.astype(dtype), y, y.mean(axis=0)
    y[::3] = 0
    return X.astype(dtype), y, np.bincount(y) / len(y)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("alpha", [1e3, 1e4, 1e5, 1e6, 1e8, 1e10, 1e12, 1e18])
def test_the_stronger_the_penalty_the_closer_to_the_class_frequencies(alpha, kind, dtype):
    X, y, frequencies = skewed_samples(kind, dtype)
    clf = OneHiddenLayerClassifier(alpha=alpha, random_state=0)
    with pytest.warns(ConvergenceWarning, match=OUTWEIGHS):
        clf.fit(X, y)
    np.testing.assert_allclose(clf.predict_proba(X), frequencies + np.zeros((90, 1)), atol=2e-3)
    assert max(np.abs(coef).max() for coef in clf.coefs_) < 1e-3


@pytest.mark.parametrize("alpha", [1e2, 1e3, 1e6, 1e12, 1e100, 1e150])
def test_iterations_do_not_grow_with_the_penalty(alpha):
    objective, theta = draw_problem(n_samples=60, n_h=4, alpha=[alpha])
    _, losses = run(LBFGS(), objective, theta, 60)
    assert losses[15, 0] == pytest.approx(losses[-1, 0], rel=1e-6)


def test_a_strong_penalty_leaves_others_of_its_stack_alone():
    objective, theta = draw_problem(n_samples=60, n_h=4, alpha=[0.5, 1e9], n_networks=2)
    together, _ = run(LBFGS(), objective, theta, 20)
    alone, _ = run(LBFGS(), objective.take([0]), theta[:1], 20)
    np.testing.assert_allclose(together[0], alone[0], rtol=1e-6, atol=1e-9)


def test_usual_penalties_are_trained_as_ever():
    objective, theta = draw_problem(n_samples=60, n_h=4, alpha=[100.0], total=30.0)
    solver = LBFGS()
    state, rates = solver.start(theta), None
    solver.iterate(objective, theta, state, ALL_SAMPLES, rates)
    assert "units" not in state


@pytest.mark.parametrize("second", [1.0, 1e4, 1e12])
@pytest.mark.parametrize("first", [1.0, 1e9])
def test_the_penalty_may_change_in_a_warm_start(first, second):
    X, y, frequencies = skewed_samples("binary", np.float64)
    clf = classifier("lbfgs", alpha=first, warm_start=True, max_iter=30)
    clf.fit(X, y).set_params(alpha=second, max_iter=200).fit(X, y)
    if second > 1:
        np.testing.assert_allclose(clf.predict_proba(X), frequencies + np.zeros((90, 1)), atol=1e-6)
    else:
        # Of a network without weights rounding leaves enough to go on from.
        assert clf.loss_ < 0.8 * -np.log(frequencies) @ frequencies


@pytest.mark.parametrize(
    ("alpha", "advice"),
    [(1e9, ", or a lower alpha."), (5.0, "."), (0.01, ", or a higher alpha.")],
    ids=str,
)
@pytest.mark.parametrize("by_tol", [True, False])
def test_who_stops_too_early_is_told_to_go_on(by_tol, alpha, advice):
    X, y, _ = skewed_samples("binary", np.float64)
    init = np.full((4, 3), 5.0), np.zeros(3), np.full((3, 1), -5.0), [50.0]
    stop = {"tol": 0.99, "n_iter_no_change": 1} if by_tol else {"tol": 0, "max_iter": 1}
    clf = OneHiddenLayerClassifier(3, alpha=alpha, init=init, standardize=True, **stop)
    with pytest.warns(ConvergenceWarning, match="a constant prediction") as caught:
        clf.fit(X, y)
    more = "more iterations" + (", with a lower tol" if by_tol else "")
    assert str(caught[0].message).endswith(f"Try {more}{advice}")


def test_what_a_strong_penalty_makes_diverge_is_told_to_lower_it():
    X, y, _ = skewed_samples("binary", np.float64)
    clf = OneHiddenLayerClassifier(solver="gd", alpha=1e6, random_state=0)
    with pytest.warns(ConvergenceWarning, match="a lower learning_rate or a lower alpha"):
        clf.fit(X, y)
