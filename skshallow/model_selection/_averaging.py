"""Several networks as one: their raw outputs averaged."""

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

SEED_LIMIT = np.iinfo(np.int32).max


def alike(estimator, n_networks):
    """So many clones of an estimator, which draw from random states of their own.

    The first one's is that of the estimator.
    """
    if n_networks == 1:
        return [estimator]
    random_state = check_random_state(estimator.random_state)
    seeds = random_state.randint(SEED_LIMIT, size=n_networks - 1).tolist()
    return [estimator, *(clone(estimator).set_params(random_state=seed) for seed in seeds)]


def average(estimators, losses):
    """The fitted attributes of the network that averages the raw outputs of several.

    Its hidden layer is theirs, side by side, and what is told of its training is that of the best.

    Parameters
    ----------
    estimators : list of estimator
        Fitted to the same samples, and so with the same squashing of features.
    losses : list of float
        Tell which of them is the best.

    Returns
    -------
    attributes : dict
    """
    best = estimators[int(np.argmin(losses))]
    attributes = {name: value for name, value in vars(best).items() if name.endswith("_")}
    if len(estimators) > 1:
        coefs = zip(*(one.coefs_ for one in estimators), strict=True)
        intercepts = zip(*(one.intercepts_ for one in estimators), strict=True)
        (first, second), (hidden, output) = map(list, coefs), map(list, intercepts)
        attributes |= {
            "coefs_": [np.hstack(first), np.vstack(second) / len(estimators)],
            "intercepts_": [np.concatenate(hidden), np.mean(output, axis=0, dtype=output[0].dtype)],
            "restart_losses_": np.concatenate([one.restart_losses_ for one in estimators]),
        }
    return attributes
