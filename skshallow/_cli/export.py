"""Saved pipelines as ONNX models.

skl2onnx converts most of a pipeline. Two of its parts are converted here: onnxruntime imputes in
single precision only, and skl2onnx knows no encodings by a target of several classes.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, StringTensorType
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import TargetEncoder

import skshallow.onnx

# The versions of these operators that all supported versions of onnxruntime know.
MACHINE_LEARNING = {"op_domain": "ai.onnx.ml", "op_version": 1}
LABEL_ENCODER = {"op_domain": "ai.onnx.ml", "op_version": 2}


def to_onnx(model, texts):
    """Turn a saved pipeline into an ONNX model.

    Parameters
    ----------
    model : Model
        The model.
    texts : collection of str
        Which of its features are text.

    Returns
    -------
    content : bytes
        The content of an ONNX file. It computes in double precision.
    inputs : dict of str to str
        The input for each feature.
    """
    skshallow.onnx.register()
    names = list(model.pipeline.feature_names_in_)
    types = [
        (name, StringTensorType([None, 1]) if name in texts else DoubleTensorType([None, 1]))
        for name in names
    ]
    options = {"zipmap": False} if model.task == "classification" else {}
    with warnings.catch_warnings():
        # skl2onnx warns of what comes with newer versions of its own packages.
        warnings.simplefilter("ignore")
        converted = convert_sklearn(
            model.pipeline,
            initial_types=types,
            options={id(model.pipeline): options},
            custom_shape_calculators={
                SimpleImputer: _shape_like_input,
                TargetEncoder: _shape_of_encoding,
            },
            custom_conversion_functions={SimpleImputer: _impute, TargetEncoder: _encode},
        )
    inputs = [node.name for node in converted.graph.input]
    return converted.SerializeToString(), dict(zip(names, inputs, strict=True))


def _shape_like_input(operator):
    [X], [imputed] = operator.inputs, operator.outputs
    imputed.type = type(X.type)(X.type.shape)


def _impute(scope, operator, container):
    """Add what replaces NaN by the medians. Text that is missing is the empty text already."""
    graph = Graph(scope, container)
    [X], [imputed] = operator.inputs, operator.outputs
    if isinstance(X.type, StringTensorType):
        graph.node("Identity", X.full_name, output=imputed.full_name)
        return
    medians = graph.constant(operator.raw_operator.statistics_, TensorProto.DOUBLE)
    missing = graph.node("IsNaN", X.full_name)
    graph.node("Where", missing, medians, X.full_name, output=imputed.full_name)


def _shape_of_encoding(operator):
    n_columns = len(operator.raw_operator.encodings_)
    operator.outputs[0].type = DoubleTensorType(
        [operator.inputs[0].get_first_dimension(), n_columns]
    )


def _encode(scope, operator, container):
    """Add what replaces each level by its encodings, and other text by the mean of the target."""
    graph, encoder = Graph(scope, container), operator.raw_operator
    [X], [joined] = operator.inputs, operator.outputs
    means = np.atleast_1d(encoder.target_mean_)
    encoded = []
    for i, levels in enumerate(encoder.categories_):
        of_feature = encoder.encodings_[i * len(means) : (i + 1) * len(means)]
        table = graph.constant(np.vstack([np.column_stack(of_feature), means]), TensorProto.DOUBLE)
        place = graph.constant(np.array([i]), TensorProto.INT64)
        column = graph.node("ArrayFeatureExtractor", X.full_name, place, **MACHINE_LEARNING)
        codes = graph.node(
            "LabelEncoder",
            column,
            keys_strings=[str(level) for level in levels],
            values_int64s=list(range(len(levels))),
            default_int64=len(levels),
            **LABEL_ENCODER,
        )
        flat = graph.node("Reshape", codes, graph.constant(np.array([-1]), TensorProto.INT64))
        encoded.append(graph.node("Gather", table, flat, axis=0))
    graph.node("Concat", *encoded, axis=1, output=joined.full_name)


@dataclass(frozen=True)
class Graph:
    """A graph to which nodes and constants are added. Each method returns the name of its output.

    Attributes
    ----------
    scope : object
        Gives unique names.
    container : object
        Holds the nodes and constants.
    """

    scope: object
    container: object

    def node(self, operator, *inputs, output=None, **attributes):
        """Add a node that applies an operator to its inputs, all given by name."""
        output = output or self.scope.get_unique_variable_name(operator.lower())
        name = self.scope.get_unique_operator_name(operator)
        self.container.add_node(operator, list(inputs), output, name=name, **attributes)
        return output

    def constant(self, values, type_):
        """Add an array of a type of onnx.TensorProto."""
        name = self.scope.get_unique_variable_name("constant")
        self.container.add_initializer(name, type_, values.shape, values.ravel().tolist())
        return name
