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
import pytest
from threadpoolctl import ThreadpoolController

from helpers.paths import PACKAGE

FOLDER = str(PACKAGE)
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
        if frame.f_code.co_filename.startswith(FOLDER):
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
        if path.startswith(FOLDER):
            yield path.removeprefix(FOLDER).lstrip("/\\"), frame.f_code.co_name
        frame = frame.f_back


@functools.cache
def _heads_of_blocks(path):
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    heads = [node for node in ast.walk(tree) if isinstance(node, ast.With | ast.Try)]
    return {line for node in heads for line in range(node.lineno, node.body[0].lineno)}


def broken_off(estimator, every, *samples, method="fit", offset=1, **params):
    """Break a call off at every so many lines; yield each time what is left, and where it was."""
    # The first call fills caches, so that it is a few lines longer.
    for _ in range(2):
        call = getattr(copy.deepcopy(estimator), method)
        with FaultAtLine() as fault:
            call(*samples, **params)
    before = surroundings()
    for number in range(offset, fault.count + 1, every):
        left, error = copy.deepcopy(estimator), (KeyboardInterrupt, MemoryError)[number % 2]()
        call = getattr(left, method)
        with FaultAtLine(number, error) as fault, pytest.raises(type(error)) as raised:
            call(*samples, **params)
        assert raised.value is error, fault.frames
        now = {key: value for key, value in surroundings().items() if value != before[key]}
        assert not now, fault.frames
        yield left, fault.frames


def raising(error):
    """A function that only raises."""

    def fail(*args, **kwargs):
        raise error

    return fail


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
