"""Samples that are split off for early stopping."""

import numpy as np


def split_off(dataset, targets, fraction, seed, *, lenient=False):
    """Split samples off for validation, the same share of every stratum of the targets.

    Of the training samples those split off weigh nothing, so that no table has to be copied.
    Samples without weight stay with the training samples.

    Parameters
    ----------
    dataset : Dataset
        All samples.
    targets : Targets
        What their targets are.
    fraction : float
        The share to split off; every stratum loses at least one sample and keeps at least one.
    seed : int
        Decides which samples.
    lenient : bool, default=False
        Whether a stratum of too few samples is trained on as a whole, instead of an error.

    Returns
    -------
    training, validation : Dataset

    Raises
    ------
    ValueError
        If a stratum has too few samples for both.
    """
    random_state = np.random.RandomState(seed)
    strata = targets.strata(dataset.codes)
    counting = dataset.weights > 0
    chosen = []
    for stratum in np.unique(strata[counting]):
        samples = random_state.permutation(np.flatnonzero(counting & (strata == stratum)))
        size = max(1, round(fraction * len(samples)))
        if size >= len(samples) and lenient:
            continue
        if size >= len(samples):
            raise ValueError(
                f"validation_fraction={fraction} leaves {targets.stratum_name(stratum)} without a "
                f"sample to train on or to validate with: it has n_samples = {len(samples)} of a "
                "weight above 0. Set early_stopping=False, or give more samples of it."
            )
        chosen.append(samples[:size])
    held_out = np.sort(np.concatenate(chosen))
    return dataset.without(held_out), dataset.subset(held_out)
