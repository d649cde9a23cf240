"""What scikit-learn's callbacks are told of a fit: its tasks, one within the other."""


class FitTask:
    """A task of fitting an estimator: the whole fit, an epoch of it, a unit of a search.

    Parameters
    ----------
    context : sklearn.callback.CallbackContext
        Its place in the tree of tasks; see :meth:`of` for the root.
    estimator : estimator
        Whose task it is.

    Attributes
    ----------
    rows : tuple of X, y and sample_weight
        As the caller gave them, once it has begun.
    """

    def __init__(self, context, estimator):
        self.context = context
        self.estimator = estimator
        self.rows = ()

    @classmethod
    def of(cls, estimator, max_subtasks):
        """The whole fit of an estimator, which consists of so many tasks at most."""
        return cls(estimator._init_callback_context(max_subtasks=max_subtasks), estimator)

    def part(self, name, max_subtasks=0):
        """The next of the tasks that this one consists of."""
        return FitTask(
            self.context.subcontext(task_name=name, max_subtasks=max_subtasks), self.estimator
        )

    def begin(self, X=None, y=None, sample_weight=None):
        """Say that it begins, with the caller's own rows, and return it."""
        self.rows = X, y, sample_weight
        self.context.call_on_fit_task_begin(estimator=self.estimator, **self._told())
        return self

    def end(self, attributes=None):
        """Say that it is over; whether a callback asks to stop.

        Parameters
        ----------
        attributes : callable, optional
            Gives the fitted attributes that stopping now would leave; called only if a callback
            wants the fitted estimator.

        Returns
        -------
        stop : bool
        """
        return self.context.call_on_fit_task_end(
            estimator=self.estimator, **self._told(), reconstruction_attributes=attributes
        )

    def _told(self):
        X, y, sample_weight = self.rows
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        return {"X": X, "y": y, "metadata": metadata}


class Epochs:
    """Watches a training, and reports every epoch as a task.

    Parameters
    ----------
    task : FitTask
        What the epochs are part of; it has begun.
    attributes : callable
        ``attributes(training)`` gives the fitted attributes that stopping now would leave.
    """

    def __init__(self, task, attributes):
        self._task = task
        self._attributes = attributes
        self._epoch = None

    def begin(self):
        """Before an epoch."""
        self._epoch = self._task.part("epoch").begin(*self._task.rows)

    def end(self, training):
        """After an epoch; whether to stop."""
        return self._epoch.end(lambda: self._attributes(training))
