"""Mini-batches on a cluster: replicas take local steps, and their weights are averaged."""

import signal

import numpy as np
import pytest
from dask.distributed import Client
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from helpers.classifiers import assert_same_bits, parameters
from helpers.collections import in_blocks
from helpers.regressors import NUMBER_LOSSES, draw_for
from helpers.samples import draw_samples
from helpers.workers import send
from skshallow import OneHiddenLayerClassifier
from skshallow._core.network import Network
from skshallow._core.objective import sum_losses
from skshallow._data.samples import Dataset
from skshallow._estimators.stacking import find_targets
from skshallow.dask import (
    DaskOneHiddenLayerClassifier,
    DaskOneHiddenLayerClassifierCV,
    DaskOneHiddenLayerRegressor,
)
from skshallow.dask._cluster import Cluster
from skshallow.dask._partition import Partition
from skshallow.dask._recipes import Recipe, Sum
from skshallow.dask._replica import Replica, Round, Work
from skshallow.solvers import SGD, Adam, Cosine, ReduceOnPlateau, Solver

N_SAMPLES = 400
SETTINGS = {"n_h": 4, "activation": "tanh", "solver": "adam", "alpha": 1.0, "tol": 0}
SETTINGS |= {"batch_size": 25, "max_iter": 6, "random_state": 0}


@pytest.fixture(scope="module")
def samples():
    return draw_samples("multiclass", N_SAMPLES)


def fit(X, y, *lengths, **params):
    clf = DaskOneHiddenLayerClassifier(**(SETTINGS | params))
    return clf.fit(in_blocks(X, *lengths), in_blocks(y, *lengths))


def assert_same(on_cluster, local):
    assert_allclose(on_cluster.loss_curve_, local.loss_curve_, rtol=0, atol=1e-10)
    assert_allclose(parameters(on_cluster), parameters(local), rtol=0, atol=1e-10)


@pytest.mark.parametrize("lengths", [(400,), (100, 0, 250, 50)], ids=["one", "several"])
@pytest.mark.parametrize(
    "solver",
    [Adam(), Adam(average=0), SGD(), Adam(schedule=Cosine(8)), SGD(schedule=ReduceOnPlateau(0.5))],
    ids=["adam", "last", "sgd", "cosine", "plateau"],
)
def test_one_replica_is_the_plain_estimator(client, samples, solver, lengths):
    """Whatever the rounds: an average of one is what it was."""
    settings = {"solver": solver, "shuffle": False}
    local = OneHiddenLayerClassifier(**(SETTINGS | settings)).fit(*samples)
    assert_same(fit(*samples, *lengths, n_replicas=1, local_steps=3, **settings), local)


def test_sparse_blocks_of_weighted_samples(client, samples):
    X, y = samples[0].copy(), samples[1]
    X[X < 0.5] = 0
    weights = np.where(y == 0, 2.0, 1.0)
    params = {"shuffle": False, "standardize": False}
    local = OneHiddenLayerClassifier(**(SETTINGS | params)).fit(sparse.csr_array(X), y, weights)
    # One partition: the weight of a batch is in proportion to the number of its samples otherwise.
    blocks = in_blocks(X, N_SAMPLES).map_blocks(sparse.csr_matrix, dtype=X.dtype)
    clf = DaskOneHiddenLayerClassifier(**(SETTINGS | params), n_replicas=1, local_steps=3)
    clf.fit(blocks, in_blocks(y, N_SAMPLES), in_blocks(weights, N_SAMPLES))
    assert_same(clf, local)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_with_averages_after_every_step_replicas_share_batches(client, samples, momentum):
    """Gradient descent is linear in the gradients: the average of two is that of the batch."""
    X, y = samples
    solver = SGD(momentum=momentum)
    settings = {"solver": solver, "shuffle": False, "batch_size": 100}
    on_cluster = fit(X, y, 200, **settings, n_replicas=2, local_steps=1)
    order = np.arange(N_SAMPLES).reshape(2, -1, 50).swapaxes(0, 1).ravel()
    local = OneHiddenLayerClassifier(**(SETTINGS | settings)).fit(X[order], y[order])
    assert_same(on_cluster, local)


