"""A Dask cluster on this machine, and tables that its workers make."""

from contextlib import contextmanager

import numpy as np
from _harness import THREAD_VARIABLES

N_FEATURES = 30


@contextmanager
def local_cluster(n_workers):
    """A client of so many worker processes of one thread each."""
    import dask
    from dask.distributed import Client, LocalCluster

    threads = dict.fromkeys(THREAD_VARIABLES, 1)
    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": threads}),
        LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(n_workers)
        yield client


def features(n, block):
    """Standard normal features on the workers, in blocks of so many samples."""
    import dask.array as da

    draw = da.random.default_rng(0).standard_normal
    return draw((n, N_FEATURES), chunks=(block, N_FEATURES)).persist()


def noisy_classes(X):
    """Two classes that a network of 20 tanh units tells apart as well as can be."""
    return X.map_blocks(_draw_classes, dtype=int, drop_axis=1).persist()


def _draw_classes(X, block_info=None):
    draw = np.random.default_rng(1).standard_normal
    inner = draw((N_FEATURES, 20)) * 2 / np.sqrt(N_FEATURES)
    logits = np.tanh(X @ inner) @ draw(20) * 1.5
    place = block_info[0]["chunk-location"][0] if block_info else 0
    noise = np.random.default_rng((2, place)).random(len(X))
    return (noise < 1 / (1 + np.exp(-logits))).astype(int)
