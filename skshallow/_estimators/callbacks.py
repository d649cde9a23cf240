"""What scikit-learn's callbacks are told of a fit."""

from functools import partial


def task_arguments(estimator, X=None, y=None, sample_weight=None):
    """What callbacks get with a task: the estimator, and the samples as the caller gave them."""
    metadata = None if sample_weight is None else {"sample_weight": sample_weight}
    return {"estimator": estimator, "X": X, "y": y, "metadata": metadata}


class EpochMonitor:
    """Monitors a training, and reports every epoch to scikit-learn's callbacks.

    Parameters
    ----------
    context, arguments : CallbackContext, dict
        The task that has the epochs, and the arguments of its callbacks.
    attributes : callable
        ``attributes(training)`` are those of an estimator that a training amounts to.
    """

    def __init__(self, context, arguments, attributes):
        self._context, self._task = context, arguments
        self._attributes = attributes
        self._epoch = None

    def begin(self):
        """Before an epoch."""
        self._epoch = self._context.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(**self._task)

    def end(self, training):
        """After an epoch; whether to stop."""
        reconstruction = partial(self._attributes, training)
        return self._epoch.call_on_fit_task_end(
            **self._task, reconstruction_attributes=reconstruction
        )
