"""How good probabilities are: scores of one fit, and their means over the fits of a table."""

import time
import warnings

import numpy as np
import pandas as pd
from _contenders import BASELINE, contenders

LOG_LOSS, ACCURACY, BRIER = "log loss", "accuracy", "Brier score"
CALIBRATION, SECONDS = "calibration error", "CPU seconds"
SCORES = (LOG_LOSS, ACCURACY, BRIER, CALIBRATION, SECONDS)
# What makes the calibration error once folds are averaged.
GAPS = "gaps"
N_BINS = 15
# A probability of 0 would cost infinitely much; some classifiers round to it.
LOWEST_PROBABILITY = 1e-7


def evaluate(name, settings, X, y, train, test):
    """Fit a contender to some samples of a table, and score it on others.

    Parameters
    ----------
    name : str
        One of those that :func:`contenders` lists.
    settings : dict
        For :func:`contenders`.
    X : DataFrame of shape (n, d)
    y : ndarray of int of shape (n,)
        Classes 0, 1, ….
    train, test : ndarray of int
        Numbers of samples.

    Returns
    -------
    scores : dict
        As those of :func:`scores_of`, and the seconds that the processor spent on the fit.
    """
    # Defaults are what is measured, whether or not they let a network converge.
    warnings.simplefilter("ignore")
    model = contenders(**settings)[name]()
    start = time.process_time()
    model.fit(X.iloc[train], y[train])
    seconds = time.process_time() - start
    p = np.zeros((len(test), y.max() + 1))
    # A rare class may be missing among the training samples.
    p[:, model.classes_] = model.predict_proba(X.iloc[test])
    return scores_of(y[test], p) | {SECONDS: seconds}


def scores_of(y, p):
    """Scores of probabilities, lists and numbers only.

    The Brier score is half the sum of squared errors over classes, so that it is the mean squared
    error of p for two classes, and at most 1 for any number. The gap of a bin of confidences
    (the probability of the predicted class) is its sum of confidences less its number of hits,
    divided by n; the expected calibration error is the sum of their magnitudes [1]_.

    Parameters
    ----------
    y : ndarray of int of shape (n,)
        Classes 0, 1, ….
    p : ndarray of shape (n, K)
        Their probabilities.

    References
    ----------
    .. [1] Guo et al., "On calibration of modern neural networks", ICML 2017.
    """
    p = np.clip(p, LOWEST_PROBABILITY, 1)
    p /= p.sum(axis=1, keepdims=True)
    samples, predicted = np.arange(len(y)), p.argmax(axis=1)
    confidence, hit = p[samples, predicted], predicted == y
    bins = np.ceil(confidence * N_BINS).astype(int) - 1
    errors = p - np.eye(p.shape[1])[y]
    return {
        LOG_LOSS: float(-np.log(p[samples, y]).mean()),
        ACCURACY: float(hit.mean()),
        BRIER: float(np.square(errors).sum(axis=1).mean() / 2),
        GAPS: (np.bincount(bins, confidence - hit, N_BINS) / len(y)).tolist(),
    }


def mean_scores(records):
    """Means over the fits of a model on a table, NaN if one of these is missing.

    Gaps are averaged before their magnitudes are summed: in a small fold nearly all of a
    calibration error would be chance.

    Parameters
    ----------
    records : list of dict
        What was found of each fit: `table`, `large`, `model`, and the scores unless `missing`.

    Returns
    -------
    means : DataFrame
        A row for each table and model with the columns `large` and `SCORES`.
    """
    rows = {}
    for record in records:
        rows.setdefault((record["table"], record["model"]), []).append(record)
    means = [{"large": fits[0]["large"]} | _mean(fits) for fits in rows.values()]
    index = pd.MultiIndex.from_tuples(rows, names=["table", "model"])
    return pd.DataFrame(means, index, columns=["large", *SCORES])


def by_model(means, score):
    """One score of `means`: a row for each table, a column for each model, in their order."""
    tables, models = (means.index.unique(level) for level in ("table", "model"))
    return means[score].unstack("model").loc[tables, models]


def relative(losses):
    """Losses of `by_model` divided by those of MLPClassifier, or of the first, and its name."""
    name = BASELINE if BASELINE in losses else losses.columns[0]
    return losses.div(losses[name], axis=0), name


def geometric_mean(values):
    """That of a Series or of each column of a DataFrame, without what is missing."""
    return np.exp(np.log(values).mean())


def _mean(fits):
    if any("missing" in fit for fit in fits):
        return dict.fromkeys(SCORES, np.nan)
    means = {score: np.mean([fit[score] for fit in fits]) for score in SCORES if score in fits[0]}
    gaps = np.mean([fit[GAPS] for fit in fits], axis=0)
    return means | {CALIBRATION: np.abs(gaps).sum()}
