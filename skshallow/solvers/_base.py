"""What every solver is: a starting state and an iteration."""

from abc import abstractmethod

import numpy as np

from skshallow.solvers._configurable import Configurable
from skshallow.solvers._schedules import Schedule
from skshallow.solvers._underflow import flush_means, flush_weights

# A running mean that keeps 0.9 at every step falls by 1e-5 in so many.
FLUSH_STEPS = 100
# Weights of about so many steps make a good mean.
SAMPLES_OF_MEAN = 32


class Solver(Configurable):
    """Base of all solvers.

    A solver holds its rarely tuned settings as parameters. What it remembers between iterations is
    a dictionary: arrays with one row per network of the stack, and plain numbers shared by all.

    Attributes
    ----------
    full_batch : bool
        Whether an iteration is one step on all samples, or an epoch of mini-batches.
    default_learning_rate : float or None
        What ``learning_rate="auto"`` stands for, for a loss that is not more curved than log loss;
        None for a solver that has no learning rate.

    See Also
    --------
    Adam, GradientDescent, LBFGS, SGD : The solvers that are here.

    Examples
    --------
    Steps of one length along the sign of the gradient, whatever its size:

    >>> import numpy as np
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import Solver
    >>> class SignDescent(Solver):
    ...     full_batch = True
    ...     default_learning_rate = 0.01
    ...     def automatic_tol(self, params_per_sample, loosest):
    ...         return 1e-4
    ...     def start(self, theta):
    ...         return {"gradient": np.empty_like(theta)}
    ...     def iterate(self, objective, theta, state, batches, rates):
    ...         J = objective.value_and_gradient(theta, state["gradient"])
    ...         theta -= rates * np.sign(state["gradient"])
    ...         return J
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> clf = OneHiddenLayerClassifier(solver=SignDescent(), random_state=0).fit(X, y)
    >>> clf.score(X, y) > 0.9
    True
    """

    full_batch: bool = False
    default_learning_rate: float | None = None

    def automatic_rate(self, curvature):
        """What ``learning_rate="auto"`` stands for; 0 for a solver that has none.

        Parameters
        ----------
        curvature : float
            How many times as curved as log loss the loss usually is.

        Returns
        -------
        rate : float
            The learning rate.
        """
        return self.default_learning_rate or 0.0

    @abstractmethod
    def automatic_tol(self, params_per_sample, loosest):
        """What ``tol="auto"`` stands for.

        Parameters
        ----------
        params_per_sample : float
            How many parameters there are per sample.
        loosest : float
            What an iteration of a full-batch method should gain at most, as a share of the loss.

        Returns
        -------
        tol : float
            The share of the loss.
        """

    @abstractmethod
    def start(self, theta):
        """State before the first iteration.

        Parameters
        ----------
        theta : ndarray of shape (K, n_params)
            The initial weights.

        Returns
        -------
        state : dict
            Arrays with a row for each network, and plain numbers that all share.
        """

    def resume(self, state):
        """State with which to go on, on samples that may be others, where training ended.

        Parameters
        ----------
        state : dict
            As the last iteration left it.

        Returns
        -------
        state : dict
            As the next iteration takes it.
        """
        return state

    @abstractmethod
    def iterate(self, objective, theta, state, batches, rates):
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
            The batches of this iteration, None for all samples, each with its share of them.
        rates : ndarray of shape (K, 1)
            The learning rates.

        Returns
        -------
        J : ndarray of shape (K,)
            Before the iteration for a full-batch solver; for the others the mean over the batches.
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

    def last_value(self, state):
        """J after the last iteration, where the solver knows it.

        Parameters
        ----------
        state : dict
            As the last iteration left it.

        Returns
        -------
        J : ndarray of shape (K,) or None
            None where it is not known.
        """


class FirstOrderSolver(Solver):
    """A solver that steps along the gradient of one batch after the other.

    The weights that it steps along are noisy, as gradients of batches are. Between iterations the
    weights are a mean of those of the last steps, about the share `average` of all steps so far:
    w̄ ← w̄ + (w − w̄)/max(1, average·t) after step t (Polyak and Juditsky, Acceleration of stochastic
    approximation by averaging, 1992, and for a window that grows with the steps Shamir and Zhang,
    Stochastic gradient descent for non-smooth optimization, 2013).

    Every hundred steps, weights that are next to nothing are set to 0, and so are such entries of
    the state: no step is slow because of subnormal numbers.

    Attributes
    ----------
    average : float
        Share of the steps that the mean is over; 0 for the weights of the last step.
    schedule : Schedule or None
        How the learning rate changes; None for a constant one.
    scale_free : bool
        Whether steps are as long for a loss of twice the size.
    """

    average: float = 0.0
    schedule: Schedule | None = None
    scale_free: bool = False

    def automatic_rate(self, curvature):
        """What ``learning_rate="auto"`` stands for; see :class:`Solver`."""
        rate = super().automatic_rate(curvature)
        return rate if self.scale_free else rate / max(1.0, curvature)

    def automatic_tol(self, params_per_sample, loosest):
        """What ``tol="auto"`` stands for: an epoch of many steps should gain more than one step."""
        return 1e-4 if self.full_batch else 1e-3

    def start(self, theta):
        """State before the first iteration; see :class:`Solver`."""
        state = {"n_steps": 0, "n_iter": 0, "gradient": np.empty_like(theta)}
        if self.schedule is not None:
            state |= self.schedule.start(theta)
        return state | {"latest": theta.copy()} if self.average > 0 else state

    def iterate(self, objective, theta, state, batches, rates):
        """One step for every batch; see :class:`Solver`."""
        gradient, latest = state["gradient"], state.get("latest", theta)
        mean, rate, done = None, rates, 0.0
        for batch, share in batches:
            loss = objective.value_and_gradient(latest, gradient, batch)
            if self.schedule is not None:
                rate = rates * self.schedule.share(state["n_iter"] + done, state)
                done += share
            state["n_steps"] += 1
            self.step(latest, gradient, state, rate)
            if state["n_steps"] % FLUSH_STEPS == 0:
                flush_weights(latest)
                flush_means(state)
            if latest is not theta:
                self._average(theta, latest, gradient, state["n_steps"])
            if mean is None:
                # Nothing to average where the only batch is all samples.
                mean = loss if batch is None else share * loss
            else:
                mean += share * loss
        state["n_iter"] += 1
        return mean

    def note(self, losses, state):
        """Tell the schedule; see :class:`Solver`."""
        if self.schedule is not None:
            self.schedule.note(losses, state)

    def _average(self, theta, latest, scratch, n_steps):
        """Move the mean on, now and then: neighbouring weights are so similar that it is enough."""
        window = max(1.0, self.average * n_steps)
        every = max(1, int(window / SAMPLES_OF_MEAN))
        if n_steps % every == 0:
            np.subtract(latest, theta, out=scratch)
            scratch *= min(1.0, every / window)
            theta += scratch

    @abstractmethod
    def step(self, theta, gradient, state, rate):
        """Move `theta`, in place, along `gradient`, which may be overwritten.

        Parameters
        ----------
        theta, gradient : ndarray of shape (K, n_params)
            The weights, and the gradient of J there.
        state : dict
            As `start` made it; updated. ``state["n_steps"]`` counts this step already.
        rate : ndarray of shape (K, 1)
            The learning rates.
        """
