"""The benchmarks of clusters run, with tiny sizes, where there is Dask."""

import pytest

from helpers.benchmarks import OF_DASK, assert_runs_quickly


@pytest.mark.parametrize("name", ["cluster", *sorted(OF_DASK)])
def test_runs_quickly(name, tmp_path, pytestconfig):
    assert_runs_quickly(name, tmp_path, pytestconfig)
