import sys
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.datasets import make_moons
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skshallow import ComparisonDisplay, LossCurveDisplay, OneHiddenLayerClassifier

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    matplotlib.pyplot.close("all")


@pytest.fixture(scope="module")
def moons():
    return make_moons(n_samples=120, noise=0.2, random_state=0)


@pytest.fixture(scope="module")
def network(moons):
    return OneHiddenLayerClassifier(n_h=4, max_iter=60, random_state=0, tol=0).fit(*moons)


def three_classes(n=90):
    X = pd.DataFrame({"price in $": np.arange(n) * 1000.0, "_share": np.arange(n) % 7 / 1000})
    return X, np.repeat(["one", "_two", "$three$"], n // 3)


def draws_without_overlap(figure):
    """Tell whether everything, drawn, lies inside the figure and no legend over an axes."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    for ax in figure.axes:
        extent = ax.get_tightbbox(renderer)
        if extent.x0 < -1 or extent.y0 < -1:
            return False
        if extent.x1 > figure.bbox.width + 1 or extent.y1 > figure.bbox.height + 1:
            return False
        if (legend := ax.get_legend()) is not None:
            box = legend.get_window_extent(renderer)
            if any(box.overlaps(other.get_window_extent(renderer)) for other in figure.axes):
                return False
    return True


def test_loss_curve_of_one_network(network):
    display = LossCurveDisplay.from_estimator(network, name="four units", log_scale=True)
    np.testing.assert_array_equal(display.lines_[0].get_ydata(), network.loss_curve_)
    assert display.validation_lines_ == [None]
    assert display.ax_.get_title() == "four units"
    assert display.ax_.get_xlabel() == "iteration"
    assert display.ax_.get_yscale() == "log"
    assert display.ax_.get_legend() is None
    assert display.figure_ is display.ax_.figure


def test_loss_curves_of_several_estimators_beside_their_legend(moons, network):
    mlp = MLPClassifier(max_iter=2000, random_state=0)
    pipeline = make_pipeline(StandardScaler(), mlp).fit(*moons)
    display = LossCurveDisplay.from_estimators([network, network, pipeline])
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["OneHiddenLayerClassifier 1", "OneHiddenLayerClassifier 2", "MLPClassifier"]
    assert display.ax_.get_xlabel() == "iteration or epoch"
    assert len({line.get_color() for line in display.lines_}) == 3
    assert draws_without_overlap(display.figure_)


def test_validation_curve_is_dashed_in_the_colour_of_its_network(moons):
    network = OneHiddenLayerClassifier(n_h=4, solver="adam", early_stopping=True, random_state=0)
    network.set_params(max_iter=2000).fit(*moons)
    display = LossCurveDisplay.from_estimator(network)
    [training], [validation] = display.lines_, display.validation_lines_
    np.testing.assert_array_equal(validation.get_ydata(), network.validation_loss_curve_)
    assert validation.get_linestyle() == "--"
    assert validation.get_color() == training.get_color()
    assert display.ax_.get_xlabel() == "epoch"
    assert draws_without_overlap(display.figure_)


def test_loss_curve_of_a_search(moons):
    grid = GridSearchCV(OneHiddenLayerClassifier(random_state=0), {"n_h": [2]}, cv=2).fit(*moons)
    display = LossCurveDisplay.from_estimator(grid)
    np.testing.assert_array_equal(display.lines_[0].get_ydata(), grid.best_estimator_.loss_curve_)


def test_loss_curve_from_plain_numbers_on_given_axes():
    ax = matplotlib.figure.Figure().subplots()
    display = LossCurveDisplay(loss_curves=[[3, 2], [1]], validation_curves=[None, [2]])
    assert display.plot(ax=ax) is display
    assert display.ax_ is ax
    assert [line.get_label() for line in display.lines_] == ["1", "2"]
    assert display.lines_[1].get_marker() == "o", "one point is invisible without a marker"


@pytest.mark.parametrize(
    ("estimators", "names", "error", "words"),
    [
        ([], None, ValueError, "got 0 estimators"),
        ([OneHiddenLayerClassifier()], None, NotFittedError, "not fitted"),
        ([LogisticRegression().fit([[0], [1]], [0, 1])], None, TypeError, "no loss_curve_"),
        ([OneHiddenLayerClassifier()], ["a", "b"], ValueError, "names has 2 entries for 1"),
    ],
)
def test_loss_curve_refuses(estimators, names, error, words):
    with pytest.raises(error, match=words):
        LossCurveDisplay.from_estimators(estimators, names=names)


def test_comparison_on_the_tutorial_moons():
    X, y = make_moons(n_samples=400, noise=0.2, random_state=42)
    linear = LogisticRegression().fit(X, y)
    network = OneHiddenLayerClassifier(n_h=4, n_init=10, random_state=0).fit(X, y)
    display = ComparisonDisplay.from_estimators([linear, network], X, y)
    titles = [ax.get_title() for ax in display.axes_]
    assert titles == [
        "LogisticRegression\naccuracy 84.00 %",
        f"OneHiddenLayerClassifier\naccuracy {100 * network.score(X, y):.2f} %",
    ]
    assert display.accuracies == [linear.score(X, y), network.score(X, y)]
    assert len(display.boundaries_) == 2
    assert draws_without_overlap(display.figure_)


def test_comparison_shows_the_predicted_regions_and_every_row():
    X, y = three_classes()
    tree = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    display = ComparisonDisplay.from_estimators([tree], X, y, grid_resolution=20)
    boundary, ax = display.boundaries_[0], display.axes_[0]
    grid = pd.DataFrame(np.c_[boundary.xx0.ravel(), boundary.xx1.ravel()], columns=X.columns)
    predicted = tree.classes_[boundary.response.ravel().astype(int)]
    np.testing.assert_array_equal(predicted, tree.predict(grid))
    points = [s for s in ax.collections if isinstance(s, matplotlib.collections.PathCollection)]
    assert sum(len(s.get_offsets()) for s in points) == len(X)
    for scatter, label in zip(points, tree.classes_, strict=True):
        np.testing.assert_array_equal(
            np.unique(scatter.get_offsets(), axis=0), np.unique(X[y == label], axis=0)
        )
    colors = {tuple(s.get_facecolor()[0]) for s in points}
    assert len(colors) == 3


def test_comparison_spans_features_of_different_scales_with_a_small_margin():
    X, y = three_classes()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    ax = ComparisonDisplay.from_estimators([model], X, y, grid_resolution=20).axes_[0]
    for (low, high), column in zip((ax.get_xlim(), ax.get_ylim()), X, strict=True):
        span = X[column].max() - X[column].min()
        assert span < high - low < 1.4 * span


def test_comparison_shows_names_as_they_are_written():
    X, y = three_classes()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    display = ComparisonDisplay.from_estimators([model, model], X, y, names=["$a$", "x" * 99])
    assert draws_without_overlap(display.figure_)
    texts = [text.get_text() for text in display.axes_[-1].get_legend().get_texts()]
    assert sorted(texts) == sorted([r"\$three\$", " _two", "one"])
    assert display.axes_[0].get_xlabel() == r"price in \$"
    assert len(display.axes_[1].get_title().splitlines()[0]) <= 40


def test_comparison_of_many_classes_and_rows():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5000, 2)), np.arange(5000) % 15
    model = LogisticRegression().fit(X, y)
    display = ComparisonDisplay.from_estimators([model], X, y, grid_resolution=20, max_points=300)
    points = display.axes_[0].collections[1:]
    assert sum(len(s.get_offsets()) for s in points) == 300
    assert len({tuple(s.get_facecolor()[0]) for s in points if len(s.get_offsets())}) == 15
    assert draws_without_overlap(display.figure_)


def test_comparison_of_polars_frames():
    X, y = three_classes()
    frame = polars.DataFrame(dict(X))
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, y)
    display = ComparisonDisplay.from_estimators([model], frame, y, grid_resolution=20)
    assert display.axes_[0].get_ylabel() == " _share"


def fitted(X, y):
    return LogisticRegression().fit(X, y)


POINTS = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]])


@pytest.mark.parametrize(
    ("estimators", "X", "y", "options", "words"),
    [
        ([], POINTS, [0, 1, 1], {}, "got 0 estimators"),
        ([fitted(POINTS, [0, 1, 1])], POINTS, [0, 1, 2], {}, r"y holds \[2\]"),
        (
            [fitted(POINTS, [0, 1, 1]), fitted(POINTS, [0, 1, 2])],
            POINTS,
            [0, 1, 1],
            {},
            "know different classes",
        ),
        ([fitted(POINTS[:, :1], [0, 1, 1])], POINTS[:, :1], [0, 1, 1], {}, r"shape \(3, 1\)"),
        (
            [fitted(POINTS, [0, 1, 1])],
            POINTS,
            [0, 1, 1],
            {"ax": [SimpleNamespace(), SimpleNamespace()]},
            "2 Axes for 1 estimators",
        ),
    ],
)
def test_comparison_refuses(estimators, X, y, options, words):
    with pytest.raises(ValueError, match=words):
        ComparisonDisplay.from_estimators(estimators, X, y, **options)


def test_missing_matplotlib_names_the_extra(monkeypatch, network):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'pip install "skshallow\[plots\]"'):
        LossCurveDisplay.from_estimator(network)


def test_no_window_or_figure_is_opened_on_given_axes(network, moons):
    axes = matplotlib.figure.Figure(figsize=(8, 4)).subplots(1, 2)
    LossCurveDisplay.from_estimator(network, ax=axes[0])
    ComparisonDisplay.from_estimators([network], *moons, ax=axes[1])
    assert matplotlib.pyplot.get_fignums() == []
