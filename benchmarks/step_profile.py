"""Where the time of a training step goes, by the functions of the package.

Each case of fit_speed.py is fitted once under Python's profiler, which slows calls down but leaves
what they compute alone: the shares of small cases overstate Python's part.
"""

import cProfile
import pstats
import warnings
from functools import partial
from pathlib import Path

from _harness import markdown, parse_arguments, publish, report_progress
from _tasks import tasks
from _training import train_ours
from sklearn.exceptions import ConvergenceWarning

import skshallow

# Functions by what they do; everything else in a fit is "the rest".
PARTS = {
    "products with X": ["rows.project", "rows.correlate"],
    "products with W2": ["stacks.products"],
    "activation": ["activations._tanh", "activations._relu"],
    "its slope": ["activations._tanh_slope", "activations._relu_slope"],
    "loss": ["losses.value_and_gradient", "losses._places"],
    "solver": ["adam.step", "gradient_descent.step", "lbfgs._direction", "lbfgs._remember"],
    "rows of a batch": ["rows.block", "objective._batch_in_blocks"],
}
PACKAGE = str(Path(skshallow.__file__).parent)


def shares(run):
    """Share of the time that each part takes, builtin functions counted with their callers."""
    profile = cProfile.Profile(builtins=False)
    profile.runcall(run)
    stats = pstats.Stats(profile).stats
    total = sum(own for _, _, own, _, _ in stats.values())
    of_function = {
        f"{Path(file).stem}.{name}": own
        for (file, _, name), (_, _, own, _, _) in stats.items()
        if file.startswith(PACKAGE)
    }
    found = {
        part: sum(of_function.get(name, 0) for name in names) / total
        for part, names in PARTS.items()
    }
    return found | {"the rest": 1 - sum(found.values())}


def main():
    """Profile every case."""
    arguments = parse_arguments(
        __doc__, tables={"help": "folder of gzipped CSV files with a column target"}
    )
    rows = []
    for name, task in tasks(arguments).items():
        report_progress(name)
        train_ours(task)
        found = shares(partial(train_ours, task))
        rows.append([name, *(f"{share:.0%}" for share in found.values())])
    header = ["case", *PARTS, "the rest"]
    publish("step_profile", markdown(header, rows), write=not arguments.quick)


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
