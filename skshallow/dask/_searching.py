"""What both estimators that choose their penalty on a cluster have in common."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.utils import check_random_state

from skshallow._compat import Interval, StrOptions, fit_context
from skshallow._core.objective import automatic_alpha
from skshallow._estimators.callbacks import task_arguments
from skshallow._estimators.fitting import all_or_nothing, conclude
from skshallow._estimators.search_results import tabulate
from skshallow._estimators.typing import keeps_signature
from skshallow._training.fit import choose_solver
from skshallow._training.penalty_range import evenly_spaced, highest_between
from skshallow.dask._estimators import DaskMixin, constraints_of, needs_dask
from skshallow.solvers import SOLVERS, Solver

# Parameters that only estimators have that choose.
OF_SEARCH = {"alphas", "cv", "refit"}
# Those of plain estimators that are decided here.
DECIDED = {"alpha", "warm_start", "early_stopping", "validation_fraction"}
# Those of mini-batches, which a search does without: all of its networks share full batches.
OF_BATCHES = {"batch_size", "shuffle", "n_replicas", "local_steps"}


def search_constraints(constraints):
    """What the parameters may be, given those of the plain estimator."""
    kept = constraints_of(constraints)
    full_batch = {name for name, solver in SOLVERS.items() if solver.full_batch}
    return {
        **{name: rules for name, rules in kept.items() if name not in DECIDED | OF_BATCHES},
        "solver": [StrOptions(full_batch), Solver],
        "alphas": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "cv": [Interval(Integral, 2, None, closed="left")],
        "refit": ["boolean"],
    }


class DaskSearchMixin(DaskMixin):
    """Lets an estimator choose its penalty on a cluster."""

    @keeps_signature(fit_context(prefer_skip_nested_validation=True))
    def fit(self, X: Any, y: Any, sample_weight: Any = None, folds: Any = None) -> Self:
        """Choose by cross-validation, then train on all samples.

        Parameters
        ----------
        X : Dask array or data frame of shape (n_samples, n_features)
            Features, with any division into partitions; some may be empty. float32 is trained on in
            float32, everything else in float64.
        y : Dask array, series or data frame of shape (n_samples,) or (n_samples, n_targets)
            Classes, zeros and ones for several labels at once, or numbers.
        sample_weight : Dask array or series of shape (n_samples,), default=None
            Weights of the samples, at least 0, in training and in judging.
        folds : Dask array or series of shape (n_samples,), default=None
            For every sample the number, from 0 on, of the split that holds it out, or −1 if none
            does, instead of the splits that `cv` draws.

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
            If a parameter, a feature, a target or a weight is not what it may be, or a split trains
            on no sample of a class.
        RuntimeError
            If there is no client, or the cluster did not finish a pass over the samples within
            `timeout`, or failed at it three times.

        Warns
        -----
        ConvergenceWarning
            If the last training had not converged after `max_iter` iterations.
        """
        fitting, search = needs_dask("_fitting"), needs_dask("_search")
        arguments = task_arguments(self, X, y, sample_weight)
        context = self._init_callback_context(max_subtasks=int(self.max_iter))
        context.call_on_fit_task_begin(**arguments)
        local, result = self._plain(), None
        if not choose_solver(local.solver, local.learning_rate, 1).full_batch:
            raise ValueError(
                f"solver={self.solver!r} trains on mini-batches; a search on a cluster takes one "
                "that trains on all samples at once."
            )
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        given = self._find_client(), self.timeout, X, y, sample_weight, folds
        with all_or_nothing(self):
            with fitting.on_cluster(local, *given) as (cluster, table):
                splits = search.splits_of(cluster, self.cv, folds, seed)
                self._choose(search.evaluate, cluster, local, table, splits)
                if self.refit:
                    local.set_params(alpha=self.alpha_, n_init=self.n_init, verbose=self.verbose)
                    callbacks = context, arguments
                    result = fitting.fit_on_cluster(local, cluster, table, callbacks)
            if self.refit:
                self._take_over(local, needs_dask("_collections").names_of(X), X.shape[1])
        if result is not None:
            conclude(self, result)
        context.call_on_fit_task_end(**arguments)
        return self

    def _choose(self, evaluate, cluster, local, table, splits):
        alphas = self.alphas
        even = isinstance(alphas, Integral)
        if even:
            alphas = evenly_spaced(automatic_alpha(table.total), int(alphas))
        candidates = [{"alpha": float(alpha)} for alpha in alphas]
        outcomes = evaluate(cluster, local, table, [one["alpha"] for one in candidates], splits)
        results = tabulate(candidates, outcomes, return_train_score=False, unscored_count=False)
        self.cv_results_, self.n_splits_ = results, len(splits)
        self.best_index_ = int(results["rank_test_score"].argmin())
        self.best_score_ = float(results["mean_test_score"][self.best_index_])
        self.best_params_ = candidates[self.best_index_]
        self.alpha_ = self.best_params_["alpha"]
        if even:
            self.alpha_ = highest_between(np.array(alphas), results["mean_test_score"])

    def _plain(self):
        """The plain estimator with the parameters that candidates have in common."""
        names = set(self.local_class().get_params(deep=False)) & set(self.get_params(deep=False))
        params = {name: getattr(self, name) for name in names} | {"n_init": 1, "verbose": 0}
        return self.local_class(**params)

    def _local(self):
        local = self._plain().set_params(alpha=self.alpha_, n_init=self.n_init)
        own = set(self.get_params(deep=False)) | {"_skl_callbacks"}
        vars(local).update({name: value for name, value in vars(self).items() if name not in own})
        return local
