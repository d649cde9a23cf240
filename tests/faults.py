"""Faults on purpose: an exception at any line of the package, and what must be left after it."""

import ast
import copy
import functools
import locale
import pickle
import sys
import warnings
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

import skshallow
from skshallow.solvers import SOLVERS

PACKAGE = str(Path(skshallow.__file__).parent)
BLAS = ThreadpoolController().select(user_api="blas")


class FaultAtLine:
    """Within this context `error` is raised before the line of the package that is run as n-th.

    An interruption arrives in the same way, between two steps of Python. It never arrives on
    entering a ``try`` block, nor just before a context is left, so their heads are not counted.

    Parameters
    ----------
    number : int
        Which line, from 1; 0 only counts.
    error : BaseException
        What to raise.

    Attributes
    ----------
    count : int
        How many lines were run.
    frames : list of (file, function)
        Where it was raised, innermost first.
    """

    def __init__(self, number=0, error=None):
        self.number, self.error = number, error
        self.count, self.frames = 0, []

    def __enter__(self):
        self._former = sys.gettrace()
        sys.settrace(self._enter_function)
        return self

    def __exit__(self, *error):
        sys.settrace(self._former)

    def _enter_function(self, frame, event, arg):
        if frame.f_code.co_filename.startswith(PACKAGE):
            return self._run_line
        return None

    def _run_line(self, frame, event, arg):
        path = frame.f_code.co_filename
        if event != "line" or frame.f_lineno in _heads_of_blocks(path):
            return self._run_line
        self.count += 1
        if self.count == self.number:
            sys.settrace(self._former)
            self.frames = list(_frames(frame))
            raise self.error
        return self._run_line


def _frames(frame):
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(PACKAGE):
            yield path.removeprefix(PACKAGE).lstrip("/\\"), frame.f_code.co_name
        frame = frame.f_back


@functools.cache
def _heads_of_blocks(path):
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    heads = [node for node in ast.walk(tree) if isinstance(node, ast.With | ast.Try)]
    return {line for node in heads for line in range(node.lineno, node.body[0].lineno)}


def recording(solver):
    """A solver that notes, in a list, the weights before each iteration and after the last."""
    seen = []

    class Recording(SOLVERS[solver]):
        def iterate(self, objective, theta, state, batches):
            seen[-1:] = [theta.copy()]
            losses = super().iterate(objective, theta, state, batches)
            seen.append(theta.copy())
            return losses

    return Recording(), seen


def fingerprint(estimator):
    """What tells two states of an estimator apart: every attribute, bit for bit."""
    # A copy, in which nothing shares memory that did not in another copy.
    return pickle.dumps(vars(copy.deepcopy(estimator)))


def surroundings():
    """What belongs to the whole process, and so must be as before after every call."""
    return {
        "random state": pickle.dumps(np.random.get_state()),  # noqa: NPY002
        # scikit-learn's workers leave patterns compiled that were not, which means the same.
        "warnings": [
            [getattr(part, "pattern", part) for part in entry] for entry in warnings.filters
        ],
        "floating-point errors": np.geterr(),
        "printing": np.get_printoptions(),
        "threads of BLAS": [library["num_threads"] for library in BLAS.info()],
        "streams": (id(sys.stdout), id(sys.stderr)),
        "locale": locale.setlocale(locale.LC_ALL),
    }
