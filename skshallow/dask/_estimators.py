"""What both estimators on a cluster have in common: their fit, and the way to the plain one."""

from __future__ import annotations

import copy
from importlib import import_module
from numbers import Integral, Real
from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skshallow._compat import CallbackSupportMixin, Interval, StrOptions, fit_context
from skshallow._estimators.callbacks import task_arguments
from skshallow._estimators.fitting import all_or_nothing, conclude
from skshallow._estimators.typing import keeps_signature

# Parameters that only estimators on a cluster have.
OF_CLUSTER = {"client", "timeout", "n_replicas", "local_steps"}


def needs_dask(module):
    """A module of this package that imports Dask.

    Raises
    ------
    ImportError
        If Dask is missing, with what to install.
    """
    try:
        return import_module(f"skshallow.dask.{module}")
    except ImportError as error:
        raise ImportError(
            f'skshallow.dask trains with dask.distributed: pip install "skshallow[dask]" ({error})'
        ) from error


def constraints_of(constraints):
    """What the parameters may be, given those of the plain estimator."""
    return {
        **constraints,
        "n_replicas": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "local_steps": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "client": "no_validation",
        "timeout": [Interval(Real, 0, None, closed="neither"), None],
    }


class DaskMixin(CallbackSupportMixin):
    """Lets an estimator fit on a cluster.

    Attributes
    ----------
    local_class : type
        Of the plain estimator.
    """

    local_class: ClassVar[type[BaseEstimator]]

    @keeps_signature(fit_context(prefer_skip_nested_validation=True))
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on collections whose partitions stay where they are, on workers.

        An earlier fit is kept if this call fails. If it is interrupted (Ctrl-C), or the cluster
        fails for good, the best weights so far are kept and the error goes on up.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features, with any division into partitions; some may be empty. Persisted ones are not
            computed again. float32 is trained on in float32, everything else in float64.
        y : Dask array, series or data frame of shape (n_samples,) or (n_samples, n_targets)
            Classes, zeros and ones for several labels at once, or numbers.
        sample_weight : Dask array or series of shape (n_samples,), default=None
            Weights of the samples, at least 0; a weight of 2 counts as the sample twice.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ImportError
            If Dask is missing.
        TypeError
            If something is not Dask's.
        ValueError
            If a parameter, a feature, a target or a weight is not what it may be.
        RuntimeError
            If there is no client, or the cluster did not finish a pass over the samples within
            `timeout`, or failed at it three times.

        Warns
        -----
        ConvergenceWarning
            As the plain estimator does.
        """
        fitting = needs_dask("_fitting")
        client = self._find_client()
        arguments = task_arguments(self, X, y, sample_weight)
        context = self._init_callback_context(max_subtasks=int(self.max_iter))
        context.call_on_fit_task_begin(**arguments)
        local = self._local()
        given = client, self.timeout, X, y, sample_weight
        with all_or_nothing(self):
            with fitting.on_cluster(local, *given) as found:
                replicas = self.n_replicas, self.local_steps
                callbacks = context, arguments
                result = fitting.fit_on_cluster(local, *found, callbacks, replicas=replicas)
            self._take_over(local, needs_dask("_collections").names_of(X), X.shape[1])
        conclude(self, result)
        context.call_on_fit_task_end(**arguments)
        return self

    def to_local(self) -> Any:
        """Give the plain estimator, fitted: it needs no cluster and no Dask.

        Returns
        -------
        local : object
            With the same parameters, but for those of the cluster, and the same fitted attributes.
            Its predictions are the same to the bit.
        """
        check_is_fitted(self)
        return self._local()

    def _local(self):
        """The plain estimator with the fitted attributes of this one, if there are any."""
        params = {
            name: value
            for name, value in self.get_params(deep=False).items()
            if name not in OF_CLUSTER
        }
        local = self.local_class(**params)
        names = set(vars(self)) - set(self.get_params(deep=False)) - {"_skl_callbacks"}
        vars(local).update({name: vars(self)[name] for name in names})
        return local

    def _take_over(self, local, names, n_features):
        own = set(local.get_params(deep=False))
        fitted = {name: value for name, value in vars(local).items() if name not in own}
        fitted |= {"n_features_in_": n_features}
        fitted.pop("feature_names_in_", None)
        if names is not None:
            fitted["feature_names_in_"] = names
        vars(self).update(fitted)

    def _find_client(self):
        return self.client or needs_dask("_cluster").current_client()

    def _score_blocks(self, X, y, sample_weight):
        given = self.to_local(), self._find_client(), X, y, sample_weight
        return needs_dask("_prediction").score_blocks(*given)

    def _predict_blocks(self, method, X):
        prediction = needs_dask("_prediction")
        return prediction.predict_blocks(self.to_local(), method, X)

    def __getstate__(self):
        # A connection cannot be stored.
        return {**super().__getstate__(), "client": None}

    def __sklearn_clone__(self):
        # Nor can it be copied: the clone has the same.
        twin = BaseEstimator.__sklearn_clone__(copy.copy(self))
        twin.client = self.client
        return twin
