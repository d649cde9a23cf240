"""How strong a penalty should be, by what the samples determine of a network's weights.

A penalty is the prior that weights are normal with variance 1/α, and the evidence for α is the
probability of the targets, whatever the weights. Where it is highest (MacKay, A practical Bayesian
framework for backpropagation networks, 1992), ::

    α·‖w‖² = γ,    γ = Σ_j λ_j/(λ_j + α)

with the eigenvalues λ of the Gauss-Newton matrix of the summed loss in the weights w, ::

    Σ_i s_i·J_iᵀ·(∂²loss_i/∂z²)·J_i,    J_i = ∂z_i/∂w

The left side is what the penalty is worth, and γ is how many of the weights the samples determine,
rather than the penalty. Biases are not penalised, and are left out.

The eigenvalues are not computed one by one. Lanczos' method gives a few that stand for all of them
in such a sum, each with a share of the weights: stochastic Lanczos quadrature (Ubaru, Chen and
Saad, Fast estimation of tr(f(A)) via stochastic Lanczos quadrature, 2017).
"""

import numpy as np

from skshallow._core.activations import ACTIVATIONS
from skshallow._core.network import block_size
from skshallow._core.objective import in_parts
from skshallow._core.threads import SINGLE_THREAD

# Products with the matrix; more of them change γ by less than the choice of the random vector does.
STEPS = 12
# What a network makes of the samples is computed once for all products, if it takes no more memory.
KEPT_BYTES = 2**24
# A loss may be curved at few samples; so little is none.
LEAST_CURVATURE = 1e-6
# Of the largest eigenvalue: what is left of a vector below this is rounding.
ROUNDING = 100


class GaussNewton:
    """The Gauss-Newton matrix of the mean loss of one network, by its products.

    Parameters
    ----------
    network : Network
        The shape of the network.
    theta : ndarray of shape (n_params,)
        Its weights.
    dataset : Dataset
        The samples.
    scaling : Scaling or None
        What becomes of the features.
    team : ThreadTeam, default=SINGLE_THREAD
        The threads that share a large table. How many they are changes no bit of the result.
    """

    def __init__(self, network, theta, dataset, scaling, team=SINGLE_THREAD):
        n_samples, dtype = len(dataset), dataset.X.dtype
        # Beside the activations there are their changes.
        blocks = dataset.in_blocks(scaling, block_size(n_samples, 2 * network.n_h, dtype))
        self._network, self._loss = network, dataset.loss
        self._targets = dataset.loss.encode(dataset.codes, dtype)
        self._matrices = network.matrices(theta[np.newaxis])
        self._weights = (dataset.weights / dataset.weights.sum()).astype(dtype)
        self._parts = in_parts(n_samples, blocks.size, theta.nbytes)
        self._team = team if len(self._parts) > 1 else SINGLE_THREAD
        self._readers = [blocks.reader() for _ in range(self._team.size)]
        rows = 2 * network.n_h + 1 + network.n_outputs
        self._keeps = n_samples * rows * dtype.itemsize <= KEPT_BYTES
        self._kept = {}

    def times(self, vector):
        """The product with a vector of shape (n_params,), in the shape of it."""
        products = [None] * len(self._parts)

        def work(member, part):
            products[part] = self._of_part(self._readers[member], self._parts[part], vector)

        self._team.share_out(len(products), work)
        return sum(products)

    def dispersion(self):
        """What to divide the loss by for its gradients to vary as much as it is curved.

        Of the logarithm of a likelihood the squared derivative in a raw output is on average minus
        the second one. For half the squared error their ratio is the variance of noise, and for
        half a deviance Pearson's estimate (McCullagh and Nelder, Generalized linear models, 1989).
        """
        if self._loss.least_dispersion is None:
            return 1.0
        if self._loss.told_dispersion is not None:
            return self._loss.told_dispersion
        squares = curvature = 0.0
        for part in self._parts:
            for samples, block in _in_blocks(self._readers[0], part):
                weights, targets = self._weights[samples], self._targets[:, samples]
                raw = self._forward(block, samples)[-1]
                curved = np.ones_like(raw)
                self._loss.curve(raw.copy(), targets, curved, weights)
                curvature += float(curved.sum())
                slopes = raw.copy()
                self._loss.value_and_gradient(slopes[np.newaxis], targets, np.ones_like(weights))
                squares += float(np.dot(np.square(slopes), weights).sum())
        return squares / max(curvature, LEAST_CURVATURE)

    def _of_part(self, reader, part, vector):
        product = np.zeros_like(vector)
        moves = self._network.matrices(vector[np.newaxis])
        total = self._network.matrices(product[np.newaxis])
        for samples, block in _in_blocks(reader, part):
            self._add(block, samples, moves, total)
        return product

    def _forward(self, block, samples):
        """Derivatives of the activations, these with a constant 1 below, and raw outputs."""
        if samples.start in self._kept:
            return self._kept[samples.start]
        (first,), (second,) = self._matrices
        activation, n_samples = ACTIVATIONS[self._network.activation], samples.stop - samples.start
        z = np.empty((len(first), n_samples), first.dtype)
        a_and_one = np.ones((len(first) + 1, n_samples), first.dtype)
        block.project(first, out=z)
        activation.value(z, out=a_and_one[:-1])
        activation.derivative(z, a_and_one[:-1], out=z)
        forward = z, a_and_one, second @ a_and_one
        if self._keeps:
            self._kept[samples.start] = forward
        return forward

    def _add(self, block, samples, moves, total):
        """Add the product of some samples: forward along the changes, curve, and backward."""
        _, (second,) = self._matrices
        (d_first,), (d_second,) = moves
        weights, targets = self._weights[samples], self._targets[:, samples]
        slopes, a_and_one, raw = self._forward(block, samples)
        changes = np.empty_like(slopes)
        block.project(d_first, out=changes)
        changes *= slopes
        d_raw = d_second @ a_and_one + second[:, :-1] @ changes
        self._loss.curve(raw.copy(), targets, d_raw, weights)
        total[1][0] += d_raw @ a_and_one.T
        np.matmul(second[:, :-1].T, d_raw, out=changes)
        changes *= slopes
        of_first = np.empty_like(d_first)
        block.correlate(changes, out=of_first)
        total[0][0] += of_first


