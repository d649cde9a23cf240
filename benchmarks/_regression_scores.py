"""How good predictions of numbers and bands of quantiles are: the scores of one fit."""

import time
import warnings

import numpy as np
from _means import SECONDS, SECONDS_FORMAT, Scoring
from _regressors import (
    BASELINE,
    BASELINE_BAND,
    OUR_BAND,
    OURS,
    OURS_CV,
    QUANTILES,
    bands,
    contenders,
)
from sklearn.metrics import (
    mean_absolute_error,
    mean_pinball_loss,
    r2_score,
    root_mean_squared_error,
)

RMSE, MAE, R2 = "RMSE", "MAE", "R²"
PINBALL, INSIDE = "pinball loss", "share inside"
SCORING = Scoring(
    loss=RMSE,
    formats={RMSE: ".3f", MAE: ".3f", R2: ".3f", SECONDS: SECONDS_FORMAT},
    ratios=(RMSE, MAE),
    means=(R2,),
    baseline=BASELINE,
    ours=(OURS, OURS_CV),
)
BAND_SCORING = Scoring(
    loss=PINBALL,
    formats={PINBALL: ".4f", INSIDE: ".1%", SECONDS: SECONDS_FORMAT},
    ratios=(PINBALL,),
    means=(PINBALL, INSIDE),
    baseline=BASELINE_BAND,
    ours=(OUR_BAND,),
)


def evaluate(name, settings, X, y, train, test):
    """Fit a contender to some samples of a table, and score it on others.

    Errors are in standard deviations of the table's targets, so that they can be compared.

    Parameters
    ----------
    name : str
        One of those that :func:`contenders` lists.
    settings : dict
        For :func:`contenders`.
    X : DataFrame of shape (n, d)
    y : ndarray of shape (n,)
    train, test : ndarray of int
        Numbers of samples.

    Returns
    -------
    scores : dict
        Those of `SCORING`.
    """
    predicted, seconds = predictions(contenders(**settings)[name](), X, y, train, test)
    return scores_of(y[test] / y.std(), predicted / y.std()) | {SECONDS: seconds}


def evaluate_band(name, settings, X, y, train, test):
    """As :func:`evaluate`, for one of :func:`bands`; the scores are those of `BAND_SCORING`."""
    predicted, seconds = predictions(bands(**settings)[name](), X, y, train, test)
    return band_scores_of(y[test] / y.std(), predicted / y.std()) | {SECONDS: seconds}


def predictions(model, X, y, train, test):
    """What a model predicts, fitted to other samples, and the processor's seconds of the fit."""
    # Defaults are what is measured, whether or not they let a network converge.
    warnings.simplefilter("ignore")
    start = time.process_time()
    model.fit(X.iloc[train], y[train])
    seconds = time.process_time() - start
    return model.predict(X.iloc[test]), seconds


def scores_of(y, predicted):
    """Scores of predictions of shape (n,)."""
    return {
        RMSE: float(root_mean_squared_error(y, predicted)),
        MAE: float(mean_absolute_error(y, predicted)),
        R2: float(r2_score(y, predicted)),
    }


def band_scores_of(y, predicted):
    """Scores of predictions of shape (n, 3) for `QUANTILES`.

    The band is between the lowest and the highest, ends included, as many targets are counts, which
    can be right at an end.
    """
    losses = [
        mean_pinball_loss(y, of_level, alpha=level)
        for of_level, level in zip(predicted.T, QUANTILES, strict=True)
    ]
    inside = (predicted[:, 0] <= y) & (y <= predicted[:, -1])
    return {PINBALL: float(np.mean(losses)), INSIDE: float(inside.mean())}
