"""The classifiers that quality.py compares: each takes a table as it is and gives probabilities.

Networks and linear models get medians for what is missing, standardised numbers and one-hot codes;
ours standardise by themselves. Boosters get numbers and categories as they are. All have their
default settings but for what is said here, and as many threads as are asked for.
"""

from functools import partial
from importlib.util import find_spec

import numpy as np
from _contest import N_FOLDS, TEST_SIZE
from _means import LARGE, SMALL
from _preparation import MOST_BINS, WithCategories, encoded, scaled
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import GridSearchCV, StratifiedShuffleSplit
from sklearn.neural_network import MLPClassifier

from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV

OURS, OURS_CV, BASELINE = "skshallow", "skshallow, CV", "MLPClassifier"
HGB_GRID = {"learning_rate": [0.02, 0.05, 0.1], "max_leaf_nodes": [7, 31]}
MLP_GRID = {"alpha": [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]}
LARGE_MLP_GRID = {"hidden_layer_sizes": [(100,), (400,)], "learning_rate_init": [0.001, 0.003]}


def contenders(*, seed=0, threads=1, size=SMALL):
    """All classifiers whose packages are installed.

    Parameters
    ----------
    seed : int
        Of every random number.
    threads : int
        For packages that do not ask OpenMP how many there are.
    size : str
        Of the table. On a large one a search tries few candidates on one split instead of many on
        five folds.

    Returns
    -------
    makers : dict of str to callable
        Each makes an unfitted classifier.
    """
    large = size == LARGE
    split = StratifiedShuffleSplit(1, test_size=TEST_SIZE, random_state=seed) if large else N_FOLDS
    listed = {
        OURS: lambda: encoded(OneHiddenLayerClassifier(random_state=seed)),
        OURS_CV: lambda: encoded(OneHiddenLayerClassifierCV(random_state=seed)),
        BASELINE: lambda: scaled(MLPClassifier(random_state=seed)),
        "MLPClassifier, early stopping": lambda: scaled(
            MLPClassifier(early_stopping=True, random_state=seed)
        ),
        "MLPClassifier, tuned": lambda: scaled(tuned_mlp(seed, split, large)),
        "LogisticRegression": lambda: scaled(LogisticRegression(max_iter=1000, random_state=seed)),
        "LogisticRegressionCV": lambda: scaled(
            LogisticRegressionCV(cv=split, scoring="neg_log_loss", max_iter=1000, random_state=seed)
        ),
        "HistGradientBoosting": lambda: ClassifierWithCategories(
            hist_gradient_boosting(seed), MOST_BINS
        ),
        "HistGradientBoosting, tuned": lambda: ClassifierWithCategories(
            searched(hist_gradient_boosting(seed), HGB_GRID, split), MOST_BINS
        ),
    }
    return listed | {
        name: partial(make, seed, threads)
        for name, (package, make) in OPTIONAL.items()
        if find_spec(package)
    }


def searched(classifier, grid, split):
    """A classifier with the settings of the best log loss."""
    return GridSearchCV(classifier, grid, scoring="neg_log_loss", cv=split)


def tuned_mlp(seed, split, large):
    """MLPClassifier as one tunes it: small tables by penalty, large ones by width and rate."""
    if large:
        return searched(
            MLPClassifier(early_stopping=True, random_state=seed), LARGE_MLP_GRID, split
        )
    return searched(MLPClassifier(solver="lbfgs", max_iter=300, random_state=seed), MLP_GRID, split)


def hist_gradient_boosting(seed):
    """Scikit-learn's booster."""
    return HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=seed)


def light_gbm(seed, threads):
    """LightGBM out of the box."""
    from lightgbm import LGBMClassifier

    return ClassifierWithCategories(LGBMClassifier(random_state=seed, n_jobs=threads, verbose=-1))


def xgboost(seed, threads):
    """XGBoost out of the box."""
    from xgboost import XGBClassifier

    return ClassifierWithCategories(
        XGBClassifier(enable_categorical=True, random_state=seed, n_jobs=threads, verbosity=0)
    )


def cat_boost(seed, threads):
    """CatBoost out of the box, writing no files."""
    from catboost import CatBoostClassifier

    settings = {"allow_writing_files": False, "verbose": False}
    booster = CatBoostClassifier(random_seed=seed, thread_count=threads, **settings)
    return ClassifierWithCategories(booster, as_text=True)


def real_mlp(seed, threads):
    """RealMLP with its tuned defaults, for log loss as its documentation has it."""
    from pytabkit import RealMLP_TD_Classifier

    settings = {"val_metric_name": "cross_entropy", "use_ls": False, "device": "cpu"}
    network = RealMLP_TD_Classifier(random_state=seed, n_threads=threads, **settings)
    return ClassifierWithCategories(network, fill=True)


OPTIONAL = {
    "LightGBM": ("lightgbm", light_gbm),
    "XGBoost": ("xgboost", xgboost),
    "CatBoost": ("catboost", cat_boost),
    "RealMLP": ("pytabkit", real_mlp),
}


class ClassifierWithCategories(WithCategories):
    """A classifier that gets categories as such; classes are numbered, as XGBoost wants it."""

    def fit(self, X, y):
        """Fit the classifier to a DataFrame of shape (n, d) and n classes."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        return super().fit(X, codes)
