"""The one kind of error a user of the command line sees."""

from importlib import import_module


class InputError(Exception):
    """What the user gave cannot be used; the message is one line and says what to change."""


def require(*modules):
    """Check that optional packages are installed.

    Parameters
    ----------
    *modules : str
        Names to import.

    Raises
    ------
    InputError
        If one is missing; the message names the extra that brings it.
    """
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            message = f'this needs {module}, which is missing: pip install "skshallow[cli]"'
            raise InputError(message) from error
