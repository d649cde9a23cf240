"""What holds parameters that are set, searched and compared as a part of an estimator's."""

from copy import copy
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator


class Configurable(BaseEstimator):
    """Base of solvers, and of what they are made of.

    Its parameters can be searched as ``solver__name``, and those of a part of it as
    ``solver__part__name``.
    """

    _parameter_constraints: ClassVar[dict] = {}

    def checked(self):
        """The object itself, or a copy with Python's own numbers in the place of NumPy's.

        NumPy's would decide the precision of what is computed with them.

        Returns
        -------
        checked : Configurable
            Itself, if all its numbers are Python's.

        Raises
        ------
        ValueError
            If a parameter is not what it may be; it names the parameter.
        """
        self._validate_params()
        plain = {name: _plain(value) for name, value in vars(self).items()}
        changed = {name: value for name, value in plain.items() if value is not vars(self)[name]}
        return copy(self).set_params(**changed) if changed else self

    def settings(self):
        """Class and parameters, by plain names: equal for two objects that work alike.

        Returns
        -------
        settings : dict
            The class as "class", and the parameters by name.
        """
        family = type(self)
        parts = {
            name: value.settings() if isinstance(value, Configurable) else value
            for name, value in vars(self).items()
        }
        return parts | {"class": f"{family.__module__}.{family.__qualname__}"}


def _plain(value):
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, np.integer):
        return int(value)
    return value.checked() if isinstance(value, Configurable) else value
