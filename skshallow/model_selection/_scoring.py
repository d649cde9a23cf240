"""How candidates are scored."""

import numpy as np
from sklearn.metrics import check_scoring

from skshallow._compat import scorer_of_classes
from skshallow._core.links import LINKS
from skshallow._data.far_samples import are_wild
from skshallow._estimators.stacking import (
    have_learned,
    raw_outputs_of_each,
    target_scaling_of,
    targets_of,
    tells_classes_apart,
    works_as_ours,
)

# Of a class that was not there to learn from, in double precision.
LOSS_OF_UNKNOWN = -np.log(np.finfo(np.float64).eps)


class StackScorer:
    """A scorer that scores estimators fitted to the same samples at once.

    What they have in common is then looked at once: on a small table checking the samples takes
    longer than the training.
    """

    def __call__(self, estimator, X, y, **params):
        """Score one, as a scorer of scikit-learn's does."""
        return self.score_all([estimator], X, y, **params)[0]

    def score_all(self, estimators, X, y, **params):
        """Score each.

        Parameters
        ----------
        estimators : list of estimator
            Fitted to the same samples.
        X, y : array-like
            Samples to score them on, and their targets.
        **params : dict
            `sample_weight`, of shape (n,), and what else the scorer takes.

        Returns
        -------
        scores : list of float
        """
        raise NotImplementedError


class NegativeLoss(StackScorer):
    """Minus the mean loss; for several labels or targets summed over them.

    Numbers count in the standard deviations that they were trained in. A class of which there was
    no sample to learn from counts as if it had been given a probability of one rounding error: what
    a network gives it says how long the network trained. A sample with a wild value does not count,
    unless all have one: to classes that are told apart easily it alone would matter, and a stronger
    penalty is no help.
    """

    def score_all(self, estimators, X, y, sample_weight=None):
        """Score estimators of ours; see :class:`StackScorer`."""
        lead = estimators[0]
        targets, scaling = targets_of(lead), target_scaling_of(lead)
        weights = np.ones(X.shape[0]) if sample_weight is None else sample_weight
        known = have_learned(lead, y)
        if not known.any():
            return [-float(LOSS_OF_UNKNOWN)] * len(estimators)
        codes = targets.encode(y[known])
        if scaling is not None:
            codes = scaling.standardise(codes)
        encoded = targets.loss.encode(codes, np.float64)
        tame = ~are_wild(X, lead.feature_center_, lead.feature_reach_)
        weights = weights * tame if weights[tame].any() else weights
        # Shares of the weight, for losses may be large and weights, too.
        shares = weights / weights.sum()
        of_unknown = LOSS_OF_UNKNOWN * shares[~known].sum()
        scores = []
        for raw in raw_outputs_of_each(estimators, X[known]):
            raw = raw if scaling is None else scaling.standardise(raw)
            # A copy for the loss to overwrite, in its layout.
            columns = np.array(raw.T[np.newaxis], dtype=np.float64, order="C")
            with np.errstate(over="ignore", invalid="ignore"):
                value = targets.loss.value_and_gradient(columns, encoded, shares[known])[0]
            scores.append(-float(value + of_unknown))
        return scores


class CheckedOnce(StackScorer):
    """A scorer of scikit-learn's for classifiers of ours, without the checks that were made before.

    Parameters
    ----------
    scorer : callable
        Asked where the case is not a plain one: pipelines, several labels, a class that only the
        training or only the test samples have, arguments other than `sample_weight`.
    score_samples : callable
        ``score_samples(estimator, raw, codes)``, a score of each sample, whose mean the scorer
        returns.
    """

    def __init__(self, scorer, score_samples):
        self.scorer = scorer
        self.score_samples = score_samples

    def score_all(self, estimators, X, y, **params):
        """Score each, as the scorer would; see :class:`StackScorer`."""
        codes = self._codes(estimators[0], y, params)
        if codes is None:
            return [self.scorer(estimator, X, y, **params) for estimator in estimators]
        weights = params.get("sample_weight")
        return [
            float(np.average(self.score_samples(estimator, raw, codes), weights=weights))
            for estimator, raw in zip(estimators, raw_outputs_of_each(estimators, X), strict=True)
        ]

    @staticmethod
    def _codes(estimator, y, params):
        """The numbers of the classes in a plain case, else None."""
        plain = works_as_ours(estimator) and tells_classes_apart(estimator)
        if not plain or np.ndim(y) != 1 or set(params) - {"sample_weight"}:
            return None
        classes, codes = np.unique(y, return_inverse=True)
        return codes if np.array_equal(classes, estimator.classes_) else None

    def __repr__(self):
        return repr(self.scorer)


def scorer_for(estimator):
    """The scorer that an estimator's `scoring` names, where samples may lack one of the classes.

    Parameters
    ----------
    estimator : OneHiddenLayerClassifierCV or OneHiddenLayerRegressorCV
        Its `scoring` is not None, and what its targets are is known.

    Returns
    -------
    scorer : callable
    """
    scorer = check_scoring(estimator, estimator.scoring)
    if not tells_classes_apart(estimator):
        return scorer
    return scorer_of_classes(scorer, estimator.classes_)


def checked_once(scorer, scoring):
    """The scorer that `scoring` names, without its checks where that is possible."""
    score_samples = None
    if scoring is None or isinstance(scoring, str):
        score_samples = SAMPLE_SCORES.get(scoring)
    return scorer if score_samples is None else CheckedOnce(scorer, score_samples)


def _is_right(estimator, raw, codes):
    return estimator.classes_[codes] == targets_of(estimator).decode(raw)


def _log_probability(estimator, raw, codes):
    p = LINKS[estimator.out_activation_].inverse(raw)
    p = np.take_along_axis(p, codes[:, np.newaxis], axis=1)[:, 0]
    rounding = np.finfo(p.dtype).eps
    return np.log(np.clip(p, rounding, 1 - rounding))


# By the names that scikit-learn gives them; None stands for the estimator's own score.
SAMPLE_SCORES = {None: _is_right, "accuracy": _is_right, "neg_log_loss": _log_probability}
