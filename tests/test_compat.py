"""What the supported versions of scikit-learn do differently."""

import importlib.util
import sys

import pytest
import sklearn

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from skshallow import StackedGridSearchCV
from skshallow import _compat as compat


@pytest.fixture
def without_callbacks(monkeypatch):
    """The module as it is with a scikit-learn that has no callbacks."""
    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    spec = importlib.util.spec_from_file_location("compat_without_callbacks", compat.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_asking_an_older_scikit_learn_for_callbacks_says_which_version_it_takes(without_callbacks):
    class Estimator(without_callbacks.CallbackSupportMixin):
        pass

    with pytest.raises(RuntimeError, match=r"1\.9 or newer; this is " + sklearn.__version__):
        Estimator().set_callbacks(object())


def test_without_callbacks_nobody_is_told(without_callbacks):
    context = without_callbacks.CallbackSupportMixin()._init_callback_context(max_subtasks=1)
    task = context.subcontext(task_name="epoch").call_on_fit_task_begin(estimator=None)
    assert task.call_on_fit_task_end(estimator=None) is False
    with task.propagate_callback_context(None):
        pass


@pytest.mark.parametrize(
    "estimator", [candidate(), StackedGridSearchCV(candidate(), {})], ids=["classifier", "search"]
)
def test_what_is_no_callback_is_refused(estimator):
    with pytest.raises((RuntimeError, TypeError), match="allbacks"):
        estimator.set_callbacks("progress")
    estimator.fit(*draw_samples())
