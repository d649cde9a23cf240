"""The regressors that quality_regression.py compares, and those that give bands of quantiles.

Networks, linear models and kernels get medians for what is missing, standardised numbers and
one-hot codes, and but for linear models standardised targets; ours standardise by themselves.
Boosters get numbers and categories as they are. All have their default settings but for what is
said here, and as many threads as are asked for.
"""

from importlib.util import find_spec

import numpy as np
from _contenders import LARGE_MLP_GRID, MLP_GRID, OURS, OURS_CV
from _contest import N_FOLDS, TEST_SIZE
from _means import LARGE, SMALL, TINY
from _preparation import MOST_BINS, WithCategories, encoded, scaled
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GridSearchCV, KFold, ShuffleSplit
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from skshallow import OneHiddenLayerRegressor, OneHiddenLayerRegressorCV

BASELINE = "MLPRegressor"
OUR_BAND, BASELINE_BAND = "skshallow, quantiles", "HistGradientBoosting, quantiles"
QUANTILES = (0.1, 0.5, 0.9)
RIDGE_ALPHAS = np.logspace(-3, 4, 15)


def contenders(*, seed=0, threads=1, size=TINY):
    """All regressors whose packages are installed, and which take a table of that size.

    Parameters
    ----------
    seed : int
        Of every random number.
    threads : int
        For packages that do not ask OpenMP how many there are.
    size : str
        Of the table. Only a tiny one has kernels, as their time grows as the cube of its samples;
        on a large one a search tries few candidates on one split instead of many on five folds.

    Returns
    -------
    makers : dict of str to callable
        Each makes an unfitted regressor.
    """
    listed = {
        OURS: lambda: encoded(OneHiddenLayerRegressor(random_state=seed)),
        OURS_CV: lambda: encoded(OneHiddenLayerRegressorCV(random_state=seed)),
        BASELINE: lambda: standardised(MLPRegressor(random_state=seed)),
        "MLPRegressor, early stopping": lambda: standardised(
            MLPRegressor(early_stopping=True, random_state=seed)
        ),
        "MLPRegressor, tuned": lambda: standardised(tuned_mlp(seed, size)),
        "RidgeCV": lambda: scaled(RidgeCV(RIDGE_ALPHAS)),
        "HistGradientBoosting": lambda: hist_gradient_boosting(seed),
        "LightGBM": lambda: light_gbm(seed, threads),
        "SVR": lambda: standardised(SVR()),
        "GaussianProcess": lambda: standardised(gaussian_process(seed)),
    }
    return {name: make for name, make in listed.items() if takes_part(name, size)}


def takes_part(name, size):
    """Whether a regressor is there, and takes a table of that size."""
    if name == "LightGBM":
        return find_spec("lightgbm") is not None
    return size == TINY or name not in ("SVR", "GaussianProcess")


def bands(*, seed=0, threads=1, size=SMALL):
    """Regressors with a prediction for each of `QUANTILES`, as :func:`contenders` lists them."""
    return {
        OUR_BAND: lambda: encoded(
            OneHiddenLayerRegressor(loss="quantile", quantile=list(QUANTILES), random_state=seed)
        ),
        BASELINE_BAND: lambda: Quantiles(
            [hist_gradient_boosting(seed, loss="quantile", quantile=level) for level in QUANTILES]
        ),
    }


def standardised(regressor):
    """A regressor of standardised features and targets."""
    return scaled(TransformedTargetRegressor(regressor, transformer=StandardScaler()))


def tuned_mlp(seed, size):
    """MLPRegressor as one tunes it: small tables by penalty, large ones by width and rate."""
    if size == LARGE:
        network, grid = MLPRegressor(early_stopping=True, random_state=seed), LARGE_MLP_GRID
        split = ShuffleSplit(1, test_size=TEST_SIZE, random_state=seed)
    else:
        network, grid = MLPRegressor(solver="lbfgs", max_iter=300, random_state=seed), MLP_GRID
        # Samples of a table may be sorted.
        split = KFold(N_FOLDS, shuffle=True, random_state=seed)
    return GridSearchCV(network, grid, scoring="neg_root_mean_squared_error", cv=split)


def gaussian_process(seed):
    """A smooth function and noise, by the evidence; by default there would be no noise."""
    kernel = ConstantKernel() * RBF(length_scale=3.0) + WhiteKernel()
    return GaussianProcessRegressor(kernel, random_state=seed)


def hist_gradient_boosting(seed, **settings):
    """Scikit-learn's booster."""
    booster = HistGradientBoostingRegressor(
        categorical_features="from_dtype", random_state=seed, **settings
    )
    return WithCategories(booster, MOST_BINS)


def light_gbm(seed, threads):
    """LightGBM out of the box."""
    from lightgbm import LGBMRegressor

    return WithCategories(LGBMRegressor(random_state=seed, n_jobs=threads, verbose=-1))


class Quantiles:
    """Regressors of one quantile each, as one with several.

    Parameters
    ----------
    regressors : list of estimator
    """

    def __init__(self, regressors):
        self.regressors = regressors

    def fit(self, X, y):
        """Fit one after the other."""
        for regressor in self.regressors:
            regressor.fit(X, y)
        return self

    def predict(self, X):
        """Predictions of shape (n, n_quantiles)."""
        return np.column_stack([regressor.predict(X) for regressor in self.regressors])
