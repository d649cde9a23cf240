import sys
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from helpers.samples import hidden_inputs
from skshallow import HiddenUnitsDisplay, OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
from skshallow._core.activations import ACTIVATIONS

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def draw(estimator, X, y=None, **options):
    return HiddenUnitsDisplay.from_estimator(estimator, X, y, **{"grid_resolution": 10, **options})


def network_of(units, outputs, activation="relu"):
    """A network of given units (w_1, w_2, b) and output weights, on the corners of a square."""
    W, b = np.array(units, dtype=float)[:, :2].T, np.array(units, dtype=float)[:, 2]
    V = np.array(outputs, dtype=float).reshape(len(units), -1)
    n_classes = max(2, V.shape[1])
    clf = OneHiddenLayerClassifier(len(units), activation=activation, standardize=False)
    clf.set_params(init=(W, b, V, np.zeros(V.shape[1])), alpha=0, max_iter=1, tol=0, solver="gd")
    clf.set_params(learning_rate=1e-9)
    return clf.fit(SQUARE, np.arange(4) % n_classes)


def legend_of(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def active_side(line):
    """A point beside the line, on the side where its ticks are."""
    start, end = line.get_xydata()
    assert line.get_path_effects()[0]._angle == 90, "ticks are drawn to the left"
    return (start + end) / 2 + 0.1 * np.array([[0, -1], [1, 0]]) @ (end - start)


def test_each_line_is_where_its_unit_switches(moons, network, fits):
    display = draw(network, *moons)
    drawn = [j for j, line in enumerate(display.lines_) if line is not None]
    assert len(drawn) >= 2
    for j in drawn:
        z = hidden_inputs(network, display.lines_[j].get_xydata())[:, j]
        np.testing.assert_allclose(z, 0, atol=1e-10)
    assert display.figure_ is display.ax_.figure
    assert fits(display.figure_)


@pytest.mark.parametrize("squash", [True, False])
def test_only_squashed_features_bend_the_lines(moons, squash):
    X = np.asarray(moons[0])
    network = OneHiddenLayerClassifier(4, squash=squash, random_state=0).fit(X, moons[1])
    lines = [line for line in draw(network, X, moons[1]).lines_ if line is not None]
    assert {len(line.get_xydata()) == 2 for line in lines} == {not squash}


def test_lines_span_the_picture(moons, network):
    display = draw(network, *moons)
    (low_x, high_x), (low_y, high_y) = display.ax_.get_xlim(), display.ax_.get_ylim()
    for line in filter(None, display.lines_):
        points = line.get_xydata()
        for x, y in points[[0, -1]]:
            at_side = np.isclose([x, x, y, y], [low_x, high_x, low_y, high_y])
            assert at_side.any()
        for x, y in points:
            assert low_x - 1e-9 <= x <= high_x + 1e-9
            assert low_y - 1e-9 <= y <= high_y + 1e-9


@pytest.mark.parametrize("angle", np.arange(0.1, 2 * np.pi, 0.7).round(1))
def test_ticks_are_on_the_active_side(angle):
    w = np.array([np.cos(angle), np.sin(angle)])
    [line] = draw(network_of([[*w, -w.sum() / 2]], [1]), SQUARE).lines_
    assert active_side(line) @ w - w.sum() / 2 > 0


def test_width_and_opacity_follow_the_norm_of_the_output_weights():
    units = [[1, 0, -0.2], [1, 0, -0.5], [1, 0, -0.8]]
    display = draw(network_of(units, [[1, 0, 0], [-3, 4, 0], [0, 0, 0]]), SQUARE)
    middle, widest, thinnest = display.lines_
    assert widest.get_linewidth() > middle.get_linewidth() > thinnest.get_linewidth() > 0.5
    assert widest.get_alpha() == 1 > middle.get_alpha() > thinnest.get_alpha() > 0.2


def test_colour_is_that_of_the_class_a_unit_speaks_for():
    model = network_of([[1, 0, -0.3], [0, 1, -0.4], [1, 1, -0.7]], [1, -1, 2])
    display = draw(model, SQUARE, [0, 1, 0, 1])
    handles, labels = display.ax_.get_legend_handles_labels()
    colors = {label: handle for handle, label in zip(handles, labels, strict=True)}
    points = [tuple(colors[label].get_facecolor()[0][:3]) for label in ("0", "1")]
    lines = [matplotlib.colors.to_rgb(line.get_color()) for line in display.lines_]
    assert lines == [points[1], points[0], points[1]]
    assert labels == ["0", "1", "unit for 0", "unit for 1", "ticks: active side"]


def test_several_classes_share_a_neutral_colour(blobs, fits):
    X, y = blobs
    display = draw(OneHiddenLayerClassifier(8, random_state=0).fit(X, y), X, y)
    lines = [line for line in display.lines_ if line is not None]
    red, green, blue = matplotlib.colors.to_rgb(lines[0].get_color())
    assert red == green == blue
    assert len({line.get_color() for line in lines}) == 1
    words = sorted(legend_of(display))
    assert words == sorted([r"\$three\$", " _two", "one", "hidden unit", "ticks: active side"])
    assert display.boundary_ is not None
    assert fits(display.figure_)


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ([[1, 0, -0.5], [0, 1, -0.5]], "2 relu units"),
        ([[1, 0, -0.5], [1, 1, 9]], "1 of 2 relu units\nswitches outside the picture"),
        ([[1, 0, -9], [0, 0, 1], [0, 1, -0.5]], "2 of 3 relu units\nswitch outside the picture"),
        ([[0, 0, 0]], "1 of 1 relu unit\nswitches outside the picture"),
    ],
    ids=["none", "always active", "dead and constant", "nothing to draw"],
)
def test_title_counts_units_that_switch_outside(units, words):
    display = draw(network_of(units, np.ones(len(units))), SQUARE, name="mine")
    assert display.ax_.get_title() == f"mine\n{words}"
    assert display.lines_.count(None) == int(words[0]) * ("outside" in words)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_switches_at_zero_but_the_linear_one(activation):
    display = draw(network_of([[1, 0, -0.5]], [1], activation), SQUARE)
    if activation == "identity":
        assert display.lines_ == [None]
        assert "which never switch" in display.ax_.get_title()
    else:
        np.testing.assert_allclose(display.lines_[0].get_xdata(), 0.5)


