"""What each class weighs in the loss."""

import numpy as np


def weights_of_classes(class_weight, classes, counts):
    """Weight of every class.

    Parameters
    ----------
    class_weight : None, "balanced" or dict
        As in scikit-learn. "balanced" weighs classes by the inverse of their share.
    classes : ndarray of shape (n_classes,)
        The classes.
    counts : ndarray of shape (n_classes,)
        Weight of the samples of every class.

    Returns
    -------
    weights : ndarray of shape (n_classes,)

    Raises
    ------
    ValueError
        If a dict does not fit the classes.
    """
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, str):
        # A class without samples has nothing to balance.
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
