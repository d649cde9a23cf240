"""What a training starts from, what it works on, and what comes of it.

Configuration, state and result are all that estimators and
:func:`~skshallow._training.fit.fit_stack` exchange; a stack of members is what the loop works on.
"""

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from skshallow._core.network import Network
from skshallow._core.objective import Objective
from skshallow._core.squashing import Squashing
from skshallow._data.scaling import Moments
from skshallow._data.stream_sample import StreamSample
from skshallow._data.target_scaling import TargetScaling
from skshallow.solvers import Solver


@dataclass(frozen=True)
class Configuration:
    """How a network is trained: an estimator's parameters, every "auto" decided.

    Attributes
    ----------
    solver : Solver
        What moves the weights.
    learning_rate : float
        Length of a step; 0 for a solver that has no use for it.
    alpha : float
        Strength of the penalty.
    finds_alpha : bool
        Whether it is only where to start from, in finding one by the evidence.
    batch_size : int
        Samples of a batch; all of them for a full batch.
    max_iter : int
        The most iterations.
    tol : float
        An iteration leaves the loss unchanged if it does not lower it by this share of the lowest
        one so far; 0 switches the test off.
    n_iter_no_change : int
        After so many iterations in a row without a change, training has converged.
    shuffle : bool
        Whether batches are drawn in a new order every epoch.
    resumable : bool
        Whether the result holds what it takes to go on later.
    """

    solver: Solver
    learning_rate: float
    alpha: float
    finds_alpha: bool
    batch_size: int
    max_iter: int
    tol: float
    n_iter_no_change: int
    shuffle: bool
    resumable: bool


@dataclass(eq=False)
class History:
    """How one network fared so far, over all calls.

    Attributes
    ----------
    weights : ndarray of shape (n_params,)
        The best weights so far. In the end the last ones take their place, unless there is a
        validation set or training diverged. None if they are those that training starts from.
    loss_curve, validation_loss_curve : list of float
        A value for each iteration; the latter stays empty without a validation set.
    loss : float
        J at `weights`; infinite where it overflows or is not known.
    best_loss : float
        The lowest value of the curve that decides: of validation losses where there are any.
    best_iter : int
        After how many iterations there were these `weights`.
    lowest, unchanged : float, int
        The lowest loss on these samples, and for how many iterations it has not changed.
    """

    weights: np.ndarray | None
    loss_curve: list = field(default_factory=list)
    validation_loss_curve: list = field(default_factory=list)
    loss: float = math.inf
    best_loss: float = math.inf
    best_iter: int = 0
    lowest: float = math.inf
    unchanged: int = 0


@dataclass(frozen=True)
class State:
    """Where training stands before a call, or after it.

    Attributes
    ----------
    network : Network
        The shape of the networks.
    theta : ndarray of shape (K, n_params) or None
        Their weights, on standardised features; None if they start from `raw`.
    raw : tuple of (coefs, intercepts) or None
        Weights of one network to start from, on raw features.
    order : int or RandomState
        Where the order of the batches comes from: a seed until the first batch is drawn.
    split_seed : int
        Decides which samples are split off for validation.
    history : History or None
        How the network fared in earlier calls; None of networks that start afresh.
    moments : Moments or None
        How features are squashed, and mean and variance of that so far.
    sample : StreamSample or None
        Some samples of a stream so far; None of a table.
    target_moments : Moments or None
        The same of targets that are standardised; None of others.
    target_sample : StreamSample or None
        Some of them, of a stream.
    counts : ndarray or float
        Weight of the samples of every class so far.
    total, alpha : float
        Weight of the samples, class weights included, and the penalty in the last call.
    solver : Solver or None
        The solver used last, after a call.
    solver_settings, solver_state : dict or None
        Settings of the solver used last, before a call that goes on, and what it remembers.
    """

    network: Network
    theta: np.ndarray | None
    raw: tuple | None
    order: int | np.random.RandomState
    split_seed: int
    history: History | None = None
    moments: Moments | None = None
    sample: StreamSample | None = None
    target_moments: Moments | None = None
    target_sample: StreamSample | None = None
    counts: Any = 0.0
    total: float = 0.0
    alpha: float = 0.0
    solver: Solver | None = None
    solver_settings: dict | None = None
    solver_state: dict | None = None

    @property
    def target_scaling(self):
        """By what targets are standardised, or None."""
        return None if self.target_moments is None else TargetScaling.of(self.target_moments)


