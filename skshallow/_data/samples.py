"""The samples of a table, and how the network reads them: standardised, in blocks and batches.

A block is either a run of samples (a slice) or a batch of them (an index array). Dense tables,
memory maps included, are standardised in a buffer the size of a block, so a large table is never
copied; a small one is prepared once and for all. A sparse table stays sparse.
"""

import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse

from skshallow._core.losses import Loss
from skshallow._core.network import FEATURE_BYTES, even_size
from skshallow._data.sparse_samples import SparseBlocks

# A table that takes less than this once prepared is prepared whole, which saves a pass a block.
PREPARED_BYTES = 2**26
# Starting on another row of an array takes NumPy as long as so many multiplications.
LOOP_COST = 32
# Total weights of the samples that leave room to compute with them.
LIGHTEST, HEAVIEST = 1e-150, 1e150
# Enough samples to see how large features are, and whether targets depend on them at all.
ENOUGH_SAMPLES = 1000


@dataclass(frozen=True)
class Dataset:
    """Samples to train on or to validate with.

    Attributes
    ----------
    X : ndarray or CSR array of shape (n_samples, n_features)
        Features.
    loss : Loss
        The loss of their targets.
    codes : ndarray of shape (n_samples,) or (n_samples, n_labels)
        Targets as :meth:`~skshallow._data.targets.Targets.encode` gives them.
    weights : ndarray of shape (n_samples,)
        Sample weight times class weight.
    sample_weight : ndarray of shape (n_samples,)
        Sample weight alone, by which features are standardised: class weights say what errors
        cost, not how often samples occur.
    counts : ndarray
        Weight of the samples of every class, of earlier calls, too.
    class_weights : ndarray
        Weight of every class.
    """

    X: np.ndarray
    loss: Loss
    codes: np.ndarray
    weights: np.ndarray
    sample_weight: np.ndarray
    counts: np.ndarray
    class_weights: np.ndarray

    @classmethod
    def of(cls, X, y, sample_weight, targets, class_weight=None, *, earlier=0.0, like=None):
        """A dataset of checked arrays.

        Parameters
        ----------
        X : ndarray or CSR array of shape (n_samples, n_features)
            Features.
        y : array-like
            Targets; errors call those of a validation set y_val.
        sample_weight : ndarray of shape (n_samples,)
            Weights.
        targets : Targets
            What the targets are.
        class_weight : None, "balanced", dict or list of dict, default=None
            As in scikit-learn.
        earlier : ndarray, default=0.0
            The `counts` of samples before these.
        like : Dataset, optional
            The training samples, if these are a validation set: its classes weigh as theirs do.

        Returns
        -------
        dataset : Dataset

        Raises
        ------
        ValueError
            If targets or class weights are not what they may be, or the total weight leaves no room
            to compute with.
        """
        codes = targets.encode(y, "y" if like is None else "y_val")
        # Weights that overflow are refused in the end.
        with np.errstate(all="ignore"):
            counts = targets.count(codes, sample_weight) + earlier
            if like is None:
                class_weights = targets.class_weights(class_weight, counts)
            else:
                class_weights = like.class_weights
            weights = targets.weigh(class_weights, codes)
            # One number that is read n times stays one: a long table has room for few columns.
            weights = sample_weight if weights.strides == (0,) else sample_weight * weights
            total = weights.sum()
        if total == 0:
            raise ValueError(
                "sample_weight and class_weight together leave no sample a weight above 0."
            )
        if not LIGHTEST <= total <= HEAVIEST:
            raise ValueError(
                "sample_weight and class_weight together must give the samples a total weight "
                f"between {LIGHTEST} and {HEAVIEST}; got {total}."
            )
        return cls(X, targets.loss, codes, weights, sample_weight, counts, class_weights)

    @cached_property
    def total(self):
        """Sum of the weights, a float."""
        return float(self.weights.sum())

    @property
    def n_counted(self):
        """How many samples weigh something."""
        return int(np.count_nonzero(self.weights))

    @property
    def n_weighted(self):
        """How many samples have a weight, whatever their classes weigh."""
        return int(np.count_nonzero(self.sample_weight))

    @property
    def counted(self):
        """Which samples weigh something, a sequence of int."""
        return np.flatnonzero(self.weights)

    @cached_property
    def constant_loss(self):
        """The loss of the best constant prediction."""
        return self.loss.of_constant(self.codes, self.weights)

    @property
    def curvature(self):
        """How many times as curved as log loss the loss usually is on these targets."""
        return self.loss.curvature(self.codes, self.weights)

    def without(self, samples):
        """The same samples, of which some weigh nothing: the table is not copied."""
        weights, sample_weight = self.weights.copy(), self.sample_weight.copy()
        weights[samples] = sample_weight[samples] = 0
        return replace(self, weights=weights, sample_weight=sample_weight)

    def weighted(self, shares):
        """The same samples, of which only a share of each weight is left, shape (n_samples,)."""
        of_samples = self.sample_weight * shares
        return replace(self, weights=self.weights * shares, sample_weight=of_samples)

    def subset(self, samples):
        """Some of the samples."""
        arrays = "X", "codes", "weights", "sample_weight"
        return replace(self, **{name: getattr(self, name)[samples] for name in arrays})

    def targets_depend_on_features(self):
        """Whether samples of equal features have other targets, on the whole, than all samples."""
        counted = np.flatnonzero(self.weights > 0)
        few = counted[:: -(-len(counted) // ENOUGH_SAMPLES)]
        X = self.X[few].toarray() if sparse.issparse(self.X) else self.X[few]
        codes = self.codes[few].reshape(len(few), -1)
        kinds, targets = (np.unique(one, axis=0, return_inverse=True)[1] for one in (X, codes))
        joint = np.zeros((kinds.max() + 1, targets.max() + 1))
        np.add.at(joint, (kinds.ravel(), targets.ravel()), self.weights[few])
        independent = np.outer(joint.sum(axis=1), joint.sum(axis=0)) / joint.sum()
        return not np.allclose(joint, independent, rtol=1e-6, atol=1e-9 * joint.sum())

    def feature_sizes(self):
        """The smallest and the largest root mean square of features, of those that are not 0."""
        X = self.X[:: -(-len(self) // ENOUGH_SAMPLES)].astype(np.float64)
        with np.errstate(over="ignore", under="ignore"):
            squares = X.power(2) if sparse.issparse(X) else np.square(X)
            sizes = np.sqrt(np.ravel(squares.mean(axis=0)))
        return sizes[sizes > 0].min(initial=np.inf), sizes.max()

    def in_blocks(self, scaling, size):
        """The features in blocks of at most so many samples; see :class:`DenseBlocks`."""
        return (SparseBlocks if sparse.issparse(self.X) else DenseBlocks)(self.X, scaling, size)

    def __len__(self):
        return self.X.shape[0]


class DenseBlock(NamedTuple):
    """Samples with a last column of ones, and the two products the network needs of them.

    For two matrices np.dot is np.matmul with less to do beforehand, which tiny networks notice.

    Attributes
    ----------
    values : ndarray of shape (n_samples, n_features + 1)
        The samples.
    scratch : ndarray of the same shape
        Overwritten when samples are to be scaled.
    """

    values: np.ndarray
    scratch: np.ndarray

    def project(self, weights, out):
        """Write ``weights``·[X; 1], shape (n_units, n_samples)."""
        np.dot(weights, self.values.T, out=out)

    def correlate(self, errors, out, scales=None):
        """Write ``errors``·diag(``scales``)·[X; 1]ᵀ, shape (n_units, n_features + 1).

        The errors may be scaled in place; the samples are where that is less work.
        """
        values = self.values
        if scales is not None:
            if values.shape[1] + LOOP_COST < len(errors):
                values = np.multiply(values, scales[:, np.newaxis], out=self.scratch)
            else:
                errors *= scales
        np.dot(errors, values, out=out)


class DenseBlocks:
    """Blocks of a dense table.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The table, never written to.
    scaling : Scaling or None
        Subtracted and multiplied on the way; None leaves the features as they are.
    size : int
        The most samples of a block; fewer where these are long.

    Attributes
    ----------
    size : int
        The most samples of a block.
    dtype : numpy dtype
        Type of the features.
    lasting : bool
        Whether a run of samples stays valid when other blocks are read.
    table : ndarray
        If so, all samples as blocks have them.
    """

    def __init__(self, X, scaling, size):
        self.dtype = X.dtype
        self._scaling = scaling
        n_samples, self._n_features = X.shape
        sample_bytes = (self._n_features + 1) * X.itemsize
        most = max(1, FEATURE_BYTES // sample_bytes)
        self.size = size if size <= most else even_size(n_samples, most)
        self.lasting = n_samples * sample_bytes <= PREPARED_BYTES
        self.table = X
        if self.lasting:
            whole = np.ones((n_samples, self._n_features + 1), X.dtype)
            scratch = np.empty((min(n_samples, self.size), self._n_features), X.dtype)
            self.table = self._standardise(X, whole, scratch)
        self._gathered = self._standardised = self._scratch = None

    def reader(self):
        """The same samples, read into buffers of their own."""
        reader = copy.copy(self)
        reader._gathered = np.empty((self.size, self.table.shape[1]), self.dtype)
        reader._scratch = np.empty((self.size, self._n_features + 1), self.dtype)
        if not self.lasting:
            reader._standardised = np.ones((self.size, self._n_features + 1), self.dtype)
        return reader

    def block(self, samples):
        """The samples of a slice or an index array, valid until the next call; of readers only."""
        if isinstance(samples, slice):
            values = self.table[samples]
        else:
            values = self._gathered[: len(samples)]
            # mode="raise" would make NumPy gather into a temporary first.
            self.table.take(samples, axis=0, out=values, mode="clip")
        if not self.lasting:
            values = self._standardise(
                values, self._standardised[: len(values)], self._scratch[:, :-1]
            )
        return DenseBlock(values, self._scratch[: len(values)])

    def _standardise(self, X, out, scratch):
        """Write samples to all but the last column of `out`, as many at a time as `scratch` has."""
        if self._scaling is None:
            out[:, :-1] = X
            return out
        size = len(scratch)
        for start in range(0, len(X), size):
            features = out[start : start + size, :-1]
            samples = X[start : start + size]
            self._scaling.squashing.distances(samples, features, scratch[: len(samples)])
            features -= self._scaling.mean
            features *= self._scaling.inverse_scale
        return out
