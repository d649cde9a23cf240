"""How what was chosen is scored, and who gets which metadata."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn import get_config
from sklearn.metrics import check_scoring
from sklearn.utils import column_or_1d
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted

from skshallow._compat import scores_with_weights
from skshallow._estimators.typing import MatrixLike
from skshallow.model_selection._scoring import scorer_for


class ScoringMixin:
    """Lets an estimator be scored by its `scoring`, and its fit hand metadata on."""

    scoring: Any
    cv: Any

    def score(
        self,
        X: MatrixLike,
        y: MatrixLike,
        sample_weight: ArrayLike | None = None,
        **params: Any,
    ) -> float:
        """Score by `scoring`; if that is None, classes by accuracy and numbers by R².

        Several quantiles are then scored by the mean of their D² pinball scores.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.
        **params : dict
            With metadata routing, what else `scoring` asks for.

        Returns
        -------
        score : float
            Higher is better.

        Raises
        ------
        ValueError
            If there are `params` without metadata routing.
        TypeError
            If there are weights, or `params`, that `scoring` does not take or ask for.
        """
        given = {} if sample_weight is None else {"sample_weight": sample_weight}
        if get_config()["enable_metadata_routing"]:
            given = process_routing(self, "score", **given, **params).scorer.score
        else:
            _refuse_without_routing(params, "score")
        if self.scoring is None:
            return super().score(X, y, **given)  # type: ignore[misc]
        check_is_fitted(self, "coefs_")
        return scorer_for(self)(self, X, flat(y), **given)

    def get_metadata_routing(self) -> MetadataRouter:
        """Say who asks for which metadata.

        Returns
        -------
        routing : MetadataRouter
            From `fit` to `cv` and `scoring`, and from `score` to `scoring`. With ``scoring=None``
            what `score` asks for decides, see `set_score_request`.
        """
        own = scorer = super().get_metadata_routing()  # type: ignore[misc]
        if self.scoring is not None:
            scorer = check_scoring(self, self.scoring)
        to_scorer = MethodMapping().add(caller="fit", callee="score")
        router = (
            MetadataRouter(owner=type(self).__name__)
            .add(splitter=self.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
            .add(scorer=scorer, method_mapping=to_scorer.add(caller="score", callee="score"))
        )
        if self.scoring is not None or own.score.requests.get("sample_weight") is not None:
            # Weights for `score` are the scorer's: what it does not ask for, nobody takes.
            own.score.add_request(param="sample_weight", alias=False)
        return router.add_self_request(own)

    def _routed(self, own, params):
        """What goes to the scorer, and what to the splitter."""
        if get_config()["enable_metadata_routing"]:
            routed = process_routing(self, "fit", **own, **params)
            return routed.scorer.score, routed.splitter.split
        _refuse_without_routing(params, "fit", but="groups")
        weighted = own and (self.scoring is None or scores_with_weights(self))
        return own if weighted else {}, params


def flat(y):
    """Targets in one dimension, if they are a column."""
    return column_or_1d(y, warn=True) if np.ndim(y) == 2 and np.shape(y)[1] == 1 else y


def _refuse_without_routing(params, method, *, but=None):
    """Raise if there are arguments that only metadata routing gives somebody."""
    unknown = [name for name in params if name != but]
    if unknown:
        raise ValueError(
            f"{method} got {', '.join(unknown)}, which need metadata routing: "
            "sklearn.set_config(enable_metadata_routing=True)."
        )
