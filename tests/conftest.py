"""What all tests share: a quiet, reproducible hypothesis, and what surrounds a test."""

import pytest
from hypothesis import settings
from sklearn import config_context
from sklearn.utils import check_random_state
from threadpoolctl import threadpool_limits

pytest.register_assert_rewrite("helpers")

from helpers.faults import surroundings  # noqa: E402

settings.register_profile("skshallow", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("skshallow")


@pytest.fixture(autouse=True)
def same_random_numbers():
    """NumPy's own generator, which `random_state=None` is, begins alike in every test."""
    check_random_state(None).seed(0)


@pytest.fixture
def routing():
    """Metadata are routed as scikit-learn does on request."""
    with config_context(enable_metadata_routing=True):
        yield


@pytest.fixture
def two_blas_threads():
    """BLAS may use two threads, so that there are some to limit."""
    with threadpool_limits(limits=2, user_api="blas"):
        yield


@pytest.fixture
def nothing_global_changes():
    """What belongs to the whole process is as before after the test."""
    before = surroundings()
    yield
    assert surroundings() == before
