r"""Fitted classifiers as ONNX models, through skl2onnx: to import this module is all it takes.

:func:`skl2onnx.to_onnx` then converts :class:`~skshallow.OneHiddenLayerClassifier`,
:class:`~skshallow.OneHiddenLayerClassifierCV` and :class:`~skshallow.StackedGridSearchCV`, alone or
within pipelines, searches and whatever else skl2onnx knows. The options are those of its other
classifiers:

``zipmap``
    True, the default: probabilities as a list of dicts, a dict for each row, by class, in single
    precision always. "columns": an output for each class. False: one array of shape
    (n_samples, n_classes).
``raw_scores``
    True: logits in place of probabilities; for two classes −z and z, as scikit-learn's linear
    classifiers have it.
``nocl``
    True: class numbers in place of the classes.
``output_class_labels``
    True: the classes as a third output; needs ``zipmap=False``.

A pipeline passes them on to its last step, all but ``raw_scores``, which is given with the name of
that step, as in ``options={"clf__raw_scores": True}``.

The model computes in the type of its input: double precision for float64, else single. Of features
whose mean is far larger than their spread single precision sees little, so give those as float64.
For several labels at once, the label output holds zeros and ones of shape (n_samples, n_labels).

Raises
------
ImportError
    If skl2onnx is missing.

Examples
--------
>>> import numpy as np
>>> import onnxruntime
>>> import skshallow.onnx
>>> from skl2onnx import to_onnx
>>> from sklearn.datasets import load_iris
>>> from skshallow import OneHiddenLayerClassifier
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
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from sklearn.model_selection import GridSearchCV

from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV, StackedGridSearchCV
from skshallow.activations import LEAK

try:
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
except ImportError as error:
    raise ImportError(
        f'skshallow.onnx converts with skl2onnx: pip install "skshallow[onnx]" ({error})'
    ) from error

OPTIONS = {
    "zipmap": [True, False, "columns"],
    "raw_scores": [True, False],
    "nocl": [True, False],
    "output_class_labels": [True, False],
}


@dataclass(frozen=True)
class _Graph:
    """A graph that grows; whatever is added to it is referred to by name.

    Attributes
    ----------
    scope : skl2onnx.common._topology.Scope
        Knows which names are taken.
    container : skl2onnx.common._container.ModelComponentContainer
        Holds the nodes and constants.
    precision : int
        Floating point type of the computation, FLOAT or DOUBLE of onnx.TensorProto.
    """

    scope: object
    container: object
    precision: int

    def node(self, operator, *inputs, output=None, **attributes):
        """Add a node, and give the name of its output."""
        if output is None:
            output = self.scope.get_unique_variable_name(operator.lower())
        name = self.scope.get_unique_operator_name(operator)
        self.container.add_node(operator, list(inputs), output, name=name, **attributes)
        return output

    def constant(self, values, type_=None):
        """Add numbers, or an array of another type of onnx.TensorProto."""
        values = np.asarray(values)
        name = self.scope.get_unique_variable_name("constant")
        type_ = self.precision if type_ is None else type_
        self.container.add_initializer(name, type_, values.shape, values.ravel().tolist())
        return name

    def cast(self, values, type_, **output):
        """Add a change of type."""
        return self.node("Cast", values, to=type_, **output)


def _operator(name):
    """An activation that is one operator of ONNX."""
    return lambda graph, z: graph.node(name, z)


# onnxruntime has LeakyRelu (but for one version of it), Softplus, Erf and Gelu in single precision
# only, so these activations are put together from what it has in both.
def _leaky_relu(graph, z):
    return graph.node("Max", z, graph.node("Mul", z, graph.constant(LEAK)))


def _softplus(graph, z):
    # max(z, 0) + log(1 + exp(−|z|)), in which nothing overflows
    distance = graph.node("Neg", graph.node("Abs", z))
    rest = graph.node("Log", _one_plus_exp(graph, distance))
    return graph.node("Add", graph.node("Relu", z), rest)


def _silu(graph, z):
    # z / (1 + exp(−z)), where an overflow leads to the right 0. Of z·σ(z) older onnxruntimes
    # make one operator, which they lack in double precision.
    return graph.node("Div", z, _one_plus_exp(graph, graph.node("Neg", z)))


def _gelu(graph, z):
    # z·Φ(z) = z/2 · (1 + erf(z/√2)); erf alone is to seven digits in double precision, too.
    scaled = graph.node("Mul", z, graph.constant(sqrt(0.5)))
    erf = graph.node("Erf", graph.cast(scaled, TensorProto.FLOAT))
    twice = graph.node("Add", graph.cast(erf, graph.precision), graph.constant(1))
    return graph.node("Mul", graph.node("Mul", z, graph.constant(0.5)), twice)


def _one_plus_exp(graph, z):
    return graph.node("Add", graph.node("Exp", z), graph.constant(1))


# By the names in skshallow.activations: what adds an activation to a graph.
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


def _is_multilabel(classifier):
    return classifier.out_activation_ == "logistic" and classifier.n_outputs_ > 1


def _infer_types(operator):
    calculate_linear_classifier_output_shapes(operator)
    classifier = operator.raw_operator
    labels, probabilities = operator.outputs
    n_rows = operator.inputs[0].get_first_dimension()
    if _is_multilabel(classifier):
        labels.set_type(Int64TensorType([n_rows, classifier.n_outputs_]))
    if _is_zipped(probabilities, operator.scope_inst):
        probabilities.set_type(FloatTensorType(probabilities.type.shape))


def _is_zipped(variable, scope):
    """Whether it becomes a list of dicts: the operator for that takes single precision only."""
    zips = (other for other in scope.operators.values() if other.type == "SklearnZipMap")
    return any(variable is other for zip_ in zips for other in zip_.inputs)


# skl2onnx demands these names of parameters.
def _convert(scope, operator, container):
    classifier = operator.raw_operator
    (features,) = operator.inputs
    labels, probabilities = operator.outputs
    graph = _Graph(scope, container, _float_type(features))
    scores = _add_network(graph, classifier, features.full_name)
    if _is_multilabel(classifier):
        present = graph.node("Greater", scores, graph.constant(0))
        graph.cast(present, TensorProto.INT64, output=labels.full_name)
    else:
        if classifier.n_outputs_ == 1:
            scores = graph.node("Concat", graph.node("Neg", scores), scores, axis=1)
        # By logits, as in predict: probabilities may round to a tie.
        codes = graph.node("ArgMax", scores, axis=1, keepdims=0)
        classes = _add_classes(graph, get_label_classes(scope, classifier), labels.type)
        graph.node("Gather", classes, codes, output=labels.full_name)
    if not container.get_options(classifier, {"raw_scores": False})["raw_scores"]:
        softmax = classifier.out_activation_ == "softmax"
        scores = graph.node("Softmax", scores, axis=1) if softmax else graph.node("Sigmoid", scores)
    graph.cast(scores, _float_type(probabilities), output=probabilities.full_name)


def _float_type(variable):
    double = isinstance(variable.type, DoubleTensorType)
    return TensorProto.DOUBLE if double else TensorProto.FLOAT


def _add_network(graph, classifier, X):
    """Raw outputs of shape (n_samples, n_outputs)."""
    try:
        activate = ACTIVATIONS[classifier.activation_]
    except KeyError:
        raise NotImplementedError(
            f"activation={classifier.activation_!r} cannot be converted to ONNX, other than "
            f"{', '.join(map(repr, ACTIVATIONS))}."
        ) from None
    (W1, W2), (b1, b2) = classifier.coefs_, classifier.intercepts_
    X = graph.cast(X, graph.precision)
    z = graph.node("Gemm", X, graph.constant(W1), graph.constant(b1))
    return graph.node("Gemm", activate(graph, z), graph.constant(W2), graph.constant(b2))


def _add_classes(graph, classes, type_):
    if isinstance(type_, StringTensorType):
        return graph.constant([name.encode() for name in classes], TensorProto.STRING)
    return graph.constant(classes.astype(np.int64), TensorProto.INT64)


for _classifier in (OneHiddenLayerClassifier, OneHiddenLayerClassifierCV):
    update_registered_converter(
        _classifier,
        f"Skshallow{_classifier.__name__}",
        _infer_types,
        _convert,
        options=OPTIONS,
    )
# A search goes the way of GridSearchCV, which hands over to its best estimator, options included.
update_registered_converter(
    StackedGridSearchCV,
    "SklearnGridSearchCV",
    search_shapes.convert_sklearn_grid_search_cv,
    search_converter.convert_sklearn_grid_search_cv,
    parser=sklearn_parsers_map[GridSearchCV],
    options="passthrough",
)
