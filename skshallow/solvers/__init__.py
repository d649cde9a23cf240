"""Solvers: they move a stack of parameter vectors downhill, knowing nothing of networks.

To add one, write a subclass of :class:`Solver` and a line in :data:`SOLVERS`.
"""

from skshallow.solvers._adam import Adam
from skshallow.solvers._base import Solver
from skshallow.solvers._gradient_descent import SGD, GradientDescent
from skshallow.solvers._lbfgs import LBFGS
from skshallow.solvers._schedules import Cosine, ReduceOnPlateau, Schedule

SOLVERS: dict[str, type[Solver]] = {
    "gd": GradientDescent,
    "sgd": SGD,
    "adam": Adam,
    "lbfgs": LBFGS,
}

__all__ = [
    "LBFGS",
    "SGD",
    "SOLVERS",
    "Adam",
    "Cosine",
    "GradientDescent",
    "ReduceOnPlateau",
    "Schedule",
    "Solver",
]

# Pickles and other files name a class by the path that users import it from.
for _public in (LBFGS, SGD, Adam, GradientDescent, Solver, Schedule, Cosine, ReduceOnPlateau):
    _public.__module__ = __name__
