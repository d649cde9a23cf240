"""What skl2onnx calls to convert our regressors.

The shape function declares the type of the output, the converter adds the network to the graph.
"""

import numpy as np
from onnx import TensorProto
from skl2onnx.common.shape_calculator import calculate_linear_regressor_output_shapes

from skshallow.onnx._graph import Graph
from skshallow.onnx._network import add_network, entry_for, float_type


def declare_outputs(operator):
    """Say that there is a column for each output, of which a single one is a column, too."""
    calculate_linear_regressor_output_shapes(operator)
    [predictions], n_outputs = operator.outputs, operator.raw_operator.n_outputs_
    predictions.type.shape = [operator.inputs[0].get_first_dimension(), n_outputs]


# skl2onnx demands these names of parameters.
def convert(scope, operator, container):
    """Add the predictions of a fitted regressor to a graph."""
    regressor = operator.raw_operator
    [features], [predictions] = operator.inputs, operator.outputs
    graph = Graph(scope, container, float_type(features))
    add_link = entry_for("out_activation_", regressor.out_activation_, LINKS)
    numbers = add_link(graph, add_network(graph, regressor, features.full_name))
    if _predicts_several_quantiles(regressor):
        numbers = _sort_columns(graph, numbers, regressor.n_outputs_)
    graph.cast(numbers, float_type(predictions), output=predictions.full_name)


def _predicts_several_quantiles(regressor):
    several = regressor.quantiles_ is not None and regressor.n_outputs_ > 1
    return several and regressor.target_type_ == "continuous"


def _sort_columns(graph, numbers, n_columns):
    # The largest come first, in all versions of the operator.
    negative = graph.largest(graph.node("Neg", numbers), n_columns)
    return graph.node("Neg", negative)


def _exponential(graph, raw):
    limits = np.finfo(np.float64 if graph.precision == TensorProto.DOUBLE else np.float32)
    raw = graph.node("Max", raw, graph.constant(np.log(limits.tiny)))
    return graph.node("Exp", graph.node("Min", raw, graph.constant(np.log(limits.max / 2))))


# For each link of numbers, what adds it to a graph.
LINKS = {
    "identity": lambda graph, raw: raw,
    "exponential": _exponential,
}
