"""Cases for the fuzz: hostile tables and settings, drawn from one seed each."""

import re
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from helpers.hostile_features import Draw, draw_container, draw_features
from helpers.hostile_targets import LABELS, WEIGHTS, draw_codes, sparse_or_not
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
from skshallow._core.activations import ACTIVATIONS
from skshallow.solvers import LBFGS, SGD, SOLVERS, Adam


@dataclass
class Case:
    """An estimator, and what it is to learn from.

    Attributes
    ----------
    estimator : estimator
        Not fitted yet.
    method : {"fit", "partial_fit"}
        How it learns.
    chunks : list of dict
        Arguments of each call.
    X_new : ndarray or sparse array
        Samples to predict.
    traits : list of str
        What is hostile about it.
    mistake : str or None
        What the error says, where the last chunk cannot be learned from.
    """

    estimator: object
    method: str
    chunks: list
    X_new: object
    traits: list
    mistake: str | None = None

    def __str__(self):
        estimator = re.sub(r"\s+", " ", repr(self.estimator))
        return f"{estimator}.{self.method}: {', '.join(self.traits)}"


def draw_case(seed):
    """The case of a seed."""
    draw = Draw(seed)
    n_samples, n_features = _draw_shape(draw)
    dtype = draw.one_of(*(np.float64,) * 5, *(np.float32,) * 3, np.float16, np.int64, bool)
    draw.note(f"{n_samples} × {n_features} {np.dtype(dtype).name}")
    X = draw_features(draw, n_samples, n_features, dtype)
    codes = draw_codes(draw, n_samples, X)
    weights = draw.call(*WEIGHTS)(draw, n_samples)
    named = draw.call(*LABELS) if codes.ndim == 1 else sparse_or_not
    estimator, method = _draw_estimator(draw, n_samples, n_features, named(draw, codes))
    chunks = []
    for rows in _draw_chunks(draw, n_samples, estimator, method):
        chunk = {"X": draw_container(draw, X[rows]), "y": named(draw, codes[rows])}
        if weights is not None:
            chunk["sample_weight"] = weights[rows]
        if method == "partial_fit" and codes.ndim == 1:
            chunk["classes"] = np.unique(named(draw, codes))
        chunks.append(chunk)
    case = Case(estimator, method, chunks, _draw_new_rows(draw, X), draw.traits)
    if draw.chance(0.1):
        case.mistake = draw.call(*MISTAKES)(case, X)
    return case


def _draw_shape(draw):
    if draw.chance(0.005):
        return 10_001, 2
    n_samples = int(draw.one_of(1, 2, 3, 4, 5, 12, 12, 25, 25, 40))
    return n_samples, int(draw.one_of(1, 2, 3, 3, 5, 5, 30, 5000 if draw.chance(0.1) else 2))


def _draw_chunks(draw, n_samples, estimator, method):
    """Sample numbers of each call: all of them, or parts of a stream."""
    if method == "fit":
        warm = getattr(estimator, "warm_start", False)
        return [np.arange(n_samples)] * (draw.one_of(1, 2) if warm else 1)
    parts = np.array_split(draw.rng.permutation(n_samples), draw.one_of(1, 2, 4))
    return [part for part in parts if len(part)]


def _draw_new_rows(draw, X):
    """Samples that were learned from, and some far beyond these."""
    dtype = draw.one_of(np.float64, np.float64, np.float32)
    known = X[:10].astype(np.float64)
    limits = np.finfo(dtype)
    beyond = [-known[:1] * 1e10, known[-1:] * 1e150, np.zeros_like(known[:1])]
    beyond.append(draw.rng.choice([limits.min, limits.max], size=known[:1].shape))
    X = np.concatenate([known, *beyond]).clip(limits.min, limits.max).astype(dtype)
    return sparse.csr_array(X) if draw.chance(0.2) else X


