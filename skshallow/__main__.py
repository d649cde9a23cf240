"""``python -m skshallow``: a linear model against a network with one hidden layer."""

import argparse
import io
import math
import os
import sys

import skshallow
from skshallow._cli.errors import InputError, require
from skshallow._cli.wording import printable

DESCRIPTION = """\
Compare a linear model with a network of one hidden layer: on two moons and a
table bundled with scikit-learn, or on your own CSV file, to predict a column
of classes or of numbers."""
EPILOG = """\
classification or regression:
  Text, true/false, and two different values of any kind mean classification.
  Other numbers mean regression if one of them has a fraction. Whole numbers do
  if more than 10 of them are different and one is in fewer than 5 rows.
  --task decides otherwise.

examples:
  python -m skshallow --out pictures
  python -m skshallow data.csv --target species --out pics --save model.skops
  python -m skshallow data.csv --target stars --task regression"""


class OneLineParser(argparse.ArgumentParser):
    """A parser that reports errors in one line, without the usage."""

    def error(self, message):
        """Raise an error instead of printing the usage and ending the process.

        Parameters
        ----------
        message : str
            What is wrong.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError(message)


def main(argv=None):
    """Run the command line.

    Parameters
    ----------
    argv : list of str, default=None
        Arguments without the program's name; None takes those of the process.

    Returns
    -------
    status : int
        0 if all went well, 2 for bad input, 130 after an interruption, 141 if nobody reads the
        output.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A letter that the encoding of the terminal does not have must not stop the report.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        run(build_parser().parse_args(argv))
        sys.stdout.flush()
    except InputError as error:
        return _fail(str(error))
    except MemoryError as error:
        return _fail(f"not enough memory: {error}")
    except KeyboardInterrupt:
        print("skshallow: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of the output is gone, as with `head`, so nobody would read a message.
        _discard_output()
        return 141
    except OSError as error:
        _discard_output()
        return _fail(str(error))
    return 0


def _discard_output():
    """Drop what is not written yet, so that writing it cannot fail again when Python ends."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(options):
    """Run the command that the options ask for.

    Parameters
    ----------
    options : argparse.Namespace
        The parsed options.

    Raises
    ------
    InputError
        If the user's input cannot be used.
    """
    if options.data is None:
        for name in ("target", "task", "n_h", "alpha", "learning_rate", "save", "force"):
            value = getattr(options, name)
            # Compared by identity, because 0 == False.
            if value is not None and value is not False:
                option = f"--{name.replace('_', '-')}"
                raise InputError(f"{option} goes with a file: python -m skshallow DATA.csv …")
    require("pandas", "rich")
    if options.out is not None:
        require("matplotlib")
    if options.save is not None:
        require("skops")
    from skshallow._cli.commands import compare_file, demonstrate

    if options.data is None:
        demonstrate(options)
    else:
        compare_file(options)


def build_parser():
    """Describe the command line.

    Returns
    -------
    parser : OneLineParser
        The parser.
    """
    parser = OneLineParser(
        prog="python -m skshallow",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("data", nargs="?", metavar="DATA.csv", help="your table, with a header line")
    add("--target", metavar="COLUMN", help="the column to predict")
    tasks = ("auto", "classification", "regression")
    add("--task", choices=tasks, help="what --target means (default: auto, see below)")
    add("--n-h", type=_whole(1), metavar="N", help="hidden units of the network")
    add("--alpha", type=_number(0), metavar="A", help="strength of the L2 penalty")
    rate = _number(0, open_end=True)
    add("--learning-rate", type=rate, metavar="R", help="a number makes the solver Adam")
    add("--cv", type=_whole(2), default=5, metavar="K", help="folds (default: %(default)s)")
    add(
        "--seed",
        type=_whole(0, 2**32 - 1),
        default=0,
        metavar="S",
        help="random state (default: %(default)s)",
    )
    add("--out", metavar="DIR", help="folder for the pictures")
    add("--save", metavar="FILE", help="file for the fitted pipeline, through skops")
    add("--force", action="store_true", help="let --save replace an existing file")
    add("--version", action="version", version=f"skshallow {skshallow.__version__}")
    return parser


def _whole(least, most=None):
    """Return a converter to an integer within bounds."""
    bounds = f"of at least {least}" if most is None else f"from {least} to {most}"

    def convert(text):
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {bounds}")
        return value

    return convert


def _number(least, *, open_end=False):
    """Return a converter to a finite number of at least `least`, or above it with `open_end`."""
    bounds = f"above {least}" if open_end else f"of at least {least}"

    def convert(text):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < least or (open_end and value == least):
            raise argparse.ArgumentTypeError(f"{text!r} is not a finite number {bounds}")
        return value

    return convert


def _fail(message):
    """Print one line on stderr, and return the exit status for bad input."""
    print(f"skshallow: error: {printable(' '.join(message.split()))}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
