"""Passes of samples through a stack of networks by compiled kernels; see ``numpy_passes.py``.

The kernels go through a block network by network: how many there are, and how many threads, changes
no bit of the result.
"""

from ctypes import addressof, byref, c_char

import numpy as np

from skshallow._core.losses import LOSSES, AbsoluteError, Huber, Quantile
from skshallow._core.network import even_size, most_stacked_units
from skshallow._core.numpy_passes import NumpyPass
from skshallow._kernels import kernels_in_use

# What a block takes altogether should stay in a core's cache; sums over few samples are slow.
BLOCK_BYTES = 2**18
SMALLEST_BLOCK = 256
# A vector that lies in two lines of the cache takes twice as long to load.
LINE_BYTES = 64
# BLAS arranges large matrices anew, which pays for many features and units. Times of NumPy over
# those of the kernels, on a processor with AVX2, for rectified units, one output and double
# precision, on 4000 samples and on 200: for 100 features and 256 units 0.99 and 1.02, for 200 and
# 16 units 0.99 and 1.53, for 200 and 256 units 0.88 and 0.96, for 400 and 256 units 0.75 and 0.87,
# and for fewer features 0.94 to 3.2. With exponentials in the activation they are higher.
MOST_FEATURES, MOST_WEIGHT_BYTES = 100, 2**16
# By the types of losses: their names, as the kernels know them.
NAMES = {kind: name for name, kind in LOSSES.items()} | {AbsoluteError: "quantile"}


def suitable_passes(network, loss, X):
    """The kind of passes for a table: compiled ones, unless there are none or NumPy is faster."""
    kernels = kernels_in_use()
    if kernels is None or not isinstance(X, np.ndarray) or X.dtype not in (np.float32, np.float64):
        return NumpyPass
    known = network.activation in kernels.activations and NAMES.get(type(loss)) in kernels.losses
    many = network.n_features > MOST_FEATURES
    large = many and network.n_features * network.n_h * X.itemsize > MOST_WEIGHT_BYTES
    return CompiledPass if known and not large else NumpyPass


class CompiledPass:
    """Passes of dense samples with buffers of their own, for a thread.

    Parameters
    ----------
    network, loss, reader, targets, weights, n_networks
        As for :class:`~skshallow._core.numpy_passes.NumpyPass`.
    """

    def __init__(self, network, loss, reader, targets, weights, n_networks):
        kernels, dtype = kernels_in_use(), reader.dtype
        self.size = len(weights) if reader.lasting else reader.size
        self._reader, self._dtype = reader, dtype
        tilts, parameters = (np.array(numbers, dtype) for numbers in _parameters(loss))
        tilts = np.resize(tilts, network.n_outputs)
        self._problem = kernels.problem(
            network.activation,
            NAMES[type(loss)],
            n_columns=network.n_features + 1,
            n_h=network.n_h,
            n_outputs=network.n_outputs,
            n_targets=len(targets),
            block_size=reader.size,
            tilts=tilts.ctypes.data,
            parameters=parameters.ctypes.data,
        )
        n_bytes = kernels.function("scratch", dtype)(byref(self._problem))
        scratch = np.empty(n_bytes + LINE_BYTES, np.uint8)
        self._problem.scratch = scratch.ctypes.data + -scratch.ctypes.data % LINE_BYTES
        self._samples = kernels.samples(
            targets=targets.ctypes.data, weights=weights.ctypes.data, n_table=len(weights)
        )
        self._values = np.empty(n_networks, dtype)
        self._call, self._address = kernels.function("pass", dtype), kernels.address
        # All that the kernels know the addresses of stays as long as they do.
        self._held = tilts, parameters, scratch, targets, weights
        self._addresses = byref(self._problem), byref(self._samples), self.view(self._values)[1]
        self._table = reader.table.ctypes.data if reader.lasting else None
        self._kept = None

    @staticmethod
    def reads(loss, targets, dtype):
        """Targets as the loss encodes them, class numbers in the type of the features, too."""
        return np.ascontiguousarray(loss.encode(targets, dtype), dtype=dtype)

    @staticmethod
    def networks_at_a_time(network, n_networks, dtype):
        """How many networks to reckon with, which must not depend on how many there are."""
        return max(1, most_stacked_units(dtype) // network.n_h)

    @staticmethod
    def block_size(network, n_networks, n_samples, dtype):
        """Samples whose features and activations fit a core's cache."""
        n_rows = network.n_features + 2 * network.n_h + network.n_outputs + 3
        most = max(SMALLEST_BLOCK, BLOCK_BYTES // (n_rows * np.dtype(dtype).itemsize))
        return even_size(n_samples, most)

    def view(self, array):
        """How many networks an array has, and where it is."""
        return len(array), self._address(array, self._dtype)

    def loss(self, samples, scale, theta, gradient, add):
        """Sum the weighted loss; see :meth:`~skshallow._core.numpy_passes.NumpyPass.loss`."""
        n_networks, of_theta = theta
        of_gradient = None if gradient is None else gradient[1]
        problem, of_samples, values = self._addresses
        if samples is not self._kept:
            self._find(samples, scale)
        self._call(problem, of_samples, n_networks, of_theta, of_gradient, values, add)
        self._samples.kept = samples is self._kept
        return self._values[:n_networks].copy()

    def _find(self, samples, scale):
        """Say where samples are."""
        of, reader, self._kept = self._samples, self._reader, None
        of.kept, of.scale, of.copied, of.start, of.rows = 0, scale, not reader.lasting, 0, None
        whole = isinstance(samples, slice)
        if whole:
            of.n, of.start = samples.stop - samples.start, samples.start
        else:
            self._batch = np.require(samples, np.int64, ["C", "W"])
            of.n, of.rows = len(samples), addressof(c_char.from_buffer(self._batch))
        if reader.lasting:
            of.features = self._table
        else:
            # Read into the same buffer every time.
            of.features = reader.block(samples).values.ctypes.data
        if whole and reader.lasting and of.n <= reader.size:
            # The only block of a small table is the same at every evaluation. This comes last:
            # whoever is interrupted before has to say again where it is.
            self._kept = samples


def _parameters(loss):
    """Numbers that the kernels need of a loss: those of the outputs, and those that they share."""
    if isinstance(loss, Huber):
        return [0.0], [loss.threshold]
    if isinstance(loss, Quantile):
        factor = 2.0 if isinstance(loss, AbsoluteError) else 1.0
        return 0.5 - np.array(loss.levels), [loss.corner, factor]
    return [0.0], [0.0]
