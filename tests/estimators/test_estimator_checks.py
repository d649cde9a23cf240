"""scikit-learn's own checks of an estimator, those it leaves out of its suite included."""

import pytest
import sklearn
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import (
    check_dataframe_column_names_consistency,
    check_inplace_ensure_writeable,
    check_param_validation,
    estimator_checks_generator,
)
from sklearn.utils.fixes import parse_version

from helpers.regressors import NUMBER_LOSSES
from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressor,
    OneHiddenLayerRegressorCV,
    StackedGridSearchCV,
)
from skshallow.solvers import SOLVERS

# The checks allow an estimator five iterations, too few to converge.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

DEFAULT = OneHiddenLayerClassifier()
VARIANTS = [
    # On tables as small as those of the checks "auto" is "lbfgs".
    *(OneHiddenLayerClassifier(solver=solver) for solver in SOLVERS if solver != "lbfgs"),
    OneHiddenLayerClassifier(n_init=3),
    OneHiddenLayerClassifier(class_weight="balanced"),
]
EARLY_STOPPING = OneHiddenLayerClassifier(early_stopping=True)
OTHERS = [pytest.param(clf, marks=pytest.mark.slow) for clf in [*VARIANTS, EARLY_STOPPING]]
CHOOSING = OneHiddenLayerClassifierCV(n_h=8, alphas=3, n_init=1)
NUMBERS = OneHiddenLayerRegressor()
NUMBER_VARIANTS = [
    *(OneHiddenLayerRegressor(loss=loss) for loss in NUMBER_LOSSES if loss != "squared_error"),
    *(OneHiddenLayerRegressor(solver=solver) for solver in SOLVERS if solver != "lbfgs"),
    OneHiddenLayerRegressor(loss="quantile", quantile=0.9, solver="adam"),
    OneHiddenLayerRegressor(n_init=3),
]
# Between these penalties the choice does not hang on which samples a split holds out: scikit-learn
# checks that samples of weight 2 are split like two copies, which no random split does. And neither
# is so weak that rounding grows beyond what it allows while 15 samples are fitted.
CHOOSING_FOR_NUMBERS = OneHiddenLayerRegressorCV(n_h=8, alphas=[10, 1000], n_init=1)
OF_A_SEARCH = {
    "estimator": OneHiddenLayerClassifier(4, random_state=0),
    "param_grid": {"alpha": [0.1, 1]},
    "cv": 2,
    "error_score": "raise",
}

# As many as scikit-learn has for a classifier that takes weights of samples and classes, sparse
# features and several labels.
N_CHECKS = 68 if parse_version(sklearn.__version__) >= parse_version("1.9") else 66
# And for a regressor of the same, one that takes positive numbers only not being asked for several.
N_CHECKS_OF_NUMBERS = N_CHECKS - 8

# A sample of weight 2 goes to one side of a random split as a whole, two copies of it may go to
# both sides. With X_val there is no split: test_early_stopping.py has the equivalence.
NEED_ALL_ROWS = {
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
}


@pytest.fixture(autouse=True)
def _array_api(monkeypatch):
    """Without this, scikit-learn skips the check that NumPy arrays pass as array API input."""
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")


def checks_of(estimator):
    """What parametrize_with_checks hands out, as a list, for pytest wants no iterators."""
    return [
        pytest.param(estimator, check, id=f"{name_of(check)}-{estimator}-{check.keywords}")
        for estimator, check in estimator_checks_generator(estimator)
        if not (estimator is EARLY_STOPPING and name_of(check) in NEED_ALL_ROWS)
    ]


def name_of(check):
    return check.func.__name__


@pytest.mark.parametrize(("estimator", "check"), checks_of(DEFAULT))
def test_scikit_learn_check(estimator, check):
    check(clone(estimator))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimator", "check"), [case for variant in VARIANTS for case in checks_of(variant)]
)
def test_scikit_learn_check_with_other_settings(estimator, check):
    check(clone(estimator))


@pytest.mark.slow
@pytest.mark.parametrize(("estimator", "check"), checks_of(EARLY_STOPPING))
def test_scikit_learn_check_with_early_stopping(estimator, check):
    check(clone(estimator))


@pytest.mark.parametrize(("estimator", "check"), checks_of(NUMBERS))
def test_scikit_learn_check_of_a_regressor(estimator, check):
    check(clone(estimator))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimator", "check"), [case for variant in NUMBER_VARIANTS for case in checks_of(variant)]
)
def test_scikit_learn_check_of_a_regressor_with_other_settings(estimator, check):
    check(clone(estimator))


@pytest.mark.parametrize(("estimator", "check"), checks_of(CHOOSING_FOR_NUMBERS))
def test_scikit_learn_check_of_a_regressor_with_choice_of_parameters(estimator, check):
    check(clone(estimator))


@pytest.mark.parametrize("estimator", [NUMBERS, *NUMBER_VARIANTS, CHOOSING_FOR_NUMBERS], ids=str)
def test_scikit_learn_checks_all_that_is_offered_of_a_regressor(estimator):
    assert len(checks_of(estimator)) >= N_CHECKS_OF_NUMBERS


@pytest.mark.parametrize(("estimator", "check"), checks_of(CHOOSING))
def test_scikit_learn_check_with_choice_of_parameters(estimator, check):
    check(clone(estimator))


# So scikit-learn warns when it looks for the type of targets that are not finite.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
@pytest.mark.parametrize(("estimator", "check"), checks_of(StackedGridSearchCV(**OF_A_SEARCH)))
def test_scikit_learn_check_of_a_search(estimator, check):
    check(clone(estimator))


def test_scikit_learn_checks_as_much_as_of_its_own_search():
    plain, ours = (
        checks_of(search(**OF_A_SEARCH)) for search in (GridSearchCV, StackedGridSearchCV)
    )
    assert len(ours) == len(plain) > 50


@pytest.mark.parametrize("estimator", [DEFAULT, *VARIANTS, CHOOSING], ids=str)
def test_scikit_learn_checks_all_that_is_offered(estimator):
    assert len(checks_of(estimator)) >= N_CHECKS


def test_early_stopping_is_spared_two_checks_only():
    assert len(checks_of(EARLY_STOPPING)) >= N_CHECKS - 2


@pytest.mark.parametrize(
    "estimator", [DEFAULT, CHOOSING, NUMBERS, CHOOSING_FOR_NUMBERS, *OTHERS], ids=str
)
@pytest.mark.parametrize(
    "check",
    [
        check_dataframe_column_names_consistency,
        check_inplace_ensure_writeable,
        check_param_validation,
    ],
    ids=lambda check: check.__name__,
)
def test_check_that_scikit_learn_leaves_out(check, estimator):
    check(type(estimator).__name__, clone(estimator))
