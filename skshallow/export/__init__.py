"""Fitted networks for those who do not have this package: as scikit-learn's own, and in files."""

from skshallow.export._mlp import to_mlp
from skshallow.export._trusted_types import trusted_types

__all__ = ["to_mlp", "trusted_types"]
