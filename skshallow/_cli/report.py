"""What is printed."""

import textwrap

from skshallow._cli.wording import count, listing, printable, quote

WIDTH = 79
# As many costs as fit on one line.
MOST_COSTS = 10


def print_heading(title, y):
    """Print what a section is about: the table, its size and its classes.

    Parameters
    ----------
    title : str
        What to call the table.
    y : Series of shape (n_samples,)
        The class of each row.
    """
    sizes = y.value_counts().sort_index()
    classes = listing((f"{quote(label)} {n:,}" for label, n in sizes.items()), limit=6)
    title = printable(title)
    print(f"\n{title}\n{'=' * min(len(title), WIDTH)}")
    print_paragraph(f"{count(len(y), 'row')}; {count(len(sizes), 'class')}: {classes}.")


def print_paragraph(text):
    """Print a paragraph, wrapped."""
    print(textwrap.fill(text, WIDTH))


def print_notes(notes):
    """Print a list, one dash each."""
    for note in notes:
        print(textwrap.fill(printable(note), WIDTH, initial_indent="- ", subsequent_indent="  "))


def print_results(results):
    """Print the table of models, and what they warned of.

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
        mean, spread = result.fold_accuracies.mean(), result.fold_accuracies.std()
        folds = f"{100 * mean:.1f} ± {100 * spread:.1f} %"
        print(
            f"{result.name:<32}{100 * result.training_accuracy:>9.2f} %{folds:>15}"
            f"{result.log_loss:>11.4f}{result.seconds:>10.3f}"
        )
    print_notes(f"{r.name} warns: {message}" for r in results for message in r.warnings)


def print_costs(network):
    """Print what a network's cost was along its training, on one line of round iterations.

    Parameters
    ----------
    network : fitted OneHiddenLayerClassifier
        The network.
    """
    step = "iteration" if network.solver_ in {"gd", "lbfgs"} else "epoch"
    curve = network.loss_curve_
    every = _round_step(len(curve))
    shown = range(0, len(curve), every)
    print(
        f"\nCost of the network ({network.n_h} {network.activation} units, {network.solver_}) "
        f"after {count(len(curve), step)}: {_short(network.loss_)}"
    )
    print(f"{step:<9}" + "".join(f"{t:>7}" for t in shown))
    print(f"{'cost':<9}" + "".join(f"{_short(curve[t]):>7}" for t in shown))


def _round_step(length):
    """Return the smallest 1, 2 or 5 times a power of ten that leaves few enough steps."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * MOST_COSTS >= length:
                return digit * power
        power *= 10


def _short(cost):
    """Return a cost with four decimals where they fit into six characters, else with fewer."""
    return f"{cost:.4f}" if cost < 10 else f"{cost:.0e}" if cost >= 1e5 else f"{cost:.5g}"
