"""What every loss is.

Raw outputs have shape (K, n_outputs, n_samples): a stack of K networks, columns are samples. No
loss takes the logarithm of a rounded prediction, so values are finite for outputs of any use.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

# Up to here exp does not overflow, and log1p(exp(m)) takes less than half the time of logaddexp.
SAFE_EXPONENT = {"d": 700.0, "f": 80.0}
# A number of less than exp of this is next to nothing beside 1, even squared, and with smaller ones
# gradients would come to be subnormal numbers.
LOWEST_EXPONENT = {"d": -300.0, "f": -40.0}
# The usual second derivative of log loss: p·(1 − p) is 1/4 at most, and half of that once something
# is learned.
OF_LOG_LOSS = 0.125
# Sums of so many squares of the largest numbers do not overflow.
ROOM = 1e4


class Loss(ABC):
    """What the objective asks of a loss.

    Attributes
    ----------
    link : str
        A key of :data:`~skshallow._core.links.LINKS`: what the raw outputs mean.
    location : {"mean", "median"} or None
        By what targets are standardised, together with the standard deviation or the quartiles; if
        None they are not.
    loosest_tol : float
        By how much an iteration of a full-batch method should lower the loss, at most, to be worth
        it. These figures were chosen on held-out samples of real tables.
    first_penalty : float
        Times the usual one, where the search for a penalty starts.
    least_dispersion : float or None
        The least that the loss is to be divided by, to be minus the logarithm of a likelihood; None
        of a loss that is one already.
    """

    link: ClassVar[str]
    location: ClassVar[str | None] = None
    loosest_tol: ClassVar[float] = 0.02
    first_penalty: ClassVar[float] = 1.0
    least_dispersion: ClassVar[float | None] = None

    @abstractmethod
    def encode(self, targets, dtype):
        """Turn targets into what `value_and_gradient` is fastest with.

        Parameters
        ----------
        targets : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Class numbers, or for several labels 0 or 1 for each sample and label, or numbers.
        dtype : numpy dtype
            The floating point type to train in.

        Returns
        -------
        encoded : ndarray of shape (n, n_samples)
        """

    @abstractmethod
    def value_and_gradient(self, raw, encoded, weights):
        """Sum the weighted loss over samples and outputs, and turn `raw` into its gradient.

        Parameters
        ----------
        raw : ndarray of shape (K, n_outputs, n_samples)
            Raw outputs; overwritten by the gradient of the sum with respect to them.
        encoded : ndarray of shape (n, n_samples)
            Encoded targets.
        weights : ndarray of shape (n_samples,)
            Weight of each sample.

        Returns
        -------
        value : ndarray of shape (K,)
        """

    @abstractmethod
    def curve(self, raw, encoded, directions, weights):
        """Multiply directions, in place, by the second derivative of the weighted loss.

        Parameters
        ----------
        raw : ndarray of shape (n_outputs, n_samples)
            Raw outputs of one network, with respect to which the derivative is; may be overwritten.
        encoded : ndarray of shape (n, n_samples)
            Encoded targets.
        directions : ndarray of shape (n_outputs, n_samples)
            A change of the raw outputs of every sample.
        weights : ndarray of shape (n_samples,)
            Weight of each sample.
        """

    @abstractmethod
    def of_constant(self, targets, weights):
        """The weighted mean loss, a float, of the prediction that is the best one for all samples.

        Parameters
        ----------
        targets : ndarray of shape (n_samples,) or (n_samples, n_targets)
            As for `encode`.
        weights : ndarray of shape (n_samples,)
            Weight of each sample.
        """

    def suited(self, n_features, total):
        """The loss for a table of so many features, of samples that weigh so much together."""
        return self

    def measured(self, mean):
        """The loss with the curvature that is to be expected where its mean, of an output, is this.

        Of a loss that is curved at few samples only, by chance at more or fewer of them.
        """
        return self

    def start(self, targets, weights):
        """Raw outputs to start from, shape (n_outputs,) or a number; see :meth:`of_constant`."""
        return 0.0

    def curvature(self, targets, weights):
        """How many times as curved as log loss it usually is: so much shorter steps have to be."""
        return 1.0


@dataclass(frozen=True)
class NumberLoss(Loss):
    """A loss of targets that are numbers, of which there may be several for a sample.

    Attributes
    ----------
    lowest : float
        No target may be lower.
    takes_lowest : bool
        Whether a target may be that low.
    outputs_per_target : int
        If several, they are quantiles in ascending order.
    quantiles : ndarray of shape (outputs_per_target,) or None
        The levels of these, or of the one; None of other losses.
    """

    location: ClassVar[str | None] = "mean"
    # Noise has to be told apart from what can be learned: a network that has once fitted it takes
    # it for small, and a weak penalty for right.
    first_penalty: ClassVar[float] = 10.0
    loosest_tol: ClassVar[float] = 0.005
    least_dispersion: ClassVar[float | None] = 0.0
    lowest: ClassVar[float] = -np.inf
    takes_lowest: ClassVar[bool] = True

    quantiles: ClassVar[np.ndarray | None] = None

    @classmethod
    def from_params(cls, params):
        """The loss that a regressor's parameters, a mapping of names to values, ask for."""
        return cls()

    def encode(self, targets, dtype):
        """The numbers, a row for each target; see :class:`~skshallow._core.losses.Loss`."""
        return in_rows(targets, dtype)

    @property
    def outputs_per_target(self):
        """One but for the loss of quantiles."""
        return 1

    @property
    def told_dispersion(self):
        """The dispersion, if :meth:`measured` has told the loss of it; else None."""
        return None

    def curvature(self, targets, weights):
        """That of a second derivative of 1; see :class:`Loss`."""
        return 1 / OF_LOG_LOSS


def in_rows(targets, dtype):
    """Numbers with a row for each target, shape (n_targets, n_samples).

    None is further from 0 than leaves room to square it: so far out, losses that may meet such
    numbers grow in proportion to them, and their gradients do not at all.
    """
    limit = np.sqrt(np.finfo(dtype).max) / ROOM
    rows = targets.reshape(len(targets), -1).T.clip(-limit, limit)
    return np.ascontiguousarray(rows, dtype=dtype)
