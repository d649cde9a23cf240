import sys
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skshallow import ComparisonDisplay, OneHiddenLayerClassifier


def three_classes(n=90):
    X = pd.DataFrame({"price in $": np.arange(n) * 1000.0, "_share": np.arange(n) % 7 / 1000})
    return X, np.repeat(["one", "_two", "$three$"], n // 3)


def legend_entries(ax):
    """The collections that the legend shows, one for each class."""
    labels = ax.get_legend_handles_labels()[1]
    return [each for each in ax.collections if each.get_label() in labels]


def look(collection):
    """What the points of a collection look like."""
    color, path = collection.get_facecolor()[0], collection.get_paths()[0]
    return tuple(color), path.vertices.tobytes()


def drawn_points(ax):
    """Where there are points, in the order they are drawn in, and the legend's entry for each."""
    looks = list(map(look, legend_entries(ax)))
    filled = [each for each in ax.collections if len(each.get_facecolor())]
    drawn = [each for each in filled if len(each.get_offsets()) and look(each) in looks]
    points = [np.asarray(each.get_offsets()) for each in drawn]
    classes = [np.full(len(each.get_offsets()), looks.index(look(each))) for each in drawn]
    return np.concatenate(points), np.concatenate(classes)


def test_comparison_on_the_tutorial_moons(fits):
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
    assert fits(display.figure_)


def test_comparison_shows_the_predicted_regions_and_every_sample():
    X, y = three_classes()
    tree = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    display = ComparisonDisplay.from_estimators([tree], X, y, grid_resolution=20)
    boundary, ax = display.boundaries_[0], display.axes_[0]
    grid = pd.DataFrame(np.c_[boundary.xx0.ravel(), boundary.xx1.ravel()], columns=X.columns)
    predicted = tree.classes_[boundary.response.ravel().astype(int)]
    np.testing.assert_array_equal(predicted, tree.predict(grid))
    points, looks = drawn_points(ax)
    assert len(points) == len(X)
    for code, label in enumerate(tree.classes_):
        np.testing.assert_array_equal(
            np.unique(points[looks == code], axis=0), np.unique(X[y == label], axis=0)
        )


def test_no_class_hides_another():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 4, size=(1200, 2)).astype(float)
    y = np.repeat([0, 1], 600)
    model = LogisticRegression().fit(X, y)
    display = ComparisonDisplay.from_estimators([model], X, y, grid_resolution=20)
    points, looks = drawn_points(display.axes_[0])
    # What is drawn last at each of the 16 places is on top.
    on_top = dict(zip(map(tuple, points), looks, strict=True))
    assert len(on_top) == 16
    assert 3 <= sum(on_top.values()) <= 13


def test_titles_say_what_the_accuracy_is_of(moons):
    X, y = moons
    model = LogisticRegression().fit(X, y)
    display = ComparisonDisplay.from_estimators([model], X, y, score_name="training accuracy")
    expected = f"training accuracy {100 * model.score(X, y):.2f} %"
    assert display.axes_[0].get_title().splitlines()[1] == expected


def test_comparison_spans_features_of_different_scales_with_a_small_margin():
    X, y = three_classes()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    ax = ComparisonDisplay.from_estimators([model], X, y, grid_resolution=20).axes_[0]
    for (low, high), column in zip((ax.get_xlim(), ax.get_ylim()), X, strict=True):
        span = X[column].max() - X[column].min()
        assert span < high - low < 1.4 * span


def test_comparison_shows_names_as_they_are_written(fits):
    X, y = three_classes()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    display = ComparisonDisplay.from_estimators([model, model], X, y, names=["$a$", "x" * 99])
    assert fits(display.figure_)
    texts = [text.get_text() for text in display.axes_[-1].get_legend().get_texts()]
    assert sorted(texts) == sorted([r"\$three\$", " _two", "one"])
    assert display.axes_[0].get_xlabel() == r"price in \$"
    assert len(display.axes_[1].get_title().splitlines()[0]) <= 40


def test_comparison_of_many_classes_and_samples(fits):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5000, 2)), np.arange(5000) % 15
    model = LogisticRegression().fit(X, y)
    display = ComparisonDisplay.from_estimators([model], X, y, grid_resolution=20, max_points=300)
    points, looks = drawn_points(display.axes_[0])
    assert len(points) == 300
    assert len(set(looks)) == 15
    assert fits(display.figure_)


def test_comparison_of_polars_frames():
    X, y = three_classes()
    frame = polars.DataFrame(dict(X))
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, y)
    display = ComparisonDisplay.from_estimators([model], frame, y, grid_resolution=20)
    assert display.axes_[0].get_ylabel() == " _share"


def test_comparison_of_numbered_classes_that_do_not_start_at_zero(moons):
    X, y = moons
    model = LogisticRegression().fit(X, 3 + 4 * y)
    display = ComparisonDisplay.from_estimators([model], X, 3 + 4 * y, grid_resolution=20)
    assert [entry.get_label() for entry in legend_entries(display.axes_[0])] == ["3", "7"]
    assert set(np.unique(display.boundaries_[0].response)) == {0, 1}


def test_comparison_draws_borders_where_the_prediction_changes(blobs):
    X, y = blobs
    model = LogisticRegression().fit(X, y)
    display = ComparisonDisplay.from_estimators([model], X, y, grid_resolution=50)
    grid, ax = display.boundaries_[0], display.axes_[0]
    cell = np.array([np.ptp(grid.xx0), np.ptp(grid.xx1)]) / 49
    outlines = [each for each in ax.collections if len(each.get_facecolor()) == 0]
    vertices = np.concatenate([p.vertices for each in outlines for p in each.get_paths()])
    around = [
        model.predict(vertices + step * cell) for step in [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    ]
    assert len(vertices) > 50
    assert all(len(set(labels)) > 1 for labels in zip(*around, strict=True))


@pytest.mark.parametrize(("n", "rows", "columns"), [(1, 1, 1), (3, 1, 3), (4, 2, 2), (5, 2, 3)])
def test_comparison_of_many_goes_on_in_another_row(moons, network, fits, n, rows, columns):
    display = ComparisonDisplay.from_estimators([network] * n, *moons, grid_resolution=10)
    geometry = display.axes_[0].get_subplotspec().get_gridspec().get_geometry()
    assert geometry == (rows, columns)
    assert len(display.axes_) == len(display.figure_.axes) == n
    assert [ax for ax in display.axes_ if ax.get_legend()] == [display.axes_[columns - 1]]
    assert fits(display.figure_)


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


def test_missing_matplotlib_names_the_extra(monkeypatch, network, moons):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'pip install "skshallow\[plots\]"'):
        ComparisonDisplay.from_estimators([network], *moons)


def test_no_window_or_figure_is_opened_on_given_axes(network, moons):
    ComparisonDisplay.from_estimators([network], *moons, ax=matplotlib.figure.Figure().subplots())
    assert matplotlib.pyplot.get_fignums() == []


def test_classes_that_crowd_take_turns():
    X, y = make_moons(n_samples=1000, noise=0.8, random_state=0)
    model = LogisticRegression().fit(X, y)
    ax = ComparisonDisplay.from_estimators([model], X, y).axes_[0]
    classes = drawn_points(ax)[1]
    assert len(classes) == 1000
    # Of any 200 samples drawn one after the other there are some of either class.
    shares = np.convolve(classes, np.full(200, 1 / 200), mode="valid")
    assert 0.2 < shares.min() < shares.max() < 0.8
