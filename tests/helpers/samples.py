"""Small data sets, the same every time."""

import numpy as np
from sklearn.datasets import make_blobs, make_classification, make_multilabel_classification


def draw_blobs(kind="binary", n_samples=60, n_features=4, *, cluster_std=6.0, seed=0):
    """Overlapping blobs of two classes, of three, or of two labels."""
    centers = 2 if kind == "binary" else 3
    X, y = make_blobs(
        n_samples, n_features, centers=centers, cluster_std=cluster_std, random_state=seed
    )
    return X, np.column_stack([y > 0, y > 1]).astype(int) if kind == "multilabel" else y


def draw_unscaled(kind="binary", n_samples=60, **settings):
    """Overlapping blobs whose features have very different means and standard deviations."""
    X, y = draw_blobs(kind, n_samples, **settings)
    return X * [1.0, 0.1, 10.0, 1.0] + [0.0, 1.0, -5.0, 0.0], y


def draw_halves(kind="binary", n_samples=60):
    """Unscaled blobs to train on, and as many to validate with, as arguments of ``fit``."""
    X, y = draw_unscaled(kind, 2 * n_samples)
    validation = {"X_val": X[n_samples:], "y_val": y[n_samples:]}
    return (X[:n_samples], y[:n_samples]), validation


def draw_samples(kind="binary", n_samples=90):
    """Samples of four features, and classes that are not quite told apart by them."""
    if kind == "multilabel":
        return make_multilabel_classification(n_samples, 4, n_classes=3, random_state=0)
    return make_classification(
        n_samples,
        4,
        n_informative=3,
        n_redundant=0,
        n_classes=2 if kind == "binary" else 3,
        n_clusters_per_class=1,
        flip_y=0.1,
        random_state=0,
    )


def draw_weighted():
    """Samples whose features have very different means and standard deviations, and weights."""
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((50, 4)) * [1, 10, 1e-3, 1e3] + [0, 5, 1, -1e4]
    return X, random_state.uniform(0, 2, 50)


def standardised(X, moments):
    """Squashed, and by the formula of the textbook."""
    distance = squashed(X, moments.center, moments.reach) - moments.center
    return (distance - moments.mean) / np.sqrt(moments.variance)


def squashed(X, center, reach):
    """By the formula of the documentation."""
    distance = X - center
    return center + distance / np.sqrt(1 + (distance / reach) ** 2)


def hidden_inputs(clf, X):
    """The inputs of a fitted classifier's hidden units, by the formula of its documentation."""
    return squashed(X, clf.feature_center_, clf.feature_reach_) @ clf.coefs_[0] + clf.intercepts_[0]


def read_only(array):
    """A copy that cannot be written to."""
    array = array.copy()
    array.setflags(write=False)
    return array
