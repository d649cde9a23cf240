"""Which samples make up the batches of an epoch."""

import numpy as np
import pytest

from skshallow._data.batches import Batches


def test_every_epoch_holds_every_sample_once():
    batches = Batches(np.arange(103), 10, True, 0)
    first, second = ([batch for batch, _ in batches.epoch()] for _ in range(2))
    for epoch in (first, second):
        assert [len(batch) for batch in epoch] == [10] * 10 + [3]
        np.testing.assert_array_equal(np.sort(np.concatenate(epoch)), np.arange(103))
    assert not np.array_equal(first[0], second[0])
    assert sum(share for _, share in batches.epoch()) == pytest.approx(1)


def test_batches_come_in_order_without_shuffling():
    batches = [batch for batch, _ in Batches(np.arange(25), 10, False, 0).epoch()]
    np.testing.assert_array_equal(np.concatenate(batches), np.arange(25))


def test_a_batch_of_all_samples_needs_no_order():
    assert list(Batches(np.arange(10), 10, True, 0).epoch()) == [(None, 1.0)]
