"""Whether compiled kernels are in use, and which: those of the package skshallow-kernels.

They are optional. Where they are not installed, are turned off or lack something, NumPy computes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial

# "0" turns kernels off; the name of an instruction set asks for that one.
VARIABLE = "SKSHALLOW_KERNELS"
# The functions and structures that are called here, as the other package counts its changes.
INTERFACE = 2

_wanted: ContextVar[bool | None] = ContextVar("_wanted", default=None)


@contextmanager
def config_context(*, kernels: bool | None = None) -> Iterator[None]:
    """Choose, for a while, whether compiled kernels are used.

    They belong to the package ``skshallow-kernels`` (extra ``fast``), and are used where that is
    installed, unless the environment variable ``SKSHALLOW_KERNELS`` is ``0``. With and without them
    results differ by rounding. The choice is that of the calling thread, and searches of this
    package hand it on to their workers; other workers go by the environment variable.

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
    if not (kernels is None or isinstance(kernels, bool)):
        raise TypeError(f"kernels must be True, False or None; got {kernels!r}.")
    if kernels:
        found, why = _load("")
        if found is None:
            raise ImportError(f"Compiled kernels cannot be used: {why}.")
    token = _wanted.set(_wanted.get() if kernels is None else kernels)
    try:
        yield
    finally:
        _wanted.reset(token)


def kernels_in_use():
    """The compiled kernels to call here and now, or None where NumPy computes."""
    return _found()[0]


def described():
    """Which kernels are in use, or why none are."""
    found, why = _found()
    return f"not in use: {why}" if found is None else f"in use, for {found.instructions}"


def with_choice(function):
    """A function that may be sent to another process, and chooses there as it is chosen here."""
    return partial(_call, _wanted.get(), function)


def _call(kernels, function, *args):
    with config_context(kernels=kernels):
        return function(*args)


def _found():
    wanted = _wanted.get()
    if wanted is False:
        return None, "turned off by config_context"
    setting = os.environ.get(VARIABLE, "")
    if setting == "0":
        return _load("") if wanted else (None, f"{VARIABLE} is 0")
    return _load(setting)


@cache
def _load(instructions):
    """The kernels for an instruction set, or None and why there are none."""
    try:
        import skshallow_kernels
    except ImportError:
        return None, "skshallow-kernels is not installed"
    if skshallow_kernels.INTERFACE != INTERFACE:
        return None, "skshallow-kernels is for another version of skshallow"
    try:
        return skshallow_kernels.load(instructions or None), ""
    except (OSError, ValueError) as error:
        return None, str(error)


# It is known by the path that users import it from.
config_context.__module__ = "skshallow"
