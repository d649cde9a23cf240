"""The splits of the samples that a search judges by."""

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold, check_cv
from sklearn.utils import check_random_state

from skshallow._estimators.early_stopping import ENOUGH_VALIDATION_SAMPLES

USUAL = 5
# Of a table that is large enough for one split to judge by, the share that is held out.
ONE_IN = 0.1


def draw_splits(cv, targets, X, y, *, random_state, one=False, **params):
    """The splits that `cv` stands for.

    Parameters
    ----------
    cv : int, cross-validation generator, iterable or None
        None is 5-fold, shuffled, and stratified where classes exclude each other. The one sample of
        a class is then always trained on.
    targets : Targets
        What `y` is.
    X, y : array-like
        The samples.
    random_state : int, RandomState or None
        Shuffles.
    one : bool, default=False
        Whether None is one split instead, by as many samples as early stopping takes.
    **params : dict
        What a splitter takes beside these.

    Returns
    -------
    splits : list of (train, test)
        Numbers of samples, ndarrays of int.

    Raises
    ------
    ValueError
        If `cv` is None and no class has two samples, or there are groups to keep together.
    """
    strata, codes, counts = np.unique(
        targets.strata(targets.encode(y)), return_inverse=True, return_counts=True
    )
    if cv is not None:
        return numbered(check_cv(cv, y, classifier=len(strata) > 1).split(X, y, **params))
    if params.get("groups") is not None:
        raise ValueError(
            "groups have no effect with cv=None; cv=GroupKFold() keeps samples of a group together."
        )
    if one:
        fraction = min(ONE_IN, ENOUGH_VALIDATION_SAMPLES / X.shape[0])
        return [_one_split(codes, fraction, random_state)]
    shuffled = {"shuffle": True, "random_state": random_state}
    if len(strata) == 1:
        if X.shape[0] < 2:
            raise ValueError(
                "To choose by cross-validation takes at least two samples; got n_samples = 1."
            )
        return list(KFold(min(USUAL, X.shape[0]), **shuffled).split(X))
    if counts.max() < 2:
        raise ValueError(
            "To choose by cross-validation each class needs two samples, one to train on and one "
            f"to score; y holds one sample of each of its {len(strata)} classes."
        )
    # The one sample of a class is always trained on: otherwise the class would not be known.
    single = counts[codes] == 1
    others, lone = np.flatnonzero(~single), np.flatnonzero(single)
    fewest = counts[counts > 1].min(initial=USUAL)
    splits = StratifiedKFold(fewest, **shuffled).split(others, codes[others])
    return [
        (np.sort(np.concatenate([others[train], lone])), others[test]) for train, test in splits
    ]


def _one_split(strata, fraction, random_state):
    random_state = check_random_state(random_state)
    held_out = np.zeros(len(strata), dtype=bool)
    for stratum in np.unique(strata):
        samples = random_state.permutation(np.flatnonzero(strata == stratum))
        # The one sample of a class is trained on.
        size = min(len(samples) - 1, max(1, round(fraction * len(samples))))
        held_out[samples[:size]] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def numbered(splits):
    """Splits by the numbers of their samples.

    Parameters
    ----------
    splits : iterable of (train, test)
        Numbers of samples, or masks.

    Returns
    -------
    splits : list of (train, test)
        Numbers, ndarrays of int.
    """
    return [(_numbers(train), _numbers(test)) for train, test in splits]


def _numbers(samples):
    samples = np.asarray(samples)
    return np.flatnonzero(samples) if samples.dtype == bool else samples
