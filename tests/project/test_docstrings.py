"""What the docstrings of the estimators say of their parameters and attributes."""

import ast
import inspect
import re

import pandas as pd
import pytest

from helpers.paths import GUIDE
from helpers.regressors import NUMBER_LOSSES
from helpers.samples import draw_samples
from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressor,
    OneHiddenLayerRegressorCV,
)

SMALL = {"n_h": 2, "random_state": 0}
ESTIMATORS = [
    OneHiddenLayerClassifier(**SMALL),
    OneHiddenLayerClassifierCV(alphas=[1.0], **SMALL),
    OneHiddenLayerRegressor(**SMALL),
    OneHiddenLayerRegressorCV(alphas=[1.0], **SMALL),
]
every_estimator = pytest.mark.parametrize(
    "estimator", ESTIMATORS, ids=lambda one: type(one).__name__
)


def documented(estimator, section):
    """The names that a section describes, and what follows the colon."""
    text = inspect.getdoc(type(estimator)).split(f"\n{section}\n")[1]
    body = re.split(r"\n\n(?=\w[\w ]*\n-+\n)", text)[0]
    lines = re.findall(r"^(\w[\w, ]*) : (.+)$", body, re.MULTILINE)
    return {name: kind for names, kind in lines for name in names.split(", ")}


@every_estimator
def test_every_fitted_attribute_is_documented(estimator):
    X, y = draw_samples()
    estimator = estimator.fit(pd.DataFrame(X).add_prefix("x"), y)
    fitted = {name for name in vars(estimator) if name.endswith("_") and not name.startswith("_")}
    assert set(documented(estimator, "Attributes")) == fitted


@every_estimator
def test_every_parameter_is_documented_with_its_default(estimator):
    defaults = type(estimator)().get_params(deep=False)
    kinds = documented(estimator, "Parameters")
    assert {n: ast.literal_eval(kind.split("default=")[1]) for n, kind in kinds.items()} == defaults


@every_estimator
def test_no_docstring_leans_on_another(estimator):
    text = inspect.getdoc(type(estimator)).lower()
    assert not re.search(r"\bas (for|there)\b", text)


@pytest.mark.parametrize("loss", NUMBER_LOSSES)
def test_every_loss_of_numbers_is_described(loss):
    page = (GUIDE / "regress.md").read_text(encoding="utf-8")
    assert f'\n| `"{loss}"` | ' in page
    for estimator in (OneHiddenLayerRegressor, OneHiddenLayerRegressorCV):
        assert f'- "{loss}": ' in estimator.__doc__
