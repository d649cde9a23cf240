"""Settings, copies, representations, and what is printed."""

import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.utils import estimator_html_repr

from helpers.cases import every_kind, every_solver
from helpers.classifiers import assert_same_bits, classifier, parameters
from helpers.samples import draw_unscaled
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import SOLVERS, Adam


def test_nested_settings():
    clf = classifier(solver=Adam(beta_2=0.99))
    assert clf.get_params()["solver__beta_2"] == 0.99
    copy = clone(clf).set_params(solver__beta_2=0.9)
    assert (clf.solver.beta_2, copy.solver.beta_2) == (0.99, 0.9)
    X, y = draw_unscaled()
    assert not np.array_equal(parameters(clf.fit(X, y)), parameters(copy.fit(X, y)))
    assert clf.solver_ == copy.solver_ == "adam"


@every_solver
def test_a_solver_object_with_its_defaults_is_the_solver_of_that_name(solver):
    X, y = draw_unscaled()
    assert_same_bits(
        classifier(solver=SOLVERS[solver]()).fit(X, y), classifier(solver=solver).fit(X, y)
    )


def test_nested_settings_are_searched():
    X, y = draw_unscaled()
    search = GridSearchCV(
        classifier(solver=Adam()),
        {"solver__beta_2": [0.5, 0.999], "solver__beta_1": [0.0, 0.9]},
        cv=2,
    )
    search.set_params(scoring="neg_log_loss").fit(X, y)
    assert len(np.unique(search.cv_results_["mean_test_score"])) == 4


def test_settings_survive_a_copy():
    settings = {"n_h": 3, "alpha": 0.5, "activation": "gelu", "solver": "sgd", "batch_size": 9}
    clf = OneHiddenLayerClassifier(**settings)
    assert settings.items() <= clone(clf).get_params().items()
    assert OneHiddenLayerClassifier().set_params(**settings).get_params() == clf.get_params()


def test_fit_leaves_the_settings_alone():
    X, y = draw_unscaled()
    clf = classifier(early_stopping=True, n_init=2)
    before = clf.get_params()
    assert clf.fit(X, y) is clf
    assert clf.get_params() == before


@every_kind
@pytest.mark.parametrize("warm_start", [True, False])
def test_a_pickled_network_predicts_the_same_bits(kind, warm_start, tmp_path):
    X, y = draw_unscaled(kind)
    clf = classifier(solver=Adam(), warm_start=warm_start, verbose=0).fit(X, y)
    joblib.dump(clf, tmp_path / "network")
    for copy in (pickle.loads(pickle.dumps(clf)), joblib.load(tmp_path / "network")):
        assert_array_equal(copy.predict_proba(X), clf.predict_proba(X))
        assert_array_equal(copy.predict(X), clf.predict(X))
        assert copy.loss_curve_ == clf.loss_curve_


def test_a_pickle_does_not_hold_the_training_data():
    X, y = draw_unscaled(n_samples=5000)
    for settings in ({"warm_start": True, "solver": "adam"}, {"warm_start": True}, {}):
        clf = classifier(max_iter=2, **settings).fit(X, y)
        assert len(pickle.dumps(clf)) < 30_000


@pytest.mark.parametrize(("verbose", "printed"), [(5, [5, 10]), (1, list(range(1, 13))), (0, [])])
@pytest.mark.parametrize("solver", ["gd", "adam", "lbfgs"])
def test_verbose_prints_a_line_every_so_many_iterations(verbose, printed, solver, capsys):
    clf = classifier(solver=solver, verbose=verbose).fit(*draw_unscaled())
    lines = capsys.readouterr().out.splitlines()
    assert [int(line.split()[1]) for line in lines] == printed
    for iteration, line in zip(printed, lines, strict=True):
        assert f"{clf.loss_curve_[iteration - 1]:.6f}" in line


def test_verbose_shows_the_validation_loss(capsys):
    clf = classifier(verbose=12, early_stopping=True).fit(*draw_unscaled())
    assert f"{clf.validation_loss_curve_[-1]:.6f}" in capsys.readouterr().out


@pytest.mark.parametrize("solver", ["auto", Adam(beta_2=0.99)], ids=str)
def test_html_representation(solver):
    clf = classifier(solver=solver)
    for html in (estimator_html_repr(clf), estimator_html_repr(clf.fit(*draw_unscaled()))):
        assert "OneHiddenLayerClassifier" in html


def test_text_representation_shows_what_differs_from_the_defaults():
    assert repr(OneHiddenLayerClassifier(n_h=3)) == "OneHiddenLayerClassifier(n_h=3)"
