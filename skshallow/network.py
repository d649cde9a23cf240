"""A network with one hidden layer: its parameter vector, its forward and its backward pass.

Inside, columns are samples, as in the mathematics: with the rows of a block as the columns of X, ::

    Z1 = W1·[X; 1]        (n_h, rows)
    A1 = act(Z1)          (n_h, rows)
    Z2 = W2·[A1; 1]       (n_outputs, rows), the logits

where the last column of W1 and of W2 is the bias, the weight of a constant 1. And backwards, from
dZ2, the loss's gradient in the logits: ::

    dW2 = dZ2·[A1; 1]ᵀ
    dZ1 = W2ᵀ·dZ2 ∘ act'(Z1)      (W2 without its bias column)
    dW1 = dZ1·[X; 1]ᵀ

Everything has a leading stack axis: K networks of equal shape go through together. Their hidden
layers are concatenated, so the two large products are a single one of K·n_h rows each.
"""

import math
from dataclasses import dataclass

import numpy as np

from skshallow.activations import ACTIVATIONS
from skshallow.stacks import products

SMALL_SCALE = 0.01


@dataclass(frozen=True)
class Network:
    """The shape of a network and the passes through it.

    A stack of K networks is one array `theta` of shape (K, n_params). Each row holds W1 of shape
    (n_h, n_features + 1), then W2 of shape (n_outputs, n_h + 1), biases in the last column.

    Parameters
    ----------
    n_features, n_h, n_outputs : int
        Widths of the three layers.
    activation : str
        A key of :data:`~skshallow.activations.ACTIVATIONS`.
    """

    n_features: int
    n_h: int
    n_outputs: int
    activation: str

    @property
    def n_params(self):
        """Length of one network's parameter vector."""
        return self.n_h * (self.n_features + 1) + self.n_outputs * (self.n_h + 1)

    def split(self, theta):
        """Views of the stacked W1, (K, n_h, n_features + 1), and W2, (K, n_outputs, n_h + 1)."""
        border = self.n_h * (self.n_features + 1)
        first = theta[:, :border].reshape(-1, self.n_h, self.n_features + 1)
        second = theta[:, border:].reshape(-1, self.n_outputs, self.n_h + 1)
        return first, second

    def penalised(self, dtype):
        """Vector of n_params entries: 1 at a weight, 0 at a bias."""
        mask = np.ones((1, self.n_params), dtype=dtype)
        for matrix in self.split(mask):
            matrix[:, :, -1] = 0
        return mask[0]

    def pack(self, coefs, intercepts, dtype):
        """Parameter vector of weights in scikit-learn's shapes, biases beside them."""
        theta = np.empty((1, self.n_params), dtype=dtype)
        for matrix, coef, intercept in zip(self.split(theta), coefs, intercepts, strict=True):
            matrix[0, :, :-1] = np.transpose(coef)
            matrix[0, :, -1] = intercept
        return theta[0]

    def unpack(self, theta):
        """`coefs`, `intercepts` in scikit-learn's shapes, copied from one parameter vector."""
        matrices = [matrix[0] for matrix in self.split(theta[np.newaxis])]
        coefs = [np.ascontiguousarray(matrix[:, :-1].T) for matrix in matrices]
        return coefs, [matrix[:, -1].copy() for matrix in matrices]

    def draw(self, init, random_state, dtype):
        """Draw initial weights: W1 first, then W2, both in scikit-learn's shapes.

        Parameters
        ----------
        init : {"auto", "small"}
            "auto" gives a unit's inputs the variance that keeps activations and gradients at one
            scale, gain / fan-in (He et al., 2015, for units that are half off; Glorot and Bengio,
            2010, for the others). "small" gives every weight a standard deviation of 0.01. Biases
            start at zero.
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
        """Run a block of rows through the stack; the logits end up in ``work.logits``.

        Parameters
        ----------
        matrices : tuple of two ndarrays
            The stacked W1 and W2, as :meth:`split` gives them.
        block : DenseBlock or SparseBlock
            The rows.
        work : Workspace
            Buffers, already shaped for K networks and these rows.
        """
        first, second = matrices
        # A view for one network, a copy for a stack: one large product is worth it.
        block.project(first.reshape(-1, self.n_features + 1), out=work.flat_z)
        ACTIVATIONS[self.activation].value(work.z, out=work.a)
        products(second, work.a_and_one, out=work.logits)

    def backward(self, matrices, block, work, gradients):
        """Write the gradient of a loss whose derivative in the logits is ``work.logits``.

        Parameters
        ----------
        matrices, block, work
            As in the :meth:`forward` just before, whose activations are used up.
        gradients : tuple of two ndarrays
            Where the gradients in W1 and W2 go.
        """
        _, second = matrices
        d_first, d_second = gradients
        products(work.logits, work.a_and_one.swapaxes(1, 2), out=d_second)
        ACTIVATIONS[self.activation].slope(work.z, work.a, out=work.z)
        if self.n_outputs == 1:
            self._correlate_one_output(block, work, d_first)
            d_first *= second[:, 0, :-1, np.newaxis]
        else:
            products(second[:, :, :-1].swapaxes(1, 2), work.logits, out=work.d)
            work.d *= work.z
            self._correlate(block, work.flat_d, work, d_first)

    def _correlate_one_output(self, block, work, d_first):
        """dW1 but for the factors W2, which scale whole rows of it and so are left for last.

        Likewise dZ2 scales whole columns of dZ1: for one network the block scales its rows
        instead where these are shorter.
        """
        if len(d_first) == 1:
            block.correlate(work.flat_z, out=d_first[0], scales=work.logits[0, 0])
        else:
            work.z *= work.logits
            self._correlate(block, work.flat_z, work, d_first)

    def _correlate(self, block, errors, work, d_first):
        if len(d_first) == 1:
            block.correlate(errors, out=d_first[0])
        else:
            block.correlate(errors, out=work.d_first)
            d_first[...] = work.d_first.reshape(d_first.shape)


class Workspace:
    """Buffers for the passes, allocated once for the largest stack and block.

    Parameters
    ----------
    network : Network
        The shape of each network.
    n_networks, n_rows : int
        The largest stack and the largest block that will come.
    dtype : numpy dtype
        Floating point type of all buffers.

    Attributes
    ----------
    z, a, d : ndarray of shape (K, n_h, rows)
        Pre-activations, activations, and the loss's gradient in the pre-activations.
    a_and_one : ndarray of shape (K, n_h + 1, rows)
        `a` with a constant 1 below it.
    logits : ndarray of shape (K, n_outputs, rows)
        Raw outputs; the loss turns them into its gradient.
    gradients : tuple of two ndarrays
        Room for the gradients of one block in W1 and W2.
    """

    def __init__(self, network, n_networks, n_rows, dtype):
        self._network = network
        cells = n_networks * n_rows
        self._z = np.empty(cells * network.n_h, dtype)
        self._d = np.empty(cells * network.n_h, dtype)
        self._a = np.empty(cells * (network.n_h + 1), dtype)
        self._logits = np.empty(cells * network.n_outputs, dtype)
        self._d_first = np.empty((n_networks * network.n_h, network.n_features + 1), dtype)
        self._gradient = np.empty((n_networks, network.n_params), dtype)
        self._layouts = {}
        self._shape = None

    def shape(self, n_networks, n_rows):
        """Lay the buffers out for a stack and a block; costs nothing where the shape stays."""
        shape = n_networks, n_rows
        if self._shape == shape:
            return self
        if shape not in self._layouts:
            self._layouts[shape] = self._lay_out(n_networks, n_rows)
        # An exception in between must not leave one shape with the layout of another.
        self._shape = None
        vars(self).update(self._layouts[shape])
        # Another layout has written activations here.
        self.a_and_one[:, -1] = 1
        self._shape = shape
        return self

    def _lay_out(self, n_networks, n_rows):
        n_h, n_outputs = self._network.n_h, self._network.n_outputs
        z = _carve(self._z, n_networks, n_h, n_rows)
        d = _carve(self._d, n_networks, n_h, n_rows)
        a_and_one = _carve(self._a, n_networks, n_h + 1, n_rows)
        return {
            "z": z,
            "d": d,
            "a_and_one": a_and_one,
            "a": a_and_one[:, :-1],
            "logits": _carve(self._logits, n_networks, n_outputs, n_rows),
            "flat_z": z.reshape(-1, n_rows),
            "flat_d": d.reshape(-1, n_rows),
            "d_first": self._d_first[: n_networks * n_h],
            "gradients": self._network.split(self._gradient[:n_networks]),
        }


def _carve(flat, *shape):
    return flat[: math.prod(shape)].reshape(shape)
