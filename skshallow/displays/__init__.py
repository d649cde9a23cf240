"""Pictures of fitted classifiers, in scikit-learn's Display convention.

A display keeps its data from ``__init__``, draws it with ``plot``, and is usually made by
``from_estimator`` or ``from_estimators``. matplotlib is imported when something is drawn, so that
the package works without it.
"""

from skshallow.displays._comparison import ComparisonDisplay
from skshallow.displays._hidden_units import HiddenUnitsDisplay
from skshallow.displays._loss_curve import LossCurveDisplay

__all__ = ["ComparisonDisplay", "HiddenUnitsDisplay", "LossCurveDisplay"]