def _draw_estimator(draw, n_samples, n_features, y):
    n_h = int(draw.one_of(1, 2, 5, 8))
    params = {
        "n_h": n_h,
        "activation": draw.one_of(*ACTIVATIONS),
        "solver": draw.one_of(
            "auto", *SOLVERS, *SOLVERS, LBFGS(memory=2), SGD(0.0), Adam(0.0, 0.0)
        ),
        "learning_rate": draw.one_of("auto", "auto", "auto", 1e-6, 1.0, 1e4, 1e150),
        "alpha": draw.one_of(0, 0, 1e-9, 1.0, 1.0, 1e6, 1e150),
        "batch_size": draw.one_of("auto", "auto", 1, 3, max(1, n_samples // 2)),
        "max_iter": int(draw.one_of(1, 2, 5, 5)),
        "tol": draw.one_of("auto", 0, 0, 1e-2),
        "n_iter_no_change": int(draw.one_of(1, 3)),
        "early_stopping": draw.chance(0.15),
        "validation_fraction": draw.one_of(0.1, 0.5, 0.9),
        "class_weight": draw.one_of(None, None, "balanced"),
        "standardize": draw.chance(0.7),
        "squash": draw.chance(0.7),
        "init": draw.one_of("auto", "auto", "small", _draw_init(draw, n_features, n_h, y)),
        "n_init": int(draw.one_of(1, 1, 3)),
        "shuffle": draw.chance(0.8),
        "random_state": int(draw.rng.integers(1000)),
    }
    if n_samples > 1000 and params["batch_size"] != "auto":
        params["batch_size"] = 2000
    if n_samples > 5 and draw.chance(0.03):
        params.update(alphas=[params.pop("alpha"), 1.0], n_init=1, cv=draw.one_of(None, 2, 3))
        return OneHiddenLayerClassifierCV(**params), "fit"
    classifier = OneHiddenLayerClassifier(**params, warm_start=draw.chance(0.4))
    if params["solver"] == "lbfgs" or isinstance(params["solver"], LBFGS) or draw.chance(0.7):
        return classifier, "fit"
    return classifier, "partial_fit"


def _draw_init(draw, n_features, n_h, y):
    """Initial weights of any size, in the shape that the classes take."""
    several = sparse.issparse(y) or np.shape(y)[1:] > (1,)
    n_classes = y.shape[1] if several else len(np.unique(y))
    n_outputs = 1 if n_classes == 2 and not several else n_classes
    shapes = (n_features, n_h), (n_h,), (n_h, n_outputs), (n_outputs,)
    size = draw.one_of(0.0, 1.0, 1e3, 1e100)
    return tuple(draw.rng.standard_normal(shape) * size for shape in shapes)


# Mistakes: each spoils the last chunk of a case, and says what the error must.


def nan_in_features(case, X):
    case.chunks[-1]["X"] = np.full_like(X, np.nan, dtype=float)[: _length(case)]
    return "^Input X contains NaN"


def infinite_feature(case, X):
    case.chunks[-1]["X"] = np.full_like(X, np.inf, dtype=float)[: _length(case)]
    return "^Input X contains infinity"


def too_few_labels(case, X):
    case.chunks[-1]["X"] = np.ones((_length(case) + 1, X.shape[1]))
    return "inconsistent numbers of samples"


def nan_among_labels(case, X):
    case.chunks[-1]["y"] = np.full(_length(case), np.nan)
    return "Input y contains NaN"


def continuous_labels(case, X):
    case.chunks[-1]["y"] = np.linspace(0.1, 0.2, _length(case))
    return "Unknown label type|holds the classes"


def negative_weight(case, X):
    case.chunks[-1]["sample_weight"] = np.full(_length(case), -1.0)
    return "^Negative values in sample_weight"


def infinite_weight(case, X):
    case.chunks[-1]["sample_weight"] = np.full(_length(case), np.inf)
    return "^Input sample_weight contains infinity"


def too_few_weights(case, X):
    case.chunks[-1]["sample_weight"] = np.ones(_length(case) + 1)
    return "^sample_weight must hold a weight for each"


def _length(case):
    """Samples of the last chunk."""
    y = case.chunks[-1]["y"]
    return y.shape[0] if hasattr(y, "shape") else len(y)


MISTAKES = (
    *(nan_in_features, infinite_feature, too_few_labels, nan_among_labels, continuous_labels),
    *(negative_weight, infinite_weight, too_few_weights),
)
