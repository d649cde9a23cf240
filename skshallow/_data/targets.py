"""Targets: to numbers and back, and what each class weighs.

What training and estimators ask of targets is in :class:`Targets`. Here are the targets that are
classes: :class:`Classes` that exclude each other, and :class:`Labels` of which a sample may have
several. Those that are numbers are in :mod:`skshallow._data.numbers`.
"""

from typing import Protocol

import numpy as np
from scipy import sparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skshallow._core.losses import LogLoss, Loss, MultinomialLogLoss
from skshallow._data.class_weights import weights_of_classes


class Targets(Protocol):
    """What training and estimators ask of targets.

    Attributes
    ----------
    kind : str
        As scikit-learn's ``type_of_target`` names it.
    n_outputs : int
        How many outputs a network has for them.
    loss : Loss
        What training minimises.
    """

    kind: str
    n_outputs: int
    loss: Loss

    def attributes(self):
        """What a fitted estimator says of them, as a dict of attributes."""

    def encode(self, y, name="y"):
        """Numbers to train on: small integers, or values; errors call `y` by `name`."""

    def strata(self, codes):
        """The stratum of each encoded target, an integer, for splits that keep their shares."""

    def stratum_name(self, stratum):
        """What errors call a stratum."""

    def count(self, codes, sample_weight):
        """Weight of the samples of every class."""

    def class_weights(self, class_weight, counts):
        """Weight of every class, in the shape of `counts`."""

    def weigh(self, weights, codes):
        """Weight of each encoded target, given those of the classes."""


class ClassTargets(Targets, Protocol):
    """What is asked of targets that are classes beside that.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
        The classes in ascending order.
    """

    classes: np.ndarray

    def decode(self, raw):
        """The classes that raw outputs of shape (n_samples, n_outputs) speak for."""


def find_classes(y):
    """The classes found in `y`.

    Parameters
    ----------
    y : array-like of shape (n_samples,), (n_samples, 1) or (n_samples, n_labels)
        Classes, or zeros and ones for several labels.

    Returns
    -------
    targets : ClassTargets

    Raises
    ------
    ValueError
        If `y` is not made of classes, or of one class only.
    """
    check_classification_targets(y)
    several = sparse.issparse(y) or (np.ndim(y) == 2 and np.shape(y)[1] > 1)
    if several and type_of_target(y).startswith("multilabel"):
        return Labels(np.arange(y.shape[1]))
    return Classes(np.unique(column_or_1d(y)))


class Classes:
    """Classes that exclude each other; see :class:`Targets`.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        In ascending order.

    Raises
    ------
    ValueError
        If there are fewer than two classes.
    """

    def __init__(self, classes):
        if len(classes) < 2:
            raise ValueError(
                f"y must hold at least 2 classes; it holds {len(classes)} class: {classes}."
            )
        self.classes = classes
        if len(classes) == 2:
            self.kind, self.n_outputs, self.loss = "binary", 1, LogLoss()
        else:
            self.kind, self.n_outputs = "multiclass", len(classes)
            self.loss = MultinomialLogLoss()

    def attributes(self):
        """The classes, and their kind."""
        return {"classes_": self.classes, "target_type_": self.kind}

    def encode(self, y, name="y"):
        """Class numbers, shape (n_samples,), as small integers.

        Raises
        ------
        ValueError
            If `y` holds other classes.
        """
        if y.ndim > 1 and y.shape[1] > 1:
            raise ValueError(f"{name} must be 1D, a class for each sample; got shape {y.shape}.")
        y = column_or_1d(y, warn=True)
        known = set(self.classes.tolist())
        unknown = [label for label in np.unique(y).tolist() if label not in known]
        if unknown:
            raise ValueError(
                f"{name} holds the classes {unknown}, which are not among {self.classes.tolist()}."
            )
        # As small as can be: a long table has room for few columns of its length.
        return np.searchsorted(self.classes, y).astype(np.min_scalar_type(-len(self.classes)))

    def decode(self, raw):
        """The likeliest class, shape (n_samples,)."""
        codes = raw[:, 0] > 0 if raw.shape[1] == 1 else raw.argmax(axis=1)
        return self.classes[codes.astype(np.intp)]

    def strata(self, codes):
        """The classes."""
        return codes

    def stratum_name(self, stratum):
        """The class by its label."""
        return f"class {self.classes.tolist()[stratum]!r}"

    def count(self, codes, sample_weight):
        """Weight of the samples of every class, shape (n_classes,)."""
        return np.bincount(codes, weights=sample_weight, minlength=len(self.classes))

    def class_weights(self, class_weight, counts):
        """Weight of every class, shape (n_classes,)."""
        if class_weight is None:
            return np.ones(len(self.classes))
        return weights_of_classes(class_weight, self.classes, counts)

    def weigh(self, weights, codes):
        """Weight of each sample by its class, shape (n_samples,)."""
        return np.broadcast_to(1.0, len(codes)) if np.all(weights == 1) else weights[codes]


class Labels:
    """Labels of which a sample may have several, or none; see :class:`Targets`.

    Parameters
    ----------
    classes : ndarray of shape (n_labels,)
        The numbers of the labels.
    """

    kind = "multilabel-indicator"
    loss = LogLoss()

    def __init__(self, classes):
        self.classes = classes
        self.n_outputs = len(classes)

    def attributes(self):
        """The numbers of the labels, and their kind."""
        return {"classes_": self.classes, "target_type_": self.kind}

    def encode(self, y, name="y"):
        """Zeros and ones of shape (n_samples, n_labels), as small integers.

        Raises
        ------
        ValueError
            If `y` has another shape, or holds anything else.
        """
        check_classification_targets(y)
        y = y.toarray() if sparse.issparse(y) else np.asarray(y)
        if y.ndim != 2 or y.shape[1] != len(self.classes):
            raise ValueError(
                f"{name} must be of shape (n_samples, {len(self.classes)}), a column for each "
                f"label; got shape {y.shape}."
            )
        codes = y == 1
        if not (codes | (y == 0)).all():
            raise ValueError(
                f"{name} must hold zeros and ones only, in a column for each label; it holds "
                f"{np.unique(y)[:5].tolist()}."
            )
        return codes.astype(np.int8)

    def decode(self, raw):
        """The labels of a probability above one half, shape (n_samples, n_labels)."""
        return (raw > 0).astype(np.int64)

    def strata(self, codes):
        """One stratum: combinations of labels may be as many as samples."""
        return np.zeros(len(codes), dtype=np.intp)

    def stratum_name(self, stratum):
        """All samples."""
        return "y"

    def count(self, codes, sample_weight):
        """Weight of the samples without and with every label, shape (n_labels, 2)."""
        present = sample_weight @ codes
        return np.column_stack([sample_weight.sum() - present, present])

    def class_weights(self, class_weight, counts):
        """Weight of the absence and the presence of every label, shape (n_labels, 2)."""
        each = class_weight if isinstance(class_weight, list) else [class_weight] * len(counts)
        if len(each) != len(counts):
            raise ValueError(
                f"class_weight must hold a dict for each of the {len(counts)} labels; got "
                f"{len(each)}."
            )
        absent_present = np.arange(2)
        return np.array(
            [
                weights_of_classes(weight, absent_present, count)
                for weight, count in zip(each, counts, strict=True)
            ]
        )

    def weigh(self, weights, codes):
        """Weight of each sample, the product over its labels, shape (n_samples,)."""
        if np.all(weights == 1):
            return np.broadcast_to(1.0, len(codes))
        return np.prod(weights[np.arange(len(weights)), codes], axis=1)
