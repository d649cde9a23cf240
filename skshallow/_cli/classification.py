"""Classification: its models and scores, and what is printed and drawn of them."""

import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from skshallow import OneHiddenLayerClassifier
from skshallow._cli.comparison import fit_all
from skshallow._cli.features import ENCODER_FOLDS, preparation
from skshallow._cli.pictures import draw_boundaries, informative_pair
from skshallow._cli.wording import count, listing, quote

BASELINE = "DummyClassifier (prior)"
LINEAR = "LogisticRegression"
CRITERION = "log loss"


def splitter(n_folds, seed):
    """Return what splits a table into folds."""
    return StratifiedKFold(n_folds, shuffle=True, random_state=seed)


def pipelines(features, seed, network_parameters):
    """Return the three models to compare on a table with these features.

    Parameters
    ----------
    features : Features
        The table's features by kind.
    seed : int
        Random state of the network.
    network_parameters : dict
        Parameters of the network that differ from its defaults.

    Returns
    -------
    models : dict of str to Pipeline
        The class frequencies, LogisticRegression and OneHiddenLayerClassifier, each after the
        preparation that it needs.
    """
    network = OneHiddenLayerClassifier(random_state=seed, **network_parameters)
    linear = LogisticRegression(max_iter=1000)
    splits = splitter(ENCODER_FOLDS, seed)
    prepared = {s: preparation(features, scale=s, splits=splits) for s in (True, False)}
    return {
        BASELINE: baseline(),
        LINEAR: make_pipeline(prepared[True], linear),
        "OneHiddenLayerClassifier": make_pipeline(prepared[False], network),
    }


def baseline():
    """Return the model that predicts the most frequent class, with all frequencies."""
    return DummyClassifier(strategy="prior")


def evaluate(model, X, y):
    """Predict held-out samples.

    Parameters
    ----------
    model : fitted classifier
        The model.
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,)
        Their classes.

    Returns
    -------
    predictions : ndarray of shape (n_samples,)
        The predicted classes.
    scores : dict of str to float
        "accuracy" and "log loss".
    """
    predictions = model.predict(X)
    loss = log_loss(y, model.predict_proba(X), labels=model.classes_)
    return predictions, {"accuracy": accuracy_score(y, predictions), "log loss": loss}


def describe(y):
    """Return how many samples each class has."""
    sizes = pd.Series(y).value_counts().sort_index()
    classes = listing((f"{quote(label)} {n:,}" for label, n in sizes.items()), limit=6)
    return f"{count(len(sizes), 'class')}: {classes}"


def report_results(report, results):
    """Add the table of models, and their warnings.

    Parameters
    ----------
    report : Report
        What they are added to.
    results : list of Result
        The measured models.
    """
    folds = f"{results[0].n_folds}-fold"
    columns = [
        ("training", "accuracy", 11),
        (folds, "accuracy", 15),
        (folds, "log loss", 11),
        ("fit", "seconds", 10),
    ]
    report.table(columns, results, _cells)


def _cells(result):
    accuracy, deviation = result.spread("accuracy")
    return [
        f"{100 * result.training_score:.2f} %",
        f"{100 * accuracy:.1f} ± {100 * deviation:.1f} %",
        f"{result.spread('log loss')[0]:.4f}",
        f"{result.seconds:.3f}",
    ]


def draw(folder, prefix, table, results, options, network_parameters):
    """Draw the models on the two most informative columns.

    Parameters
    ----------
    folder : Path
        Where to save the picture.
    prefix : str
        What the name of its file begins with.
    table : Table
        The table.
    results : list of Result
        The measured models; they are fitted anew on the two columns.
    options : argparse.Namespace
        ``seed``.
    network_parameters : dict
        Parameters of the network that differ from its defaults.

    Returns
    -------
    path : Path or None
        The picture, if there is one.
    note : str
        What it shows, or why there is none.
    """
    pair = informative_pair(table, options.seed)
    if pair is None:
        return None, "no picture of the decision boundaries: that takes two numeric columns"
    path = folder / f"{prefix}decision_boundaries.png"
    X = table.X[pair.numbers]
    models = pipelines(pair, options.seed, network_parameters)
    del models[BASELINE]
    draw_boundaries(path, fit_all(models, X, table.y), X, table.y)
    if table.X.shape[1] == 2:
        return path, "the models side by side"
    return path, (
        f"the same models fitted on {' and '.join(map(quote, pair.numbers))} alone, the two "
        "numeric columns that a small decision tree gains most from; the accuracies in the titles "
        "are for these two columns"
    )
