"""Two transformers: imputing in double precision, and codes by targets of several classes."""

import numpy as np
from onnx import TensorProto
from skl2onnx.common.data_types import DoubleTensorType, StringTensorType
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import TargetEncoder

from skshallow.onnx._graph import Graph

# The versions of these operators that all supported versions of onnxruntime know.
MACHINE_LEARNING = {"op_domain": "ai.onnx.ml", "op_version": 1}
LABEL_ENCODER = {"op_domain": "ai.onnx.ml", "op_version": 2}


def converters():
    """What :func:`skshallow.onnx.preprocessing_converters` gives."""
    return {
        "custom_shape_calculators": {
            SimpleImputer: _shape_like_input,
            TargetEncoder: _shape_of_encoding,
        },
        "custom_conversion_functions": {SimpleImputer: _impute, TargetEncoder: _encode},
    }


def _shape_like_input(operator):
    [X], [imputed] = operator.inputs, operator.outputs
    imputed.type = type(X.type)(X.type.shape)


def _impute(scope, operator, container):
    """Add what replaces NaN by the medians. Text that is missing is the empty text already."""
    graph = Graph(scope, container, TensorProto.DOUBLE)
    [X], [imputed] = operator.inputs, operator.outputs
    if isinstance(X.type, StringTensorType):
        graph.node("Identity", X.full_name, output=imputed.full_name)
        return
    medians = graph.constant(operator.raw_operator.statistics_)
    missing = graph.node("IsNaN", X.full_name)
    graph.node("Where", missing, medians, X.full_name, output=imputed.full_name)


def _shape_of_encoding(operator):
    n_columns = len(operator.raw_operator.encodings_)
    operator.outputs[0].type = DoubleTensorType(
        [operator.inputs[0].get_first_dimension(), n_columns]
    )


def _encode(scope, operator, container):
    """Add what replaces each level by its encodings, and other text by the mean of the target."""
    graph, encoder = Graph(scope, container, TensorProto.DOUBLE), operator.raw_operator
    [X], [joined] = operator.inputs, operator.outputs
    means = np.atleast_1d(encoder.target_mean_)
    encoded = []
    for i, levels in enumerate(encoder.categories_):
        of_feature = encoder.encodings_[i * len(means) : (i + 1) * len(means)]
        table = graph.constant(np.vstack([np.column_stack(of_feature), means]))
        place = graph.constant([i], TensorProto.INT64)
        column = graph.node("ArrayFeatureExtractor", X.full_name, place, **MACHINE_LEARNING)
        codes = graph.node(
            "LabelEncoder",
            column,
            keys_strings=[str(level) for level in levels],
            values_int64s=list(range(len(levels))),
            default_int64=len(levels),
            **LABEL_ENCODER,
        )
        flat = graph.node("Reshape", codes, graph.constant([-1], TensorProto.INT64))
        encoded.append(graph.node("Gather", table, flat, axis=0))
    graph.node("Concat", *encoded, axis=1, output=joined.full_name)
