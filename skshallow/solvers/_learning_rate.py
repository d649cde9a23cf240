"""Learning rates: how long the steps of first-order solvers are.

A solver asks for the rate of a step. A constant is one answer.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class LearningRate(Protocol):
    """What a solver asks for the learning rates of K networks."""

    def at(self, step):
        """The rates of a step, counted from 0 over all calls of fit, shape (K, 1)."""

    def take(self, networks):
        """The rates of some of the networks."""


@dataclass(frozen=True)
class ConstantRate:
    """The same rate at every step.

    Attributes
    ----------
    rates : ndarray of shape (K, 1)
        One for each network.
    """

    rates: np.ndarray

    def at(self, step):
        """The rates; see :class:`LearningRate`."""
        return self.rates

    def take(self, networks):
        """The rates of some of the networks."""
        return ConstantRate(self.rates[networks])
