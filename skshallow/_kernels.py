"""Whether compiled kernels are in use, and which: those of the package skshallow-kernels.

They are optional. Where they are not installed, are turned off or lack something, NumPy computes.
"""

import os
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

# "0" turns kernels off; the name of an instruction set asks for that one.
VARIABLE = "SKSHALLOW_KERNELS"
# The functions and structures that are called here, as the other package counts its changes.
INTERFACE = 1

_wanted = ContextVar("_wanted", default=None)


@contextmanager
def config_context(*, kernels: bool | None = None):
    """Choose, for a while, whether compiled kernels are used.

    They belong to the package ``skshallow-kernels`` (extra ``fast``), and are used where that is
    installed, unless the environment variable ``SKSHALLOW_KERNELS`` is ``0``. Results with and
    without them differ by rounding. The choice is that of the calling thread: worker processes of
    joblib take theirs from the environment variable.

    Parameters
    ----------
    kernels : bool or None, default=None
        True uses them, whatever the environment variable says, False uses NumPy alone, and None
        leaves it as it is.

    Yields
    ------
    None

    Raises
    ------
    ImportError
        If they are asked for, but are not installed or cannot be used.
    TypeError
        If `kernels` is neither a bool nor None.

    See Also
    --------
    show_versions : Tells, among others, which kernels are in use.

    Examples
    --------
    >>> import skshallow
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> with skshallow.config_context(kernels=False):
    ...     clf = skshallow.OneHiddenLayerClassifier(random_state=0).fit(X, y)
    """
    if kernels not in (True, False, None) or isinstance(kernels, (int, float)) > isinstance(
        kernels, bool
    ):
        raise TypeError(f"kernels must be True, False or None; got {kernels!r}.")
    if kernels:
        library, reason = _load("")
        if library is None:
            raise ImportError(f"Compiled kernels cannot be used: {reason}.")
    token = _wanted.set(_wanted.get() if kernels is None else kernels)
    try:
        yield
    finally:
        _wanted.reset(token)


def kernels_in_use():
    """The library of compiled kernels to call here and now, or None where NumPy computes."""
    return _found()[0]


def described():
    """Which kernels are in use, or why none are, in one line."""
    library, reason = _found()
    return reason if library is None else f"in use, for {library.instructions}"


def _found():
    wanted = _wanted.get()
    if wanted is False:
        return None, "not in use: turned off by config_context"
    setting = os.environ.get(VARIABLE, "")
    if setting == "0":
        return _load("") if wanted else (None, f"not in use: {VARIABLE} is 0")
    return _load(setting)


@cache
def _load(instructions):
    """The library for an instruction set, or None and why there is none."""
    try:
        import skshallow_kernels
    except ImportError:
        return None, "not in use: skshallow-kernels is not installed"
    if skshallow_kernels.INTERFACE != INTERFACE:
        return None, "not in use: skshallow-kernels is for another version of skshallow"
    try:
        return skshallow_kernels.load(instructions or None), ""
    except (OSError, ValueError) as error:
        return None, f"not in use: {error}"


# It is known by the path that users import it from.
config_context.__module__ = "skshallow"
