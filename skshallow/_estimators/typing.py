"""What the signatures of the public classes are written with."""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Sparse(Protocol):
    """A sparse matrix or array of SciPy, of whatever format and version."""

    def tocsr(self) -> Any:
        """Give the same numbers row by row."""


MatrixLike: TypeAlias = ArrayLike | Sparse
FloatArray: TypeAlias = NDArray[np.floating[Any]]
Method = TypeVar("Method", bound=Callable[..., Any])


def keeps_signature(decorator: Callable[[Any], Any]) -> Callable[[Method], Method]:
    """The decorator as it is; type checkers learn that it leaves signatures alone.

    Those of scikit-learn say nothing of types, so a method that one of them decorates would lose
    its own.

    Parameters
    ----------
    decorator : callable
        Takes a method and returns one that is called the same way.

    Returns
    -------
    decorator : callable
    """
    return decorator
