"""The error that the command line shows to its user."""

from importlib import import_module


class InputError(Exception):
    """The user's input cannot be used. The message is one line and says what to change."""


def require(*modules, extra="cli"):
    """Check that optional packages are installed.

    Parameters
    ----------
    *modules : str
        Names of the packages.
    extra : str, default="cli"
        The extra that installs them.

    Raises
    ------
    InputError
        If one is missing; the message names the extra that installs it.
    """
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            message = f'this needs {module}, which is missing: pip install "skshallow[{extra}]"'
            raise InputError(message) from error
