import sys
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from helpers.regressors import SEVERAL_QUANTILES, chooser
from helpers.samples import hidden_inputs
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerRegressor, RegressionCurveDisplay

X = np.random.RandomState(0).uniform(-3, 3, (150, 1))
Y = np.sin(2 * X[:, 0]) + 0.3 * np.random.RandomState(1).standard_normal(150)


def regressor(n_h=6, **params):
    return OneHiddenLayerRegressor(n_h, **{"random_state": 0, "max_iter": 60, "tol": 0} | params)


def draw(estimator, X=X, y=Y, **options):
    return RegressionCurveDisplay.from_estimator(estimator, X, y, **options)


def network_of(units, activation="relu", **params):
    """A network of given units (w, b, v) that was hardly trained."""
    w, b, v = np.array(units, dtype=float).T
    model = regressor(len(units), activation=activation, standardize=False, solver="gd", **params)
    model.set_params(init=(w[np.newaxis], b, v[:, np.newaxis], np.zeros(1)), alpha=0, max_iter=1)
    model.set_params(learning_rate=1e-12)
    return model.fit(X, Y)


def legend_of(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def places(display):
    """Where each unit has its mark, and NaN for those that have none."""
    return np.array([mark.get_xdata()[0] if mark else np.nan for mark in display.marks_])


def at_the_top(mark):
    return mark.get_ydata()[1] == 1


# The curve


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_the_curve_is_what_is_predicted(loss, fits):
    y = np.exp(Y)
    model = regressor(loss=loss).fit(X, y)
    display = draw(model, y=y)
    x, predicted = display.line_.get_data()
    np.testing.assert_allclose(predicted, model.predict(x[:, np.newaxis]))
    assert legend_of(display)[:2] == ["samples", "prediction"]
    assert display.ax_.get_title().splitlines()[0] == "OneHiddenLayerRegressor"
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("x", "y")
    assert display.figure_ is display.ax_.figure
    assert fits(display.figure_)


def test_the_curve_goes_a_little_further_than_the_samples():
    display = draw(regressor().fit(X, Y))
    x = display.line_.get_xdata()
    assert display.ax_.get_xlim() == (x[0], x[-1])
    assert np.ptp(X) < np.ptp(x) < 1.4 * np.ptp(X)
    assert x[0] < X.min() < X.max() < x[-1]


def test_kinks_are_points_of_the_curve():
    model = regressor().fit(X, Y)
    display = draw(model, grid_resolution=5)
    inside = places(display)[~np.isnan(places(display))]
    assert len(inside) >= 3
    assert set(inside) <= set(display.line_.get_xdata())
    assert len(display.line_.get_xdata()) == 5 + len(np.unique(inside))


def test_samples_are_drawn_unless_there_are_no_targets():
    model = regressor().fit(X, Y)
    [points] = draw(model).ax_.collections
    np.testing.assert_array_equal(
        sorted(map(tuple, points.get_offsets())), sorted(zip(X[:, 0], Y, strict=True))
    )
    assert len(draw(model, max_points=50).ax_.collections[0].get_offsets()) == 50
    assert len(draw(model, y=None).ax_.collections) == 0
    assert len(draw(model, y=Y[:, np.newaxis]).ax_.collections[0].get_offsets()) == 150


# Quantiles


def test_several_quantiles_are_bands_around_the_median(fits):
    model = regressor(**SEVERAL_QUANTILES).fit(X, Y)
    display = draw(model)
    x = display.line_.get_xdata()
    predicted = model.predict(x[:, np.newaxis])
    np.testing.assert_allclose(display.line_.get_ydata(), predicted[:, 2])
    for i, band in enumerate(display.bands_):
        [outline] = band.get_paths()
        corners = set(map(tuple, outline.vertices.round(8)))
        for edge in (predicted[:, i], predicted[:, -1 - i]):
            assert set(zip(x.round(8), edge.round(8), strict=True)) <= corners
    labels = ["samples", "quantiles 0.1 to 0.9", "quantiles 0.25 to 0.75", "median", "hidden unit"]
    assert sorted(legend_of(display)) == sorted(labels)
    assert fits(display.figure_)


def test_narrower_bands_are_darker():
    levels = [0.05, 0.1, 0.2, 0.8, 0.9, 0.95]
    display = draw(regressor(loss="quantile", quantile=levels).fit(X, Y))
    brightness = [band.get_facecolor()[0].sum() for band in display.bands_]
    assert len(brightness) == 3
    assert (np.diff(brightness) < -0.1).all()
    assert {band.get_facecolor()[0][3] for band in display.bands_} == {1.0}


@pytest.mark.parametrize(
    ("levels", "column", "label"),
    [
        (0.5, 0, "median"),
        ([0.9], 0, "quantile 0.9"),
        ([0.1, 0.5, 0.9], 1, "median"),
        ([0.1, 0.2, 0.5], 2, "median"),
        ([0.1, 0.2, 0.3], 1, "quantile 0.2"),
        ([0.5, 0.9], 0, "median"),
        ([0.1, 0.9], None, None),
    ],
    ids=str,
)
def test_which_quantile_is_the_line(levels, column, label):
    model = regressor(loss="quantile", quantile=levels).fit(X, Y)
    display = draw(model)
    if label is None:
        assert display.line_ is None
        return
    assert display.line_.get_label() == label
    x = display.line_.get_xdata()
    predicted = model.predict(x[:, np.newaxis]).reshape(len(x), -1)
    np.testing.assert_allclose(display.line_.get_ydata(), predicted[:, column])


# The units


@pytest.mark.parametrize("squash", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1, 1e6], ids=["at 0", "far out"])
def test_each_mark_is_where_the_input_of_its_unit_is_zero(scale, dtype, squash):
    features = (scale + X).astype(dtype) if scale > 1 else X.astype(dtype)
    model = regressor(20, squash=squash).fit(features, Y)
    display = draw(model, features)
    at = places(display)
    drawn = np.flatnonzero(~np.isnan(at))
    assert len(drawn) >= 5
    z = hidden_inputs(model, at[drawn, np.newaxis])[np.arange(len(drawn)), drawn]
    slopes = np.abs(model.coefs_[0][0, drawn])
    atol = 1e-12 * scale * slopes.max() if dtype == np.float64 else 1e-6 * scale * slopes.max()
    np.testing.assert_allclose(z, 0, atol=atol)


