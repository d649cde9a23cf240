"""Which functions skl2onnx calls for which of our classes."""

from skl2onnx import update_registered_converter
from skl2onnx._parse import sklearn_parsers_map
from skl2onnx.operator_converters import grid_search_cv as search_converter
from skl2onnx.shape_calculators import grid_search_cv as search_shapes
from sklearn.model_selection import GridSearchCV

from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressor,
    OneHiddenLayerRegressorCV,
    StackedGridSearchCV,
)
from skshallow.onnx import _classifiers, _regressors


def register_all():
    """Register all converters with skl2onnx."""
    for classifier in (OneHiddenLayerClassifier, OneHiddenLayerClassifierCV):
        _register(classifier, _classifiers, options=_classifiers.OPTIONS)
    for regressor in (OneHiddenLayerRegressor, OneHiddenLayerRegressorCV):
        _register(regressor, _regressors)
    # The functions for GridSearchCV convert the best estimator, and pass the options on to it.
    update_registered_converter(
        StackedGridSearchCV,
        "SklearnGridSearchCV",
        search_shapes.convert_sklearn_grid_search_cv,
        search_converter.convert_sklearn_grid_search_cv,
        parser=sklearn_parsers_map[GridSearchCV],
        options="passthrough",
    )


def _register(cls, converters, **settings):
    name = f"Skshallow{cls.__name__}"
    functions = converters.declare_outputs, converters.convert
    update_registered_converter(cls, name, *functions, **settings)
