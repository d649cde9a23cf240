"""A network with one hidden layer: its parameter vector, its forward and its backward pass.

Inside, columns are samples, as in the mathematics: with the samples of a block as the columns of
X, ::

    Z1 = W1·[X; 1]        (n_h, n_samples)
    A1 = act(Z1)          (n_h, n_samples)
    Z2 = W2·[A1; 1]       (n_outputs, n_samples), the raw outputs

where the last column of W1 and of W2 is the bias, the weight of a constant 1. And backwards, from
dZ2, the gradient of the loss with respect to the raw outputs: ::

    dW2 = dZ2·[A1; 1]ᵀ
    dZ1 = W2ᵀ·dZ2 ∘ act'(Z1)      (W2 without its bias column)
    dW1 = dZ1·[X; 1]ᵀ

Everything has a leading stack axis: K networks of equal shape go through together. Their hidden
layers are concatenated, so the two large products are a single one of K·n_h rows each.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from skshallow._core.activations import ACTIVATIONS

SMALL_SCALE = 0.01
# The activations of a block should stay in a core's cache. Yet a block of few samples is slow
# however well it fits: what a call to NumPy costs beside the arithmetic weighs more.
ACTIVATION_BYTES = 2**20
SMALLEST_BLOCK = 512
# The features of a block should stay there, too.
FEATURE_BYTES = 2**21
# Stacks whose activations take more than this in the smallest block are no faster per network.
STACK_BYTES = 2**22


def block_size(n_samples, n_units, dtype):
    """How many samples make a block for so many hidden units: all blocks are about as long."""
    most = max(SMALLEST_BLOCK, ACTIVATION_BYTES // (n_units * np.dtype(dtype).itemsize))
    return even_size(n_samples, most)


def even_size(n_samples, most):
    """Length of blocks that are about as long, and no longer than `most`."""
    n_blocks = max(1, -(-n_samples // most))
    return -(-n_samples // n_blocks)


def most_stacked_units(dtype):
    """The most hidden units that are worth stacking."""
    return STACK_BYTES // (SMALLEST_BLOCK * np.dtype(dtype).itemsize)


@dataclass(frozen=True)
class Network:
    """The shape of a network and the passes through it.

    A stack of K networks is one array `theta` of shape (K, n_params). Each row holds W1 of shape
    (n_h, n_features + 1), then W2 of shape (n_outputs, n_h + 1), biases in the last column.

    Parameters
    ----------
    n_features, n_h, n_outputs : int
        Number of features, of hidden units and of outputs.
    activation : str
        A key of :data:`~skshallow._core.activations.ACTIVATIONS`.
    """

    n_features: int
    n_h: int
    n_outputs: int
    activation: str

    @cached_property
    def n_params(self):
        """Length of one network's parameter vector."""
        return self.n_h * (self.n_features + 1) + self.n_outputs * (self.n_h + 1)

    def matrices(self, theta):
        """Views of the stacked W1, (K, n_h, n_features + 1), and W2, (K, n_outputs, n_h + 1)."""
        border = self.n_h * (self.n_features + 1)
        first = theta[:, :border].reshape(-1, self.n_h, self.n_features + 1)
        second = theta[:, border:].reshape(-1, self.n_outputs, self.n_h + 1)
        return first, second

    def penalised(self, dtype):
        """Vector of n_params entries: 1 at a weight, 0 at a bias."""
        mask = np.ones((1, self.n_params), dtype=dtype)
        for matrix in self.matrices(mask):
            matrix[:, :, -1] = 0
        return mask[0]

    def pack(self, coefs, intercepts, dtype):
        """Parameter vector of weights and biases in scikit-learn's shapes."""
        theta = np.empty((1, self.n_params), dtype=dtype)
        for matrix, coef, intercept in zip(self.matrices(theta), coefs, intercepts, strict=True):
            matrix[0, :, :-1] = np.transpose(coef)
            matrix[0, :, -1] = intercept
        return theta[0]

    def unpack(self, theta):
        """`coefs`, `intercepts` in scikit-learn's shapes, copied from one parameter vector."""
        (first,), (second,) = self.matrices(theta[np.newaxis])
        coefs = [np.ascontiguousarray(first[:, :-1].T), np.ascontiguousarray(second[:, :-1].T)]
        return coefs, [first[:, -1].copy(), second[:, -1].copy()]

    def draw(self, init, random_state, dtype):
        """Draw initial weights: W1 first, then W2, both in scikit-learn's shapes.

        Parameters
        ----------
        init : {"auto", "small"}
            "auto" gives the inputs of a unit the variance that keeps activations and gradients at
            one scale, gain / fan-in (He et al., 2015, for units that are half off; Glorot and
            Bengio, 2010, for the others). "small" gives every weight a standard deviation of 0.01.
            Biases start at zero.
        random_state : RandomState
            Source of the draws.
        dtype : numpy dtype
            Type of the result; the draws are the same for every type.

        Returns
        -------
        theta : ndarray of shape (n_params,)
        """
        gain = ACTIVATIONS[self.activation].gain
        shapes = [(self.n_features, self.n_h), (self.n_h, self.n_outputs)]
        scales = [SMALL_SCALE, SMALL_SCALE]
        if init == "auto":
            scales = [np.sqrt(gain / self.n_features), np.sqrt(1 / self.n_h)]
        coefs = [
            random_state.standard_normal(shape) * scale
            for shape, scale in zip(shapes, scales, strict=True)
        ]
        return self.pack(coefs, [0, 0], dtype)

    def forward(self, matrices, block, work):
        """Run a block of samples through the stack; the results end up in ``work.raw``.

        Parameters
        ----------
        matrices : tuple of two ndarrays
            The stacked W1 and W2, as :meth:`matrices` gives them.
        block : DenseBlock or SparseBlock
            The samples.
        work : Layout
            Buffers for K networks and these samples.
        """
        first, second = matrices
        # A view for one network, a copy for a stack: one large product is worth it.
        block.project(first.reshape(-1, self.n_features + 1), out=work.flat_z)
        ACTIVATIONS[self.activation].value(work.z, out=work.a)
        if len(second) == 1:
            # For two matrices np.dot is np.matmul with less to do beforehand.
            np.dot(second[0], work.a_and_one[0], out=work.raw[0])
        else:
            np.matmul(second, work.a_and_one, out=work.raw)

    def backward(self, matrices, block, work, gradients):
        """Write the gradient of a loss whose derivative in the raw outputs is ``work.raw``.

        Parameters
        ----------
        matrices, block, work
            As in the :meth:`forward` just before, whose activations are used up.
        gradients : tuple of two ndarrays
            Where the gradients in W1 and W2 go.
        """
        _, second = matrices
        d_first, d_second = gradients
        alone = len(second) == 1
        if alone:
            np.dot(work.raw[0], work.a_and_one[0].T, out=d_second[0])
        else:
            np.matmul(work.raw, work.a_and_one.swapaxes(1, 2), out=d_second)
        ACTIVATIONS[self.activation].derivative(work.z, work.a, out=work.z)
        # For one network the product goes where it belongs, for a stack by way of a buffer.
        out = d_first[0] if alone else work.d_first
        if self.n_outputs == 1:
            # W2 scales whole rows of dW1, and so is left for last. Likewise dZ2 scales whole
            # columns of dZ1: for one network the block scales its samples instead if that is less.
            scales = work.raw[0, 0] if alone else None
            if not alone:
                np.multiply(work.z, work.raw, out=work.z)
            block.correlate(work.flat_z, out=out, scales=scales)
        else:
            np.matmul(second[:, :, :-1].swapaxes(1, 2), work.raw, out=work.d)
            np.multiply(work.d, work.z, out=work.d)
            block.correlate(work.flat_d, out=out)
        if not alone:
            d_first[...] = out.reshape(d_first.shape)
        if self.n_outputs == 1:
            d_first *= second[:, 0, :-1, np.newaxis]