@dataclass(frozen=True)
class Result:
    """What came of a configuration: its best network.

    Attributes
    ----------
    coefs, intercepts : list of two ndarrays
        Weights for raw features, squashed, in scikit-learn's shapes.
    squashing : Squashing
        What raw features are squashed by, of infinite reach if they are not.
    history : History
        How the network fared; its weights are those on standardised features.
    losses : ndarray of shape (n_init,)
        J, or the best validation loss, that each network of the configuration reached.
    validated : bool
        Whether there was a validation set.
    end : str
        Why training ended. "converged": the loss no longer changed. "completed", "limit": after
        `max_iter` iterations, with a tol of 0 or before the loss converged to another tol.
        "stopped": a monitor said so. "diverged": J was no longer finite, or higher than at the
        start. "interrupted": by an error. Of training that ended in one of the first ways or was
        stopped, others say that it has not learned: "worse" and "flat" that its loss is higher than
        that of a constant prediction, or about the same because of the penalty, "unscaled" that it
        is not much lower, and that features of very different sizes were not standardised.
    training_loss, constant_loss : float
        The loss of the training samples, without the penalty: that of the network, and that of the
        best constant prediction.
    error : BaseException or None
        What broke the training off, to be raised once nothing can be lost by it.
    state : State
        What a later call goes on from. It holds the last weights and the state of the solver only
        if the configuration is resumable.
    """

    coefs: list
    intercepts: list
    squashing: Squashing
    history: History
    losses: np.ndarray
    validated: bool
    end: str
    training_loss: float
    constant_loss: float
    error: BaseException | None
    state: State


@dataclass(eq=False)
class Member:
    """One network in training.

    Attributes
    ----------
    history : History
        How it fares.
    start : ndarray of shape (n_params,)
        The weights it starts from.
    first_iter : int
        How many iterations there were before, in earlier calls.
    ceiling : float
        J at the start. Training that ends above has diverged.
    end : str
        Why it ended; see :class:`~skshallow._training.state.Result`.
    last : tuple
        The last weights, shape (1, n_params), and the solver's state, where they are kept.
    """

    history: History
    start: np.ndarray
    first_iter: int = 0
    ceiling: float = math.inf
    end: str = "limit"
    last: tuple = (None, None)


class Stack(NamedTuple):
    """The networks that are not done yet, and all there is of them.

    Attributes
    ----------
    members : list of Member
        The networks.
    theta : ndarray of shape (K, n_params)
        Their weights, moved in place.
    before : ndarray of shape (K, n_params)
        Room for the weights before an iteration.
    solver_state : dict
        What the solver remembers; updated.
    rates : ndarray of shape (K, 1)
        The learning rates.
    objective, validation : Objective
        J of the training samples and, unless None, the loss of those to stop early by.
    """

    members: list
    theta: np.ndarray
    before: np.ndarray
    solver_state: dict
    rates: np.ndarray
    objective: Objective
    validation: Objective | None

    def take(self, rows):
        """Some of the networks."""
        return Stack(
            [self.members[row] for row in rows],
            self.theta[rows],
            self.before[rows],
            take_state(self.solver_state, rows),
            self.rates[rows],
            self.objective.take(rows),
            self.validation and self.validation.take(rows),
        )


def take_state(state, networks):
    """A solver's state for some of the networks."""
    return {
        name: value[networks] if isinstance(value, np.ndarray) else value
        for name, value in state.items()
    }
