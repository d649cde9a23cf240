"""Losses on the network's raw outputs, the logits: value, gradient, and back to probabilities.

To add a loss, write a class with the members of :class:`Loss` and a line in :data:`LOSSES`.

Logits have shape (K, n_outputs, rows): a stack of K networks, columns are samples. Nothing here
takes the logarithm of a rounded probability, so every value is finite for finite logits.
"""

from typing import Protocol

import numpy as np
from scipy.special import expit, log_expit

# Up to here exp does not overflow, and log1p(exp(m)) takes less than half the time of logaddexp.
SAFE_EXPONENT = {"d": 700.0, "f": 80.0}


class Loss(Protocol):
    """What the objective and the classifier ask of a loss."""

    out_activation: str

    def encode(self, codes, n_classes, dtype):
        """Turn class codes into the targets that `value_and_gradient` is fastest with.

        Parameters
        ----------
        codes : ndarray of int, shape (n,) or (n, n_outputs)
            A class number per row; for multilabel targets 0 or 1 per row and label.
        n_classes : int
            How many classes there are.
        dtype : numpy dtype
            The floating point type to train in.

        Returns
        -------
        targets : ndarray of shape (n_targets, n)
        """

    def value_and_gradient(self, logits, targets, weights):
        """Sum the weighted loss over rows and outputs, and turn `logits` into its gradient.

        Parameters
        ----------
        logits : ndarray of shape (K, n_outputs, rows)
            Raw outputs; overwritten by the gradient of the sum with respect to them.
        targets : ndarray of shape (n_targets, rows)
            Encoded targets.
        weights : ndarray of shape (rows,)
            Weight of each row.

        Returns
        -------
        value : ndarray of shape (K,)
        """

    def proba(self, logits):
        """Probabilities, shape (rows, n_classes), of raw outputs of shape (rows, n_outputs)."""

    def log_proba(self, logits):
        """Their logarithms, which are finite however small a probability is."""


class BinaryCrossEntropy:
    """Cross-entropy of independent yes/no outputs, each through the logistic function.

    One output with two classes, or one per label of a multilabel problem (the losses add up). A
    target is −1 for "yes" and +1 for "no": then m = target · logit is the logit of the wrong
    answer, the loss is softplus(m) and its derivative target · σ(m), with no case to tell apart.
    """

    out_activation = "logistic"

    def encode(self, codes, n_classes, dtype):
        """Targets −1 (class 1, or label present) and +1, shape (n_outputs, n)."""
        yes = codes if codes.ndim == 2 else codes[:, np.newaxis]
        return np.ascontiguousarray((1 - 2 * yes).T, dtype=dtype)

    def value_and_gradient(self, logits, targets, weights):
        """Weighted sum of softplus(m); see :class:`Loss`."""
        # Arrays of one shape multiply faster than a broadcast does.
        targets = targets.reshape(1, *targets.shape)
        logits *= targets
        if logits.max() < SAFE_EXPONENT[logits.dtype.char]:
            odds = np.exp(logits)
            losses = np.log1p(odds)
            value = np.dot(losses, weights)
            np.add(odds, 1, out=losses)
            np.divide(odds, losses, out=logits)
        else:
            losses = np.logaddexp(0, logits)
            value = np.dot(losses, weights)
            # σ(m) = exp(m − softplus(m)) keeps its relative precision in both tails.
            logits -= losses
            np.exp(logits, out=logits)
        logits *= targets
        logits *= weights.reshape(1, 1, -1)
        return value[:, 0] if value.shape[1] == 1 else value.sum(axis=1)

    def proba(self, logits):
        """Probabilities of both classes of one output, or of "yes" for each label."""
        return expit(_no_and_yes(logits))

    def log_proba(self, logits):
        """Logarithms of these."""
        return log_expit(_no_and_yes(logits))


class SoftmaxCrossEntropy:
    """Cross-entropy of classes that exclude each other, through the softmax function."""

    out_activation = "softmax"

    def encode(self, codes, n_classes, dtype):
        """The class numbers themselves, shape (1, n)."""
        return codes[np.newaxis].astype(np.intp)

    def value_and_gradient(self, logits, targets, weights):
        """Weighted sum of logsumexp(z) − z_y; see :class:`Loss`."""
        logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
        own = _places(targets, logits.shape)
        flat = logits.reshape(-1)
        chosen = flat[own]
        np.exp(logits, out=logits)
        total = np.add.reduce(logits, axis=1)
        value = np.dot(np.log(total) - chosen, weights)
        np.divide(weights, total, out=total)
        logits *= total[:, np.newaxis]
        flat[own] -= weights
        return value

    def proba(self, logits):
        """Probabilities of the classes."""
        p = np.exp(logits - np.maximum.reduce(logits, axis=1, keepdims=True))
        p /= np.add.reduce(p, axis=1, keepdims=True)
        return p

    def log_proba(self, logits):
        """Logarithms of these."""
        shifted = logits - np.maximum.reduce(logits, axis=1, keepdims=True)
        shifted -= np.log(np.add.reduce(np.exp(shifted), axis=1, keepdims=True))
        return shifted


def _no_and_yes(logits):
    """Beside the logit of the second of two classes that of the first; labels stay as they are."""
    return logits if logits.shape[1] > 1 else np.concatenate([-logits, logits], axis=1)


def _places(codes, shape):
    """Where the logit of each row's own class stands in a flattened stack: shape (K, rows)."""
    n_networks, n_outputs, n_rows = shape
    places = codes * n_rows
    places += np.arange(n_rows)
    if n_networks == 1:
        return places
    return places + np.arange(0, n_networks * n_outputs * n_rows, n_outputs * n_rows)[:, np.newaxis]


LOSSES = {
    "binary": BinaryCrossEntropy(),
    "multilabel": BinaryCrossEntropy(),
    "multiclass": SoftmaxCrossEntropy(),
}