class Layout(NamedTuple):
    """Buffers laid out for a stack of K networks and a block of samples.

    Attributes
    ----------
    z, a, d : ndarray of shape (K, n_h, n_samples)
        Inputs of the hidden units, activations, and the gradient of the loss in the inputs.
    a_and_one : ndarray of shape (K, n_h + 1, n_samples)
        `a` with a constant 1 below it.
    raw : ndarray of shape (K, n_outputs, n_samples)
        Raw outputs; the loss turns them into its gradient.
    flat_z, flat_d : ndarray of shape (K·n_h, n_samples)
        `z` and `d`, the hidden layers one below the other.
    d_first : ndarray of shape (K·n_h, n_features + 1)
        Room for the gradient in W1.
    gradients : tuple of two ndarrays
        Room for the gradients of one block in W1 and W2.
    """

    z: np.ndarray
    a: np.ndarray
    d: np.ndarray
    a_and_one: np.ndarray
    raw: np.ndarray
    flat_z: np.ndarray
    flat_d: np.ndarray
    d_first: np.ndarray
    gradients: tuple


class Workspace:
    """Buffers for the passes, allocated once for the largest stack and block.

    Parameters
    ----------
    network : Network
        The shape of each network.
    n_networks, n_samples : int
        The largest stack and the largest block that will come.
    dtype : numpy dtype
        Floating point type of all buffers.
    """

    def __init__(self, network, n_networks, n_samples, dtype):
        self._network = network
        cells = n_networks * n_samples
        self._z = np.empty(cells * network.n_h, dtype)
        self._d = np.empty(cells * network.n_h, dtype)
        self._a = np.empty(cells * (network.n_h + 1), dtype)
        self._raw = np.empty(cells * network.n_outputs, dtype)
        self._d_first = np.empty((n_networks * network.n_h, network.n_features + 1), dtype)
        self._gradient = np.empty((n_networks, network.n_params), dtype)
        self._layouts = {}
        self._current = None, None

    def layout(self, n_networks, n_samples):
        """The buffers for a stack and a block; this costs nothing where the shape stays."""
        shape = n_networks, n_samples
        known, layout = self._current
        if known != shape:
            if shape not in self._layouts:
                self._layouts[shape] = self._lay_out(n_networks, n_samples)
            layout = self._layouts[shape]
            # Another layout has written activations here, and will find a constant 1 in its place.
            self._current = None, None
            layout.a_and_one[:, -1] = 1
            self._current = shape, layout
        return layout

    def _lay_out(self, n_networks, n_samples):
        network, cells = self._network, n_networks * n_samples
        shape = n_networks, -1, n_samples
        z = self._z[: cells * network.n_h].reshape(shape)
        d = self._d[: cells * network.n_h].reshape(shape)
        a_and_one = self._a[: cells * (network.n_h + 1)].reshape(shape)
        return Layout(
            z=z,
            a=a_and_one[:, :-1],
            d=d,
            a_and_one=a_and_one,
            raw=self._raw[: cells * network.n_outputs].reshape(shape),
            flat_z=z.reshape(-1, n_samples),
            flat_d=d.reshape(-1, n_samples),
            d_first=self._d_first[: n_networks * network.n_h],
            gradients=network.matrices(self._gradient[:n_networks]),
        )
