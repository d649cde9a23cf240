"""Schedules: how the learning rate of first-order solvers changes in the course of a training.

To add one, write a subclass of :class:`Schedule`.
"""

import math
from abc import abstractmethod
from numbers import Integral, Real
from typing import ClassVar

import numpy as np

from skshallow._compat import Interval
from skshallow.solvers._configurable import Configurable


class Schedule(Configurable):
    """Base of all schedules.

    A schedule says at every step what share of the learning rate a network's step is. What it
    remembers is a part of its solver's state: arrays with one row per network of the stack.

    See Also
    --------
    Cosine : The rate falls along half a period of a cosine.
    ReduceOnPlateau : The rate falls whenever the loss has stopped falling.

    Examples
    --------
    A rate that is halved every ten iterations:

    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import Adam, Schedule
    >>> class Halving(Schedule):
    ...     def share(self, iteration, state):
    ...         return 0.5 ** (iteration // 10)
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> adam = Adam(schedule=Halving())
    >>> clf = OneHiddenLayerClassifier(solver=adam, max_iter=20, tol=0, random_state=0)
    >>> clf.fit(X, y).n_iter_
    20
    """

    def start(self, theta):
        """What to remember before the first iteration.

        Parameters
        ----------
        theta : ndarray of shape (K, n_params)
            The initial weights.

        Returns
        -------
        state : dict
            Arrays with a row for each network, and plain numbers; empty unless overridden.
        """
        return {}

    @abstractmethod
    def share(self, iteration, state):
        """The share of the learning rate at a step.

        Parameters
        ----------
        iteration : float
            How many iterations there were before, over all calls that go on from each other; 2.5
            is halfway through the third epoch.
        state : dict
            As :meth:`start` made it.

        Returns
        -------
        share : float or ndarray of shape (K, 1)
            Between 0 and 1, of all networks or of each.
        """

    def note(self, losses, state):
        """Be told, after an iteration, the loss that decides.

        Parameters
        ----------
        losses : ndarray of shape (K,)
            That of the validation samples, if there are any, else of the training samples.
        state : dict
            As :meth:`start` made it; updated.
        """


class Cosine(Schedule):
    """The rate falls like half a period of a cosine, slowly at both ends.

    At iteration t it is ``end + (1 − end) · (1 + cos(π·t/n_iter))/2`` of the learning rate
    (Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017, without the
    restarts), and from iteration `n_iter` on `end` of it.

    Parameters
    ----------
    n_iter : int, default=30
        After how many iterations it has fallen, at least 1; an iteration of a stream is a call of
        `partial_fit`.
    end : float, default=0.0
        The share of the learning rate that is left then, in [0, 1].

    See Also
    --------
    ReduceOnPlateau : Falls only when the loss has stopped falling.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import Adam, Cosine
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> adam = Adam(schedule=Cosine(20))
    >>> clf = OneHiddenLayerClassifier(solver=adam, max_iter=20, tol=0, random_state=0)
    >>> clf.fit(X, y).n_iter_
    20
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_iter": [Interval(Integral, 1, None, closed="left")],
        "end": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, n_iter: int = 30, end: float = 0.0) -> None:
        self.n_iter = n_iter
        self.end = end

    def share(self, iteration, state):
        """The share of the learning rate; see :class:`Schedule`."""
        fallen = min(1.0, iteration / self.n_iter)
        return self.end + (1 - self.end) * (1 + math.cos(math.pi * fallen)) / 2


class ReduceOnPlateau(Schedule):
    """The rate falls whenever the loss has stopped falling.

    The loss is that of the validation samples, if there are any, else that of the training samples;
    each network of a stack has its own.

    Parameters
    ----------
    factor : float, default=0.2
        What the rate is multiplied by, in (0, 1).
    patience : int, default=3
        After so many iterations in a row without a change for the better, at least 1. Training
        goes on after that only if this is less than the estimator's `n_iter_no_change`.
    tol : float, default=0.001
        An iteration is a change for the better if it lowers the loss by more than this share of the
        lowest one so far; at least 0.
    least : float, default=0.001
        The share of the learning rate below which it does not fall, in [0, 1].

    See Also
    --------
    Cosine : Falls by a plan that is known beforehand.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import SGD, ReduceOnPlateau
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> sgd = SGD(schedule=ReduceOnPlateau(patience=2))
    >>> clf = OneHiddenLayerClassifier(alpha=1, solver=sgd, random_state=0).fit(X, y)
    >>> clf.score(X, y)
    0.95
    """

    _parameter_constraints: ClassVar[dict] = {
        "factor": [Interval(Real, 0, 1, closed="neither")],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "least": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self, factor: float = 0.2, patience: int = 3, tol: float = 1e-3, least: float = 1e-3
    ) -> None:
        self.factor = factor
        self.patience = patience
        self.tol = tol
        self.least = least

    def start(self, theta):
        """The whole rate, and no loss known."""
        n_networks = len(theta)
        return {
            "rate_share": np.ones((n_networks, 1), theta.dtype),
            "rate_lowest": np.full(n_networks, np.inf),
            "rate_unchanged": np.zeros(n_networks, dtype=int),
        }

    def share(self, iteration, state):
        """The share of the learning rate; see :class:`Schedule`."""
        return state["rate_share"]

    def note(self, losses, state):
        """Count iterations without a change for the better; see :class:`Schedule`."""
        lowest, unchanged, share = (
            state[name] for name in ("rate_lowest", "rate_unchanged", "rate_share")
        )
        better = losses < lowest * (1 - self.tol)
        unchanged += 1
        unchanged[better] = 0
        np.fmin(lowest, losses, out=lowest)
        tired = unchanged >= self.patience
        share[tired] = np.maximum(share[tired] * self.factor, self.least)
        unchanged[tired] = 0
