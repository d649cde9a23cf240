"""The activation functions as ONNX operators.

Of LeakyRelu (in one of its versions), Softplus, Erf and Gelu, onnxruntime has single precision
only. The activations that need them are built from operators that it has in both precisions.
"""

from math import sqrt

from onnx import TensorProto

from skshallow._core.activations import LEAK


def _operator(name):
    """Return an activation that is a single operator of ONNX."""
    return lambda graph, z: graph.node(name, z)


def _leaky_relu(graph, z):
    return graph.node("Max", z, graph.node("Mul", z, graph.constant(LEAK)))


def _softplus(graph, z):
    # max(z, 0) + log(1 + exp(−|z|)), in which nothing overflows
    minus_abs = graph.node("Neg", graph.node("Abs", z))
    rest = graph.node("Log", _one_plus_exp(graph, minus_abs))
    return graph.node("Add", graph.node("Relu", z), rest)


def _silu(graph, z):
    # z / (1 + exp(−z)): where exp overflows, the result is 0, which is right. Old versions of
    # onnxruntime turn z·σ(z) into one operator that has single precision only.
    return graph.node("Div", z, _one_plus_exp(graph, graph.node("Neg", z)))


def _gelu(graph, z):
    # z·Φ(z) = z/2 · (1 + erf(z/√2)). In double precision, too, erf alone has but seven digits.
    scaled = graph.node("Mul", z, graph.constant(sqrt(0.5)))
    erf = graph.node("Erf", graph.cast(scaled, TensorProto.FLOAT))
    twice = graph.node("Add", graph.cast(erf, graph.precision), graph.constant(1))
    return graph.node("Mul", graph.node("Mul", z, graph.constant(0.5)), twice)


def _one_plus_exp(graph, z):
    return graph.node("Add", graph.node("Exp", z), graph.constant(1))


# For each activation, what adds it to a graph.
ACTIVATIONS = {
    "identity": _operator("Identity"),
    "logistic": _operator("Sigmoid"),
    "tanh": _operator("Tanh"),
    "relu": _operator("Relu"),
    "leaky_relu": _leaky_relu,
    "softplus": _softplus,
    "silu": _silu,
    "gelu": _gelu,
}
