"""Parameters may be numbers of any width that NumPy has, and mean what Python's own mean."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from helpers.cases import may_not_converge
from helpers.classifiers import parameters
from helpers.samples import draw_samples
from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    StackedGridSearchCV,
)
from skshallow.solvers import LBFGS, SGD, Adam

pytestmark = may_not_converge
INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
REALS = [np.float16, np.float32, np.float64, np.longdouble]
SETTINGS = {"n_h": 4, "solver": "adam", "batch_size": 20, "max_iter": 7, "tol": 0}


def classifier(**params):
    return OneHiddenLayerClassifier(**(SETTINGS | {"random_state": 3} | params))


def fitted(**params):
    return classifier(**params).fit(*draw_samples())


def stopped_early(**params):
    return fitted(early_stopping=True, **params)


def continued(**params):
    clf = fitted(warm_start=True, **params)
    return clf.fit(*draw_samples())


def streamed(**params):
    clf = classifier(**params)
    for _ in range(3):
        clf.partial_fit(*draw_samples(), classes=[0, 1])
    return clf


def chosen(**params):
    settings = {"n_h": 4, "alphas": 3, "max_iter": 9, "random_state": 3, "n_init": 1, "cv": 3}
    return OneHiddenLayerClassifierCV(**(settings | params)).fit(*draw_samples())


def chosen_among(**params):
    return chosen(**{name: [value] for name, value in params.items()})


def searched(**params):
    grid = {name: [value] for name, value in params.items()}
    return StackedGridSearchCV(classifier(), grid, cv=3).fit(*draw_samples()).best_estimator_


def stepped(family):
    def train(**params):
        return fitted(solver=family(**params))

    train.__name__ = family.__name__
    return train


INTEGRAL = {
    fitted: {
        **{"n_h": 100, "batch_size": 20, "max_iter": 7, "n_iter_no_change": 5, "n_init": 2},
        **{"verbose": 0, "random_state": 3, "learning_rate": 1, "alpha": 2, "tol": 1},
    },
    continued: {"n_h": 100, "batch_size": 20, "max_iter": 7},
    streamed: {"n_h": 100, "batch_size": 20},
    chosen: {
        **{"n_h": 100, "alphas": 3, "max_iter": 9, "n_iter_no_change": 5, "n_init": 2},
        **{"cv": 3, "n_jobs": 1, "random_state": 3, "verbose": 0},
    },
    chosen_among: {"n_h": 100, "alphas": 1},
    searched: {"n_h": 100, "max_iter": 7, "batch_size": 20},
    stepped(LBFGS): {"memory": 100, "max_evaluations": 100},
}
REAL = {
    fitted: {"learning_rate": 0.3, "alpha": 0.7, "tol": 0.1},
    stopped_early: {"validation_fraction": 0.3},
    chosen_among: {"alphas": 0.7, "learning_rate": 0.3},
    searched: {"alpha": 0.7, "learning_rate": 0.3},
    stepped(Adam): {"beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-4},
    stepped(SGD): {"momentum": 0.7},
}


def cases(values, types):
    for train, numbers in values.items():
        for name, value in numbers.items():
            for type_ in types:
                label = f"{train.__name__}-{name}-{type_.__name__}"
                yield pytest.param(train, name, type_(value), id=label)


@pytest.mark.parametrize(("train", "name", "value"), [*cases(INTEGRAL, INTEGERS)])
def test_integers_of_any_width(train, name, value):
    expected = train(**{name: int(value)})
    assert_array_equal(parameters(train(**{name: value})), parameters(expected))


@pytest.mark.parametrize(("train", "name", "value"), [*cases(REAL, REALS)])
def test_real_numbers_of_any_width(train, name, value):
    expected = train(**{name: float(value)})
    assert_array_equal(parameters(train(**{name: value})), parameters(expected))
