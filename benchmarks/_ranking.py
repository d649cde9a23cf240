"""Which of several models do better over tables, by their log losses; a missing one ranks last.

See Demšar, "Statistical comparisons of classifiers over multiple data sets", JMLR 2006.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import friedmanchisquare, studentized_range, wilcoxon

LEVEL = 0.05
# Losses within 1 % of each other are a tie.
TIE = 0.01


class Duel(NamedTuple):
    """One model against a rival.

    Attributes
    ----------
    rival : str
    wins, ties, losses : int
        Of the model, over tables.
    p : float
        Of Wilcoxon's signed-rank test that neither does better, on logarithms of the losses where
        both have one, with Holm's correction for all rivals.
    """

    rival: str
    wins: int
    ties: int
    losses: int
    p: float


def mean_ranks(losses):
    """Mean rank of each column of a DataFrame over its rows; 1 is best."""
    return losses.rank(axis=1, na_option="bottom").mean()


def friedman(losses):
    """Probability of ranks as different as these, were all models alike; NaN for fewer than 3."""
    if losses.shape[1] < 3:
        return np.nan
    return float(friedmanchisquare(*losses.fillna(np.inf).to_numpy().T).pvalue)


def critical_difference(n_models, n_tables):
    """How far mean ranks have to be apart for Nemenyi's test to tell two models apart."""
    quantile = studentized_range.ppf(1 - LEVEL, n_models, np.inf) / np.sqrt(2)
    return float(quantile * np.sqrt(n_models * (n_models + 1) / (6 * n_tables)))


def duels(losses, model):
    """A model against all others.

    Parameters
    ----------
    losses : DataFrame
        A row for each table, a column for each model.
    model : str
        One of the columns.

    Returns
    -------
    duels : list of Duel
    """
    rivals = losses.columns.drop(model)
    ratios = [_log_ratios(losses[model], losses[rival]) for rival in rivals]
    corrected = holm(np.array([_wilcoxon(of_rival) for of_rival in ratios]))
    return [
        Duel(rival, *_outcomes(of_rival), float(p))
        for rival, of_rival, p in zip(rivals, ratios, corrected, strict=True)
    ]


def holm(p):
    """Probabilities of as many tests, corrected by Holm's method; NaN is no test."""
    order = np.argsort(p)
    n_tests = np.count_nonzero(~np.isnan(p))
    corrected = np.full(len(p), np.nan)
    factors = np.arange(n_tests, 0, -1)
    corrected[order[:n_tests]] = np.minimum(np.maximum.accumulate(factors * p[order[:n_tests]]), 1)
    return corrected


def _log_ratios(ours, theirs):
    """Infinite where one of them is missing, NaN where both are."""
    return (np.log(ours.fillna(np.inf)) - np.log(theirs.fillna(np.inf))).to_numpy()


def _outcomes(ratios):
    wins, losses = int((ratios < -TIE).sum()), int((ratios > TIE).sum())
    return wins, len(ratios) - wins - losses, losses


def _wilcoxon(ratios):
    ratios = ratios[np.isfinite(ratios)]
    return wilcoxon(ratios, zero_method="zsplit").pvalue if len(ratios) else np.nan
