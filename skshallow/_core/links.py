"""Links: how the raw outputs of a network become predictions.

A loss speaks of raw outputs; its link says what they mean. To add a link, write a class with the
members of :class:`Link` and a line in :data:`LINKS`; a link of probabilities has one more member,
and its line in :data:`PROBABILITY_LINKS`.
"""

from typing import Protocol

import numpy as np
from scipy.special import expit, log_expit


class Link(Protocol):
    """What an estimator asks of a link."""

    def inverse(self, raw):
        """Predictions, shape (n_samples, n), of raw outputs of shape (n_samples, n_outputs)."""


class ProbabilityLink(Link, Protocol):
    """What a classifier asks of a link beside that."""

    def log_inverse(self, raw):
        """Logarithms of the predictions, which are finite however small a prediction is."""


class Logistic:
    """Each output is the logit of an event: one for two classes, or one for each label."""

    def inverse(self, raw):
        """Probabilities of both classes of one output, or of each label."""
        return expit(_both_classes(raw))

    def log_inverse(self, raw):
        """Logarithms of these probabilities."""
        return log_expit(_both_classes(raw))


class Softmax:
    """The outputs are the logits of classes that exclude each other."""

    def inverse(self, raw):
        """Probabilities of the classes."""
        p = np.exp(raw - np.maximum.reduce(raw, axis=1, keepdims=True))
        p /= np.add.reduce(p, axis=1, keepdims=True)
        return p

    def log_inverse(self, raw):
        """Logarithms of these probabilities."""
        shifted = raw - np.maximum.reduce(raw, axis=1, keepdims=True)
        shifted -= np.log(np.add.reduce(np.exp(shifted), axis=1, keepdims=True))
        return shifted


class Identity:
    """The outputs are the predictions."""

    def inverse(self, raw):
        """The outputs themselves."""
        return raw


class Exponential:
    """The outputs are logarithms of predictions, which are above 0."""

    def inverse(self, raw):
        """The exponential function, as far as there are numbers for it."""
        limits = np.finfo(raw.dtype)
        return np.exp(np.clip(raw, np.log(limits.tiny), np.log(limits.max / 2)))


def _both_classes(raw):
    """Beside the logit of the second of two classes that of the first; labels stay as they are."""
    return raw if raw.shape[1] > 1 else np.concatenate([-raw, raw], axis=1)


PROBABILITY_LINKS: dict[str, ProbabilityLink] = {
    "logistic": Logistic(),
    "softmax": Softmax(),
}
LINKS: dict[str, Link] = {
    **PROBABILITY_LINKS,
    "identity": Identity(),
    "exponential": Exponential(),
}
