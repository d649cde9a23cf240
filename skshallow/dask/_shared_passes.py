"""Several trainings that share the passes over the partitions.

Each training runs in a thread of its own, by the loop and the solver that it has everywhere. Where
it asks for J it waits until all of the others have asked, too: then one pass answers all. A network
whose line search takes another step so costs no pass more than the next iteration of the others,
and all of them together need as many passes as the one that needs the most.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count, groupby
from typing import NamedTuple

import numpy as np

from skshallow._core.objective import NumpyObjective
from skshallow.dask import _partition


class Question(NamedTuple):
    """What a training waits for.

    Attributes
    ----------
    theta : ndarray of shape (K, n_params)
        Its networks.
    one : Sum
        The sum that it minimises.
    gradient : ndarray of shape (K, n_params) or None
        Where the gradient goes.
    """

    theta: np.ndarray
    one: object
    gradient: np.ndarray | None


class SharedPasses:
    """Answers all trainings at once.

    Parameters
    ----------
    cluster : Cluster
        Where the samples are.
    """

    def __init__(self, cluster):
        self._cluster = cluster
        self._changed = threading.Condition()
        self._questions, self._answers = {}, {}
        self._going, self._error = set(), None

    def run(self, trainings):
        """Run trainings side by side.

        Parameters
        ----------
        trainings : list of callable
            ``training(ask)`` trains, with ``ask(theta, one, gradient)`` for J, shape (K,).

        Returns
        -------
        results : list
            What the trainings return. An error of one is raised, once all have ended.
        """
        self._going = set(range(len(trainings)))
        with ThreadPoolExecutor(max(1, len(trainings))) as threads:
            futures = [threads.submit(self._train, *pair) for pair in enumerate(trainings)]
            while self._going:
                try:
                    self._answer()
                except BaseException as error:
                    # Whoever waits, or asks from now on, is told; all of them end by that.
                    self._end(error)
        if self._error is not None:
            # What trainings made of it is lost: there is no candidate without the others.
            for future in futures:
                with suppress(BaseException):
                    future.result()
            raise self._error
        return [future.result() for future in futures]

    def _train(self, number, training):
        try:
            return training(lambda *question: self._ask(number, Question(*question)))
        finally:
            with self._changed:
                self._going.discard(number)
                self._changed.notify_all()

    def _ask(self, number, question):
        with self._changed:
            self._questions[number] = question
            self._changed.notify_all()
            self._changed.wait_for(lambda: number in self._answers or self._error is not None)
            if self._error is not None:
                raise InterruptedError("The other trainings were broken off.") from self._error
            return self._answers.pop(number)

    def _end(self, error):
        with self._changed:
            self._error = self._error or error
            self._questions.clear()
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._going)

    def _answer(self):
        """Wait until all that are going have asked, and answer them."""
        with self._changed:
            self._changed.wait_for(lambda: self._questions.keys() >= self._going)
            questions = dict(sorted(self._questions.items()))
            self._questions.clear()
        if not questions:
            return
        # Networks of one sum are computed together.
        ordered = sorted(questions, key=lambda number: (questions[number].one.place, number))
        theta = np.concatenate([questions[number].theta for number in ordered])
        gradients = any(questions[number].gradient is not None for number in ordered)
        row, sums, rows_of = count(), [], {}
        for _, numbers in groupby(ordered, key=lambda number: questions[number].one.place):
            numbers = list(numbers)
            for number in numbers:
                rows_of[number] = [next(row) for _ in questions[number].theta]
            rows = tuple(one for number in numbers for one in rows_of[number])
            sums.append(replace(questions[numbers[0]].one, rows=rows))
        values = self._cluster.sum(_partition.values, theta, sums, gradients)
        answers = {}
        for number, rows in rows_of.items():
            if questions[number].gradient is not None:
                questions[number].gradient[...] = values[rows, 1:]
            answers[number] = values[rows, 0]
        with self._changed:
            self._answers.update(answers)
            self._changed.notify_all()


def objectives_by(ask, one):
    """What makes objectives that ask for their passes, for ``fit_stack``.

    Parameters
    ----------
    ask : callable
        As :meth:`SharedPasses.run` gives it.
    one : Sum
        What is asked for.
    """

    @contextmanager
    def objectives(network, n_networks, batch_size=None):
        def make(dataset, scaling, alpha, total):
            asked = _AskedSum(ask, one, len(dataset))
            return NumpyObjective.of(asked, network, alpha / total, dataset.X.dtype)

        yield make

    return objectives


class _AskedSum:
    """The weighted mean loss, as another training is told of it in the same pass."""

    def __init__(self, ask, one, n_samples):
        self.n_samples = n_samples
        self._ask, self._one = ask, one

    def value(self, theta, batch=None, gradient=None):
        return self._ask(theta, self._one, gradient)
