"""Numbers as targets that nobody would make up: sound predictions, or an error that says why."""

import re

import numpy as np
import pytest

from helpers.cases import may_not_converge
from helpers.hostile_numbers import draw_number_case

# What may be said of tables that cannot be learned from.
REASONS = re.compile(
    "|".join(
        [
            "X varies too much to be standardised",
            "y varies too much",
            "leaves float(32|64) no room to compute with",
            "Weights for y in its own units overflow float32",
            "Several quantiles are those of one target",
            "sample_weight must not be zero for all samples",
            "sample_weight leaves a split without samples of weight to score",
            "To choose by cross-validation takes at least two samples",
            "validation_fraction=0.1 leaves y without a sample",
        ]
    )
)


@may_not_converge
@pytest.mark.parametrize(
    "seeds",
    [range(200), *(pytest.param(range(n, n + 200), marks=pytest.mark.slow) for n in (200, 400))],
    ids=lambda seeds: f"{seeds.start}",
)
def test_predictions_are_sound_or_an_error_says_why_there_are_none(seeds):
    refused = 0
    for seed in seeds:
        reg, (X, y, weights) = draw_number_case(seed)
        try:
            predictions = reg.fit(X, y, sample_weight=weights).predict(X)
        except ValueError as error:
            if not REASONS.search(str(error)):
                raise
            refused += 1
            continue
        assert np.isfinite(predictions).all(), seed
        assert predictions.dtype == X.dtype, seed
        assert np.isfinite(reg.loss_), seed
        if np.ndim(reg.quantile):
            assert (reg.loss != "quantile") or (np.diff(predictions, axis=1) >= 0).all(), seed
    assert refused < len(seeds) / 5


def test_a_mean_of_next_to_nothing_leaves_the_usual_learning_rate():
    X, y = np.arange(6.0)[:, np.newaxis], np.full(6, 1e-200)
    reg, _ = draw_number_case(0)
    reg = type(reg)(loss="poisson", solver="gd", max_iter=3, tol=0, random_state=0).fit(X, y)
    assert np.isfinite(reg.predict(X)).all()


def test_numbers_beyond_single_precision_are_named():
    X, y = np.arange(6, dtype=np.float32)[:, np.newaxis], np.array([1, 2, 3, 4, 5, 1e30])
    reg, _ = draw_number_case(0)
    reg = type(reg)(loss="gamma", random_state=0)
    with pytest.raises(ValueError, match=r"y holds 1e\+30, which leaves float32 no room"):
        reg.fit(X, y)
    robust = type(reg)(2, loss="absolute_error", random_state=0).fit(X, y)
    assert np.isfinite(robust.loss_)
