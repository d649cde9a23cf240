"""Means of scores over the fits of a model on a table, and over tables."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

SECONDS, SECONDS_FORMAT = "CPU seconds", ".3g"
# What tables are called by their numbers of samples, in this order.
SIZES = TINY, SMALL, LARGE = "tiny", "small", "large"


class Scoring(NamedTuple):
    """By what models are compared.

    Attributes
    ----------
    loss : str
        The score that ranks them; less is better.
    formats : dict of str to str
        All scores in the order of a report, and how they are written. `SECONDS` is one of them.
    ratios, means : tuple of str
        The scores of which a summary has the geometric mean relative to the baseline's, and those
        of which it has the mean.
    baseline : str
        The model that others are compared with.
    ours : tuple of str
        The models that are set against every rival.
    derived : dict of str to (str, callable)
        Scores that are made of what has been averaged over fits, and how.
    """

    loss: str
    formats: Mapping[str, str]
    ratios: tuple
    means: tuple
    baseline: str
    ours: tuple
    derived: Mapping[str, tuple[str, Callable]] = MappingProxyType({})


def mean_scores(records, scoring):
    """Means over the fits of a model on a table, NaN if one of these is missing.

    Parameters
    ----------
    records : list of dict
        What was found of each fit: `table`, `size`, `model`, and the scores unless `missing`.
    scoring : Scoring

    Returns
    -------
    means : DataFrame
        A row for each table and model with the columns `size` and those of `scoring.formats`.
    """
    rows = {}
    for record in records:
        rows.setdefault((record["table"], record["model"]), []).append(record)
    means = [{"size": fits[0]["size"]} | _mean(fits, scoring) for fits in rows.values()]
    index = pd.MultiIndex.from_tuples(rows, names=["table", "model"])
    table = pd.DataFrame(means, index, columns=["size", *scoring.formats])
    return table.assign(size=pd.Categorical(table["size"], categories=SIZES))


def by_model(means, score):
    """One score of `means`: a row for each table, a column for each model, in their order."""
    tables, models = (means.index.unique(level) for level in ("table", "model"))
    return means[score].unstack("model").loc[tables, models]


def of_sizes(means):
    """Pairs of a size and the rows of its tables, where there are any."""
    return means.groupby("size", observed=True)


def everywhere(means):
    """The rows of the models that were tried on every table."""
    n_tables = means.index.unique("table").size
    return means[means.groupby("model")["size"].transform("size") == n_tables]


def relative(losses, baseline):
    """Losses of `by_model` divided by those of the baseline, or of the first, and its name."""
    name = baseline if baseline in losses else losses.columns[0]
    return losses.div(losses[name], axis=0), name


def geometric_mean(values):
    """That of a Series or of each column of a DataFrame, without what is missing."""
    return np.exp(np.log(values).mean())


def _mean(fits, scoring):
    if any("missing" in fit for fit in fits):
        return dict.fromkeys(scoring.formats, np.nan)

    def mean(score):
        part, finished = scoring.derived.get(score, (score, float))
        return finished(np.mean([fit[part] for fit in fits], axis=0))

    return {score: mean(score) for score in scoring.formats}
