"""When training ends: tol, n_iter_no_change and max_iter."""

import pytest
from sklearn.exceptions import ConvergenceWarning

from helpers.cases import WITH_RATE, every_solver
from helpers.classifiers import classifier
from helpers.formulas import first_settled
from helpers.samples import draw_unscaled


@every_solver
@pytest.mark.parametrize("early_stopping", [True, False])
def test_without_a_tolerance_all_iterations_run_and_nothing_warns(solver, early_stopping):
    clf = classifier(solver=solver, max_iter=80, early_stopping=early_stopping).fit(
        *draw_unscaled()
    )
    assert clf.n_iter_ == len(clf.loss_curve_) == 80


def test_without_a_tolerance_lbfgs_runs_on_at_the_optimum():
    clf = classifier(solver="lbfgs", max_iter=600, alpha=10).fit(*draw_unscaled())
    assert clf.n_iter_ == 600
    assert clf.loss_curve_[-1] == pytest.approx(clf.loss_, rel=1e-12)


@every_solver
def test_running_out_of_iterations_warns(solver):
    clf = classifier(solver=solver, max_iter=2, tol=1e-4)
    with pytest.warns(ConvergenceWarning, match=f"{solver}.*max_iter=2.*tol=0.0001"):
        clf.fit(*draw_unscaled())
    assert clf.n_iter_ == 2


@pytest.mark.parametrize("solver", WITH_RATE)
@pytest.mark.parametrize("patience", [1, 3, 10])
@pytest.mark.parametrize("early_stopping", [True, False])
def test_patience_is_the_number_of_iterations_without_change(solver, patience, early_stopping):
    clf = classifier(solver=solver, learning_rate=1e-12, n_iter_no_change=patience, tol=1e-4)
    clf.set_params(max_iter=99, early_stopping=early_stopping).fit(*draw_unscaled())
    assert clf.n_iter_ == 1 + patience


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize(("batches", "epochs"), [(1, 30), (2, 15), (6, 10)])
def test_automatic_patience_waits_for_as_many_steps_as_momentum_swings(solver, batches, epochs):
    X, y = draw_unscaled()
    settings = {"learning_rate": 1e-12, "batch_size": len(X) // batches, "tol": 1e-4}
    clf = classifier(solver=solver, n_iter_no_change="auto", max_iter=99, **settings).fit(X, y)
    assert clf.n_iter_ == 1 + epochs


@every_solver
@pytest.mark.parametrize(("tol", "patience"), [(0.3, 1), (1e-2, 4), (1e-3, 10)])
def test_tolerance_is_a_share_of_the_loss(solver, tol, patience):
    X, y = draw_unscaled()
    clf = classifier(solver=solver, max_iter=600, n_iter_no_change=patience)
    curve = clf.fit(X, y).loss_curve_
    clf.set_params(tol=tol).fit(X, y)
    assert clf.n_iter_ == first_settled(curve, tol, patience)
    assert clf.loss_curve_ == curve[: clf.n_iter_]


def test_a_loss_near_zero_still_counts_as_falling():
    X, y = draw_unscaled()
    X[y == 1] += 100
    clf = classifier(alpha=0, solver="gd", tol=1e-3, max_iter=10**4, n_iter_no_change=1)
    assert clf.fit(X, y).loss_ < 1e-2


@pytest.mark.parametrize("n_init", [1, 4])
def test_each_restart_ends_as_it_would_alone(n_init):
    X, y = draw_unscaled()
    settings = {"solver": "gd", "tol": 1e-3, "max_iter": 2000}
    clf = classifier(n_init=n_init, **settings).fit(X, y)
    alone = classifier(**settings).fit(X, y)
    assert clf.restart_losses_[0] == pytest.approx(alone.loss_, rel=1e-6)
    assert clf.loss_ == clf.restart_losses_.min()
