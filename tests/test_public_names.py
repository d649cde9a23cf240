"""What the package offers by name, imported when it is asked for."""

import pickle
import subprocess
import sys

import pytest

import skshallow


@pytest.mark.parametrize("name", skshallow.__all__)
def test_public_names_are_there_and_known_by_their_public_path(name):
    public = getattr(skshallow, name)
    assert f"{public.__module__}.{public.__qualname__}" == f"skshallow.{name}"
    assert pickle.loads(pickle.dumps(public)) is public
    assert name in dir(skshallow)


def test_all_that_can_be_imported_is_offered():
    namespace = {}
    exec("from skshallow import *", namespace)
    assert set(namespace) - {"__builtins__"} == set(skshallow.__all__)
    with pytest.raises(AttributeError, match="module 'skshallow' has no attribute 'nothing'"):
        skshallow.nothing  # noqa: B018


@pytest.mark.slow
@pytest.mark.parametrize("name", ["displays.LossCurveDisplay", "solvers.Adam", "model_selection"])
def test_subpackages_need_no_import_of_their_own(name):
    script = f"import skshallow; skshallow.{name}"
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        "_estimators.classifier.OneHiddenLayerClassifier",
        "_estimators.regressor.OneHiddenLayerRegressor",
        "model_selection.StackedGridSearchCV",
        "displays.LossCurveDisplay",
    ],
)
def test_the_public_path_does_not_depend_on_what_is_imported_first(path):
    home, _, name = path.rpartition(".")
    script = f"from skshallow.{home} import {name}; assert {name}.__module__ == 'skshallow'"
    subprocess.run([sys.executable, "-c", script], check=True)
