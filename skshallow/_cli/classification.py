"""Classification: its models and scores, and what is printed and drawn of them."""

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from skshallow import OneHiddenLayerClassifier
from skshallow._cli.columns import preparation
from skshallow._cli.comparison import fit_all
from skshallow._cli.pictures import draw_boundaries, informative_pair
from skshallow._cli.report import print_table
from skshallow._cli.wording import count, listing, quote

LINEAR = "LogisticRegression"
CRITERION = "log loss"


def splitter(n_folds, seed):
    """Return what splits a table into folds."""
    return StratifiedKFold(n_folds, shuffle=True, random_state=seed)


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
        LINEAR: make_pipeline(preparation(columns, scale=True), linear),
        "OneHiddenLayerClassifier": make_pipeline(preparation(columns, scale=False), network),
    }


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


def print_results(results):
    """Print the table of models, and their warnings.

    Parameters
    ----------
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
    print_table(columns, results, _cells)


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
    note : str
        What the picture shows.
    """
    pair = informative_pair(table, options.seed)
    if pair is None:
        return "no picture of the decision boundaries: that takes two numeric columns"
    path = folder / f"{prefix}decision_boundaries.png"
    X = table.X[pair.numbers]
    models = fit_all(pipelines(pair, options.seed, network_parameters), X, table.y)
    draw_boundaries(path, models, X, table.y)
    if table.X.shape[1] == 2:
        return f"{path}: the models side by side"
    return (
        f"{path}: the same models fitted on {' and '.join(map(quote, pair.numbers))} alone, the "
        "two numeric columns that a small decision tree gains most from; the accuracies in the "
        "titles are for these two columns"
    )
