"""What skl2onnx calls to convert our classifiers.

The shape function declares the types of the outputs, the converter adds the network to the graph.
"""

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx._parse import sklearn_parsers_map
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from skl2onnx.common.utils_classifier import get_label_classes
from skl2onnx.operator_converters import grid_search_cv as search_converter
from skl2onnx.shape_calculators import grid_search_cv as search_shapes
from sklearn.model_selection import GridSearchCV

from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV, StackedGridSearchCV
from skshallow.onnx._activations import ACTIVATIONS
from skshallow.onnx._graph import Graph

OPTIONS = {
    "zipmap": [True, False, "columns"],
    "raw_scores": [True, False],
    "nocl": [True, False],
    "output_class_labels": [True, False],
}


def register_all():
    """Register all converters with skl2onnx."""
    for classifier in (OneHiddenLayerClassifier, OneHiddenLayerClassifierCV):
        update_registered_converter(
            classifier,
            f"Skshallow{classifier.__name__}",
            _declare_outputs,
            _convert,
            options=OPTIONS,
        )
    # The functions for GridSearchCV convert the best estimator, and pass the options on to it.
    update_registered_converter(
        StackedGridSearchCV,
        "SklearnGridSearchCV",
        search_shapes.convert_sklearn_grid_search_cv,
        search_converter.convert_sklearn_grid_search_cv,
        parser=sklearn_parsers_map[GridSearchCV],
        options="passthrough",
    )


def _declare_outputs(operator):
    calculate_linear_classifier_output_shapes(operator)
    classifier = operator.raw_operator
    labels, probabilities = operator.outputs
    n_samples = operator.inputs[0].get_first_dimension()
    if _is_multilabel(classifier):
        labels.set_type(Int64TensorType([n_samples, classifier.n_outputs_]))
    if _is_zipped(probabilities, operator.scope_inst):
        probabilities.set_type(FloatTensorType(probabilities.type.shape))


def _is_multilabel(classifier):
    return classifier.target_type_ == "multilabel-indicator"


def _is_zipped(variable, scope):
    """Whether a variable becomes a list of dicts: the operator for it has single precision only."""
    zips = (other for other in scope.operators.values() if other.type == "SklearnZipMap")
    return any(variable is other for zip_ in zips for other in zip_.inputs)


# skl2onnx demands these names of parameters.
def _convert(scope, operator, container):
    classifier = operator.raw_operator
    (features,) = operator.inputs
    labels, probabilities = operator.outputs
    graph = Graph(scope, container, _float_type(features))
    logits = _add_network(graph, classifier, features.full_name)
    if _is_multilabel(classifier):
        present = graph.node("Greater", logits, graph.constant(0))
        graph.cast(present, TensorProto.INT64, output=labels.full_name)
    else:
        if classifier.n_outputs_ == 1:
            logits = graph.node("Concat", graph.node("Neg", logits), logits, axis=1)
        # From the logits, as predict does: probabilities may round to a tie.
        codes = graph.node("ArgMax", logits, axis=1, keepdims=0)
        classes = _add_classes(graph, get_label_classes(scope, classifier), labels.type)
        graph.node("Gather", classes, codes, output=labels.full_name)
    scores = logits
    if not container.get_options(classifier, {"raw_scores": False})["raw_scores"]:
        scores = _add_probabilities(graph, classifier, logits)
    graph.cast(scores, _float_type(probabilities), output=probabilities.full_name)


def _float_type(variable):
    double = isinstance(variable.type, DoubleTensorType)
    return TensorProto.DOUBLE if double else TensorProto.FLOAT


def _add_network(graph, classifier, X):
    """Add the raw outputs, of shape (n_samples, n_outputs)."""
    try:
        activate = ACTIVATIONS[classifier.activation_]
    except KeyError:
        raise NotImplementedError(
            f"activation={classifier.activation_!r} cannot be converted to ONNX; these can: "
            f"{', '.join(map(repr, ACTIVATIONS))}."
        ) from None
    (W1, W2), (b1, b2) = classifier.coefs_, classifier.intercepts_
    X = graph.cast(X, graph.precision)
    if np.isfinite(classifier.feature_reach_).all():
        X = _add_squashing(graph, classifier, X)
        b1 = b1 + classifier.feature_center_ @ W1
    z = graph.node("Gemm", X, graph.constant(W1), graph.constant(b1))
    return graph.node("Gemm", activate(graph, z), graph.constant(W2), graph.constant(b2))


def _add_squashing(graph, classifier, X):
    """Add the squashed distances of features from their centers, d/√(1 + (d/r)²)."""
    reach = classifier.feature_reach_
    if graph.precision == TensorProto.FLOAT:
        # In double precision a reach may be smaller than all that single precision has.
        reach = np.maximum(reach, np.finfo(np.float32).tiny)
    reach = graph.constant(reach)
    distance = graph.node("Sub", X, graph.constant(classifier.feature_center_))
    # ±r/√(1 + (r/d)²) is the same, and does not overflow.
    inverse = graph.node("Div", reach, distance)
    square = graph.node("Add", graph.node("Mul", inverse, inverse), graph.constant(np.ones(1)))
    squashed = graph.node("Div", reach, graph.node("Sqrt", square))
    return graph.node("Mul", squashed, graph.node("Sign", distance))


def _add_probabilities(graph, classifier, logits):
    if classifier.out_activation_ == "softmax":
        return graph.node("Softmax", logits, axis=1)
    return graph.node("Sigmoid", logits)


def _add_classes(graph, classes, type_):
    if isinstance(type_, StringTensorType):
        return graph.constant([name.encode() for name in classes], TensorProto.STRING)
    return graph.constant(classes.astype(np.int64), TensorProto.INT64)
