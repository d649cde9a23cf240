"""The best of a few values, more closely than they are spaced."""

import numpy as np


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
