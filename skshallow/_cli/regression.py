"""Regression: its models and scores, and what is printed and drawn of them."""

import math

import numpy as np
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import RidgeCV
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from skshallow import OneHiddenLayerRegressor
from skshallow._cli.features import ENCODER_FOLDS, preparation
from skshallow._cli.pictures import MOST_RESIDUALS, draw_residuals

LINEAR = "RidgeCV"
CRITERION = "RMSE"
# From hardly any penalty to one that leaves little but the mean.
PENALTIES = np.logspace(-3, 5, 17)


def splitter(n_folds, seed):
    """Return what splits a table into folds."""
    return KFold(n_folds, shuffle=True, random_state=seed)


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
    models : dict of str to regressor
        The mean, RidgeCV and OneHiddenLayerRegressor, each after the preparation that it needs.
    """
    network = OneHiddenLayerRegressor(random_state=seed, **network_parameters)
    splits = splitter(ENCODER_FOLDS, seed)
    settings = {"splits": splits, "target_type": "continuous"}
    prepared = {scale: preparation(features, scale=scale, **settings) for scale in (True, False)}
    return {
        "DummyRegressor (mean)": DummyRegressor(),
        LINEAR: make_pipeline(prepared[True], RidgeCV(alphas=PENALTIES)),
        "OneHiddenLayerRegressor": make_pipeline(prepared[False], network),
    }


def evaluate(model, X, y):
    """Predict held-out samples.

    Parameters
    ----------
    model : fitted regressor
        The model.
    X : DataFrame of shape (n_samples, n_features)
        The samples.
    y : ndarray of shape (n_samples,)
        Their targets.

    Returns
    -------
    predictions : ndarray of shape (n_samples,)
        The predicted numbers.
    scores : dict of str to float
        "R²", "MAE" and "RMSE".
    """
    predictions = model.predict(X)
    return predictions, {
        "R²": r2_score(y, predictions),
        "MAE": mean_absolute_error(y, predictions),
        "RMSE": root_mean_squared_error(y, predictions),
    }


def describe(y):
    """Return the range of the target, its mean and its standard deviation."""
    return (
        f"target from {_amount(y.min())} to {_amount(y.max())}, mean {_amount(y.mean())}, "
        f"standard deviation {_amount(y.std())}"
    )


def _amount(value):
    """Return a number in four digits, or to the unit if it has more before its point."""
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e12 else f"{value:.4g}"


def report_results(report, results):
    """Add the table of models, and their warnings.

    Parameters
    ----------
    report : Report
        What they are added to.
    results : list of Result
        The measured models, that of the mean first.
    """
    folds = f"{results[0].n_folds}-fold"
    columns = [
        ("train", "R²", 7),
        (folds, "R²", 15),
        (folds, "MAE", 14),
        (folds, "RMSE", 14),
        ("fit", "secs", 6),
    ]
    # The error of the mean tells the size of errors, also where another model's are absurd.
    units = units_of(results[0].spread("RMSE")[0])
    report.table(columns, results, lambda result: _cells(result, units))
    if units != 1:
        report.notes([f"MAE and RMSE are in units of {units:g}"])


def units_of(error):
    """Return the power of a thousand in which an error has few digits before and after its point.

    Parameters
    ----------
    error : float
        At least 0.

    Returns
    -------
    units : float
        1 unless the error is below 0.1, but not 0, or at least 100 000.
    """
    if error == 0 or 0.1 <= error < 1e5:
        return 1.0
    return float(f"1e{3 * math.floor(math.log10(error) / 3)}")


def _cells(result, units):
    return [
        _figure(result.training_score),
        _spread(result, "R²"),
        _spread(result, "MAE", units),
        _spread(result, "RMSE", units),
        f"{result.seconds:.2f}" if result.seconds < 100 else f"{result.seconds:.0f}",
    ]


def _spread(result, score, units=1.0):
    """Return the mean of a score over the folds ± its standard deviation."""
    mean, deviation = (value / units for value in result.spread(score))
    return f"{_figure(mean)} ± {_figure(deviation, like=mean)}"


def _figure(value, like=0.0):
    """Return a number with four digits, or with as many decimals as another one would have."""
    size = max(abs(value), abs(like))
    if not size < 1e5:
        return f"{value:.0e}".replace("+", "")
    decimals = 3 if size < 10 else 2 if size < 100 else 1 if size < 1000 else 0
    # Adding 0 turns -0 to 0.
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def draw(folder, prefix, table, results, options, network_parameters):
    """Draw the residuals of held-out samples, for all models but the mean.

    Parameters
    ----------
    folder : Path
        Where to save the picture.
    prefix : str
        What the name of its file begins with.
    table : Table
        The table.
    results : list of Result
        The measured models, that of the mean first.
    options : argparse.Namespace
        ``seed``.
    network_parameters : dict
        Not needed: nothing is fitted anew.

    Returns
    -------
    path : Path
        The picture.
    note : str
        What it shows.
    """
    path = folder / f"{prefix}residuals.png"
    titles = [f"{r.name}\n{r.n_folds}-fold R² {_spread(r, 'R²')}" for r in results[1:]]
    predictions = [result.predictions for result in results[1:]]
    draw_residuals(path, titles, table.y, predictions, options.seed)
    n_rows = len(table.y)
    some = f"; {MOST_RESIDUALS:,} of the {n_rows:,} rows are drawn" * (n_rows > MOST_RESIDUALS)
    return path, (
        f"the residuals of {results[0].n_folds}-fold cross-validation, each of a model "
        f"that had not seen the row{some}"
    )
