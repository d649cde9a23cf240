"""Every benchmark runs, with tiny sizes, and leaves its folder as it is."""

import pytest

from helpers.benchmarks import OF_DASK, SCRIPTS, assert_runs_quickly

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(set(SCRIPTS) - OF_DASK))
def test_runs_quickly(name, tmp_path, pytestconfig):
    assert_runs_quickly(name, tmp_path, pytestconfig)
