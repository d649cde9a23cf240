"""Hostile samples and settings: a sound model or an error that names its cause, nothing else.

`make fuzz` tries as many more as wanted.
"""

from collections import Counter

import pytest

from helpers.hostile_cases import draw_case
from helpers.verdict import judge

CASES, BATCHES, FAST = 2000, 20, 3


@pytest.mark.parametrize(
    "batch",
    [*range(FAST), *(pytest.param(i, marks=pytest.mark.slow) for i in range(FAST, BATCHES))],
)
def test_a_sound_model_or_an_error_that_names_its_cause(batch):
    size = CASES // BATCHES
    outcomes = Counter()
    for seed in range(size * batch, size * (batch + 1)):
        case = draw_case(seed)
        try:
            outcomes[judge(case)] += 1
        except Exception as error:
            error.add_note(f"make fuzz KIND=hostile SEED={seed} COUNT=1  # {case}")
            raise
    # Neither may all be refused nor nothing ever go wrong.
    assert outcomes["model"] > size / 2
    assert outcomes["error"] > size / 10
