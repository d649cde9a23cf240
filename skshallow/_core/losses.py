"""Losses of raw outputs: for each, its value and its gradient.

To add a loss, write a class with the members of :class:`Loss` and a line in :data:`LOSSES`.

Raw outputs have shape (K, n_outputs, n_samples): a stack of K networks, columns are samples. No
loss takes the logarithm of a rounded probability, so values are finite for finite outputs.
"""

from typing import Protocol

import numpy as np
from scipy.special import xlogy

# Up to here exp does not overflow, and log1p(exp(m)) takes less than half the time of logaddexp.
SAFE_EXPONENT = {"d": 700.0, "f": 80.0}
# A probability of less than exp of this is next to nothing beside 1, even squared, and with smaller
# ones gradients would come to be subnormal numbers.
LOWEST_EXPONENT = {"d": -300.0, "f": -40.0}


class Loss(Protocol):
    """What the objective asks of a loss.

    Attributes
    ----------
    link : str
        A key of :data:`~skshallow._core.links.LINKS`: what the raw outputs mean.
    """

    link: str

    def encode(self, targets, dtype):
        """Turn targets into what `value_and_gradient` is fastest with.

        Parameters
        ----------
        targets : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Class numbers, or for several labels 0 or 1 for each sample and label.
        dtype : numpy dtype
            The floating point type to train in.

        Returns
        -------
        encoded : ndarray of shape (n, n_samples)
        """

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

    def curve(self, raw, directions, weights):
        """Multiply directions, in place, by the second derivative of the weighted loss.

        Parameters
        ----------
        raw : ndarray of shape (n_outputs, n_samples)
            Raw outputs of one network, with respect to which the derivative is; may be overwritten.
        directions : ndarray of shape (n_outputs, n_samples)
            A change of the raw outputs of every sample.
        weights : ndarray of shape (n_samples,)
            Weight of each sample.
        """

    def of_constant(self, targets, weights):
        """The weighted mean loss, a float, of the prediction that is the best one for all samples.

        Parameters
        ----------
        targets : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            As for `encode`.
        weights : ndarray of shape (n_samples,)
            Weight of each sample.
        """


class LogLoss:
    """Log loss of independent yes/no outputs, each through the logistic function.

    One output stands for two classes, or one for each of several labels, whose losses add up. A
    target is −1 for "yes" and +1 for "no": then m = target · logit is the logit of the wrong
    answer, the loss is softplus(m) and its derivative target · σ(m), with no case to tell apart.
    """

    link = "logistic"

    def encode(self, targets, dtype):
        """Encode as −1 (class 1, or label present) and +1, shape (n_outputs, n_samples)."""
        yes = targets if targets.ndim == 2 else targets[:, np.newaxis]
        return np.ascontiguousarray((1 - 2 * yes).T, dtype=dtype)

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of softplus(m); see :class:`Loss`."""
        # Arrays of one shape multiply faster than a broadcast does.
        encoded = encoded.reshape(1, *encoded.shape)
        raw *= encoded
        np.maximum(raw, LOWEST_EXPONENT[raw.dtype.char], out=raw)
        if raw.max() < SAFE_EXPONENT[raw.dtype.char]:
            odds = np.exp(raw)
            losses = np.log1p(odds)
            value = np.dot(losses, weights)
            np.add(odds, 1, out=losses)
            np.divide(odds, losses, out=raw)
        else:
            losses = np.logaddexp(0, raw)
            value = np.dot(losses, weights)
            # σ(m) = exp(m − softplus(m)) keeps its relative precision in both tails.
            raw -= losses
            np.exp(raw, out=raw)
        raw *= encoded
        raw *= weights.reshape(1, 1, -1)
        return value[:, 0] if value.shape[1] == 1 else value.sum(axis=1)

    def curve(self, raw, directions, weights):
        """Multiply by the variance p·(1 − p) of each output; see :class:`Loss`."""
        np.abs(raw, out=raw)
        odds = np.exp(np.maximum(np.negative(raw, out=raw), LOWEST_EXPONENT[raw.dtype.char]))
        directions *= odds
        odds += 1
        directions /= odds
        directions /= odds
        directions *= weights

    def of_constant(self, targets, weights):
        """The entropy of each output, summed over the outputs; see :class:`Loss`."""
        yes = np.dot(weights, targets) / weights.sum()
        return float(-np.sum(xlogy(yes, yes) + xlogy(1 - yes, 1 - yes)))


class MultinomialLogLoss:
    """Log loss of classes that exclude each other, through the softmax function."""

    link = "softmax"

    def encode(self, targets, dtype):
        """Encode as the class numbers themselves, shape (1, n_samples)."""
        return targets[np.newaxis].astype(np.intp)

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of logsumexp(z) − z_y; see :class:`Loss`."""
        n_networks, n_outputs, n_samples = raw.shape
        raw -= np.maximum.reduce(raw, axis=1, keepdims=True)
        # Where the logit of each sample's own class stands in the flattened stack: (K, n_samples).
        own = encoded * n_samples
        own += np.arange(n_samples)
        if n_networks > 1:
            first = np.arange(0, n_networks * n_outputs * n_samples, n_outputs * n_samples)
            own = own + first[:, np.newaxis]
        flat = raw.reshape(-1)
        chosen = flat[own]
        np.maximum(raw, LOWEST_EXPONENT[raw.dtype.char], out=raw)
        np.exp(raw, out=raw)
        total = np.add.reduce(raw, axis=1)
        value = np.dot(np.log(total) - chosen, weights)
        np.divide(weights, total, out=total)
        raw *= total[:, np.newaxis]
        flat[own] -= weights
        return value

    def curve(self, raw, directions, weights):
        """Multiply by the covariance of the classes, diag(p) − p·pᵀ; see :class:`Loss`."""
        raw -= raw.max(axis=0)
        np.maximum(raw, LOWEST_EXPONENT[raw.dtype.char], out=raw)
        np.exp(raw, out=raw)
        raw /= raw.sum(axis=0)
        directions -= np.einsum("ij,ij->j", raw, directions)
        directions *= raw
        directions *= weights

    def of_constant(self, targets, weights):
        """The entropy of the classes; see :class:`Loss`."""
        share = np.bincount(targets, weights) / weights.sum()
        return float(-np.sum(xlogy(share, share)))


LOSSES: dict[str, Loss] = {
    "log_loss": LogLoss(),
    "multinomial_log_loss": MultinomialLogLoss(),
}
