"""What many tests go through: solvers, and kinds of targets."""

import pytest

from skshallow.solvers import SOLVERS

KINDS = ("binary", "multiclass", "multilabel")
FULL_BATCH = [name for name, solver in SOLVERS.items() if solver.full_batch]
MINI_BATCH = [name for name, solver in SOLVERS.items() if not solver.full_batch]
WITH_RATE = [name for name, solver in SOLVERS.items() if solver.default_learning_rate]
# A learning rate at which nothing moves.
NO_STEP = 1e-14

every_kind = pytest.mark.parametrize("kind", KINDS)
every_solver = pytest.mark.parametrize("solver", SOLVERS)
every_mini_batch_solver = pytest.mark.parametrize("solver", MINI_BATCH)
both_scalings = pytest.mark.parametrize("standardize", [True, False])

may_not_converge = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
