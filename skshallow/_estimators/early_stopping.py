"""Samples to stop early by: those that were given, or some that are split off."""

from skshallow._data.samples import Dataset
from skshallow._data.validation_split import split_off
from skshallow._estimators.validation import check_validation_samples

# Their loss says well enough which of two epochs was better; the others are better trained on.
ENOUGH_VALIDATION_SAMPLES = 5000


def hold_out(lead, given, dataset, targets, seed, large):
    """The samples to train on, and those to stop early by.

    Parameters
    ----------
    lead : TrainingMixin
        Whose `early_stopping` and `validation_fraction` are asked.
    given : tuple of X_val, y_val and sample_weight_val
        As they came; all None if none were given.
    dataset, targets : Dataset, Targets
        All samples, and what their targets are.
    seed : int
        Decides which samples are split off, if none were given.
    large : bool
        Whether ``early_stopping="auto"`` means that some are.

    Returns
    -------
    training, validation : Dataset
        The latter may be None.
    """
    if any(part is not None for part in given):
        given = check_validation_samples(lead, *given, dtype=dataset.X.dtype)
        return dataset, Dataset.of(*given, targets, like=dataset)
    if fraction := share_held_out(lead, len(dataset), large):
        lenient = lead.early_stopping == "auto"
        return split_off(dataset, targets, fraction, seed, lenient=lenient)
    return dataset, None


def share_held_out(estimator, n_samples, large):
    """The share of so many samples that is split off; 0 for none. For `large` see above."""
    if estimator.early_stopping == "auto":
        most = ENOUGH_VALIDATION_SAMPLES / n_samples
        return min(estimator.validation_fraction, most) if large else 0.0
    return estimator.validation_fraction if estimator.early_stopping else 0.0
