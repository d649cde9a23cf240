"""Targets that are numbers, one or several for each sample."""

import numpy as np
from sklearn.utils import column_or_1d

from skshallow._core.losses import LOSSES, NumberLoss


def find_numbers(y, loss):
    """What `y` holds: a number for each sample, or several.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Numbers.
    loss : NumberLoss
        What training minimises.

    Returns
    -------
    targets : Numbers

    Raises
    ------
    ValueError
        If there are several targets, and several quantiles of each.
    """
    n_targets = 1 if np.ndim(y) == 1 else np.shape(y)[1]
    if n_targets > 1 and loss.outputs_per_target > 1:
        raise ValueError(
            f"Several quantiles are those of one target, but y has {n_targets} columns: give one "
            "quantile, or fit a regressor for each column."
        )
    return Numbers(n_targets, loss)


class Numbers:
    """Numbers to predict; see :class:`~skshallow._data.targets.Targets`.

    Parameters
    ----------
    n_targets : int
        How many for each sample.
    loss : NumberLoss
        What training minimises.
    """

    def __init__(self, n_targets: int, loss: NumberLoss):
        self.n_targets, self.loss = n_targets, loss
        self.n_outputs = n_targets * loss.outputs_per_target
        self.kind = "continuous" if n_targets == 1 else "continuous-multioutput"

    def attributes(self):
        """Their kind, and which quantiles the outputs are."""
        return {"target_type_": self.kind, "quantiles_": self.loss.quantiles}

    def encode(self, y, name="y"):
        """Numbers in double precision, shape (n_samples,) or (n_samples, n_targets).

        Raises
        ------
        ValueError
            If `y` has another shape, or holds what is no number, or none that the loss takes.
        """
        if y.ndim == 2 and y.shape[1] == 1 == self.n_targets:
            y = column_or_1d(y, warn=True)
        n_targets = 1 if y.ndim == 1 else y.shape[1]
        if y.ndim > 2 or n_targets != self.n_targets:
            raise ValueError(
                f"{name} must hold {self.n_targets} number{'s' if self.n_targets > 1 else ''} for "
                f"each sample, as at first; it is of shape {y.shape}."
            )
        if y.dtype.kind not in "biuf":
            try:
                y = y.astype(np.float64)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{name} must hold numbers: {error}.") from error
        numbers = y.astype(np.float64)
        loss = self.loss
        refused = numbers < loss.lowest if loss.takes_lowest else numbers <= loss.lowest
        if refused.any():
            limit = f"{'at least' if loss.takes_lowest else 'above'} {loss.lowest:g}"
            of_loss = next(key for key, one in LOSSES.items() if type(loss) is one)
            raise ValueError(
                f"{name} must hold numbers {limit} for loss={of_loss!r}; it holds "
                f"{numbers.min():g}."
            )
        return numbers

    def strata(self, codes):
        """One stratum."""
        return np.zeros(len(codes), dtype=np.intp)

    def stratum_name(self, stratum):
        """All samples."""
        return "y"

    def count(self, codes, sample_weight):
        """Weight of all samples, shape (1,)."""
        return np.array([sample_weight.sum()])

    def class_weights(self, class_weight, counts):
        """There are no classes that could weigh something."""
        return np.ones(1)

    def weigh(self, weights, codes):
        """1 for each sample, shape (n_samples,)."""
        return np.broadcast_to(1.0, len(codes))
