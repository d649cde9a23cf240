"""What every solver is: a starting state and an iteration."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator


class Solver(BaseEstimator):
    """Base of all solvers.

    A solver holds its rarely tuned settings as parameters, so that they can be searched as
    ``solver__name``. What it remembers between iterations is a dictionary: arrays with one row per
    network of the stack, and plain numbers shared by all.

    Attributes
    ----------
    full_batch : bool
        Whether an iteration is one step on all rows, or an epoch of mini-batches.
    default_learning_rate : float or None
        What ``learning_rate="auto"`` stands for; None for a solver that has no learning rate.
    """

    full_batch: bool = False
    default_learning_rate: float | None = None
    _parameter_constraints: ClassVar[dict] = {}

    @abstractmethod
    def automatic_tol(self, params_per_row):
        """What ``tol="auto"`` stands for, given how many parameters there are to a row."""

    @abstractmethod
    def start(self, theta, learning_rate):
        """State before the first iteration.

        Parameters
        ----------
        theta : ndarray of shape (K, n_params)
            The initial weights.
        learning_rate : ndarray of shape (K, 1)
            One for each network.

        Returns
        -------
        state : dict
        """

    def resume(self, state, learning_rate):
        """State with which to go on where an earlier training ended.

        Parameters
        ----------
        state : dict
            The state then.
        learning_rate : ndarray of shape (K, 1)
            One for each network, from now on.

        Returns
        -------
        state : dict
        """
        return state | {"learning_rate": learning_rate}

    @abstractmethod
    def iterate(self, objective, theta, state, batches):
        """Move `theta`, in place, by one iteration.

        Parameters
        ----------
        objective : Objective
            Gives J and its gradient.
        theta : ndarray of shape (K, n_params)
            The weights.
        state : dict
            As :meth:`start` made it; updated.
        batches : iterable of (ndarray of int or None, float)
            The batches of this iteration, None for all rows, each with its share of them.

        Returns
        -------
        J : ndarray of shape (K,)
            Before the iteration for a full-batch solver; for the others the mean over the batches.
        """


class FirstOrderSolver(Solver):
    """A solver that steps along the gradient of one batch after the other."""

    def automatic_tol(self, params_per_row):
        """What ``tol="auto"`` stands for: an epoch of many steps should gain more than one step."""
        return 1e-4 if self.full_batch else 1e-3

    def start(self, theta, learning_rate):
        """State before the first iteration; see :class:`Solver`."""
        return {"learning_rate": learning_rate, "gradient": np.empty_like(theta)}

    def iterate(self, objective, theta, state, batches):
        """One step for every batch; see :class:`Solver`."""
        gradient = state["gradient"]
        mean = None
        for batch, share in batches:
            loss = objective.value_and_gradient(theta, gradient, batch)
            self.step(theta, gradient, state)
            if mean is None:
                # Nothing to average where the only batch is all rows.
                mean = loss if batch is None else share * loss
            else:
                mean += share * loss
        return mean

    @abstractmethod
    def step(self, theta, gradient, state):
        """Move `theta`, in place, along `gradient`, which may be overwritten."""
