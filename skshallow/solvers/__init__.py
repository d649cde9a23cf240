"""Solvers: they move a stack of parameter vectors downhill, knowing nothing of networks.

To add one, write a subclass of :class:`~skshallow.solvers.base.Solver` and a line in
:data:`SOLVERS`.
"""

from skshallow.solvers.adam import Adam
from skshallow.solvers.base import Solver
from skshallow.solvers.gradient_descent import SGD, GradientDescent
from skshallow.solvers.lbfgs import LBFGS

SOLVERS = {
    "gd": GradientDescent,
    "sgd": SGD,
    "adam": Adam,
    "lbfgs": LBFGS,
}

__all__ = ["LBFGS", "SGD", "SOLVERS", "Adam", "GradientDescent", "Solver"]