def test_batches_add_up_to_the_loss_of_all_samples():
    X, y = draw_samples("multiclass", N_SAMPLES)
    weights = np.random.RandomState(0).choice([0.0, 0.5, 2.0], N_SAMPLES)
    targets = find_targets(OneHiddenLayerClassifier(), y)
    dataset = Dataset.of(X, y, weights, targets)
    network = Network(X.shape[1], 3, 3, "tanh")
    theta = network.draw("auto", np.random.RandomState(1), X.dtype)[np.newaxis]
    expected_gradient = np.empty_like(theta)
    expected = sum_losses(network, 1, dataset, None).value(theta, None, expected_gradient)
    recipe = Recipe(targets, dataset.class_weights)
    one = Sum("t", 0, recipe, network, None, dataset.loss, dataset.total, 1, (0,))
    cuts = [slice(0, 130), slice(130, 130), slice(130, 400)]
    partitions = [Partition(X[cut], y[cut], weights[cut]) for cut in cuts]
    replica, value, gradient = Replica(partitions, one), 0.0, np.zeros_like(theta)
    assert replica.n_samples == np.count_nonzero(weights)
    assert_allclose(replica.share, 1)
    rates, of_batch = np.ones((1, 1)), np.empty_like(theta)
    work = Work(Adam(), one, np.zeros(1), rates, [], {}, 30, True, 0, 1)
    for number in range(4):
        for batch, share in replica.batches(work, 0, Round(0, 0, number, 4))[0]:
            value += share * replica.value(theta, batch, of_batch)
            gradient += share * of_batch
    assert_allclose(value, expected)
    assert_allclose(gradient, expected_gradient, atol=1e-15)


def test_orders_differ_by_epoch_replica_and_seed(samples):
    X, y = samples
    targets = find_targets(OneHiddenLayerClassifier(), y)
    network = Network(X.shape[1], 3, 3, "tanh")
    recipe = Recipe(targets, targets.class_weights(None, np.bincount(y)))
    one = Sum("t", 0, recipe, network, None, targets.loss, N_SAMPLES, 1, (0,))
    partitions = [Partition(X[cut], y[cut], np.ones(200)) for cut in (slice(200), slice(200, 400))]
    replica, orders = Replica(partitions, one), []
    for seed, epoch, number in [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 0, 0)]:
        work = Work(Adam(), one, np.zeros(1), np.ones((1, 1)), [], {}, 30, True, seed, 2)
        batches, _ = Replica(partitions, one).batches(work, number, Round(0, epoch, 0, 1))
        orders.append([place * 200 + n for (place, some), _ in batches for n in some])
        assert sorted(orders[-1]) == list(range(N_SAMPLES))
    assert orders[0] == orders[-1]
    assert len({tuple(order) for order in orders}) == 4
    # Neighbouring batches are of different partitions.
    assert len({place for (place, _), _ in replica.batches(work, 0, Round(0, 0, 0, 2))[0]}) == 2


def test_equal_bits_whatever_the_workers(client, samples):
    settings = {"n_replicas": 3, "early_stopping": True}
    clf = fit(*samples, 50, **settings)
    assert_same_bits(fit(*samples, 50, **settings), clf)
    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=":0") as one:
        assert_same_bits(fit(*samples, 50, **settings, client=one), clf)


def test_replicas_are_as_many_as_threads(client, samples):
    assert_same_bits(fit(*samples, 50), fit(*samples, 50, n_replicas=2))
    assert_same_bits(fit(*samples, 200, n_replicas=9), fit(*samples, 200, n_replicas=2))


def test_it_learns_what_the_plain_estimator_does(client):
    X, y = draw_samples("multiclass", 4000)
    settings = {"batch_size": "auto", "max_iter": 30, "n_h": 16}
    local = OneHiddenLayerClassifier(**(SETTINGS | settings)).fit(X, y)
    clf = fit(X, y, 500, n_replicas=2, local_steps=5, **settings)
    assert clf.loss_ < 1.02 * local.loss_
    assert clf.solver_ == "adam"
    assert not clf.full_batch_


def test_large_tables_are_trained_as_on_one_machine(client):
    X, y = draw_samples("multiclass", 12_000)
    clf = fit(X, y, 2000, solver="auto", n_h="auto", batch_size="auto", max_iter=2)
    assert clf.solver_ == "adam"
    assert clf.coefs_[0].shape == (4, 512)
    assert len(clf.validation_loss_curve_) == 2
    with pytest.warns(ConvergenceWarning):
        short = fit(X[:10_000], y[:10_000], 2000, solver="auto", n_h="auto", max_iter=2, tol="auto")
    assert short.solver_ == "lbfgs"
    assert short.coefs_[0].shape == (4, 64)
    assert short.validation_loss_curve_ is None