def test_marks_are_where_the_curve_bends():
    model = network_of([(1, 0.5, 2), (-2, 1, -1), (0.5, -1, 0.3)])
    display = draw(model)
    np.testing.assert_allclose(places(display), [-0.5, 0.5, 2])
    x, predicted = display.line_.get_data()
    slopes = np.diff(predicted) / np.diff(x)
    bent = x[1:-1][np.abs(np.diff(slopes)) > 1e-6]
    assert bent == pytest.approx([-0.5, 0.5, 2])


@pytest.mark.parametrize("activation", ["relu", "softplus", "silu", "gelu", "leaky_relu"])
def test_marks_are_below_where_the_curve_bends_upwards(activation):
    units = [(1, 0.5, 2), (-2, 1, -1), (-0.5, 0.5, 1)]
    display = draw(network_of(units, activation))
    assert [at_the_top(mark) for mark in display.marks_] == [False, True, False]
    assert set(legend_of(display)[2:]) == {"unit bends up", "unit bends down"}
    for unit, mark in zip(units, display.marks_, strict=True):
        alone = network_of([unit], activation)
        left, at, right = alone.predict(mark.get_xdata()[0] + np.array([[-0.5], [0], [0.5]]))
        assert (left + right > 2 * at) == (not at_the_top(mark))


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_marks_are_below_where_the_curve_steps_up(activation):
    units = [(1, 0.5, 2), (-2, 1, -1), (-0.5, 0.5, 1)]
    display = draw(network_of(units, activation))
    assert [at_the_top(mark) for mark in display.marks_] == [False, False, True]
    assert set(legend_of(display)[2:]) == {"unit steps up", "unit steps down"}


