"""The curvature of the loss, and what the evidence says of a penalty."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from helpers.problems import CLASS_KINDS, KINDS, draw_codes, loss_of
from skshallow._core import evidence
from skshallow._core.activations import ACTIVATIONS
from skshallow._core.evidence import GaussNewton, determined, spectrum
from skshallow._core.losses import AbsoluteError, Gamma, Huber, Poisson, Quantile, SquaredError
from skshallow._core.network import Network
from skshallow._core.threads import thread_team
from skshallow._data.samples import Dataset


def draw_matrix(kind, activation="tanh", *, n_samples=9, as_sparse=False, seed=0, team=None):
    """A Gauss-Newton matrix by its products, and the same written out, in float64."""
    random_state = np.random.RandomState(seed)
    loss, n_outputs = loss_of(kind)
    network = Network(3, 4, n_outputs, activation)
    X = random_state.standard_normal((n_samples, 3))
    weights, codes = (
        random_state.uniform(0.5, 2, n_samples),
        draw_codes(kind, n_samples, random_state),
    )
    theta = random_state.standard_normal(network.n_params)
    table = sparse.csr_array(X) if as_sparse else X
    dataset = Dataset(table, loss, codes, weights, weights, None, None)
    teams = {} if team is None else {"team": team}
    matrix = GaussNewton(network, theta, dataset, None, **teams)
    encoded = loss.encode(codes, np.float64)
    return matrix, network, (theta, X, weights / weights.sum(), loss, encoded)


def raw_outputs(network, theta, X):
    (first,), (second,) = network.matrices(theta[np.newaxis])
    z = first @ np.column_stack([X, np.ones(len(X))]).T
    a = np.empty_like(z)
    ACTIVATIONS[network.activation].value(z, out=a)
    return second @ np.vstack([a, np.ones(len(X))])


def written_out(network, theta, X, weights, loss, encoded):
    """Σ s·Jᵀ·H·J with derivatives by differences."""
    step = 1e-6
    jacobian = np.array(
        [
            (raw_outputs(network, theta + shift, X) - raw_outputs(network, theta - shift, X))
            / (2 * step)
            for shift in step * np.eye(network.n_params)
        ]
    )
    curved = jacobian.copy()
    for row in curved:
        loss.curve(raw_outputs(network, theta, X), encoded, row, weights)
    return np.einsum("pos,qos->pq", jacobian, curved)


@pytest.mark.parametrize("kind", KINDS)
def test_products_are_the_same_whatever_is_kept(kind, monkeypatch):
    """Of a table that is too large everything is computed anew for each product."""
    kept = draw_matrix(kind)[0]
    monkeypatch.setattr(evidence, "KEPT_BYTES", 0)
    anew = draw_matrix(kind)[0]
    dispersions = kept.dispersion(), anew.dispersion()
    assert dispersions[0] == dispersions[1]
    vectors = np.random.RandomState(1).standard_normal((3, 4 * 4 + loss_of(kind)[1] * 5))
    for vector in vectors:
        np.testing.assert_array_equal(kept.times(vector), anew.times(vector))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_products_are_those_of_the_matrix_written_out(kind, activation):
    matrix, network, parts = draw_matrix(kind, activation)
    expected = written_out(network, *parts)
    products = np.array([matrix.times(vector) for vector in np.eye(network.n_params)])
    assert_allclose(products, expected, atol=1e-8 * np.abs(expected).max() + 1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_curvature_of_a_loss_is_the_derivative_of_its_gradient(kind):
    loss, n_outputs = loss_of(kind)
    random_state = np.random.RandomState(1)
    raw, direction = random_state.standard_normal((2, n_outputs, 6))
    weights, step = random_state.uniform(0.5, 2, 6), 1e-6
    encoded = loss.encode(draw_codes(kind, 6, random_state), np.float64)
    gradients = [(raw + sign * step * direction)[np.newaxis] for sign in (1, -1)]
    for gradient in gradients:
        loss.value_and_gradient(gradient, encoded, weights)
    expected = (gradients[0] - gradients[1])[0] / (2 * step)
    curved = direction.copy()
    loss.curve(raw, encoded, curved, weights)
    assert_allclose(curved, expected, atol=1e-8)


@pytest.mark.parametrize("kind", CLASS_KINDS)
def test_the_curvature_is_finite_and_not_negative_far_out(kind):
    loss, n_outputs = loss_of(kind)
    for size in (1e3, 1e30):
        raw = np.full((n_outputs, 2), size) * np.array([1, -1])
        raw[0] *= -1
        direction = np.ones((n_outputs, 2))
        encoded = loss.encode(draw_codes(kind, 2, np.random.RandomState(0)), np.float64)
        loss.curve(raw, encoded, direction, np.ones(2))
        assert np.isfinite(direction).all()
        assert (np.abs(direction) < 1e-100).all()


def test_sparse_samples_have_the_same_products():
    dense, network, _ = draw_matrix("multiclass")
    other, _, _ = draw_matrix("multiclass", as_sparse=True)
    vector = np.random.RandomState(2).standard_normal(network.n_params)
    assert_allclose(other.times(vector), dense.times(vector), rtol=1e-12, atol=1e-12)


def test_threads_change_no_bit(two_blas_threads):
    _, network, _ = draw_matrix("binary")
    vector = np.random.RandomState(2).standard_normal(network.n_params)
    with thread_team() as team:
        together, _, _ = draw_matrix("binary", n_samples=20_000, team=team)
        products = together.times(vector), draw_matrix("binary", n_samples=20_000)[0].times(vector)
    np.testing.assert_array_equal(*products)


def test_the_spectrum_of_a_small_matrix_gives_sums_over_its_eigenvalues():
    random_state = np.random.RandomState(0)
    root = random_state.standard_normal((200, 200)) / np.arange(1, 201)
    matrix, counted = root @ root.T, np.ones(200)
    counted[::50] = 0
    inner = matrix[np.ix_(counted > 0, counted > 0)]
    draws = [spectrum(lambda vector: matrix @ vector, counted, random_state) for _ in range(300)]
    assert draws[0][1].sum() == pytest.approx(196)
    expected = np.linalg.eigvalsh(inner)
    for decay in (0.1, 1.0, 30.0):
        exact = (expected / (expected + decay)).sum()
        estimates = [determined(*draw, decay) for draw in draws]
        assert np.mean(estimates) == pytest.approx(exact, rel=0.1)


def test_the_spectrum_of_a_matrix_of_low_rank_ends_by_itself():
    values, counts = spectrum(lambda vector: 3 * vector, np.ones(5), np.random.RandomState(0))
    assert_allclose(values, [3])
    assert_allclose(counts, [5])
    values, _ = spectrum(np.zeros_like, np.ones(5), np.random.RandomState(0))
    assert_allclose(values, [0])


@pytest.mark.parametrize(
    ("loss", "targets", "expected"),
    [
        (SquaredError(), lambda r: r.normal(scale=3, size=20_000), 9),
        (Huber(1.0), lambda r: np.append(r.normal(size=19_800), np.full(200, 1e6)), 0.77),
        (Quantile((0.2,), 0.1), lambda r: r.normal(size=20_000) + 0.8416, 0.16 / 0.28),
        (Poisson(), lambda r: r.poisson(1, 20_000), 1),
        (Poisson(), lambda r: 4 * r.poisson(0.25, 20_000), 4),
        (Gamma(), lambda r: r.gamma(4, 0.25, 20_000), 0.25),
    ],
)
def test_the_dispersion_is_how_much_more_gradients_vary_than_the_loss_is_curved(
    loss, targets, expected
):
    """Of a network that predicts 0, or a mean of 1."""
    random_state = np.random.RandomState(0)
    network, X, ones = Network(1, 1, 1, "tanh"), np.zeros((20_000, 1)), np.ones(20_000)
    dataset = Dataset(X, loss, targets(random_state), ones, ones, None, None)
    matrix = GaussNewton(network, np.zeros(network.n_params), dataset, None)
    assert matrix.dispersion() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("kind", CLASS_KINDS)
def test_the_loss_of_classes_is_a_likelihood(kind):
    assert draw_matrix(kind)[0].dispersion() == 1


@pytest.mark.parametrize(
    ("loss", "curvature"), [(Quantile((0.2,)), 0.16 / 0.4), (AbsoluteError(), 1 / 0.4)]
)
def test_where_noise_is_known_a_loss_is_curved_as_its_likelihood(loss, curvature):
    """Of (asymmetric) Laplace noise of scale b: as often as the density at the quantile says."""
    measured, directions = loss.measured(0.4), np.ones((1, 3))
    assert measured.noise == 0.4
    measured.curve(np.array([[-5.0, 0.0, 9.0]]), np.zeros((1, 3)), directions, np.ones(3))
    assert_allclose(directions, curvature)
