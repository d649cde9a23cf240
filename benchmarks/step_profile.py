"""Where the time of a training step goes, by the functions of the package.

Each case of fit_speed.py is fitted once under Python's profiler, which slows calls down but leaves
what they compute alone: the shares of small cases overstate Python's part. It tells functions
apart, not lines. So the forward and the backward pass are one part, without the functions they
call: above all the products with W2, but also what they multiply element by element.
"""

import cProfile
import pstats
import warnings
from functools import partial

from _harness import markdown, parse_arguments, publish, report_progress
from _tasks import tasks
from _training import train_ours
from sklearn.exceptions import ConvergenceWarning

from skshallow import config_context
from skshallow._core.activations import ACTIVATIONS
from skshallow._core.losses import LOSSES
from skshallow._core.network import Network
from skshallow._core.numpy_passes import NumpyPass
from skshallow._data.samples import DenseBlock, DenseBlocks
from skshallow.solvers import LBFGS, Adam, GradientDescent

# Functions by what they do; everything else in a fit is "the rest".
PARTS = {
    "products with X": [DenseBlock.project, DenseBlock.correlate],
    "rest of both passes": [Network.forward, Network.backward],
    "activation": [activation.value for activation in ACTIVATIONS.values()],
    "its derivative": [activation.derivative for activation in ACTIVATIONS.values()],
    "loss": [loss.value_and_gradient for loss in LOSSES.values()],
    "solver": [Adam.step, GradientDescent.step, LBFGS._direction, LBFGS._remember],
    "samples of a batch": [DenseBlocks.block, DenseBlocks._standardise, NumpyPass._read],
}


def shares(run):
    """Share of the time that each part takes, builtin functions counted with their callers."""
    profile = cProfile.Profile(builtins=False)
    profile.runcall(run)
    stats = pstats.Stats(profile).stats
    own = {function: seconds for function, (_, _, seconds, *_) in stats.items()}
    total = sum(own.values())
    found = {
        part: sum(own.get(_key(function), 0) for function in functions) / total
        for part, functions in PARTS.items()
    }
    return found | {"the rest": 1 - sum(found.values())}


def _key(function):
    """What the profiler calls a function."""
    code = function.__code__
    return code.co_filename, code.co_firstlineno, code.co_name


def main():
    """Profile every case."""
    arguments = parse_arguments(
        __doc__, tables={"help": "folder of gzipped CSV files with a column target"}
    )
    rows = []
    for name, task in tasks(arguments).items():
        report_progress(name)
        # What compiled kernels do has no parts that a profiler of Python sees.
        with config_context(kernels=False):
            train_ours(task)
            found = shares(partial(train_ours, task))
        rows.append([name, *(f"{share:.0%}" for share in found.values())])
    header = ["case", *PARTS, "the rest"]
    publish("step_profile", markdown(header, rows), write=arguments.publishes)


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
