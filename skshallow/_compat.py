"""What the supported versions of scikit-learn do differently, and what it keeps to itself.

Names of scikit-learn that are not public are imported here and nowhere else.
"""

import warnings
from contextlib import nullcontext, suppress
from importlib import import_module
from inspect import signature
from typing import Any, NoReturn

import joblib
import numpy as np
import sklearn
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.base import _fit_context as fit_context
from sklearn.metrics import check_scoring, get_scorer, get_scorer_names, make_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import LabelBinarizer, TargetEncoder
from sklearn.utils._metadata_requests import MetadataRequest, MethodMetadataRequest
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import _safe_split as split_samples
from sklearn.utils.validation import _check_method_params as split_params

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
# From 1.7 on a search hands the weights of samples to its scorers, too.
WEIGHTED_SCORES = VERSION >= (1, 7)
# From 1.7 on MLPRegressor has the parameter `loss`, and may predict an exponential function.
EXPONENTIAL_MLP = VERSION >= (1, 7)

__all__ = [
    "EXPONENTIAL_MLP",
    "WEIGHTED_SCORES",
    "CallbackSupportMixin",
    "Interval",
    "MonitoredGridSearchCV",
    "StrOptions",
    "callbacks_of",
    "fit_context",
    "followers",
    "scorer_of_classes",
    "scores_with_weights",
    "split_params",
    "split_samples",
    "stored_by_searches",
    "target_encoder",
    "tell_classes",
]


class _NoContext:
    """Stands for a context where scikit-learn has no callbacks: its methods do nothing."""

    def subcontext(self, **details):
        return self

    def call_on_fit_task_begin(self, **details):
        return self

    def call_on_fit_task_end(self, **details):
        return False

    def propagate_callback_context(self, estimator):
        return nullcontext()


class _NoCallbacks:
    """Stands in for scikit-learn's mixin, and says from which version on there are callbacks."""

    def set_callbacks(self, *callbacks: object) -> NoReturn:
        """Raise a RuntimeError that names the version it takes."""
        raise RuntimeError(
            f"Callbacks need scikit-learn 1.9 or newer; this is {sklearn.__version__}."
        )

    def _init_callback_context(self, **details):
        return _NoContext()


_ProgressBar: Any = ()
try:
    CallbackSupportMixin: Any = import_module("sklearn.callback").CallbackSupportMixin
    _ProgressBar = import_module("sklearn.callback").ProgressBar
except ImportError:
    CallbackSupportMixin = _NoCallbacks

MonitoredGridSearchCV: Any = GridSearchCV
if not issubclass(GridSearchCV, CallbackSupportMixin):
    # It says from which version on it takes callbacks.
    MonitoredGridSearchCV = type(
        "MonitoredGridSearchCV", (CallbackSupportMixin, GridSearchCV), {"__module__": __name__}
    )


def callbacks_of(estimator):
    """The callbacks that were set on an estimator."""
    return getattr(estimator, "_skl_callbacks", [])


def followers(estimator):
    """Those callbacks of an estimator that may change what it does, as a progress bar does not."""
    return [one for one in callbacks_of(estimator) if not isinstance(one, _ProgressBar)]


class _BrokenOffError(Exception):
    pass


class _NeverFitted(ClassifierMixin, BaseEstimator):
    def fit(self, X, y, sample_weight=None):
        raise _BrokenOffError


def scores_with_weights(search):
    """Whether GridSearchCV would hand ``fit(..., sample_weight=...)`` to the scorers, too.

    It does so if at least one of them takes weights, and warns of those that do not. As nothing
    public tells which do, it is asked: by a search that is broken off before the first fit.

    Parameters
    ----------
    search : GridSearchCV or OneHiddenLayerClassifierCV
        The search; without `scoring` its estimator scores, and that takes weights.

    Returns
    -------
    forwarded : bool

    Warns
    -----
    UserWarning
        For each scorer that does not take weights.
    """
    if not WEIGHTED_SCORES or search.scoring is None:
        return WEIGHTED_SCORES
    asked = GridSearchCV(
        _NeverFitted(),
        {},
        scoring=search.scoring,
        refit=False,
        cv=[([0], [1])],
        error_score="raise",
    )
    with (
        warnings.catch_warnings(record=True) as answers,
        config_context(enable_metadata_routing=False),
        joblib.parallel_backend("sequential"),
        suppress(_BrokenOffError),
    ):
        warnings.simplefilter("always")
        asked.fit([[0], [1]], [0, 1], sample_weight=[1, 1])
    answers = [answer for answer in answers if answer.category is UserWarning]
    for answer in answers:
        message = str(answer.message).replace(repr(asked), repr(search))
        warnings.warn(message, answer.category, stacklevel=3)
    several = isinstance(search.scoring, list | tuple | set | dict)
    return len(answers) < (len(search.scoring) if several else 1)


def scorer_of_classes(scorer, classes):
    """A scorer that knows the classes, where samples to score lack one of them.

    Parameters
    ----------
    scorer : callable
        As ``sklearn.metrics.check_scoring`` gives it.
    classes : ndarray of shape (n_classes,)
        All classes.

    Returns
    -------
    scorer : callable
        Itself unless its metric judges more than predictions and has a parameter `labels`.
    """
    if not hasattr(scorer, "_score_func") or scorer._response_method == "predict":
        return scorer
    metric = scorer._score_func
    known = {"labels": classes} | ({"pos_label": classes[1]} if len(classes) == 2 else {})
    known = {name: known[name] for name in known if name in signature(metric).parameters}
    if "labels" not in known:
        return scorer
    settings = {"response_method": scorer._response_method, "greater_is_better": scorer._sign > 0}
    return make_scorer(metric, **settings, **(known | scorer._kwargs))


def stored_by_searches():
    """The classes and functions of scikit-learn that a search may store with its scorer.

    Returns
    -------
    stored : set of type and function
        Scorers, the metrics behind the names that `scoring` takes, and requests of metadata.
    """
    default = check_scoring(_NeverFitted())
    scorers = [get_scorer(name) for name in get_scorer_names()]
    metrics = {scorer._score_func for scorer in scorers}
    return {MetadataRequest, MethodMetadataRequest} | set(map(type, [default, *scorers])) | metrics


def tell_classes(mlp, classes):
    """Tell an MLPClassifier that was given its weights which classes its outputs stand for.

    Parameters
    ----------
    mlp : MLPClassifier
        Changed in place.
    classes : ndarray of shape (n_classes,) or (n_labels, n_labels)
        The classes, or zeros and ones for several labels.
    """
    # As many targets as classes would make it doubt that these are classes.
    mlp._label_binarizer = LabelBinarizer().fit(np.repeat(classes, 2, axis=0))
    mlp.classes_ = mlp._label_binarizer.classes_


def target_encoder(target_type, splitter):
    """A TargetEncoder whose own codes of the training samples come from these splits.

    Parameters
    ----------
    target_type : {"binary", "multiclass", "continuous"}
        What the targets are.
    splitter : KFold or StratifiedKFold
        A shuffling one. Before scikit-learn 1.9 the encoder takes no splitter, but splits alike.
    """
    if VERSION >= (1, 9):
        return TargetEncoder(target_type=target_type, cv=splitter)
    settings = {"cv": splitter.get_n_splits(), "random_state": splitter.random_state}
    return TargetEncoder(target_type=target_type, **settings)
