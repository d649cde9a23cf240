"""Compiled kernels for skshallow; not for direct use.

The README beside the sources says what they compute, and how.
"""

from functools import cache
from pathlib import Path

from skshallow_kernels._library import Kernels

# What skshallow asks for: it changes whenever what is called or handed over does.
INTERFACE = 2
# The best last, as many as there may be: a processor tells the number of the best that it has.
INSTRUCTION_SETS = "baseline", "x86-64-v3", "x86-64-v4"


def supported():
    """The instruction sets of this processor for which there are kernels, the best last."""
    best = _of("baseline").best_instructions()
    return [name for name in INSTRUCTION_SETS[:best] if _path(name).exists()]


def load(instructions=None):
    """The kernels for an instruction set, by default the best one of this processor.

    Parameters
    ----------
    instructions : str, optional
        One of those that :func:`supported` lists.

    Returns
    -------
    kernels : Kernels
        The same ones in every call.

    Raises
    ------
    ValueError
        If there are none for these instructions, or not on this processor.
    """
    known = supported()
    if instructions is not None and instructions not in known:
        raise ValueError(f"kernels are here for {', '.join(known)}, not for {instructions!r}")
    return _of(instructions or known[-1])


@cache
def _of(instructions):
    return Kernels(_path(instructions), instructions)


def _path(instructions):
    return Path(__file__).with_name(f"{instructions}.so")
