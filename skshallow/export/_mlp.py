"""A fitted network as scikit-learn's own MLP."""

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.validation import check_is_fitted

from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressor,
    OneHiddenLayerRegressorCV,
)
from skshallow._compat import EXPONENTIAL_MLP, tell_classes

CLASSIFIERS = OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
REGRESSORS = OneHiddenLayerRegressor, OneHiddenLayerRegressorCV
ACTIVATIONS = "identity", "logistic", "tanh", "relu"


def to_mlp(
    estimator: OneHiddenLayerClassifier
    | OneHiddenLayerClassifierCV
    | OneHiddenLayerRegressor
    | OneHiddenLayerRegressorCV,
) -> MLPClassifier | MLPRegressor | Pipeline:
    r"""Make a fitted MLPClassifier or MLPRegressor that predicts the same.

    Tools that convert, compile or explain MLPs then take our networks, too, and whoever loads one
    needs scikit-learn only.

    Parameters
    ----------
    estimator : OneHiddenLayerClassifier, OneHiddenLayerRegressor or the CV form of either
        Fitted, with the `activation` "identity", "logistic", "tanh" or "relu". Of a pipeline give
        ``pipeline[-1]``, of a search ``search.best_estimator_``.

    Returns
    -------
    mlp : MLPClassifier, MLPRegressor or Pipeline
        The MLP alone, if features are not squashed (``squash=False`` or ``standardize=False``).
        Else a pipeline of StandardScaler, arctan, sine and the MLP, which takes sparse samples only
        if `feature_center_` is 0, for scikit-learn does not center them. Weights are copies, in
        the type of `coefs_`; predictions are those of `estimator` but for rounding, and but for
        raw outputs that overflow.

    Raises
    ------
    TypeError
        If `estimator` is something else.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If no MLP predicts the same: because of the `activation`, of several quantiles, which we put
        in order, or, before scikit-learn 1.7, of the `loss` "poisson" or "gamma".

    See Also
    --------
    skshallow.onnx.register : Every activation and loss, in a format for other languages.

    Notes
    -----
    A distance d from the center of a feature, of reach r, is squashed to
    :math:`d / \sqrt{1 + (d/r)^2} = r \sin(\arctan(d/r))`. The StandardScaler holds centers as means
    and reaches as standard deviations; the factor r is one of the weights. Some tools that convert
    pipelines leave out the functions of such steps without a word, as hummingbird-ml 0.4.12 does:
    fit with ``squash=False`` for them.

    Training may go on from such an MLP, by `partial_fit` or, with ``warm_start=True``, by `fit`; in
    a pipeline it is ``pipeline[-1]``, trained on ``pipeline[:-1].transform(X)``. It trains as every
    MLP does, with default parameters that you may change, and by a loss that MLPRegressor has:
    "poisson" instead of "gamma", squared errors instead of all others. It takes its weights for
    initial ones: `n_iter_` and `t_` are 0, `loss_curve_` is empty, and there is no `loss_`.

    To fit a clone is to start anew: the StandardScaler of a pipeline then learns means and standard
    deviations, and it is these that become centers and reaches.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.export import to_mlp
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = OneHiddenLayerClassifier(8, random_state=0).fit(X, y)
    >>> pipeline = to_mlp(clf)
    >>> list(pipeline.named_steps)
    ['scale', 'arctan', 'sin', 'mlp']
    >>> bool(abs(pipeline.predict_proba(X) - clf.predict_proba(X)).max() < 1e-12)
    True

    Without squashing there is nothing to do before the MLP:

    >>> to_mlp(OneHiddenLayerClassifier(8, squash=False, random_state=0).fit(X, y))
    MLPClassifier(hidden_layer_sizes=(8,))
    """
    _check_type(estimator)
    check_is_fitted(estimator, "coefs_")
    _check_values(estimator)
    (W1, W2), (b1, b2) = estimator.coefs_, estimator.intercepts_
    steps = []
    if np.isfinite(estimator.feature_reach_).all():
        steps, W1, b1 = _squashing_steps(estimator, W1, b1)
    mlp = _untrained(estimator)
    mlp.coefs_, mlp.intercepts_ = [W1.copy(), W2.copy()], [b1.copy(), b2.copy()]
    first = steps[0][1] if steps else mlp
    mlp.n_features_in_ = first.n_features_in_ = estimator.n_features_in_
    if hasattr(estimator, "feature_names_in_"):
        first.feature_names_in_ = estimator.feature_names_in_.copy()
    return Pipeline([*steps, ("mlp", mlp)]) if steps else mlp


