"""``python -m skshallow``: a linear model against a network with one hidden layer."""

import io
import os
import sys
from pathlib import Path

import skshallow
from skshallow._cli.arguments import read_arguments
from skshallow._cli.errors import InputError, require
from skshallow._cli.wording import printable

# What the commands need that the library itself does not.
NEEDED = {
    "compare": ["rich"],
    "fit": ["rich", "skops"],
    "predict": ["skops"],
    "export": ["skops"],
}


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
        arguments = sys.argv[1:] if argv is None else argv
        run(read_arguments(arguments, skshallow.__version__))
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
    for name in ("model", "data"):
        path = getattr(options, name, None)
        # Said before the slow imports. What cannot even be asked for is found out later.
        if path is not None and "\0" not in path and not Path(path).exists():
            raise InputError(f"no such file: {path}")
    require("pandas", *NEEDED[options.command])
    if options.command == "compare" and options.save is not None:
        require("skops")
    if options.command == "compare" and options.out is not None:
        require("matplotlib")
    if options.command == "predict":
        from skshallow._cli.deployment import predict_file as command
    elif options.command == "export":
        from skshallow._cli.deployment import export_model as command
    else:
        from skshallow._cli.commands import compare_file, demonstrate, fit_file

        table = compare_file if options.data is not None else demonstrate
        command = fit_file if options.command == "fit" else table
    command(options)


def _fail(message):
    """Print one line on stderr, and return the exit status for bad input."""
    print(f"skshallow: error: {printable(' '.join(message.split()))}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
