import sys

import matplotlib
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers import regressors
from helpers.regressors import SEVERAL_QUANTILES, draw_for, draw_numbers
from skshallow import LossCurveDisplay, OneHiddenLayerClassifier, StackedGridSearchCV
from skshallow.solvers import LBFGS, Adam


def legend_of(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def ring_of(display):
    """The step and the loss that the only ring marks."""
    [ring] = display.rings_
    return ring.get_xdata()[0], ring.get_ydata()[0]


@pytest.fixture(scope="module")
def stopped_early(moons):
    network = OneHiddenLayerClassifier(n_h=4, solver="adam", early_stopping=True, random_state=0)
    return network.set_params(max_iter=2000).fit(*moons)


def test_full_batch_curve_goes_on_to_the_weights_kept(network, fits):
    display = LossCurveDisplay.from_estimator(network, name="four units", log_scale=True)
    [line] = display.lines_
    np.testing.assert_array_equal(line.get_ydata(), [*network.loss_curve_, network.loss_])
    np.testing.assert_array_equal(line.get_xdata(), np.arange(61))
    assert ring_of(display) == (60, network.loss_)
    assert display.validation_lines_ == [None]
    assert display.ax_.get_title() == "four units"
    assert display.ax_.get_xlabel() == "iteration"
    assert display.ax_.get_yscale() == "log"
    assert legend_of(display) == ["training", "weights kept"]
    assert display.figure_ is display.ax_.figure
    assert fits(display.figure_)


@pytest.mark.parametrize(
    ("curve", "labels"),
    [
        ([0.6, 0.17], ["0.2", "0.3", "0.5"]),
        ([0.48, 0.41], ["0.42", "0.44", "0.46", "0.48"]),
        ([2.0, 1e-6], ["1e-06", "1e-05", "0.0001", "0.001", "0.01", "0.1", "1"]),
    ],
    ids=["within a decade", "almost flat", "many decades"],
)
def test_logarithmic_loss_is_labelled_with_plain_numbers(curve, labels):
    ax = LossCurveDisplay(loss_curves=[curve]).plot(log_scale=True).ax_
    ax.figure.canvas.draw()
    ticks = zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
    ticks = [*ticks, *zip(ax.get_yticks(minor=True), ax.get_yticklabels(minor=True), strict=True)]
    low, high = ax.get_ylim()
    shown = {text.get_text(): at for at, text in ticks if low <= at <= high and text.get_text()}
    assert set(labels) <= set(shown)
    assert [float(text) for text in shown] == pytest.approx(list(shown.values()))


def test_end_of_training_is_marked(network, stopped_early):
    for line in LossCurveDisplay.from_estimators([network, stopped_early]).lines_:
        assert line.get_marker() not in ("", "None")
        assert line.get_markevery() == [-1]


def test_several_curves_differ_in_colour_and_mark(moons, network, fits):
    mlp = MLPClassifier(max_iter=2000, random_state=0)
    pipeline = make_pipeline(StandardScaler(), mlp).fit(*moons)
    display = LossCurveDisplay.from_estimators([network, pipeline, network])
    names = ["OneHiddenLayerClassifier 1", "MLPClassifier", "OneHiddenLayerClassifier 2"]
    assert legend_of(display) == [*names, "weights kept"]
    assert display.ax_.get_xlabel() == "iteration or epoch"
    assert len({line.get_color() for line in display.lines_}) == 3
    assert len({line.get_marker() for line in display.lines_}) == 3
    assert display.rings_[1] is None, "which weights MLPClassifier kept is not known"
    assert fits(display.figure_)


def test_ring_marks_the_lowest_validation_loss(stopped_early, fits):
    display = LossCurveDisplay.from_estimator(stopped_early)
    [training], [validation] = display.lines_, display.validation_lines_
    curve = stopped_early.validation_loss_curve_
    np.testing.assert_array_equal(validation.get_ydata(), curve)
    np.testing.assert_array_equal(validation.get_xdata(), training.get_xdata())
    assert ring_of(display) == (1 + np.argmin(curve), min(curve))
    assert validation.get_linestyle() == "--"
    assert validation.get_color() == training.get_color()
    assert legend_of(display) == ["training", "validation", "weights kept"]
    assert display.ax_.get_xlabel() == "epoch"
    assert fits(display.figure_)


def test_validation_of_full_batches_is_drawn_one_step_later(moons):
    network = OneHiddenLayerClassifier(n_h=4, early_stopping=True, random_state=0).fit(*moons)
    display = LossCurveDisplay.from_estimator(network)
    assert display.lines_[0].get_xdata()[0] == 0
    assert display.validation_lines_[0].get_xdata()[0] == 1
    curve = network.validation_loss_curve_
    assert ring_of(display) == (1 + np.argmin(curve), min(curve))


def test_training_curve_with_validation_ends_with_the_training_loss(moons):
    X, y = moons
    network = OneHiddenLayerClassifier(n_h=4, solver="gd", max_iter=20, tol=0, random_state=0)
    network.fit(X, y, X_val=X, y_val=y)
    curve = network.validation_loss_curve_
    assert np.argmin(curve) == 19, "the last weights are the best on the validation set, too"
    display = LossCurveDisplay.from_estimator(network)
    [line] = display.lines_
    np.testing.assert_array_equal(line.get_ydata(), [*network.loss_curve_, network.loss_])
    assert ring_of(display) == (20, curve[-1])


def test_ring_of_initial_weights_that_were_best_on_the_validation_set(moons):
    X, y = moons
    network = OneHiddenLayerClassifier(n_h=4, solver="gd", init="small", random_state=0)
    network.fit(X, y, X_val=X, y_val=1 - y)
    assert min(network.validation_loss_curve_) > network.best_loss_
    assert ring_of(LossCurveDisplay.from_estimator(network)) == (0, network.best_loss_)


class OwnLBFGS(LBFGS):
    """A solver of the user's own, of a name that nobody knows."""


class OwnAdam(Adam):
    """Another one, of mini-batches."""


@pytest.mark.parametrize(
    ("solver", "step", "first"), [(OwnLBFGS(), "iteration", 0), (OwnAdam(), "epoch", 1)]
)
def test_steps_of_a_solver_of_ones_own(moons, solver, step, first):
    network = OneHiddenLayerClassifier(4, solver=solver, alpha=1, random_state=0, max_iter=500)
    display = LossCurveDisplay.from_estimator(network.fit(*moons))
    assert display.ax_.get_xlabel() == step
    assert display.lines_[0].get_xdata()[0] == first
    assert ring_of(display) == (network.n_iter_, network.loss_)


@pytest.mark.parametrize(("solver", "rate"), [("gd", 300.0), ("sgd", 300.0), ("sgd", 1e300)])
def test_ring_of_a_training_that_diverged(moons, solver, rate):
    network = OneHiddenLayerClassifier(solver=solver, learning_rate=rate, max_iter=5, tol=0)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        network.set_params(random_state=0).fit(*moons)
    assert ring_of(LossCurveDisplay.from_estimator(network)) == (0, network.loss_)


@pytest.mark.parametrize(("solver", "rate"), [("gd", 300.0), ("sgd", 1e300)])
def test_ring_of_a_training_that_diverged_later(moons, solver, rate):
    network = OneHiddenLayerClassifier(solver=solver, max_iter=5, tol=0, warm_start=True)
    network.set_params(random_state=0).fit(*moons)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        network.set_params(learning_rate=rate).fit(*moons)
    steps, loss = ring_of(LossCurveDisplay.from_estimator(network))
    assert (steps, loss) == (network.best_iter_, network.loss_)
    assert steps == 5
    if solver == "gd":
        assert network.loss_curve_[steps] == pytest.approx(loss)


def test_loss_curve_of_a_search(moons):
    grid = GridSearchCV(OneHiddenLayerClassifier(random_state=0), {"n_h": [2]}, cv=2).fit(*moons)
    [line] = LossCurveDisplay.from_estimator(grid).lines_
    np.testing.assert_array_equal(line.get_ydata()[:-1], grid.best_estimator_.loss_curve_)


def test_loss_curve_from_plain_numbers_on_given_axes():
    ax = matplotlib.figure.Figure().subplots()
    display = LossCurveDisplay(loss_curves=[[3, 2], [1]], validation_curves=[None, [2]])
    assert display.plot(ax=ax) is display
    assert display.ax_ is ax
    assert legend_of(display) == ["1", "2", "validation"]
    for line in (display.lines_[1], display.validation_lines_[1]):
        assert line.get_marker() != "None", "one point is invisible without a marker"


# Regressors


STANDARD = "loss (errors in standard deviations of y)"
ROBUST = "loss (errors in robust standard deviations of y)"


@pytest.mark.parametrize(
    ("params", "label"),
    [
        ({}, STANDARD),
        ({"loss": "absolute_error"}, ROBUST),
        ({"loss": "huber"}, ROBUST),
        (SEVERAL_QUANTILES, ROBUST),
        ({"loss": "poisson"}, "loss"),
        ({"loss": "gamma"}, "loss"),
    ],
    ids=lambda part: part.get("loss", "mean") if isinstance(part, dict) else "",
)
def test_units_of_a_regressor(params, label, fits):
    network = regressors.candidate(**params).fit(*draw_for(params.get("loss", "squared_error")))
    display = LossCurveDisplay.from_estimator(network)
    assert display.ax_.get_ylabel() == label
    np.testing.assert_array_equal(
        display.lines_[0].get_ydata(), [*network.loss_curve_, network.loss_]
    )
    assert ring_of(display) == (network.n_iter_, network.loss_)
    assert fits(display.figure_)


def test_units_of_the_loss_of_a_classifier(network):
    assert LossCurveDisplay.from_estimator(network).ax_.get_ylabel() == "loss"


def test_validation_curve_of_a_regressor(fits):
    network = regressors.candidate(solver="adam", max_iter=40, early_stopping=True, batch_size=20)
    display = LossCurveDisplay.from_estimator(network.fit(*draw_numbers()), log_scale=True)
    curve = network.validation_loss_curve_
    np.testing.assert_array_equal(display.validation_lines_[0].get_ydata(), curve)
    assert ring_of(display) == (1 + np.argmin(curve), min(curve))
    assert legend_of(display) == ["training", "validation", "weights kept"]
    assert display.ax_.get_ylabel() == STANDARD
    assert fits(display.figure_)


def test_regressors_in_pipelines_and_searches():
    X, y = draw_numbers()
    pipeline = make_pipeline(StandardScaler(), regressors.candidate()).fit(X, y)
    search = StackedGridSearchCV(regressors.candidate(), {"n_h": [2, 3]}, cv=2).fit(X, y)
    chosen = regressors.chooser(cv=2).fit(X, y)
    display = LossCurveDisplay.from_estimators([pipeline, search, chosen])
    assert legend_of(display)[2] == "OneHiddenLayerRegressorCV"
    assert display.ax_.get_ylabel() == STANDARD


def test_losses_of_different_units(network):
    X, y = draw_numbers()
    ours = regressors.candidate().fit(X, y)
    rival = MLPRegressor(learning_rate_init=0.1, max_iter=2000, random_state=0).fit(X, y)
    alone = LossCurveDisplay.from_estimator(rival)
    assert alone.ax_.get_ylabel() == "loss (errors in units of y)"
    for other in (rival, network):
        together = LossCurveDisplay.from_estimators([ours, other])
        assert together.ax_.get_ylabel() == "loss (in different units)"


def test_one_plain_curve_needs_no_legend():
    display = LossCurveDisplay(loss_curves=[[3, 2]], names=["small"]).plot()
    assert display.ax_.get_legend() is None
    assert display.ax_.get_title() == "small"


@pytest.mark.parametrize(
    ("estimators", "names", "error", "words"),
    [
        ([], None, ValueError, "got 0 estimators"),
        ([OneHiddenLayerClassifier()], None, NotFittedError, "not fitted"),
        ([LogisticRegression().fit([[0], [1]], [0, 1])], None, TypeError, "no loss_curve_"),
        ([OneHiddenLayerClassifier()], ["a", "b"], ValueError, "names has 2 entries for 1"),
    ],
    ids=["nothing", "not fitted", "no curve", "names"],
)
def test_loss_curve_refuses(estimators, names, error, words):
    with pytest.raises(error, match=words):
        LossCurveDisplay.from_estimators(estimators, names=names)


@pytest.mark.parametrize("what", ["validation_curves", "first_steps", "kept"])
def test_loss_curve_refuses_lists_of_another_length(what):
    display = LossCurveDisplay(loss_curves=[[3, 2]], **{what: [None, None]})
    with pytest.raises(ValueError, match=f"{what} has 2 entries for 1 curves"):
        display.plot()


def test_missing_matplotlib_names_the_extra(monkeypatch, network):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'pip install "skshallow\[plots\]"'):
        LossCurveDisplay.from_estimator(network)


def test_no_window_or_figure_is_opened_on_given_axes(network):
    LossCurveDisplay.from_estimator(network, ax=matplotlib.figure.Figure().subplots())
    assert matplotlib.pyplot.get_fignums() == []
