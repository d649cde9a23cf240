"""Passes of samples through a stack of networks: forward, the loss, and backward, in NumPy.

A *pass* is what the objective sums up, and has these members:

- ``reads``: a function of the loss, targets and a type, which gives the targets as they are read;
- ``networks_at_a_time``: how many networks share buffers;
- ``block_size``: the samples of a block, for so many networks of a shape and so many samples;
- ``size``: the most samples of a call;
- ``view(array)``: what it wants to know of a stack of parameter vectors or of their gradient;
- ``loss(samples, scale, theta, gradient, add)``: the weighted sum of the loss, shape (K,).

The other kind of pass is in :mod:`skshallow._core.compiled_passes`.
"""

from skshallow._core.network import Workspace, block_size


class NumpyPass:
    """Passes with buffers of their own, for a thread.

    Parameters
    ----------
    network : Network
        The shape of the networks.
    loss : Loss
        The loss of a sample.
    reader : DenseBlocks or SparseBlocks
        Reads the features.
    targets : ndarray of shape (n, n_samples)
        As :meth:`~skshallow._core.losses.Loss.encode` gives them.
    weights : ndarray of shape (n_samples,)
        Weights of the samples, in the type of the features.
    n_networks : int
        The most networks that will come.
    """

    def __init__(self, network, loss, reader, targets, weights, n_networks):
        self.size = reader.size
        self.view = network.matrices
        self._network, self._loss, self._reader = network, loss, reader
        self._targets, self._weights = targets, weights
        self._workspace = Workspace(network, n_networks, reader.size, reader.dtype)
        self._kept = None, None

    @staticmethod
    def reads(loss, targets, dtype):
        """Targets as the loss encodes them."""
        return loss.encode(targets, dtype)

    @staticmethod
    def networks_at_a_time(network, n_networks, dtype):
        """How many networks share the buffers: all of them."""
        return n_networks

    @staticmethod
    def block_size(network, n_networks, n_samples, dtype):
        """Samples whose activations fit a core's cache."""
        return block_size(n_samples, n_networks * network.n_h, dtype)

    def loss(self, samples, scale, matrices, gradients, add):
        """Sum the weighted loss over some samples.

        Parameters
        ----------
        samples : slice or ndarray of int
            At most `size` samples.
        scale : float
            What to multiply their weights by; 1 for a slice.
        matrices, gradients : tuple of two ndarrays
            The weights of the networks, and where the gradient goes; if None it is not computed.
        add : bool
            Whether to add it to what is there.

        Returns
        -------
        value : ndarray of shape (K,)
        """
        block, targets, weights = self._read(samples, scale)
        work = self._workspace.layout(len(matrices[0]), len(weights))
        self._network.forward(matrices, block, work)
        value = self._loss.value_and_gradient(work.raw, targets, weights)
        if gradients is None:
            return value
        if not add:
            self._network.backward(matrices, block, work, gradients)
            return value
        self._network.backward(matrices, block, work, work.gradients)
        for total, more in zip(gradients, work.gradients, strict=True):
            total += more
        return value

    def _read(self, samples, scale):
        """A block of samples, their targets and their weights."""
        known, block = self._kept
        if samples is known:
            return block
        if isinstance(samples, slice):
            targets, weights = self._targets[:, samples], self._weights[samples]
            block = self._reader.block(samples), targets, weights
            if self._reader.lasting:
                # The only block of a small table is the same at every evaluation.
                self._kept = samples, block
            return block
        weights = self._weights[samples]
        weights *= scale
        return self._reader.block(samples), self._targets.take(samples, axis=1), weights
