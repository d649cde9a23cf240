"""What all of our networks have in common in ONNX: features become raw outputs."""

import numpy as np
from onnx import TensorProto
from skl2onnx.common.data_types import DoubleTensorType

from skshallow.onnx._activations import ACTIVATIONS


def float_type(variable):
    """The floating point type of a variable, or single precision if it holds something else."""
    double = isinstance(variable.type, DoubleTensorType)
    return TensorProto.DOUBLE if double else TensorProto.FLOAT


def entry_for(attribute, value, table):
    """What a table has for the value of an attribute.

    Raises
    ------
    NotImplementedError
        If it has nothing; the message names what it has.
    """
    try:
        return table[value]
    except KeyError:
        raise NotImplementedError(
            f"{attribute}={value!r} cannot be converted to ONNX; these can: "
            f"{', '.join(map(repr, table))}."
        ) from None


def add_network(graph, estimator, X):
    """Add the raw outputs, of shape (n_samples, n_outputs)."""
    activate = entry_for("activation", estimator.activation_, ACTIVATIONS)
    (W1, W2), (b1, b2) = estimator.coefs_, estimator.intercepts_
    X = graph.cast(X, graph.precision)
    if np.isfinite(estimator.feature_reach_).all():
        X = _add_squashing(graph, estimator, X)
        # Weights may be of single precision, and the graph of double.
        b1 = b1 + estimator.feature_center_.astype(np.float64) @ W1.astype(np.float64)
    z = graph.node("Gemm", X, graph.constant(W1), graph.constant(b1))
    return graph.node("Gemm", activate(graph, z), graph.constant(W2), graph.constant(b2))


def _add_squashing(graph, estimator, X):
    """Add the squashed distances of features from their centers, d/√(1 + (d/r)²)."""
    reach = estimator.feature_reach_
    if graph.precision == TensorProto.FLOAT:
        # In double precision a reach may be smaller than all that single precision has.
        reach = np.maximum(reach, np.finfo(np.float32).tiny)
    reach = graph.constant(reach)
    distance = graph.node("Sub", X, graph.constant(estimator.feature_center_))
    # ±r/√(1 + (r/d)²) is the same, and does not overflow.
    inverse = graph.node("Div", reach, distance)
    square = graph.node("Add", graph.node("Mul", inverse, inverse), graph.constant(np.ones(1)))
    squashed = graph.node("Div", reach, graph.node("Sqrt", square))
    return graph.node("Mul", squashed, graph.node("Sign", distance))
