"""An ONNX graph under construction."""

from dataclasses import dataclass

import numpy as np
from skl2onnx.common._apply_operation import apply_topk


@dataclass(frozen=True)
class Graph:
    """A graph to which nodes and constants are added. Each method returns the name of its output.

    Attributes
    ----------
    scope : skl2onnx.common._topology.Scope
        Gives unique names.
    container : skl2onnx.common._container.ModelComponentContainer
        Holds the nodes and constants.
    precision : int
        Floating point type of the computation, FLOAT or DOUBLE of onnx.TensorProto.
    """

    scope: object
    container: object
    precision: int

    def node(self, operator, *inputs, output=None, **attributes):
        """Add a node that applies an operator to its inputs, all given by name."""
        if output is None:
            output = self.scope.get_unique_variable_name(operator.lower())
        name = self.scope.get_unique_operator_name(operator)
        self.container.add_node(operator, list(inputs), output, name=name, **attributes)
        return output

    def constant(self, values, type_=None):
        """Add an array; `type_` is a type of onnx.TensorProto, None stands for `precision`."""
        values = np.asarray(values)
        name = self.scope.get_unique_variable_name("constant")
        type_ = self.precision if type_ is None else type_
        self.container.add_initializer(name, type_, values.shape, values.ravel().tolist())
        return name

    def cast(self, values, type_, **output):
        """Add a conversion to a type of onnx.TensorProto."""
        return self.node("Cast", values, to=type_, **output)

    def largest(self, values, n):
        """Add the n largest values of each row, in descending order."""
        found, places = map(self.scope.get_unique_variable_name, ("largest", "places"))
        apply_topk(self.scope, [values], [found, places], self.container, n)
        return found