def test_width_and_opacity_follow_the_output_weight():
    display = draw(network_of([(1, 0.5, 1), (1, 0, -5), (1, -1, 0)]))
    middle, widest, thinnest = display.marks_
    assert widest.get_linewidth() > middle.get_linewidth() > thinnest.get_linewidth() > 0.5
    assert widest.get_alpha() == 1 > middle.get_alpha() > thinnest.get_alpha() > 0.2


def test_of_several_quantiles_it_is_the_norm_that_counts():
    model = regressor(**SEVERAL_QUANTILES).fit(X, Y)
    display = draw(model)
    norms = np.linalg.norm(model.coefs_[1], axis=1)
    drawn = [j for j, mark in enumerate(display.marks_) if mark is not None]
    widths = [display.marks_[j].get_linewidth() for j in drawn]
    np.testing.assert_array_equal(np.argsort(widths), np.argsort(norms[drawn]))
    assert not any(at_the_top(display.marks_[j]) for j in drawn)


def test_units_without_a_bend_in_the_picture():
    display = draw(network_of([(1, 0, 1), (1, 99, 1), (0, 1, 1), (0, 0, 1)]))
    assert [mark is None for mark in display.marks_] == [False, True, True, True]
    assert display.ax_.get_title().splitlines()[1] == "3 of 4 relu units bend outside the picture"
    # Beyond what squashing leaves of the feature.
    model = regressor(1, max_iter=1).fit(X, Y)
    model.intercepts_[0][:] = -100 * model.feature_reach_ * model.coefs_[0][0]
    assert draw(model).marks_ == [None]
    assert "1 of 1 relu unit bends outside" in draw(model).ax_.get_title()


def test_units_that_never_bend():
    display = draw(network_of([(1, 0, 1), (2, 1, 1)], "identity"))
    assert display.marks_ == [None, None]
    assert display.ax_.get_title().splitlines()[1] == "2 identity units, which never bend"


def test_output_weights_that_are_all_zero():
    model = network_of([(1, 0, 1), (1, 1, 1)])
    model.coefs_[1].fill(0)
    display = draw(model)
    assert None not in display.marks_
    assert {mark.get_linewidth() < 1 for mark in display.marks_} == {True}


# What is drawn


def frame_of(pandas_like):
    return pandas_like.DataFrame({"income in $": 1e4 + 1e3 * X[:, 0]})


@pytest.mark.parametrize("frame", [pd, polars], ids=lambda module: module.__name__)
def test_data_frames_name_the_axes(frame, fits):
    data, y = frame_of(frame), frame.Series(name="_rent", **series_arguments(frame))
    model = regressor().fit(data, y)
    display = draw(model, data, y, name="$rents$")
    assert display.ax_.get_xlabel() == r"income in \$"
    assert display.ax_.get_ylabel() == " _rent"
    assert display.ax_.get_title().splitlines()[0] == r"\$rents\$"
    assert fits(display.figure_)


def series_arguments(frame):
    return {"data": Y} if frame is pd else {"values": Y}


@pytest.mark.parametrize(
    "scaler", [StandardScaler(), MinMaxScaler((1, 3)), MaxAbsScaler(), RobustScaler()], ids=str
)
@pytest.mark.parametrize("frame", [np.asarray, pd.DataFrame], ids=["array", "frame"])
def test_marks_in_units_of_the_feature_before_scaling(frame, scaler):
    data = frame_of(pd) if frame is pd.DataFrame else 1e4 + 1e3 * X
    pipeline = make_pipeline(scaler, StandardScaler(), regressor(20)).fit(data, Y)
    display = draw(pipeline, data)
    at = places(display)
    drawn = np.flatnonzero(~np.isnan(at))
    assert len(drawn) >= 5
    points = at[drawn, np.newaxis]
    points = pd.DataFrame(points, columns=data.columns) if frame is pd.DataFrame else points
    z = hidden_inputs(pipeline[-1], np.asarray(pipeline[:-1].transform(points)))
    np.testing.assert_allclose(z[np.arange(len(drawn)), drawn], 0, atol=1e-9)


