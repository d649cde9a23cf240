"""Workers that die, join or stand still, and a client that is interrupted."""

import os
import signal
import time

import numpy as np
import pytest

from helpers.classifiers import assert_same_bits
from helpers.collections import in_blocks
from helpers.samples import draw_samples
from helpers.workers import send
from skshallow.dask import DaskOneHiddenLayerClassifier
from skshallow.dask._cluster import Cluster, ClusterError
from skshallow.solvers import LBFGS


@pytest.fixture
def cluster(cluster_of_its_own):
    return cluster_of_its_own


@pytest.fixture
def client(client_of_its_own):
    return client_of_its_own


class Disturbed(LBFGS):
    """Calls a function before some of its iterations."""

    def __init__(self, disturb=None, iterations=()):
        super().__init__()
        self.disturb = disturb
        self.iterations = iterations

    _parameter_constraints = LBFGS._parameter_constraints | {
        "disturb": [callable, None],
        "iterations": ["array-like"],
    }

    def start(self, theta):
        return super().start(theta) | {"n_iter": 0}

    def iterate(self, objective, theta, state, batches, rates):
        state["n_iter"] += 1
        if state["n_iter"] in self.iterations:
            self.disturb()
        return super().iterate(objective, theta, state, batches, rates)


def classifier(solver="lbfgs", **params):
    settings = {"n_h": 4, "activation": "tanh", "max_iter": 30, "tol": 0, "random_state": 0}
    return DaskOneHiddenLayerClassifier(solver=solver, **(settings | params))


@pytest.fixture(scope="module")
def blocks():
    X, y = draw_samples(n_samples=400)
    return in_blocks(X, 50), in_blocks(y, 50)


def test_killed_workers_change_no_bit(client, blocks):
    """A worker is killed in any of ten random iterations."""
    undisturbed = classifier().fit(*blocks)
    iterations = np.random.RandomState(0).permutation(30)[:10] + 1

    def kill():
        send(client, signal.SIGKILL)

    clf = classifier(Disturbed(kill, iterations.tolist())).fit(*blocks)
    assert_same_bits(clf, undisturbed)
    assert clf.loss_curve_ == undisturbed.loss_curve_


def test_a_worker_that_joins_takes_its_share(cluster, client, blocks):
    undisturbed, seen = classifier().fit(*blocks), []

    def join():
        cluster.scale(3)
        client.wait_for_workers(3)
        # The client looks at its workers once a second.
        time.sleep(1.1)

    def look():
        held = client.has_what().values()
        partitions = [
            [key for key in keys if str(key).startswith(("assemble", "move"))] for keys in held
        ]
        seen.append(sorted(map(len, partitions)))

    def disturb():
        join() if not seen else look()
        seen.append(None)

    clf = classifier(Disturbed(disturb, [5, 20])).fit(*blocks)
    assert_same_bits(clf, undisturbed)
    assert seen[1] == [2, 3, 3]


def test_an_interrupted_client_keeps_the_best_weights(client, blocks):
    def interrupt():
        raise KeyboardInterrupt

    clf = classifier(Disturbed(interrupt, [10]))
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*blocks)
    assert clf.n_iter_ == 9
    shorter = classifier(max_iter=9).fit(*blocks)
    assert clf.loss_ < shorter.loss_curve_[0]
    assert clf.score(*blocks) > 0.5
    assert_same_bits(classifier().fit(*blocks), classifier().fit(*blocks))


def test_a_worker_that_stands_still_ends_the_fit_in_time(client, blocks):
    stopped = []

    def stop():
        stopped.append(send(client, signal.SIGSTOP))

    clf = classifier(Disturbed(stop, [10]), timeout=3)
    start = time.monotonic()
    try:
        with pytest.raises(
            ClusterError,
            match=r"did not finish a pass over the samples \(iteration-10\) within timeout=3 s",
        ):
            clf.fit(*blocks)
    finally:
        os.kill(stopped[0], signal.SIGCONT)
    assert time.monotonic() - start < 30
    assert clf.n_iter_ == 9
    assert np.isfinite(clf.loss_)


def test_no_worker_ends_the_fit_in_time(cluster, client, blocks):
    cluster.scale(0)
    while client.nthreads():
        time.sleep(0.1)
    late = r"\(prepare\) within timeout=1 s. Its workers were: none"
    with pytest.raises(ClusterError, match=late):
        classifier(timeout=1).fit(*blocks)
    with pytest.raises(ClusterError, match=late):
        Cluster(client, [], timeout=1).n_threads()