def test_a_fit_that_goes_on_is_one_fit(client, samples):
    whole = fit(*samples, 50, max_iter=6)
    X, y = (in_blocks(one, 50) for one in samples)
    clf = DaskOneHiddenLayerClassifier(**SETTINGS, warm_start=True).set_params(max_iter=2)
    for _ in range(3):
        clf.fit(X, y)
    assert_same_bits(clf, whole)
    assert clf.loss_curve_ == whole.loss_curve_


def test_a_plain_estimator_goes_on_from_there(client, samples):
    clf = fit(*samples, 50, warm_start=True)
    local = clf.to_local().fit(*samples)
    assert local.n_iter_ == 12
    assert local.loss_ < clf.loss_


@pytest.mark.parametrize("loss", NUMBER_LOSSES)
def test_numbers(client, loss):
    X, y = draw_for(loss, n_samples=N_SAMPLES)
    settings = SETTINGS | {"shuffle": False, "loss": loss}
    reg = DaskOneHiddenLayerRegressor(**settings, n_replicas=1, local_steps=4)
    reg.fit(in_blocks(X, 100), in_blocks(y, 100))
    local = DaskOneHiddenLayerRegressor.local_class(**settings).fit(X, y)
    assert_same(reg, local)


def fit_disturbed(clf, samples, disturb):
    """Fit, and call a function amid the third epoch."""
    usual, steps = Cluster.sum_of_groups, []

    def disturbed(self, *arguments):
        steps.append(self.step)
        if steps.count("iteration-3") == 2:
            disturb()
            steps.append("iteration-3")
        return usual(self, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cluster, "sum_of_groups", disturbed)
        clf.fit(*(in_blocks(one, 50) for one in samples))
    assert steps.count("iteration-3") > 2
    return clf


def test_a_killed_worker_changes_no_bit(client_of_its_own, samples):
    client = client_of_its_own

    def kill():
        send(client, signal.SIGKILL)

    settings = {"n_replicas": 2, "local_steps": 2, "client": client}
    clf, undisturbed = (
        DaskOneHiddenLayerClassifier(**SETTINGS, **settings),
        fit(*samples, 50, **settings),
    )
    assert_same_bits(fit_disturbed(clf, samples, kill), undisturbed)


def test_an_interrupted_fit_keeps_the_best_weights(client, samples):
    def interrupt():
        raise KeyboardInterrupt

    clf = DaskOneHiddenLayerClassifier(**SETTINGS, n_replicas=2, local_steps=2)
    with pytest.raises(KeyboardInterrupt):
        fit_disturbed(clf, samples, interrupt)
    assert clf.n_iter_ == 2
    assert clf.loss_ < clf.loss_curve_[0]


@pytest.mark.parametrize("params", [{"n_replicas": 0}, {"local_steps": 0}, {"batch_size": 0}])
def test_errors_name_the_parameter(client, samples, params):
    (name,) = params
    with pytest.raises(ValueError, match=f"The '{name}' parameter"):
        fit(*samples, 200, **params)


class OfItsOwn(Solver):
    """A solver on mini-batches that is nobody's child."""

    def automatic_tol(self, params_per_sample, loosest):
        return 0.0

    def start(self, theta):
        return {}

    def iterate(self, objective, theta, state, batches, rates):
        raise AssertionError


def test_solvers_whose_state_nobody_can_average_are_refused(client, samples):
    with pytest.raises(ValueError, match=r"solver=OfItsOwn\(\) trains on mini-batches"):
        fit(*samples, 200, solver=OfItsOwn())
    clf = DaskOneHiddenLayerClassifierCV(4, solver=Adam())
    with pytest.raises(ValueError, match=r"solver=Adam\(\) trains on mini-batches; a search"):
        clf.fit(*(in_blocks(one, 200) for one in samples))


def test_batches_larger_than_the_table_are_refused(client, samples):
    assert fit(*samples, 200, batch_size=N_SAMPLES).n_iter_ == 6
    with pytest.raises(ValueError, match="batch_size=401 must be at most the number of training"):
        fit(*samples, 200, batch_size=N_SAMPLES + 1)
