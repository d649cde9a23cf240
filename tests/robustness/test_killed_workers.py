"""A search whose workers are killed says so, and leaves the former search."""

import os
import signal

import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError

from helpers.classifiers import candidate
from helpers.faults import fingerprint
from helpers.samples import draw_samples
from skshallow import StackedGridSearchCV

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("two_blas_threads", "nothing_global_changes"),
]


def killing(estimator, X, y):
    """A scorer that kills the process it runs in."""
    os.kill(os.getpid(), signal.SIGKILL)


def constant(estimator, X, y):
    return 1.0


def test_a_killed_worker_is_reported_and_leaves_the_former_search():
    samples, grid = draw_samples("binary"), {"alpha": [0.1, 1], "n_h": [1, 2]}
    search = StackedGridSearchCV(candidate(max_iter=2), grid, cv=2).fit(*samples)
    before, settings = fingerprint(search), search.get_params(deep=False)
    search.set_params(scoring=killing, n_jobs=2)
    with pytest.raises(TerminatedWorkerError, match="executor was unexpectedly terminated"):
        search.fit(*samples)
    assert fingerprint(search.set_params(**settings)) == before
    assert search.set_params(scoring=constant, n_jobs=2).fit(*samples).best_score_ == 1