def test_searches_and_rivals_are_drawn():
    assert len(draw(chooser(cv=2).fit(X, Y)).marks_) == 4
    pipeline = make_pipeline(StandardScaler(), regressor())
    grid = GridSearchCV(pipeline, {"onehiddenlayerregressor__n_h": [2]}, cv=2).fit(X, Y)
    assert len(draw(grid).marks_) == 2
    rival = MLPRegressor(hidden_layer_sizes=5, solver="lbfgs", max_iter=5000, random_state=0)
    display = draw(rival.fit(X, Y))
    assert display.ax_.get_title().startswith("MLPRegressor\n")
    assert len(display.marks_) == 5


def test_plain_numbers_on_given_axes():
    ax = matplotlib.figure.Figure().subplots()
    display = RegressionCurveDisplay(x=[0, 1, 2], predictions=[0, 1, 3], name="by hand")
    assert display.plot(ax=ax) is display
    assert display.ax_ is ax
    assert display.marks_ == []
    assert ax.get_title() == "by hand"
    display = RegressionCurveDisplay(x=[0, 1, 2], predictions=[0, 1, 3], bends=[1, np.nan])
    assert [mark is None for mark in display.plot().marks_] == [False, True]


# What cannot be drawn


@pytest.mark.parametrize(
    ("estimator", "error", "words"),
    [
        (OneHiddenLayerRegressor(), NotFittedError, "not fitted"),
        (Ridge().fit(X, Y), TypeError, "Ridge is not a fitted regressor with one hidden layer"),
        (SimpleNamespace(), TypeError, "not an estimator"),
        (
            OneHiddenLayerClassifier(2, max_iter=5, tol=0).fit(X, Y > 0),
            TypeError,
            "OneHiddenLayerClassifier is a classifier, and RegressionCurveDisplay draws regressors",
        ),
        (
            make_pipeline(QuantileTransformer(n_quantiles=9), regressor()).fit(X, Y),
            TypeError,
            "not through QuantileTransformer",
        ),
        (
            make_pipeline(MinMaxScaler(clip=True), regressor()).fit(X, Y),
            TypeError,
            "not through MinMaxScaler",
        ),
        (regressor().fit(np.c_[X, X], Y), ValueError, "of one feature, and this one has 2"),
        (
            make_pipeline(PolynomialFeatures(3), regressor()).fit(X, Y),
            ValueError,
            "of one feature, and this one has 4",
        ),
        (regressor().fit(X, np.c_[Y, Y]), ValueError, "one target, and this regressor predicts 2"),
        (
            regressor(loss="quantile").fit(X, np.c_[Y, Y, Y]),
            ValueError,
            "one target, and this regressor predicts 3",
        ),
    ],
    ids=[
        *("not fitted", "no hidden layer", "no estimator", "classifier", "no scaler", "clips"),
        *("two features", "powers", "two targets", "a quantile of each of three"),
    ],
)
def test_regression_curve_refuses_estimators(estimator, error, words):
    with pytest.raises(error, match=words):
        draw(estimator)


def test_regression_curve_needs_one_column_and_a_target_for_each_sample():
    model = regressor().fit(X, Y)
    with pytest.raises(ValueError, match=r"X has shape \(150, 2\); .* draws one feature"):
        draw(model, np.c_[X, X])
    with pytest.raises(ValueError, match=r"X has shape \(150,\); .* draws one feature"):
        draw(model, X[:, 0])
    with pytest.raises(ValueError, match="150, 149"):
        draw(model, y=Y[:-1])
    with pytest.raises(ValueError, match=r"y has shape \(150, 2\); .* draws one target"):
        draw(model, y=np.c_[Y, Y])


def test_missing_matplotlib_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'pip install "skshallow\[plots\]"'):
        draw(regressor().fit(X, Y))


def test_no_window_or_figure_is_opened_on_given_axes():
    ax = matplotlib.figure.Figure().subplots()
    assert draw(regressor().fit(X, Y), ax=ax).ax_ is ax
    assert matplotlib.pyplot.get_fignums() == []
