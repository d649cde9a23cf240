"""The report: printed line by line, and kept to be written as a page."""

import textwrap
from dataclasses import dataclass, field

from skshallow._cli.wording import count, printable

WIDTH = 79
# No more costs fit on one line.
MOST_COSTS = 10


@dataclass
class Block:
    """A part of the report.

    Attributes
    ----------
    kind : {"heading", "paragraph", "notes", "table", "picture"}
        What it is.
    content : object
        A text; a list of texts; a list of rows, of which the first is the head, each a list of
        texts; or the path of a picture and what it shows.
    """

    kind: str
    content: object


@dataclass
class Report:
    """Prints what is added to it, and keeps it.

    Attributes
    ----------
    blocks : list of Block
        The parts so far.
    """

    blocks: list[Block] = field(default_factory=list)

    def heading(self, title, n_rows, description):
        """Add the heading of a section: the table, its size and its target.

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
        self.blocks.append(Block("heading", title))
        self.paragraph(f"{count(n_rows, 'row')}; {description}.")

    def paragraph(self, text):
        """Add a paragraph."""
        print(textwrap.fill(text, WIDTH))
        self.blocks.append(Block("paragraph", text))

    def notes(self, notes):
        """Add a list of notes."""
        notes = [printable(note) for note in notes]
        print_notes(notes)
        if notes:
            self.blocks.append(Block("notes", notes))

    def pictures(self, pictures):
        """Add pictures.

        Parameters
        ----------
        pictures : list of (Path or None, str)
            For each picture its file and what it shows; without a file, why there is none.
        """
        print()
        for path, caption in pictures:
            if path is None:
                self.notes([caption])
            else:
                print_notes([f"{path}: {caption}"])
                self.blocks.append(Block("picture", (path, printable(caption))))

    def table(self, columns, results, cells):
        """Add a line for each model, and the warnings of the models.

        Parameters
        ----------
        columns : list of (str, str, int)
            The two lines of the head of each column, and its width. The names take the width that
            is left.
        results : list of Result
            The measured models.
        cells : callable
            ``cells(result)`` returns the texts of a line, one for each column.
        """
        widths = [width for _, _, width in columns]
        rows = [[result.name, *cells(result)] for result in results]
        print()
        _print_row(["", *(top for top, _, _ in columns)], widths)
        _print_row(["model", *(name for _, name, _ in columns)], widths)
        print("-" * WIDTH)
        for row in rows:
            _print_row(row, widths)
        head = ["model", *(f"{top} {name}" for top, name, _ in columns)]
        self.blocks.append(Block("table", [head, *rows]))
        self.notes(f"{r.name} warns: {message}" for r in results for message in r.warnings)

    def costs(self, network):
        """Add the cost of a network during training, at round numbers of iterations or epochs.

        Parameters
        ----------
        network : fitted OneHiddenLayerClassifier or OneHiddenLayerRegressor
            The network.
        """
        # The cost before an iteration is that after the ones before it; an epoch has one of its
        # own.
        step, first = ("iteration", 0) if network.full_batch_ else ("epoch", 1)
        curve = network.loss_curve_
        shown = range(0, len(curve), _round_step(len(curve)))
        units = f"{len(network.intercepts_[0])} {network.activation} units, {network.solver_}"
        steps = count(len(curve), step)
        title = f"Cost of the network ({units}) after {steps}: {_short(network.loss_)}"
        rows = [
            [step, *(str(t + first) for t in shown)],
            ["cost", *(_short(curve[t]) for t in shown)],
        ]
        print(f"\n{title}")
        for name, *texts in rows:
            print(f"{name:<9}" + "".join(f"{text:>7}" for text in texts))
        self.blocks += [Block("paragraph", title), Block("table", rows)]


def print_notes(notes, file=None):
    """Print a list, with a dash before each note.

    Parameters
    ----------
    notes : list of str
        The notes.
    file : text stream, default=None
        Where to print; None takes the standard output.
    """
    for note in map(printable, notes):
        text = textwrap.fill(note, WIDTH, initial_indent="- ", subsequent_indent="  ")
        print(text, file=file)


def _print_row(texts, widths):
    name, *others = texts
    aligned = (f"{text:>{width}}" for text, width in zip(others, widths, strict=True))
    print(f"{name:<{WIDTH - sum(widths)}}" + "".join(aligned))


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
