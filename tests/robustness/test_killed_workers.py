"""A search whose workers are killed."""

import os
import signal

import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError
from threadpoolctl import threadpool_limits

from helpers.classifiers import candidate
from helpers.faults import fingerprint, surroundings
from helpers.samples import draw_samples
from skshallow import StackedGridSearchCV


@pytest.fixture(autouse=True)
def all_is_as_before():
    """Two threads of BLAS, so that there are some to limit; nothing global may change."""
    with threadpool_limits(limits=2, user_api="blas"):
        before = surroundings()
        yield
        assert surroundings() == before


def small_search():
    return StackedGridSearchCV(candidate(max_iter=2), {"alpha": [0.1, 1], "n_h": [1, 2]}, cv=2)


class Killing:
    """A scorer that is as good as any, or kills the process it runs in."""

    def __init__(self, how):
        self.how = how

    def __call__(self, estimator, X, y):
        if self.how == "exit":
            os._exit(1)
        if self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        return 1.0


def check_killed(search, how):
    """Kill the workers of a search: that is said, the former fit stays, the next one works."""
    rows = draw_samples("binary")
    before = fingerprint(search.fit(*rows))
    settings = search.get_params(deep=False)
    search.set_params(scoring=Killing(how), n_jobs=2)
    with pytest.raises(TerminatedWorkerError, match="executor was unexpectedly terminated"):
        search.fit(*rows)
    assert fingerprint(search.set_params(**settings)) == before
    assert search.set_params(scoring=Killing("not"), n_jobs=2).fit(*rows).best_score_ == 1


def test_a_killed_worker_is_reported_and_leaves_the_former_search():
    check_killed(small_search(), "kill")