@pytest.mark.parametrize("scaler", [MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler])
@pytest.mark.parametrize("frame", [np.asarray, pd.DataFrame, polars.DataFrame])
def test_scalers_of_a_pipeline_are_seen_through(moons, scaler, frame):
    X = np.asarray(moons[0]) * [1000, 1] + [50_000, 0]
    X = X if frame is np.asarray else frame({"income": X[:, 0], "_share": X[:, 1]})
    network = OneHiddenLayerClassifier(4, random_state=0)
    pipeline = make_pipeline(scaler(), "passthrough", StandardScaler(), network).fit(X, moons[1])
    display = draw(pipeline, X, moons[1])
    for j, line in enumerate(display.lines_):
        if line is not None:
            points = line.get_xydata()
            if frame is not np.asarray:
                points = frame(dict(zip(X.columns, points.T, strict=True)))
            z = hidden_inputs(network, pipeline[:-1].transform(points))[:, j]
            np.testing.assert_allclose(z, 0, atol=1e-8)
    if frame is not np.asarray:
        assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("income", " _share")


def test_searches_and_rivals_are_drawn(moons):
    chosen = OneHiddenLayerClassifierCV(3, alphas=2, cv=2, n_init=1, random_state=0).fit(*moons)
    assert len(draw(chosen, *moons).lines_) == 3
    pipeline = make_pipeline(StandardScaler(), OneHiddenLayerClassifier(random_state=0))
    grid = GridSearchCV(pipeline, {"onehiddenlayerclassifier__n_h": [2]}, cv=2).fit(*moons)
    assert len(draw(grid, *moons).lines_) == 2
    rival = MLPClassifier(5, solver="lbfgs", max_iter=2000, random_state=0).fit(*moons)
    assert draw(rival, *moons).ax_.get_title().startswith("MLPClassifier\n")


def test_network_of_labels_is_drawn_without_regions(moons):
    X, y = moons
    labels = np.column_stack([y, X[:, 0] > 0]).astype(int)
    network = OneHiddenLayerClassifier(4, random_state=0).fit(X, labels)
    display = draw(network, X)
    assert display.boundary_ is None
    assert legend_of(display) == ["hidden unit", "ticks: active side"]
    with pytest.raises(ValueError, match="labels, not classes"):
        draw(network, X, labels)


def test_of_too_many_samples_only_some_are_drawn(moons, network):
    points = draw(network, moons[0], max_points=50).ax_.collections[-1]
    assert len(points.get_offsets()) == 50


@pytest.mark.parametrize(
    ("estimator", "error", "words"),
    [
        (OneHiddenLayerClassifier(), NotFittedError, "not fitted"),
        (LogisticRegression().fit(SQUARE, [0, 0, 1, 1]), TypeError, "LogisticRegression is not"),
        (SimpleNamespace(), TypeError, "not an estimator"),
        (
            make_pipeline(PolynomialFeatures(1, include_bias=False), OneHiddenLayerClassifier(2)),
            TypeError,
            "not through PolynomialFeatures",
        ),
        (
            make_pipeline(MinMaxScaler(clip=True), OneHiddenLayerClassifier(2)),
            TypeError,
            "not through MinMaxScaler",
        ),
    ],
    ids=["not fitted", "no hidden layer", "no estimator", "no scaler", "clips"],
)
def test_hidden_units_refuse_estimators(estimator, error, words):
    if hasattr(estimator, "steps"):
        estimator.fit(SQUARE, [0, 0, 1, 1])
    with pytest.raises(error, match=words):
        draw(estimator, SQUARE)


def test_hidden_units_need_two_features_and_known_classes(moons, network):
    X, y = moons
    wide = np.column_stack([X, X[:, 0]])
    with pytest.raises(ValueError, match="two features, and this one has 3"):
        draw(OneHiddenLayerClassifier(2).fit(wide, y), wide)
    with pytest.raises(ValueError, match=r"X has shape \(120, 3\)"):
        draw(network, wide)
    with pytest.raises(ValueError, match=r"y holds \[2\]"):
        draw(network, X, y + 1)
    with pytest.raises(ValueError, match="120, 119"):
        draw(network, X, y[:-1])


def test_missing_matplotlib_names_the_extra(monkeypatch, network, moons):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'pip install "skshallow\[plots\]"'):
        draw(network, *moons)


def test_no_window_or_figure_is_opened_on_given_axes(network, moons):
    ax = matplotlib.figure.Figure().subplots()
    assert draw(network, *moons, ax=ax).ax_ is ax
    assert matplotlib.pyplot.get_fignums() == []
