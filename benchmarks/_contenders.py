"""The classifiers that quality.py compares: each takes a table as it is and gives probabilities.

Networks and linear models get medians for what is missing, standardised numbers and one-hot codes;
ours standardise by themselves. Boosters get numbers and categories as they are. All have their
default settings but for what is said here, and as many threads as are asked for.
"""

from functools import partial
from importlib.util import find_spec

import numpy as np
from _tables import encoder
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import GridSearchCV, StratifiedShuffleSplit
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV

OURS, OURS_CV, BASELINE = "skshallow", "skshallow, CV", "MLPClassifier"
# Thousands of one-hot codes would fill the memory, and HistGradientBoosting takes 255 categories.
MOST_CODES, MOST_BINS = 100, 255
N_FOLDS = 5
HGB_GRID = {"learning_rate": [0.02, 0.05, 0.1], "max_leaf_nodes": [7, 31]}
MLP_GRID = {"alpha": [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]}
LARGE_MLP_GRID = {"hidden_layer_sizes": [(100,), (400,)], "learning_rate_init": [0.001, 0.003]}


def contenders(*, seed=0, threads=1, large=False):
    """All classifiers whose packages are installed.

    Parameters
    ----------
    seed : int
        Of every random number.
    threads : int
        For packages that do not ask OpenMP how many there are.
    large : bool
        Whether a search tries few candidates on one split instead of many on five folds.

    Returns
    -------
    makers : dict of str to callable
        Each makes an unfitted classifier.
    """
    split = StratifiedShuffleSplit(1, test_size=0.2, random_state=seed) if large else N_FOLDS
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
        "HistGradientBoosting": lambda: WithCategories(hist_gradient_boosting(seed), MOST_BINS),
        "HistGradientBoosting, tuned": lambda: WithCategories(
            searched(hist_gradient_boosting(seed), HGB_GRID, split), MOST_BINS
        ),
    }
    return listed | {
        name: partial(make, seed, threads)
        for name, (package, make) in OPTIONAL.items()
        if find_spec(package)
    }


def encoded(classifier, *scalers):
    """A classifier behind an imputer, scalers of numbers and one-hot codes of categories."""
    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), *scalers)
    return make_pipeline(encoder(numbers, MOST_CODES), classifier)


def scaled(classifier):
    """The same with standardised numbers."""
    return encoded(classifier, StandardScaler())


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

    return WithCategories(LGBMClassifier(random_state=seed, n_jobs=threads, verbose=-1))


def xgboost(seed, threads):
    """XGBoost out of the box."""
    from xgboost import XGBClassifier

    return WithCategories(
        XGBClassifier(enable_categorical=True, random_state=seed, n_jobs=threads, verbosity=0)
    )


def cat_boost(seed, threads):
    """CatBoost out of the box, writing no files."""
    from catboost import CatBoostClassifier

    settings = {"allow_writing_files": False, "verbose": False}
    booster = CatBoostClassifier(random_seed=seed, thread_count=threads, **settings)
    return WithCategories(booster, as_text=True)


def real_mlp(seed, threads):
    """RealMLP with its tuned defaults, for log loss as its documentation has it."""
    from pytabkit import RealMLP_TD_Classifier

    settings = {"val_metric_name": "cross_entropy", "use_ls": False, "device": "cpu"}
    network = RealMLP_TD_Classifier(random_state=seed, n_threads=threads, **settings)
    return WithCategories(network, fill=True)


OPTIONAL = {
    "LightGBM": ("lightgbm", light_gbm),
    "XGBoost": ("xgboost", xgboost),
    "CatBoost": ("catboost", cat_boost),
    "RealMLP": ("pytabkit", real_mlp),
}


class WithCategories:
    """A classifier that gets category columns as such, with the categories of the training samples.

    Columns and classes are numbered, as some packages take neither special characters nor gaps.

    Parameters
    ----------
    classifier : estimator
        Knows categories by their dtype, or by `cat_features` if they are text.
    most : int, optional
        How many categories a column may have; rarer ones count as missing.
    as_text : bool
        Whether categories are text, missing ones too, and the classifier is told where they are.
    fill : bool
        Whether missing numbers become medians.
    """

    def __init__(self, classifier, most=None, *, as_text=False, fill=False):
        self.classifier = classifier
        self.most = most
        self.as_text = as_text
        self.fill = fill

    def fit(self, X, y):
        """Fit the classifier to a DataFrame of shape (n, d) and n classes."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        X = _numbered(X)
        self._medians = X.select_dtypes("number").median()
        self._categories = {}
        for name in X.select_dtypes(exclude="number"):
            counts = _as_categories(X[name]).value_counts()
            self._categories[name] = list(counts[counts > 0].index[: self.most])
        told = {"cat_features": list(self._categories)} if self.as_text else {}
        self.classifier.fit(self._prepared(X), codes, **told)
        return self

    def predict_proba(self, X):
        """Probabilities of shape (n, K)."""
        return self.classifier.predict_proba(self._prepared(_numbered(X)))

    def _prepared(self, X):
        columns = {}
        for name, categories in self._categories.items():
            column = _as_categories(X[name]).cat.set_categories(categories)
            columns[name] = _as_text(column) if self.as_text else column
        X = X.assign(**columns)
        return X.fillna(self._medians) if self.fill else X


def _numbered(X):
    return X.set_axis([f"f{place}" for place in range(X.shape[1])], axis=1)


def _as_categories(column):
    return column.astype("category").cat.rename_categories(str)


def _as_text(column):
    return column.astype(object).where(column.notna(), "missing")
