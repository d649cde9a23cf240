"""Whether compiled kernels are used: by default, by the environment, in a context."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

import skshallow
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV, _kernels, config_context


@pytest.fixture
def loaded(monkeypatch):
    """Kernels that could be loaded, as it were, whatever is installed."""
    found = SimpleNamespace(instructions="x86-64-v3")
    monkeypatch.setattr(_kernels, "_load", lambda instructions: (found, ""))
    monkeypatch.delenv(_kernels.VARIABLE, raising=False)
    return found


@pytest.fixture
def missing(monkeypatch):
    """None installed, as it were."""
    monkeypatch.setitem(sys.modules, "skshallow_kernels", None)
    monkeypatch.delenv(_kernels.VARIABLE, raising=False)
    _kernels._load.cache_clear()
    yield
    _kernels._load.cache_clear()


def test_they_are_used_where_they_are(loaded):
    assert _kernels.kernels_in_use() is loaded
    assert _kernels.described() == "in use, for x86-64-v3"


def test_they_are_optional(missing):
    assert _kernels.kernels_in_use() is None
    assert _kernels.described() == "not in use: skshallow-kernels is not installed"


def test_asked_for_but_missing(missing):
    reason = "cannot be used: skshallow-kernels is not installed"
    with pytest.raises(ImportError, match=reason), config_context(kernels=True):
        pass


def test_of_another_version(missing, monkeypatch):
    other = SimpleNamespace(INTERFACE=_kernels.INTERFACE + 1)
    monkeypatch.setitem(sys.modules, "skshallow_kernels", other)
    assert _kernels.described() == (
        "not in use: skshallow-kernels is for another version of skshallow"
    )


def test_a_context_turns_them_off_and_ends(loaded):
    with config_context(kernels=False):
        assert _kernels.kernels_in_use() is None
        assert _kernels.described() == "not in use: turned off by config_context"
        with config_context():
            assert _kernels.kernels_in_use() is None
        with config_context(kernels=True):
            assert _kernels.kernels_in_use() is loaded
    assert _kernels.kernels_in_use() is loaded


def test_a_context_that_fails_ends_too(loaded):
    with pytest.raises(ZeroDivisionError), config_context(kernels=False):
        raise ZeroDivisionError
    assert _kernels.kernels_in_use() is loaded


def test_a_context_is_that_of_its_thread(loaded):
    with config_context(kernels=False), ThreadPoolExecutor(1) as pool:
        assert pool.submit(_kernels.kernels_in_use).result() is loaded


def test_the_variable_turns_them_off(loaded, monkeypatch):
    monkeypatch.setenv(_kernels.VARIABLE, "0")
    assert _kernels.described() == "not in use: SKSHALLOW_KERNELS is 0"
    with config_context(kernels=True):
        assert _kernels.kernels_in_use() is loaded


@pytest.mark.parametrize("kernels", ["yes", 1, 0, np.True_])
def test_anything_else_is_refused(kernels):
    message = "kernels must be True, False or None; got "
    with pytest.raises(TypeError, match=message), config_context(kernels=kernels):
        pass


def test_a_function_takes_the_choice_along(loaded):
    with config_context(kernels=False):
        described = _kernels.with_choice(_kernels.described)
    assert described() == "not in use: turned off by config_context"
    assert _kernels.kernels_in_use() is loaded


class Telling(OneHiddenLayerClassifier):
    """A classifier whose score tells whether kernels are in use where it is fitted."""

    def score(self, X, y, sample_weight=None):
        return float(_kernels.kernels_in_use() is not None)


@pytest.mark.slow
def test_searches_hand_the_choice_on_to_their_workers():
    X, y = draw_samples()
    clf = Telling(2, max_iter=2, tol=0)
    search = StackedGridSearchCV(clf, {"alpha": [1, 2]}, n_jobs=2, refit=False)
    with config_context(kernels=False):
        search.fit(X, y)
    assert search.cv_results_["mean_test_score"].tolist() == [0, 0]


def test_import_loads_none():
    """What only reads the version does not wait for them."""
    script = "import sys, skshallow; sys.exit('skshallow_kernels' in sys.modules)"
    path = os.pathsep.join(filter(None, [str(os.getcwd()), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": path}
    assert subprocess.run([sys.executable, "-c", script], env=environment).returncode == 0


def test_it_is_public():
    assert skshallow.config_context is config_context
    assert config_context.__module__ == "skshallow"
