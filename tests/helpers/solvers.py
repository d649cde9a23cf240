"""Solvers that break off, or that note what they do."""

import numpy as np

from skshallow.solvers import SOLVERS


def breaking_step(solver, at, error):
    """A solver that raises an error in so many-th place, halfway through an iteration."""
    calls = []

    class Breaking(SOLVERS[solver]):
        def step(self, theta, gradient, state):
            calls.append(1)
            if len(calls) == at:
                raise error
            super().step(theta, gradient, state)

    return Breaking()


def breaking_iteration(solver, at, error):
    """A solver that raises `error` in iteration `at`, when the weights are half changed."""

    class Breaking(SOLVERS[solver]):
        def start(self, theta, learning_rate):
            return super().start(theta, learning_rate) | {"n_iterations": 0}

        def iterate(self, objective, theta, state, batches):
            if state["n_iterations"] == at:
                theta[...] = np.nan
                raise error
            state["n_iterations"] += 1
            return super().iterate(objective, theta, state, batches)

    return Breaking()


def recording(solver):
    """A solver that notes, in a list, the weights before each iteration and after the last."""
    seen = []

    class Recording(SOLVERS[solver]):
        def iterate(self, objective, theta, state, batches):
            seen[-1:] = [theta.copy()]
            losses = super().iterate(objective, theta, state, batches)
            seen.append(theta.copy())
            return losses

    return Recording(), seen
