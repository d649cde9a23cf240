"""Fits the models and measures them."""

import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from skshallow import OneHiddenLayerClassifier
from skshallow._cli.columns import preparation
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
    model : fitted classifier
        Fitted on all samples.
    training_accuracy : float
        Accuracy on the samples it was fitted on.
    fold_accuracies : ndarray of shape (n_folds,)
        Accuracy on each held-out fold.
    log_loss : float
        Mean log loss over the held-out folds.
    seconds : float
        Time to fit on all samples.
    warnings : list of str
        Warnings raised while fitting, each message once.
    """

    name: str
    model: object
    training_accuracy: float
    fold_accuracies: np.ndarray
    log_loss: float
    seconds: float
    warnings: list[str]


def pipelines(columns, seed, network_parameters):
    """Return the two models to compare on a table with these columns.

    Parameters
    ----------
    columns : Columns
        The table's columns by kind.
    seed : int
        Random state of the network.
    network_parameters : dict
        Parameters of the network that differ from its defaults.

    Returns
    -------
    models : dict of str to Pipeline
        LogisticRegression and OneHiddenLayerClassifier, each after the preparation that it needs.
    """
    network = OneHiddenLayerClassifier(random_state=seed, **network_parameters)
    linear = LogisticRegression(max_iter=1000)
    return {
        "LogisticRegression": make_pipeline(preparation(columns, scale=True), linear),
        "OneHiddenLayerClassifier": make_pipeline(preparation(columns, scale=False), network),
    }


def compare(models, X, y, n_folds, seed):
    """Fit and cross-validate each model on the same folds.

    Parameters
    ----------
    models : dict of str to classifier
        The models by name.
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,)
        Their classes.
    n_folds : int
        Number of stratified folds.
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
    folds = list(StratifiedKFold(n_folds, shuffle=True, random_state=seed).split(X, y))
    results = []
    with progress(len(models) * (n_folds + 1)) as step:
        for name, model in models.items():
            with _as_input_error(name):
                results.append(_measure(name, model, X, y, folds, step))
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


def _measure(name, model, X, y, folds, step):
    """Fit a model on all samples, then on the training samples of each fold."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        step(f"{name}: fitting on all rows")
        started = perf_counter()
        fitted = clone(model).fit(X, y)
        seconds = perf_counter() - started
        scores = []
        for i, (train, test) in enumerate(folds, start=1):
            step(f"{name}: fold {i} of {len(folds)}")
            fold_model = clone(model).fit(_take(X, train), y[train])
            held_out, labels = _take(X, test), fold_model.classes_
            loss = log_loss(y[test], fold_model.predict_proba(held_out), labels=labels)
            scores.append((accuracy_score(y[test], fold_model.predict(held_out)), loss))
        accuracies, losses = np.array(scores).T
        training_accuracy = accuracy_score(y, fitted.predict(X))
    times = Counter(first_line(warning.message) for warning in caught)
    fits = f"{len(folds) + 1} fits"
    messages = [f"{text} ({count(n, 'time')} in {fits})" for text, n in times.items()]
    return Result(name, fitted, training_accuracy, accuracies, losses.mean(), seconds, messages)


@contextmanager
def _as_input_error(name):
    """Turn the ValueError of a model that cannot be fitted into an InputError."""
    try:
        yield
    except ValueError as error:
        raise InputError(f"{name} cannot be fitted here: {first_line(error)}") from error


def _take(X, indices):
    """Return the samples with these indices, of an array or a data frame."""
    return X.iloc[indices] if hasattr(X, "iloc") else X[indices]
