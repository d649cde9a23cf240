"""Fitted networks and searches as ONNX models, through skl2onnx."""

from importlib import import_module
from typing import Any

__all__ = ["preprocessing_converters", "register"]


def register() -> None:
    r"""Register our classifiers, regressors and searches with skl2onnx, so that it converts them.

    After this call :func:`skl2onnx.to_onnx` converts fitted
    :class:`~skshallow.OneHiddenLayerClassifier`, :class:`~skshallow.OneHiddenLayerClassifierCV`,
    :class:`~skshallow.OneHiddenLayerRegressor`, :class:`~skshallow.OneHiddenLayerRegressorCV` and
    :class:`~skshallow.StackedGridSearchCV`, alone or inside pipelines, searches and other
    meta-estimators that skl2onnx knows. To call it twice does no harm.

    Raises
    ------
    ImportError
        If skl2onnx is missing.

    Notes
    -----
    For classifiers the options of :func:`~skl2onnx.to_onnx` are those of its other classifiers:

    ``zipmap``
        True, the default: probabilities as a list of dicts, one dict for each sample, with the
        classes as keys; always in single precision. "columns": one output for each class. False:
        one array of shape (n_samples, n_classes).
    ``raw_scores``
        True: raw outputs z (logits) instead of probabilities. For two classes these are −z and z,
        as with the linear classifiers of scikit-learn.
    ``nocl``
        True: the index of the predicted class instead of the class.
    ``output_class_labels``
        True: the classes as a third output; this needs ``zipmap=False``.

    A pipeline hands its options to its last step, except ``raw_scores``: this one takes the name of
    the step, as in ``options={"clf__raw_scores": True}``.

    For multilabel targets, the label output holds zeros and ones, of shape (n_samples, n_labels).

    Regressors have no options. Their one output, "variable", holds the predictions in columns: one
    for each target or quantile, and a single one, too, has shape (n_samples, 1).

    The ONNX model computes in double precision if its input is float64, and in single precision
    otherwise. Take float64 if the mean of a feature or of the target is far larger than its
    standard deviation: single precision, of seven digits, would lose most of what the feature
    tells, or round what is predicted, to a sixteenth for a mean of a million.

    Examples
    --------
    >>> import numpy as np
    >>> import onnxruntime
    >>> import skshallow.onnx
    >>> from skl2onnx import to_onnx
    >>> from sklearn.datasets import load_iris
    >>> from skshallow import OneHiddenLayerClassifier
    >>> skshallow.onnx.register()
    >>> X, y = load_iris(return_X_y=True)
    >>> X = X.astype(np.float32)
    >>> clf = OneHiddenLayerClassifier(random_state=0).fit(X, y)
    >>> model = to_onnx(clf, X[:1], options={"zipmap": False})
    >>> session = onnxruntime.InferenceSession(model.SerializeToString())
    >>> labels, probabilities = session.run(None, {"X": X})
    >>> bool((labels == clf.predict(X)).all())
    True
    >>> float(abs(probabilities - clf.predict_proba(X)).max()) < 1e-5
    True

    What a regressor predicts is a column:

    >>> from skshallow import OneHiddenLayerRegressor
    >>> reg = OneHiddenLayerRegressor(random_state=0).fit(X[:, :3], X[:, 3])
    >>> model = to_onnx(reg, X[:1, :3])
    >>> session = onnxruntime.InferenceSession(model.SerializeToString())
    >>> [predictions] = session.run(None, {"X": X[:, :3]})
    >>> float(abs(predictions[:, 0] - reg.predict(X[:, :3])).max()) < 1e-5
    True
    """
    _needs_skl2onnx("_converters").register_all()


def preprocessing_converters() -> dict[str, Any]:
    """Give skl2onnx what it needs to convert two transformers of scikit-learn in double precision.

    These are :class:`~sklearn.impute.SimpleImputer`, which onnxruntime computes in single
    precision only, so that numbers lose digits before they reach a network, and
    :class:`~sklearn.preprocessing.TargetEncoder`, which skl2onnx does not know for several classes.
    Numbers must be float64 where they come in. Text that is missing has to be empty text, for ONNX
    knows no missing text.

    Returns
    -------
    arguments : dict
        The arguments `custom_shape_calculators` and `custom_conversion_functions` of
        ``skl2onnx.convert_sklearn``.

    Raises
    ------
    ImportError
        If skl2onnx is missing.

    See Also
    --------
    register : Makes skl2onnx convert our estimators, which is done once.

    Examples
    --------
    >>> import numpy as np
    >>> import onnxruntime
    >>> import skshallow.onnx
    >>> from skl2onnx import convert_sklearn
    >>> from skl2onnx.common.data_types import DoubleTensorType
    >>> from sklearn.impute import SimpleImputer
    >>> from sklearn.pipeline import make_pipeline
    >>> from skshallow import OneHiddenLayerRegressor
    >>> skshallow.onnx.register()
    >>> X = np.linspace(0, 1, 40).reshape(20, 2)
    >>> X[3, 1] = np.nan
    >>> model = make_pipeline(
    ...     SimpleImputer(strategy="median"), OneHiddenLayerRegressor(random_state=0)
    ... ).fit(X, X[:, 0])
    >>> converted = convert_sklearn(
    ...     model,
    ...     initial_types=[("X", DoubleTensorType([None, 2]))],
    ...     **skshallow.onnx.preprocessing_converters(),
    ... )
    >>> session = onnxruntime.InferenceSession(converted.SerializeToString())
    >>> [predictions] = session.run(None, {"X": X})
    >>> float(abs(predictions[:, 0] - model.predict(X)).max()) < 1e-12
    True
    """
    return _needs_skl2onnx("_preprocessing").converters()


def _needs_skl2onnx(module):
    """A module of this package that imports skl2onnx; an ImportError says what to install."""
    try:
        return import_module(f"skshallow.onnx.{module}")
    except ImportError as error:
        raise ImportError(
            f'skshallow.onnx converts with skl2onnx: pip install "skshallow[onnx]" ({error})'
        ) from error
