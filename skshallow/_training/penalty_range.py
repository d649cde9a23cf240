"""Which penalties to try, and which one their scores speak for."""

import numpy as np

# Times the penalty that is usual for samples of their total weight. Where the weakest scores best,
# weaker ones are tried until they do not: classes that are told apart easily hardly need one.
# Where the strongest does, stronger ones are: counts that vary wildly need it.
WEAKEST, STRONGEST = 0.01, 100.0
WEAKEST_OF_ALL, STRONGEST_OF_ALL = 1e-5, 1e5
# Most penalties to try beyond these at a time.
MOST_MORE = 3


def evenly_spaced(usual, n_penalties, *, range_of=(WEAKEST, STRONGEST)):
    """So many penalties on a logarithmic scale, shape (n_penalties,), around the usual one."""
    return usual * np.geomspace(*range_of, n_penalties)


def beyond(alphas, best, usual):
    """Penalties to try beyond evenly spaced ones, if the best is the last of them; else none."""
    alphas = np.sort(alphas)
    if len(alphas) < 2 or alphas[0] < best < alphas[-1]:
        return []
    ratio = (alphas[0] / alphas[1]) if best == alphas[0] else (alphas[-1] / alphas[-2])
    more = best * ratio ** np.arange(1, min(MOST_MORE, len(alphas) // 2) + 1)
    least, most = WEAKEST_OF_ALL * usual, STRONGEST_OF_ALL * usual
    # A little further out: the outermost is one of an even grid.
    return [float(alpha) for alpha in more if least / 1.5 < alpha < 1.5 * most]


def highest_between(alphas, scores):
    """Where a parabola through the highest score and those beside it is highest.

    Scores of neighbouring penalties differ by less than the choice of samples held out makes them
    vary; between two that are about equally good lies a better guess than either.

    Parameters
    ----------
    alphas : ndarray of shape (n,)
        Ascending, each a constant times the one before.
    scores : ndarray of shape (n,)
        Their scores.

    Returns
    -------
    alpha : float
    """
    best = int(np.where(np.isnan(scores), -np.inf, scores).argmax())
    if not 0 < best < len(alphas) - 1:
        return float(alphas[best])
    weaker, highest, stronger = scores[best - 1 : best + 2].tolist()
    bend = weaker - 2 * highest + stronger
    if not (np.isfinite(bend) and bend < 0):
        return float(alphas[best])
    ratio = alphas[best + 1] / alphas[best]
    return float(alphas[best] * ratio ** ((weaker - stronger) / (2 * bend)))
