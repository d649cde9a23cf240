"""What skl2onnx calls to convert our classifiers.

The shape function declares the types of the outputs, the converter adds the network to the graph.
"""

import numpy as np
from onnx import TensorProto
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from skl2onnx.common.utils_classifier import get_label_classes

from skshallow.onnx._graph import Graph
from skshallow.onnx._network import add_network, float_type

OPTIONS = {
    "zipmap": [True, False, "columns"],
    "raw_scores": [True, False],
    "nocl": [True, False],
    "output_class_labels": [True, False],
}


def declare_outputs(operator):
    """Declare labels and probabilities, of the types that the classes and options ask for."""
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
def convert(scope, operator, container):
    """Add the labels and probabilities of a fitted classifier to a graph."""
    classifier = operator.raw_operator
    (features,) = operator.inputs
    labels, probabilities = operator.outputs
    graph = Graph(scope, container, float_type(features))
    logits = add_network(graph, classifier, features.full_name)
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
    graph.cast(scores, float_type(probabilities), output=probabilities.full_name)


def _add_probabilities(graph, classifier, logits):
    if classifier.out_activation_ == "softmax":
        return graph.node("Softmax", logits, axis=1)
    return graph.node("Sigmoid", logits)


def _add_classes(graph, classes, type_):
    if isinstance(type_, StringTensorType):
        return graph.constant([name.encode() for name in classes], TensorProto.STRING)
    return graph.constant(classes.astype(np.int64), TensorProto.INT64)
