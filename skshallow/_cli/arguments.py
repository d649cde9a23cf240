"""The commands and options, and how they are read."""

import argparse
import math

from skshallow._cli.errors import InputError

DESCRIPTION = """\
Compare a linear model with a network of one hidden layer, on your own table or
on two that are bundled; fit the network; predict with it; take it elsewhere."""
EPILOG = """\
examples:
  python -m skshallow                               (compares on bundled tables)
  python -m skshallow data.csv --target species     (compare may be left out)
  python -m skshallow fit data.csv --target species --save model.skops
  python -m skshallow predict model.skops new.csv --out predictions.csv
  python -m skshallow export model.skops --out model.onnx

python -m skshallow COMMAND --help lists the options of a command."""
TASKS_EPILOG = """\
classification or regression:
  Text, true/false, and two different values of any kind mean classification.
  Other numbers mean regression if one of them has a fraction. Whole numbers do
  if more than 10 of them are different and one is in fewer than 5 rows.
  --task decides otherwise."""
COMMANDS = {
    "compare": "a linear model against the network, by cross-validation",
    "fit": "fit the network on all rows, and save it",
    "predict": "predict the rows of a new table",
    "export": "turn a saved model into one that runs without Python",
}
TABLE = "CSV, Excel (.xlsx) or Parquet, with a header line"
# What compare takes only with a table of the user's own.
OF_A_TABLE = (
    *("target", "task", "n_h", "alpha", "learning_rate", "save", "force", "encoding", "missing"),
    "drop",
)


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


def read_arguments(argv, version):
    """Read the command line.

    Parameters
    ----------
    argv : list of str
        The arguments, without the program's name.
    version : str
        What ``--version`` prints.

    Returns
    -------
    options : argparse.Namespace
        ``command``, and the options of that command.

    Raises
    ------
    InputError
        If the arguments cannot be used.
    """
    # A table, or options alone, are compared.
    if not argv or argv[0] not in {*COMMANDS, "-h", "--help", "--version"}:
        argv = ["compare", *argv]
    options = _build_parser(version).parse_args(argv)
    if options.command == "compare" and options.data is None:
        for name in OF_A_TABLE:
            value = getattr(options, name)
            # Compared by identity, because 0 == False.
            if value is not None and value is not False and value != []:
                option = f"--{name.replace('_', '-')}"
                raise InputError(f"{option} goes with a file: python -m skshallow DATA.csv …")
    return options


def _build_parser(version):
    looks = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}
    name = "python -m skshallow"
    parser = OneLineParser(prog=name, description=DESCRIPTION, epilog=EPILOG, **looks)
    parser.add_argument("--version", action="version", version=f"skshallow {version}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    added = {
        command: commands.add_parser(
            command, help=what, description=f"{what.capitalize()}.", **looks
        )
        for command, what in COMMANDS.items()
    }
    _describe_compare(added["compare"])
    _describe_fit(added["fit"])
    _describe_predict(added["predict"])
    _describe_export(added["export"])
    return parser


def _describe_compare(parser):
    parser.epilog = TASKS_EPILOG
    add = parser.add_argument
    add("data", nargs="?", metavar="DATA", help=f"your table: {TABLE}; without it, bundled ones")
    _add_training(parser)
    add("--cv", type=_whole(2), default=5, metavar="K", help="folds (default: %(default)s)")
    add("--out", metavar="DIR", help="folder for the report, as a page with pictures")
    add("--save", metavar="FILE", help="file for the fitted model")
    add("--force", action="store_true", help="let --save replace an existing file")


def _describe_fit(parser):
    parser.epilog = TASKS_EPILOG
    parser.add_argument("data", metavar="DATA", help=f"your table: {TABLE}")
    _add_training(parser)
    parser.add_argument("--save", metavar="FILE", required=True, help="file for the fitted model")
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def _describe_predict(parser):
    add = parser.add_argument
    add("model", metavar="MODEL", help="what fit or --save wrote")
    add("data", metavar="DATA", help=f"the new table: {TABLE}")
    add("--out", metavar="FILE.csv", help="file for the predictions (default: they are printed)")
    add("--encoding", metavar="E", help="of a CSV file (default: as that of the fitted table)")
    add("--force", action="store_true", help="let --out replace an existing file")


def _describe_export(parser):
    add = parser.add_argument
    add("model", metavar="MODEL", help="what fit or --save wrote")
    add("--out", metavar="FILE.onnx", required=True, help="the file to write, of ONNX")
    add("--force", action="store_true", help="replace an existing file")


def _add_training(parser):
    """Add the options of whatever fits models to a table."""
    add = parser.add_argument
    add("--target", metavar="COLUMN", help="the column to predict")
    tasks = ("auto", "classification", "regression")
    add("--task", choices=tasks, help="what --target means (default: auto, see below)")
    add("--drop", action="append", default=[], metavar="COLUMN", help="leave a column out")
    words = "what means a missing value; may be repeated, as may --drop"
    add("--missing", action="append", default=[], metavar="WORD", help=words)
    add("--encoding", metavar="E", help="of a CSV file, such as cp1252 (default: utf-8)")
    add("--n-h", type=_whole(1), metavar="N", help="hidden units of the network")
    add("--alpha", type=_number(0), metavar="A", help="strength of the L2 penalty")
    rate = _number(0, open_end=True)
    add("--learning-rate", type=rate, metavar="R", help="a number makes the solver Adam")
    seed = {"type": _whole(0, 2**32 - 1), "default": 0, "metavar": "S"}
    add("--seed", **seed, help="random state (default: %(default)s)")


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
