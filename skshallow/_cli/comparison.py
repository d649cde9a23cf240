"""Fits the models and measures them."""

import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from sklearn.base import clone

from skshallow._cli.errors import InputError
from skshallow._cli.progress import progress
from skshallow._cli.wording import count, first_line


@dataclass
class Result:
    """One model, fitted on all samples, with its scores.

    Attributes
    ----------
    name : str
        Name of the model.
    model : fitted estimator
        Fitted on all samples.
    training_score : float
        Accuracy, or R², on the samples it was fitted on.
    scores : dict of str to ndarray of shape (n_folds,)
        Scores on each held-out fold, by name.
    predictions : ndarray of shape (n_samples,)
        What was predicted of each sample while it was held out.
    seconds : float
        Time to fit on all samples.
    warnings : list of str
        Warnings raised while fitting, each message once.
    """

    name: str
    model: object
    training_score: float
    scores: dict[str, np.ndarray]
    predictions: np.ndarray
    seconds: float
    warnings: list[str]

    @property
    def n_folds(self):
        """Number of folds."""
        return len(next(iter(self.scores.values())))

    def spread(self, score):
        """Return the mean of a score over the folds, and its standard deviation."""
        # Where one model fails, its errors may be too large to be squared.
        with np.errstate(over="ignore", invalid="ignore"):
            return self.scores[score].mean(), self.scores[score].std()


def compare(task, models, X, y, n_folds, seed):
    """Fit and cross-validate each model on the same folds.

    Parameters
    ----------
    task : module
        `classification` or `regression`: how to split, and what to measure.
    models : dict of str to estimator
        The models by name.
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,)
        Their targets.
    n_folds : int
        Number of folds.
    seed : int
        Random state of the folds.

    Returns
    -------
    results : list of Result
        In the order of `models`.

    Raises
    ------
    InputError
        If a model cannot be fitted on the data.
    """
    folds = list(task.splitter(n_folds, seed).split(X, y))
    results = []
    with progress(len(models) * (n_folds + 1)) as step:
        for name, model in models.items():
            with _as_input_error(name):
                results.append(_measure(task, name, model, X, y, folds, step))
    return results


def fit_all(models, X, y):
    """Fit each model on all samples.

    Parameters
    ----------
    models : dict of str to classifier
        The models by name.
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,)
        Their classes.

    Returns
    -------
    fitted : dict of str to fitted classifier
        In the order of `models`.

    Raises
    ------
    InputError
        If a model cannot be fitted on the data.
    """
    with progress(len(models)) as step, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = {}
        for name, model in models.items():
            step(f"{name}: fitting for the picture")
            with _as_input_error(name):
                fitted[name] = clone(model).fit(X, y)
    return fitted


def fit_one(name, model, X, y):
    """Fit a model on all samples.

    Parameters
    ----------
    name : str
        Name of the model.
    model : estimator
        The model.
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,)
        Their targets.

    Returns
    -------
    fitted : fitted estimator
        The model.
    messages : list of str
        Warnings raised while fitting, each message once.

    Raises
    ------
    InputError
        If the model cannot be fitted on the data.
    """
    with progress() as step, warnings.catch_warnings(record=True) as caught, _as_input_error(name):
        warnings.simplefilter("always")
        step(f"{name}: fitting on all rows")
        fitted = clone(model).fit(X, y)
    return fitted, list(dict.fromkeys(first_line(warning.message) for warning in caught))


def _measure(task, name, model, X, y, folds, step):
    """Fit a model on all samples, then on the training samples of each fold."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        step(f"{name}: fitting on all rows")
        started = perf_counter()
        fitted = clone(model).fit(X, y)
        seconds = perf_counter() - started
        scores, predictions = [], np.empty_like(y)
        for i, (train, test) in enumerate(folds, start=1):
            step(f"{name}: fold {i} of {len(folds)}")
            fold_model = clone(model).fit(_take(X, train), y[train])
            predictions[test], of_fold = task.evaluate(fold_model, _take(X, test), y[test])
            scores.append(of_fold)
        training_score = fitted.score(X, y)
    times = Counter(first_line(warning.message) for warning in caught)
    fits = f"{len(folds) + 1} fits"
    messages = [f"{text} ({count(n, 'time')} in {fits})" for text, n in times.items()]
    by_name = {key: np.array([of_fold[key] for of_fold in scores]) for key in scores[0]}
    return Result(name, fitted, training_score, by_name, predictions, seconds, messages)


@contextmanager
def _as_input_error(name):
    """Turn the error of a model that cannot be fitted into an InputError."""
    try:
        yield
    # Older versions of numpy do not count the second among the first.
    except (ValueError, np.linalg.LinAlgError) as error:
        raise InputError(f"{name} cannot be fitted here: {first_line(error)}") from error


def _take(X, indices):
    """Return the samples with these indices, of an array or a data frame."""
    return X.iloc[indices] if hasattr(X, "iloc") else X[indices]
