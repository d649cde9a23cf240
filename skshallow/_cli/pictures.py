"""The pictures that --out asks for."""

import warnings

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.metrics import PredictionErrorDisplay
from sklearn.tree import DecisionTreeClassifier

from skshallow import ComparisonDisplay, LossCurveDisplay
from skshallow._cli.errors import InputError
from skshallow._cli.features import Features
from skshallow._cli.progress import progress
from skshallow._cli.wording import first_line

# More points than this hide each other.
MOST_RESIDUALS = 1_000


def draw_learning_curve(path, model, name):
    """Save the learning curve of a fitted network.

    Parameters
    ----------
    path : Path
        Where to save it.
    model : fitted network or pipeline
        The model.
    name : str
        The title.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    LossCurveDisplay.from_estimator(model, name=name, ax=figure.subplots())
    _save(figure, path)


def draw_boundaries(path, models, X, y):
    """Save the decision boundaries of fitted models side by side.

    Parameters
    ----------
    path : Path
        Where to save it.
    models : dict of str to fitted classifier
        Models with two features.
    X : {ndarray, DataFrame} of shape (n_samples, 2)
        The samples to show.
    y : ndarray of shape (n_samples,)
        Their classes.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * len(models) + 1.2, 4.4), layout="constrained")
    with progress() as step:
        step("drawing the decision boundaries")
        ComparisonDisplay.from_estimators(
            list(models.values()),
            X,
            y,
            names=list(models),
            ax=figure.subplots(1, len(models)),
            score_name="training accuracy",
        )
        _save(figure, path)


def draw_residuals(path, titles, y, predictions, seed):
    """Save what is left of the targets after the predictions of some models, side by side.

    Parameters
    ----------
    path : Path
        Where to save it.
    titles : list of str
        The title of each model.
    y : ndarray of shape (n_samples,)
        The targets.
    predictions : list of ndarrays of shape (n_samples,)
        The predictions of each model.
    seed : int
        Random state of the choice of samples to draw, the same for all models.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6 * len(titles), 4.4), layout="constrained")
    # Errors can be compared where the axes are the same.
    axes = figure.subplots(1, len(titles), sharex=True, sharey=True)
    rng = np.random.default_rng(seed)
    shown = rng.choice(len(y), min(len(y), MOST_RESIDUALS), replace=False)
    for ax, title, predicted in zip(axes, titles, predictions, strict=True):
        PredictionErrorDisplay.from_predictions(
            y[shown],
            predicted[shown],
            kind="residual_vs_predicted",
            # Its own choice may take a sample twice.
            subsample=None,
            ax=ax,
            scatter_kwargs={"s": 12, "alpha": 0.5},
        )
        ax.set_title(title)
        ax.label_outer()
    _save(figure, path)


def informative_pair(table, seed):
    """Choose the two numeric columns that tell most about the classes together.

    These are the two columns with the highest importance in a small decision tree. A tree splits
    on a second column where the first one leaves something to gain, so the two complement each
    other. To rank each column on its own would often choose the same information twice.

    Parameters
    ----------
    table : Table
        The table.
    seed : int
        Random state of the tree.

    Returns
    -------
    features : Features or None
        Two numeric features; None if the table has fewer.
    """
    numbers = table.features.numbers
    if len(numbers) < 2:
        return None
    X = SimpleImputer(strategy="median", keep_empty_features=True).fit_transform(table.X[numbers])
    tree = DecisionTreeClassifier(max_leaf_nodes=16, random_state=seed).fit(X, table.y)
    best = np.argsort(-tree.feature_importances_, kind="stable")[:2]
    return Features(numbers=[numbers[i] for i in best], categories=[])


def _save(figure, path):
    """Write a picture to a file."""
    with warnings.catch_warnings():
        # Letters that the font does not have are drawn as boxes. The printed names are complete.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        try:
            figure.savefig(path, dpi=150)
        except OSError as error:
            raise InputError(f"{path} cannot be written: {first_line(error)}") from error
