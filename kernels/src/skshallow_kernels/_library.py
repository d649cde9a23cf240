"""What the compiled library takes and gives, by ctypes: the structures of ``cpp/*.hpp``."""

import ctypes

TYPES = {"d": "double", "f": "float"}
# The numbers of the activation functions and of the losses are their places here.
ACTIVATIONS = "identity", "logistic", "tanh", "relu", "leaky_relu", "softplus", "silu", "gelu"
LOSSES = (
    "log_loss",
    "multinomial_log_loss",
    "squared_error",
    "huber",
    "quantile",
    "poisson",
    "gamma",
)

LONG, DOUBLE, ADDRESS = ctypes.c_long, ctypes.c_double, ctypes.c_void_p
# Without types of arguments ctypes takes a third of the time for a call: addresses, made by byref,
# and small whole numbers, which are of type int.
FUNCTIONS = {"scratch": LONG, "pass": None, "adam": None, "activation": None}


class Problem(ctypes.Structure):
    """The shape of the networks, and the loss; ``network.hpp`` says more."""

    _fields_ = [
        *((name, LONG) for name in ("n_columns", "n_h", "n_outputs", "n_targets")),
        *((name, LONG) for name in ("activation", "loss", "block_size")),
        *((name, ADDRESS) for name in ("tilts", "parameters", "scratch")),
    ]


class Samples(ctypes.Structure):
    """Which samples a call is about; ``network.hpp`` says more."""

    _fields_ = [
        *(("n", LONG), ("rows", ADDRESS), ("start", LONG), ("copied", LONG), ("kept", LONG)),
        *((name, ADDRESS) for name in ("features", "targets", "weights")),
        *(("n_table", LONG), ("scale", DOUBLE)),
    ]


class Step(ctypes.Structure):
    """The numbers of a step of Adam; ``adam.hpp`` says more."""

    _fields_ = [
        *(("n_networks", LONG), ("n_params", LONG)),
        *((name, DOUBLE) for name in ("beta_1", "beta_2", "epsilon", "factor")),
    ]


def address(array, dtype):
    """Where an array is, as an argument of a function; it has to be contiguous and writable."""
    if array.dtype != dtype:
        raise ValueError(f"an array has to be of {dtype}; got one of {array.dtype}")
    try:
        # The attribute `ctypes` of an array takes several times as long.
        return ctypes.byref(ctypes.c_char.from_buffer(array))
    except TypeError as error:
        raise ValueError(
            f"an array has to be C-contiguous and writable; one of the shape {array.shape} has the "
            f"strides {array.strides}"
        ) from error


class Kernels:
    """The kernels for one instruction set.

    Parameters
    ----------
    path : Path
        Where the library is.
    instructions : str
        The instruction set.
    """

    activations, losses = ACTIVATIONS, LOSSES

    def __init__(self, path, instructions):
        self.instructions = instructions
        self._library = ctypes.CDLL(str(path))
        self._functions = {}
        for name, result in FUNCTIONS.items():
            for char, kind in TYPES.items():
                function = getattr(self._library, f"skshallow_{name}_{kind}")
                function.restype = result
                self._functions[name, char] = function

    def function(self, name, dtype):
        """The function of a name in ``kernels.cpp`` for a floating point type."""
        return self._functions[name, dtype.char]

    def best_instructions(self):
        """The number of the best instruction set of this processor, counted from 1."""
        return self._library.skshallow_instructions()

    def problem(self, activation, loss, **fields):
        """The structure that says what networks and what loss a pass is about."""
        numbers = ACTIVATIONS.index(activation), LOSSES.index(loss)
        return Problem(activation=numbers[0], loss=numbers[1], **fields)

    samples, address = Samples, staticmethod(address)

    def adam(self, numbers, rates, theta, gradient, mean, square):
        """Move weights by a step of Adam.

        Parameters
        ----------
        numbers : tuple of float
            β₁, β₂, ε, and a factor of the learning rates.
        rates : ndarray of shape (K, 1)
            The learning rates.
        theta, gradient, mean, square : ndarray of shape (K, n_params)
            The weights, the gradient, its running mean and that of its square, of the same type as
            the learning rates. The means are kept without their factors 1 − β.
        """
        arrays = rates, theta, gradient, mean, square
        addresses = [address(array, theta.dtype) for array in arrays]
        step = ctypes.byref(Step(*theta.shape, *numbers))
        self.function("adam", theta.dtype)(step, *addresses)
