"""The printed report."""

import textwrap

from skshallow._cli.wording import count, printable

WIDTH = 79
# No more costs fit on one line.
MOST_COSTS = 10


def print_heading(title, n_rows, description):
    """Print the heading of a section: the table, its size and its target.

    Parameters
    ----------
    title : str
        Name of the table.
    n_rows : int
        Number of samples.
    description : str
        What the target is like.
    """
    title = printable(title)
    print(f"\n{title}\n{'=' * min(len(title), WIDTH)}")
    print_paragraph(f"{count(n_rows, 'row')}; {description}.")


def print_paragraph(text):
    """Print a paragraph, with line breaks."""
    print(textwrap.fill(text, WIDTH))


def print_notes(notes):
    """Print a list, with a dash before each note."""
    for note in notes:
        print(textwrap.fill(printable(note), WIDTH, initial_indent="- ", subsequent_indent="  "))


def print_table(columns, results, cells):
    """Print a line for each model, and the warnings of the models.

    Parameters
    ----------
    columns : list of (str, str, int)
        The two lines of the head of each column, and its width. The names take the width that is
        left.
    results : list of Result
        The measured models.
    cells : callable
        ``cells(result)`` returns the texts of a line, one for each column.
    """
    widths = [width for _, _, width in columns]
    heads = [("", *(top for top, _, _ in columns)), ("model", *(name for _, name, _ in columns))]
    print()
    for name, *texts in heads:
        _print_line(name, texts, widths)
    print("-" * WIDTH)
    for result in results:
        _print_line(result.name, cells(result), widths)
    print_notes(f"{r.name} warns: {message}" for r in results for message in r.warnings)


def _print_line(name, texts, widths):
    aligned = (f"{text:>{width}}" for text, width in zip(texts, widths, strict=True))
    print(f"{name:<{WIDTH - sum(widths)}}" + "".join(aligned))


def print_costs(network):
    """Print the cost of a network during training, at round numbers of iterations or epochs.

    Parameters
    ----------
    network : fitted OneHiddenLayerClassifier or OneHiddenLayerRegressor
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
