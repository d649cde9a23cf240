"""The comparison on a target of numbers."""

import ast
import re

import numpy as np
import pandas as pd
import pytest
import skops.io
from matplotlib.figure import Figure
from sklearn.linear_model import RidgeCV
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import KFold

from skshallow import OneHiddenLayerRegressor
from skshallow.__main__ import main
from skshallow._cli.regression import units_of

MODELS = ["DummyRegressor (mean)", "RidgeCV", "OneHiddenLayerRegressor"]
SPREAD = r"(-?[\d.]+) ± ([\d.]+)"


def flat(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


@pytest.fixture
def hill():
    """Return a target that bends with one of its two columns."""
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-2, 2, size=(2, 120)).round(6)
    return {"a": a, "b": b, "kind": (10 * np.cos(a) + b + rng.normal(size=120) / 5).round(6)}


def scores_of(printed):
    """The printed scores of each model: training R², then means and deviations over the folds."""
    rows = {}
    for model in MODELS:
        row = rf"^{re.escape(model)} +(-?[\d.]+) +{SPREAD} +{SPREAD} +{SPREAD} +[\d.]+$"
        rows[model] = [float(figure) for figure in re.search(row, printed, re.M).groups()]
    return rows


def test_own_table(run, csv, hill):
    printed = run(csv(hill), "--alpha", "0.5")
    assert re.search(
        r"^120 rows; target from -5\.\d+ to 12\.\d+, mean 3\.\d+, standard", printed, re.M
    )
    assert "- 2 numeric columns (standardised for the linear model; the network" in printed
    assert re.search(r"^ +train +2-fold +2-fold +2-fold +fit$", printed, re.M)
    assert re.search(r"^model +R² +R² +MAE +RMSE +secs$", printed, re.M)
    assert "3 relu units, lbfgs" in printed
    assert "accuracy" not in printed
    assert "class" not in flat(printed).replace("--task classification takes them for classes", "")


def test_the_scores_are_those_of_the_models(run, csv, hill):
    path = csv(hill)
    rows = scores_of(run(path, "--seed", "3"))
    mean, linear, network = (rows[model] for model in MODELS)
    assert mean[0] == 0
    assert network[1] > 0.9 > 0.5 > linear[1] > mean[1]
    frame = pd.read_csv(path)
    X, y = frame[["a", "b"]], frame["kind"]
    errors = []
    for train, test in KFold(2, shuffle=True, random_state=3).split(X):
        model = OneHiddenLayerRegressor(3, random_state=3).fit(X.iloc[train], y[train])
        errors.append(root_mean_squared_error(y[test], model.predict(X.iloc[test])))
    assert network[5:] == pytest.approx([np.mean(errors), np.std(errors)], abs=6e-4)


def test_options_reach_the_network(run, csv, hill):
    printed = run(csv(hill), "--learning-rate", "0.05")
    assert "3 relu units, adam" in printed
    assert re.search(r"^epoch +1", printed, re.M)


def test_a_seed_gives_the_same_figures_again(run, csv, hill):
    path = csv(hill)
    first, again, other = (scores_of(run(path, "--seed", seed)) for seed in (1, 1, 2))
    assert first == again
    assert first["RidgeCV"] != other["RidgeCV"]


def test_what_a_model_warns_of_is_printed_as_a_note(run, csv, monkeypatch, hill):
    class Anxious(RidgeCV):
        def fit(self, X, y):
            import warnings

            warnings.warn("all may be lost", stacklevel=2)
            return super().fit(X, y)

    monkeypatch.setattr("skshallow._cli.regression.RidgeCV", Anxious)
    printed = flat(run(csv(hill)))
    assert "- RidgeCV warns: all may be lost (3 times in 3 fits)" in printed


def test_a_network_worse_than_a_line_is_told_of_alpha(run, csv):
    rng = np.random.default_rng(0)
    a = rng.normal(size=60)
    printed = flat(run(csv({"a": a, "kind": a + rng.normal(size=60)}), "--alpha", "0"))
    assert "the network's held-out RMSE is the higher one; a larger alpha (here 0)" in printed


def test_every_kind_of_column_is_used_or_said_to_be_dropped(run, csv, mixed_table):
    mixed_table["kind"] = mixed_table["kind"].map({"no": 1.25, "yes": 2.5}) + mixed_table["b"]
    printed = flat(run(csv(mixed_table)))
    assert "78 rows; target from" in printed
    assert "2 rows without a target dropped" in printed
    assert "one-hot encoded: 'color' (2 levels)" in printed
    assert "missing values imputed" in printed
    assert "'id' (row number)" in printed.split("dropped: ")[1]


@pytest.mark.parametrize("scale", [1e-60, 1e-9, 1, 1e4, 1e9, 1e90])
def test_figures_are_short_in_any_unit(run, csv, hill, scale):
    printed = run(csv(hill | {"kind": hill["kind"] * scale}))
    rows = scores_of(printed)
    assert rows["OneHiddenLayerRegressor"][1] > 0.9
    units = re.search(r"^- MAE and RMSE are in units of (\S+)$", printed, re.M)
    error = rows["DummyRegressor (mean)"][5] * (float(units[1]) if units else 1)
    assert error == pytest.approx(np.std(hill["kind"]) * scale, rel=0.1)
    assert (units is None) == (scale in (1, 1e4))


