"""Pictures of fitted networks, by the conventions of scikit-learn's displays.

A display takes its data in ``__init__`` and draws it with ``plot``. Usually it is made by
``from_estimator`` or ``from_estimators``. matplotlib is imported only when something is drawn, so
the package works without it.
"""

from skshallow.displays._comparison import ComparisonDisplay
from skshallow.displays._hidden_units import HiddenUnitsDisplay
from skshallow.displays._loss_curve import LossCurveDisplay
from skshallow.displays._regression_curve import RegressionCurveDisplay

__all__ = ["ComparisonDisplay", "HiddenUnitsDisplay", "LossCurveDisplay", "RegressionCurveDisplay"]

# Pickles and other files name a class by the path that users import it from.
for _name in __all__:
    globals()[_name].__module__ = "skshallow"
