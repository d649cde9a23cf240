"""Solvers that break off, or that note what they do."""

import numpy as np

from skshallow.solvers import SOLVERS


def breaking_step(solver, at, error):
    """A solver that raises an error in so many-th place, halfway through an iteration."""
    calls = []

    class Breaking(SOLVERS[solver]):
        def step(self, theta, gradient, state, rate):
            calls.append(1)
            if len(calls) == at:
                raise error
            super().step(theta, gradient, state, rate)

    return Breaking()


def breaking_iteration(solver, at, error):
    """A solver that raises `error` in iteration `at`, when the weights are half changed."""

    class Breaking(SOLVERS[solver]):
        def start(self, theta):
            return super().start(theta) | {"n_iterations": 0}

        def iterate(self, objective, theta, state, batches, learning_rate):
            if state["n_iterations"] == at:
                theta[...] = np.nan
                raise error
            state["n_iterations"] += 1
            return super().iterate(objective, theta, state, batches, learning_rate)

    return Breaking()


def recording(solver):
    """A solver that notes, in a list, the weights before each iteration and after the last."""
    seen = []

    class Recording(SOLVERS[solver]):
        def iterate(self, objective, theta, state, batches, learning_rate):
            seen[-1:] = [theta.copy()]
            losses = super().iterate(objective, theta, state, batches, learning_rate)
            seen.append(theta.copy())
            return losses

    return Recording(), seen