def _in_blocks(reader, part):
    """The samples of each block of a part of the table, and the block."""
    for start in range(part.start, part.stop, reader.size):
        samples = slice(start, min(start + reader.size, part.stop))
        yield samples, reader.block(samples)


def spectrum(times, counted, random_state):
    """Numbers that stand for the eigenvalues of a symmetric matrix without negative ones.

    Parameters
    ----------
    times : callable
        ``times(vector)`` is the product of the matrix with a vector.
    counted : ndarray of shape (n_params,)
        1 for the parameters to look at, and 0 for others, whose rows and columns are left out.
    random_state : RandomState
        Draws the vector to start from.

    Returns
    -------
    eigenvalues, counts : ndarray of shape (n,)
        ``np.dot(counts, f(eigenvalues))`` estimates the sum of f over all eigenvalues.
    """
    signs = 2 * random_state.randint(2, size=len(counted)) - 1
    n_counted = counted.sum()
    basis = np.empty((STEPS + 1, len(counted)), counted.dtype)
    basis[0] = signs * counted / np.sqrt(n_counted)
    diagonal, beside = [], []
    for n in range(1, STEPS + 1):
        product, former = times(basis[n - 1]) * counted, basis[:n]
        diagonal.append(np.dot(product, former[-1]))
        # Twice, for what is left to be orthogonal to the rounding error.
        for _ in range(2):
            product -= np.dot(former @ product, former)
        length = np.sqrt(np.dot(product, product))
        if not length > ROUNDING * np.finfo(counted.dtype).eps * max(diagonal):
            break
        beside.append(length)
        np.divide(product, length, out=basis[n])
    off = np.array(beside[: len(diagonal) - 1], dtype=np.float64)
    tridiagonal = np.diag(np.array(diagonal, dtype=np.float64)) + np.diag(off, 1) + np.diag(off, -1)
    eigenvalues, vectors = np.linalg.eigh(tridiagonal)
    return np.maximum(eigenvalues, 0), float(n_counted) * vectors[0] ** 2


def determined(eigenvalues, counts, decay):
    """How many weights the samples determine: γ, for a penalty on the scale of the eigenvalues."""
    return np.dot(counts, eigenvalues / (eigenvalues + decay))
