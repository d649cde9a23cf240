"""Class labels: to numbers and back, and what each class weighs."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target


@dataclass(frozen=True)
class Labels:
    """The classes of a problem.

    Attributes
    ----------
    kind : {"binary", "multiclass", "multilabel"}
        What sort of problem it is, a key of :data:`~skshallow.losses.LOSSES`.
    classes : ndarray of shape (n_classes,)
        The classes in ascending order; for multilabel targets the label numbers.
    """

    kind: str
    classes: np.ndarray

    @classmethod
    def of(cls, y):
        """The classes found in `y`, shape (n,), (n, 1) or, for multilabel targets, (n, n_labels).

        Raises
        ------
        ValueError
            If `y` is not made of classes, or of one class only.
        """
        check_classification_targets(y)
        several = sparse.issparse(y) or (np.ndim(y) == 2 and np.shape(y)[1] > 1)
        if several and type_of_target(y).startswith("multilabel"):
            return cls("multilabel", np.arange(y.shape[1]))
        return cls.among(np.unique(column_or_1d(y)))

    @classmethod
    def among(cls, classes):
        """Classes given by name, in ascending order."""
        if len(classes) < 2:
            raise ValueError(
                f"y must hold at least 2 classes; it holds {len(classes)} class: {classes}."
            )
        return cls("binary" if len(classes) == 2 else "multiclass", classes)

    @property
    def n_outputs(self):
        """How many output units they take."""
        return 1 if self.kind == "binary" else len(self.classes)

    def encode(self, y, name="y"):
        """Class numbers, shape (n,), or zeros and ones of shape (n, n_labels), as small integers.

        Raises
        ------
        ValueError
            If `y`, which the message calls `name`, holds other classes.
        """
        if self.kind == "multilabel":
            check_classification_targets(y)
            y = y.toarray() if sparse.issparse(y) else np.asarray(y)
            if y.ndim != 2 or y.shape[1] != len(self.classes):
                raise ValueError(
                    f"{name} must be of shape (n_samples, {len(self.classes)}), a column for each "
                    f"label; got shape {y.shape}."
                )
            return y.astype(np.int8)
        if y.ndim > 1 and y.shape[1] > 1:
            raise ValueError(f"{name} must be 1D, a class for each row; got shape {y.shape}.")
        y = column_or_1d(y, warn=True)
        known = set(self.classes.tolist())
        unknown = [label for label in np.unique(y).tolist() if label not in known]
        if unknown:
            raise ValueError(
                f"{name} holds the classes {unknown}, which are not among {self.classes.tolist()}."
            )
        # As small as can be: a long table has room for few columns of its length.
        return np.searchsorted(self.classes, y).astype(np.min_scalar_type(-len(self.classes)))

    def decode(self, logits):
        """The likeliest class, shape (n,), or the labels, (n, n_labels), by logits."""
        if self.kind == "multilabel":
            return (logits > 0).astype(np.int64)
        codes = logits[:, 0] > 0 if self.kind == "binary" else logits.argmax(axis=1)
        return self.classes[codes.astype(np.intp)]


def count_classes(labels, codes, sample_weight):
    """Weight of the rows of every class, shape (n_classes,).

    For multilabel targets: of the rows without and with every label, shape (n_labels, 2).
    """
    if labels.kind == "multilabel":
        present = sample_weight @ codes
        return np.column_stack([sample_weight.sum() - present, present])
    return np.bincount(codes, weights=sample_weight, minlength=len(labels.classes))


def class_weights(class_weight, labels, counts):
    """Weight of every class, or of absence and presence of every label.

    Parameters
    ----------
    class_weight : None, "balanced", dict or list of dict
        As in scikit-learn. "balanced" weighs classes by the inverse of their share; a list holds
        a dict {0: ..., 1: ...} for every label of a multilabel problem.
    labels : Labels
        The classes.
    counts : ndarray of shape (n_classes,) or (n_labels, 2)
        As :func:`count_classes` gives it.

    Returns
    -------
    weights : ndarray of the shape of `counts`

    Raises
    ------
    ValueError
        If a dict does not fit the classes.
    """
    if labels.kind != "multilabel":
        return _weights_of(class_weight, labels.classes, counts)
    each = class_weight if isinstance(class_weight, list) else [class_weight] * len(counts)
    if len(each) != len(counts):
        raise ValueError(
            f"class_weight must hold a dict for each of the {len(counts)} labels; got {len(each)}."
        )
    absent_present = np.array([0, 1])
    return np.array(
        [
            _weights_of(weight, absent_present, count)
            for weight, count in zip(each, counts, strict=True)
        ]
    )


def row_weights(weights, codes):
    """Weight of each row by its class; for several labels the product over them."""
    if np.all(weights == 1):
        return np.broadcast_to(1.0, len(codes))
    if codes.ndim == 1:
        return weights[codes]
    return np.prod(weights[np.arange(len(weights)), codes], axis=1)


def _weights_of(class_weight, classes, counts):
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, str):
        # A class without rows has nothing to balance.
        return np.divide(
            counts.sum() / len(classes), counts, out=np.ones(len(classes)), where=counts > 0
        )
    if not isinstance(class_weight, dict):
        raise ValueError(
            "class_weight must be None, 'balanced' or a dict; a list of dicts is for multilabel "
            f"targets. Got {class_weight!r}."
        )
    labels = classes.tolist()
    unknown = [label for label in class_weight if label not in labels]
    missing = [label for label in labels if label not in class_weight]
    # More classes than y holds may be weighed, as in a fold without one of them.
    if unknown and missing:
        raise ValueError(
            f"class_weight holds {unknown}, which are not among the classes {labels}, and lacks "
            f"{missing}."
        )
    weights = np.array([class_weight.get(label, 1) for label in labels], dtype=np.float64)
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.max() > 0):
        raise ValueError(
            f"class_weight must hold finite weights of at least 0; got {class_weight}."
        )
    return weights
