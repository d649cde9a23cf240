"""A wrong parameter is refused by name, with what is allowed, and costs nothing already fitted."""

import numpy as np
import pytest

from helpers.cases import every_mini_batch_solver
from helpers.refusals import GOOD_INIT, assert_refused, good_classifier, good_samples, with_one
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import LBFGS, SGD, SOLVERS, Adam, Cosine, GradientDescent

BAD_PARAMETERS = [
    ("n_h", 0, "[1, inf)"),
    ("n_h", 2.5, "int"),
    ("n_h", "4", "int"),
    ("activation", "softsign", "'tanh'"),
    ("activation", None, "'relu'"),
    ("solver", "newton", "'lbfgs'"),
    ("solver", Adam, "'adam'"),
    ("learning_rate", 0, "(0.0, inf)"),
    ("learning_rate", -0.1, "(0.0, inf)"),
    ("learning_rate", "adaptive", "'auto'"),
    ("learning_rate", np.nan, "(0.0, inf)"),
    ("learning_rate", np.inf, "(0.0, inf)"),
    ("alpha", -1e-9, "[0.0, inf)"),
    ("alpha", np.nan, "[0.0, inf)"),
    ("alpha", np.inf, "[0.0, inf)"),
    ("alpha", None, "float"),
    ("batch_size", 0, "[1, inf)"),
    ("batch_size", 10.0, "int"),
    ("batch_size", "all", "'auto'"),
    ("max_iter", 0, "[1, inf)"),
    ("max_iter", np.inf, "int"),
    ("tol", -1e-4, "[0.0, inf)"),
    ("n_iter_no_change", 0, "[1, inf)"),
    ("early_stopping", "yes", "bool"),
    ("validation_fraction", 0.0, "(0.0, 1.0)"),
    ("validation_fraction", 1.0, "(0.0, 1.0)"),
    ("class_weight", "Balanced", "'balanced'"),
    ("class_weight", 2.0, "dict"),
    ("standardize", "no", "bool"),
    ("squash", 3.0, "bool"),
    ("init", "glorot", "'small'"),
    ("init", 3, "tuple"),
    ("n_init", 0, "[1, inf)"),
    ("shuffle", "yes", "bool"),
    ("warm_start", None, "bool"),
    ("random_state", "seed", "int"),
    ("random_state", -1, "[0, 4294967295]"),
    ("verbose", -1, "[0, inf)"),
]


@pytest.mark.parametrize(("name", "value", "allowed"), BAD_PARAMETERS, ids=str)
def test_a_wrong_parameter(name, value, allowed):
    assert_refused([f"'{name}' parameter", allowed, f"Got {value!r} instead"], **{name: value})


def test_no_parameter_was_forgotten():
    tried = {name for name, _, _ in BAD_PARAMETERS}
    assert tried == OneHiddenLayerClassifier().get_params().keys()


BAD_SOLVERS = [
    (Adam(beta_1=1.0), "beta_1", "[0.0, 1.0)"),
    (Adam(beta_2=-0.1), "beta_2", "[0.0, 1.0)"),
    (Adam(epsilon=0), "epsilon", "(0.0, inf)"),
    (Adam(average=1.0), "average", "[0.0, 1.0)"),
    (SGD(momentum=1.5), "momentum", "[0.0, 1.0)"),
    (SGD(average=-0.1), "average", "[0.0, 1.0)"),
    (SGD(nesterov="no"), "nesterov", "bool"),
    (GradientDescent(schedule="cosine"), "schedule", "Schedule"),
    (SGD(schedule=Cosine), "schedule", "Schedule"),
    (Adam(schedule=0.5), "schedule", "Schedule"),
    (LBFGS(memory=0), "memory", "[1, inf)"),
    (LBFGS(max_evaluations=2.5), "max_evaluations", "int"),
]


@pytest.mark.parametrize(("solver", "name", "allowed"), BAD_SOLVERS, ids=str)
def test_a_wrong_parameter_of_a_solver(solver, name, allowed):
    value = solver.get_params()[name]
    words = [f"'{name}' parameter of {type(solver).__name__}", allowed, f"Got {value!r} instead"]
    assert_refused(words, solver=solver)


def test_no_parameter_of_a_solver_was_forgotten():
    tried = {(type(solver), name) for solver, name, _ in BAD_SOLVERS}
    assert tried == {
        (family, name) for family in SOLVERS.values() for name in family().get_params()
    }


@every_mini_batch_solver
def test_batches_of_more_samples_than_there_are(solver):
    words = ["batch_size=41", "at most", "40"]
    assert_refused(words, solver=solver, batch_size=41)


@every_mini_batch_solver
def test_batches_of_more_samples_than_a_split_leaves(solver):
    words = ["batch_size=37", "at most", "36"]
    assert_refused(words, solver=solver, batch_size=37, early_stopping=True)


def test_a_learning_rate_without_effect_warns():
    clf = good_classifier(solver="lbfgs", learning_rate=0.1)
    with pytest.warns(UserWarning, match=r"learning_rate=0.1 has no effect.*'lbfgs'"):
        clf.fit(*good_samples())


# Initial weights


@pytest.mark.parametrize(
    ("position", "name", "shape"), [(0, "W1", (3, 4)), (1, "b1", (4,)), (2, "W2", (4, 1))]
)
def test_initial_weights_of_wrong_shape(position, name, shape):
    for wrong in (GOOD_INIT[position].T[..., :2], np.ones((2, 2)), np.array([1.0])):
        init = list(GOOD_INIT)
        init[position] = wrong
        assert_refused([f"init's {name}", str(shape), str(wrong.shape)], init=tuple(init))


@pytest.mark.parametrize(
    ("init", "words"),
    [
        (GOOD_INIT[:3], ["init", "4 arrays", "(W1, b1, W2, b2)", "got 3"]),
        ((), ["init", "4 arrays", "got 0"]),
        ((*GOOD_INIT[:3], np.zeros(2)), ["init's b2", "(1,)", "(2,)"]),
        ((*GOOD_INIT[:3], 0.0), ["init's b2", "(1,)", "()"]),
        ((with_one(GOOD_INIT[0], np.nan), *GOOD_INIT[1:]), ["init's W1", "NaN"]),
        ((*GOOD_INIT[:2], with_one(GOOD_INIT[2], np.inf, 1), GOOD_INIT[3]), ["init's W2", "inf"]),
        (("auto", "small", "auto", "small"), ["init's W1"]),
    ],
    ids=lambda case: "" if isinstance(case, tuple) else ", ".join(case),
)
def test_wrong_initial_weights(init, words):
    assert_refused(words, init=init)


def test_a_list_of_initial_weights_is_no_tuple():
    assert_refused(["'init' parameter", "tuple"], init=list(GOOD_INIT))
