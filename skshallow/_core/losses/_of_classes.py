"""Losses of classes: log loss, of one class among several or of labels that are there or not."""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from skshallow._core.losses._base import LOWEST_EXPONENT, SAFE_EXPONENT, Loss


@dataclass(frozen=True)
class LogLoss(Loss):
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

    def curve(self, raw, encoded, directions, weights):
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


@dataclass(frozen=True)
class MultinomialLogLoss(Loss):
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

    def curve(self, raw, encoded, directions, weights):
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