@pytest.mark.parametrize(
    ("error", "units"),
    [(0, 1), (0.1, 1), (99_999, 1), (100_000, 1e3), (0.0123, 1e-3), (1.5e7, 1e6), (1e-300, 1e-300)],
)
def test_units_are_powers_of_a_thousand(error, units):
    assert units_of(error) == units


def test_pictures(run, csv, tmp_path, hill):
    printed = flat(run(csv(hill), "--out", tmp_path / "new"))
    names = ["learning_curve.png", "report.html", "residuals.png"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names
    for name in ("learning_curve.png", "residuals.png"):
        assert (tmp_path / "new" / name).read_bytes().startswith(b"\x89PNG")
        assert name in printed
    assert "of 2-fold cross-validation" in printed
    assert "boundaries" not in printed


@pytest.fixture
def figures(monkeypatch):
    """Collect the figures that are written."""
    drawn, save = [], Figure.savefig

    def collect(figure, path, dpi):
        drawn.append(figure)
        save(figure, path, dpi=20)

    monkeypatch.setattr(Figure, "savefig", collect)
    return drawn


def test_residuals_are_those_of_held_out_samples(run, csv, tmp_path, hill, figures):
    rows = scores_of(run(csv(hill), "--out", tmp_path))
    linear, network = figures[-1].axes
    for model, ax in (("RidgeCV", linear), ("OneHiddenLayerRegressor", network)):
        assert ax.get_title().startswith(f"{model}\n2-fold R² ")
        drawn = ax.collections[0].get_offsets()
        np.testing.assert_allclose(np.sort(drawn.sum(axis=1)), np.sort(hill["kind"]), atol=1e-9)
        # Of folds of equal size the mean square is that of the roots, plus their variance.
        mean, deviation = rows[model][5:7]
        pooled = np.sqrt(np.mean(drawn[:, 1] ** 2))
        assert pooled == pytest.approx(np.hypot(mean, deviation), rel=0.01)
    assert (linear.get_xlim(), linear.get_ylim()) == (network.get_xlim(), network.get_ylim())


def test_of_a_long_table_some_residuals_are_drawn_and_the_output_says_so(
    run, csv, tmp_path, figures
):
    a, noise = np.random.default_rng(0).normal(size=(2, 1500))
    targets = (a + noise).round(6)
    printed = flat(run(csv({"a": a, "kind": targets}), "--out", tmp_path))
    assert "1,000 of the 1,500 rows are drawn" in printed
    linear, network = (ax.collections[0].get_offsets().sum(axis=1) for ax in figures[-1].axes)
    # The same rows for both models, each of them once.
    np.testing.assert_allclose(linear, network, atol=1e-9)
    assert len(set(np.round(linear, 6))) > 990


def test_a_picture_that_cannot_be_written_is_named(capsys, csv, tmp_path, hill):
    (tmp_path / "residuals.png").mkdir()
    argv = [csv(hill), "--target", "kind", "--cv", "2", "--n-h", "3", "--out", tmp_path]
    assert main([str(argument) for argument in argv]) == 2
    message = capsys.readouterr().err
    assert re.fullmatch(r"skshallow: error: .*residuals\.png cannot be written: .*\n", message)


def test_saved_pipeline_is_the_one_that_was_measured(run, csv, tmp_path, hill):
    hill["colour"] = np.resize(["red", "green", "blue"], 120)
    path, saved = csv(hill), tmp_path / "model.skops"
    printed = run(path, "--save", saved)
    trusted = ast.literal_eval(re.search(r"trusted = (\[.*?\])", printed, re.S)[1])
    assert "skshallow.OneHiddenLayerRegressor" in trusted
    assert {name.split(".")[0] for name in trusted} <= {"skshallow", "sklearn", "numpy"}
    model = skops.io.load(saved, trusted=trusted)
    rows = pd.read_csv(path)
    score = model.score(rows, rows["kind"])
    assert f"{score:.3f}" == f"{scores_of(printed)['OneHiddenLayerRegressor'][0]:.3f}"


def test_data_that_a_model_refuses(capsys, csv, hill):
    path = csv(hill | {"huge": np.resize([1e308, -1e308, 1e307], 120)})
    assert main([str(path), "--target", "kind"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("skshallow: error: RidgeCV cannot be fitted here: ")
    assert message.count("\n") == 1


def test_a_target_that_hardly_varies(run, csv, hill):
    printed = run(csv(hill | {"kind": [0.0, 1e-200] * 59 + [0, 3e-200]}))
    assert "regression: " in printed


@pytest.mark.parametrize("column", ["a", "kind"])
def test_one_absurd_number(run, csv, tmp_path, hill, column):
    hill[column] = [*hill[column][:-1], 9e99]
    printed = run(csv(hill), "--out", tmp_path)
    assert re.search(r"^RidgeCV .* ± ", printed, re.M)
    assert (tmp_path / "residuals.png").exists()


@pytest.mark.parametrize("n", [4, 5])
def test_the_smallest_table(run, csv, tmp_path, n):
    printed = run(csv({"a": [2, 3, 5, 7, 11][:n], "kind": np.arange(n) + 0.5}), "--out", tmp_path)
    assert f"{n} rows; target from 0.5 to {n - 0.5}" in printed
