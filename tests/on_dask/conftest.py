"""Clusters for these tests: two worker processes of one thread each."""

import multiprocessing

import dask
import pytest
from dask.distributed import Client, LocalCluster
from distributed.utils import get_mp_context


@pytest.fixture(scope="session", autouse=True)
def _quick_workers():
    """Workers start with everything imported, also those that take the place of killed ones."""
    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        # Dask sets what is imported once, when it is first asked for the context.
        get_mp_context()
        modules = ["distributed", "pandas", "skshallow.dask._fitting"]
        multiprocessing.get_context("forkserver").set_forkserver_preload(modules)
        yield


def start_cluster():
    return LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")


@pytest.fixture(scope="session")
def client():
    with start_cluster() as cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        yield client


@pytest.fixture
def cluster_of_its_own():
    with start_cluster() as cluster:
        yield cluster


@pytest.fixture
def client_of_its_own(cluster_of_its_own):
    with Client(cluster_of_its_own) as client:
        client.wait_for_workers(2)
        yield client
