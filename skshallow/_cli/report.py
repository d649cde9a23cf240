"""The printed report."""

import textwrap

from skshallow._cli.wording import count, listing, printable, quote

WIDTH = 79
# No more costs fit on one line.
MOST_COSTS = 10


def print_heading(title, y):
    """Print the heading of a section: the table, its size and its classes.

    Parameters
    ----------
    title : str
        Name of the table.
    y : Series of shape (n_samples,)
        The class of each sample.
    """
    sizes = y.value_counts().sort_index()
    classes = listing((f"{quote(label)} {n:,}" for label, n in sizes.items()), limit=6)
    title = printable(title)
    print(f"\n{title}\n{'=' * min(len(title), WIDTH)}")
    print_paragraph(f"{count(len(y), 'row')}; {count(len(sizes), 'class')}: {classes}.")


def print_paragraph(text):
    """Print a paragraph, with line breaks."""
    print(textwrap.fill(text, WIDTH))


def print_notes(notes):
    """Print a list, with a dash before each note."""
    for note in notes:
        print(textwrap.fill(printable(note), WIDTH, initial_indent="- ", subsequent_indent="  "))


def print_results(results):
    """Print the table of models, and their warnings.

    Parameters
    ----------
    results : list of Result
        The measured models.
    """
    n_folds = len(results[0].fold_accuracies)
    print(f"\n{'':<32}{'training':>11}{f'{n_folds}-fold':>15}{f'{n_folds}-fold':>11}{'fit':>10}")
    print(f"{'model':<32}{'accuracy':>11}{'accuracy':>15}{'log loss':>11}{'seconds':>10}")
    print("-" * WIDTH)
    for result in results:
        mean, std = result.fold_accuracies.mean(), result.fold_accuracies.std()
        folds = f"{100 * mean:.1f} ± {100 * std:.1f} %"
        print(
            f"{result.name:<32}{100 * result.training_accuracy:>9.2f} %{folds:>15}"
            f"{result.log_loss:>11.4f}{result.seconds:>10.3f}"
        )
    print_notes(f"{r.name} warns: {message}" for r in results for message in r.warnings)


def print_costs(network):
    """Print the cost of a network during training, at round numbers of iterations or epochs.

    Parameters
    ----------
    network : fitted OneHiddenLayerClassifier
        The network.
    """
    # The cost before an iteration is that after the ones before it; an epoch has one of its own.
    step, first = ("iteration", 0) if network.full_batch_ else ("epoch", 1)
    curve = network.loss_curve_
    every = _round_step(len(curve))
    shown = range(0, len(curve), every)
    units = f"{len(network.intercepts_[0])} {network.activation} units, {network.solver_}"
    steps = count(len(curve), step)
    print(f"\nCost of the network ({units}) after {steps}: {_short(network.loss_)}")
    print(f"{step:<9}" + "".join(f"{t + first:>7}" for t in shown))
    print(f"{'cost':<9}" + "".join(f"{_short(curve[t]):>7}" for t in shown))


def _round_step(length):
    """Return the smallest 1, 2 or 5 times a power of ten that gives at most MOST_COSTS costs."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * MOST_COSTS >= length:
                return digit * power
        power *= 10


def _short(cost):
    """Return a cost in at most six characters, with four decimals if they fit."""
    return f"{cost:.4f}" if cost < 10 else f"{cost:.0e}" if cost >= 1e5 else f"{cost:.5g}"