def _check_type(estimator):
    if not isinstance(estimator, CLASSIFIERS + REGRESSORS):
        names = ", ".join(one.__name__ for one in CLASSIFIERS + REGRESSORS)
        raise TypeError(
            f"estimator has to be one of {names}, not {type(estimator).__name__}. "
            "Of a pipeline give pipeline[-1], of a search search.best_estimator_."
        )


def _check_values(estimator):
    if estimator.activation_ not in ACTIVATIONS:
        raise ValueError(
            f"activation={estimator.activation_!r} is unknown to MLPClassifier and MLPRegressor; "
            f"they have {', '.join(map(repr, ACTIVATIONS))}."
        )
    if isinstance(estimator, CLASSIFIERS):
        return
    if estimator.out_activation_ == "exponential" and not EXPONENTIAL_MLP:
        raise ValueError(
            f"loss={estimator.loss!r} predicts an exponential function. MLPRegressor has that from "
            f"scikit-learn 1.7 on, and this is {sklearn.__version__}: take any loss but 'poisson' "
            "and 'gamma'."
        )
    if estimator.target_type_ == "continuous" and estimator.n_outputs_ > 1:
        raise ValueError(
            f"quantile={estimator.quantiles_.tolist()} predicts quantiles in ascending order. "
            "MLPRegressor cannot: take a single one."
        )


def _squashing_steps(estimator, W1, b1):
    """What squashes features before the MLP, and the weights of the hidden layer that then hold."""
    center, reach, W = map(np.float64, (estimator.feature_center_, estimator.feature_reach_, W1))
    # That of a constant feature is too small to divide by, and so is what it could contribute.
    varying = reach > np.finfo(W1.dtype).tiny
    scaler = StandardScaler(with_mean=bool(center.any()))
    scaler.mean_ = center.astype(W1.dtype) if scaler.with_mean else None
    scaler.scale_ = np.where(varying, reach, 1).astype(W1.dtype)
    steps = [
        ("scale", scaler),
        ("arctan", FunctionTransformer(np.arctan, feature_names_out="one-to-one")),
        ("sin", FunctionTransformer(np.sin, feature_names_out="one-to-one")),
    ]
    scaled = W * np.where(varying, reach, 0)[:, np.newaxis]
    return steps, scaled.astype(W1.dtype), (b1 + center @ W).astype(b1.dtype)


def _untrained(estimator):
    """An MLP of the shape of a network, without its weights, as before a first step of training."""
    settings = {"hidden_layer_sizes": (len(estimator.intercepts_[0]),)}
    settings["activation"] = estimator.activation_
    link = estimator.out_activation_
    if isinstance(estimator, CLASSIFIERS):
        mlp = MLPClassifier(**settings)
        several = estimator.target_type_ == "multilabel-indicator"
        classes = np.eye(estimator.n_outputs_, dtype=int) if several else estimator.classes_
        tell_classes(mlp, classes)
    elif link == "exponential":
        mlp, link = MLPRegressor(loss="poisson", **settings), "exp"
    else:
        mlp = MLPRegressor(**settings)
    mlp.out_activation_ = link
    mlp.n_layers_, mlp.n_outputs_ = 3, estimator.n_outputs_
    mlp.n_iter_, mlp.t_ = 0, 0
    mlp.loss_curve_, mlp.best_loss_ = [], np.inf
    mlp.validation_scores_, mlp.best_validation_score_ = None, None
    return mlp
