"""How good probabilities are: the scores of one fit of a classifier."""

import time
import warnings

import numpy as np
from _contenders import BASELINE, OURS, OURS_CV, contenders
from _means import SECONDS, SECONDS_FORMAT, Scoring

LOG_LOSS, ACCURACY, BRIER = "log loss", "accuracy", "Brier score"
CALIBRATION = "calibration error"
# What makes the calibration error once folds are averaged.
GAPS = "gaps"
N_BINS = 15
# A probability of 0 would cost infinitely much; some classifiers round to it.
LOWEST_PROBABILITY = 1e-7


def total_gap(gaps):
    """The calibration error: what the gaps of all bins come to."""
    return np.abs(gaps).sum()


# Gaps are averaged before their magnitudes are summed: in a small fold nearly all of a calibration
# error would be chance.
SCORING = Scoring(
    loss=LOG_LOSS,
    formats={
        LOG_LOSS: ".3f",
        ACCURACY: ".1%",
        BRIER: ".3f",
        CALIBRATION: ".3f",
        SECONDS: SECONDS_FORMAT,
    },
    ratios=(LOG_LOSS,),
    means=(LOG_LOSS, ACCURACY, BRIER, CALIBRATION),
    baseline=BASELINE,
    ours=(OURS, OURS_CV),
    derived={CALIBRATION: (GAPS, total_gap)},
)


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
