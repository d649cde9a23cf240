"""The benchmark of regressors: its tables, who takes part, scores and report."""

from argparse import Namespace

import _contest
import _regression_tables
import numpy as np
import pandas as pd
import pytest
import quality_regression
from _contest import Records, measure, measure_table
from _harness import panels
from _means import LARGE, SMALL, TINY, mean_scores
from _quality_figure import draw, label_ratios
from _quality_report import report
from _regression_scores import (
    BAND_SCORING,
    INSIDE,
    MAE,
    PINBALL,
    R2,
    RMSE,
    SCORING,
    band_scores_of,
    evaluate,
    evaluate_band,
    scores_of,
)
from _regression_tables import SHIPPED, Shipped, as_numbers, complete, regression_tables
from _regressors import BASELINE, OURS, bands, contenders
from _suites import CTR23
from _tables import folder_tables
from quality_regression import BANDS, POINTS

QUICK_CONTENDERS = [name for name in contenders() if not name.endswith(("tuned", "CV"))]
KERNELS = {"SVR", "GaussianProcess"}


def mixed_table(n=60):
    """Numbers and categories with missing values, and what depends on them."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a [b]": rng.normal(size=n), "c": rng.choice(["x", "y"], n)})
    y = 1000 * X["a [b]"].to_numpy() + 500 * (X["c"] == "x").to_numpy()
    X.iloc[::7, 0] = np.nan
    X.iloc[::11, 1] = None
    return X, y


def arguments(**further):
    wanted = {"models": None, "repeats": 1, "limit": 1, "threads": None, "quick": False}
    return Namespace(**wanted | {"records": None, "again": []} | further)


class TestScores:
    def test_numbers_by_hand(self):
        found = scores_of(np.array([1.0, 2, 3]), np.array([1.0, 2, 6]))
        assert found == pytest.approx({RMSE: np.sqrt(3), MAE: 1, R2: 1 - 9 / 2})

    def test_bands_by_hand(self):
        predicted = np.array([[0.0, 1, 2], [0, 1, 2]])
        found = band_scores_of(np.array([2.0, 3]), predicted)
        losses = [(0.1 * 2 + 0.1 * 3) / 2, (0.5 * 1 + 0.5 * 2) / 2, (0 + 0.9 * 1) / 2]
        assert found == pytest.approx({INSIDE: 0.5, PINBALL: np.mean(losses)})

    def test_errors_have_no_unit(self):
        X, y = mixed_table()
        train, test = np.arange(48), np.arange(48, 60)
        one, other = (evaluate("RidgeCV", {}, X, y * unit, train, test) for unit in (1, 1000))
        assert one[RMSE] == pytest.approx(other[RMSE])


class TestContenders:
    @pytest.mark.parametrize("name", QUICK_CONTENDERS)
    @pytest.mark.filterwarnings("ignore")
    def test_take_a_table_as_it_is(self, name):
        X, y = mixed_table()
        found = evaluate(name, {}, X, y, np.arange(48), np.arange(48, 60))
        assert set(found) == set(SCORING.formats)
        assert found[RMSE] < 1.5

    @pytest.mark.parametrize("name", list(bands()))
    @pytest.mark.filterwarnings("ignore")
    def test_bands_take_a_table_as_it_is(self, name):
        X, y = mixed_table()
        found = evaluate_band(name, {}, X, y, np.arange(48), np.arange(48, 60))
        assert set(found) == set(BAND_SCORING.formats)
        assert found[PINBALL] < 0.5

    def test_kernels_are_for_tiny_tables(self):
        assert set(contenders(size=TINY)) - set(contenders(size=SMALL)) == KERNELS
        assert list(contenders(size=SMALL)) == list(contenders(size=LARGE))

    @pytest.mark.parametrize(
        ("n", "size"),
        [(2_000, TINY), (2_001, SMALL), (10_000, SMALL), (10_001, LARGE)],
    )
    def test_sizes(self, n, size):
        assert POINTS.size_of(n, arguments()) == size


class TestTables:
    @pytest.fixture
    def shipped(self, monkeypatch):
        """One table, of a package that is there, instead of those shipped."""
        table = pd.DataFrame({"wage": [1, 2, None], "lwage": [0, 1, None], "city": list("aab")})
        monkeypatch.setattr(_regression_tables, "LOADERS", {"sklearn": lambda item: table})
        own = {"wages": Shipped("sklearn", "wages", "wage", ("lwage",))}
        monkeypatch.setattr(_regression_tables, "SHIPPED", own)

    def test_bundled_and_shipped(self, shipped):
        (first, X, y), (name, features, target) = regression_tables()
        assert (first, X.shape, y.shape) == ("diabetes", (442, 10), (442,))
        assert (name, list(features), list(target)) == ("wages", ["city"], [1.0, 2.0])

    def test_what_is_not_installed_is_left_out(self, shipped, monkeypatch, capsys):
        monkeypatch.setattr(_regression_tables, "find_spec", lambda package: None)
        assert [name for name, *_ in regression_tables()] == ["diabetes"]
        assert "not installed: sklearn." in capsys.readouterr().err

    def test_columns_that_lack_much_go_before_samples_that_lack_little(self):
        table = pd.DataFrame({"y": range(20), "much": [None] * 3 + [1] * 17, "little": 1.0})
        table.loc[4, "little"] = None
        kept = complete(table, "y")
        assert list(kept) == ["y", "little"]
        assert len(kept) == 19

    def test_large_tables_are_drawn_from(self, monkeypatch):
        monkeypatch.setattr(_regression_tables, "MOST_SAMPLES", 5)
        kept = complete(pd.DataFrame({"y": range(20)}), "y")
        assert kept["y"].nunique() == 5

    @pytest.mark.slow
    @pytest.mark.parametrize("package", sorted({shipped.package for shipped in SHIPPED.values()}))
    def test_shipped_tables_are_sound(self, package, monkeypatch):
        pytest.importorskip(package)
        own = {name: one for name, one in SHIPPED.items() if one.package == package}
        monkeypatch.setattr(_regression_tables, "SHIPPED", own)
        for name, X, y in list(regression_tables())[1:]:
            assert 200 <= len(X) == len(y) <= 50_000, name
            assert np.isfinite(y).all(), name
            assert X.notna().all(axis=None), name
            ranks = X.select_dtypes("number").corrwith(pd.Series(y, X.index), method="spearman")
            # None is the target in disguise.
            assert ranks.abs().max() < 0.98, name

    def test_folders_hold_numbers(self, tmp_path):
        pd.DataFrame({"a": [1, 2], "target": [10, 5]}).to_csv(tmp_path / "few.csv.gz", index=False)
        ((name, X, y),) = folder_tables(tmp_path, as_numbers)
        assert (name, list(X), list(y), y.dtype) == ("few", ["a"], [10, 5], np.float64)

    def test_suite(self):
        assert len(CTR23) == len(set(CTR23.values())) == 35


class TestMeasuring:
    @pytest.fixture(autouse=True)
    def calls(self, monkeypatch):
        """What was tried, without any process."""
        tried = []

        def call(function, model, *rest, seconds):
            tried.append(model)
            scoring = SCORING if function is evaluate else BAND_SCORING
            return dict.fromkeys(scoring.formats, 0.5)

        monkeypatch.setattr(_contest, "call_in_child", call)
        return tried

    def test_every_fold_of_unlike_numbers(self, calls):
        X, y = mixed_table()
        found = measure_table(("mixed", X, y), POINTS, arguments(models=[OURS]), Records())
        assert calls == [OURS] * 5
        assert {record["size"] for record in found} == {TINY}

    def test_counts_have_no_bands(self):
        X, y = mixed_table()
        tables = [("numbers", X, y), ("counts", X, np.arange(len(y)) % 3)]
        of_points, of_bands = measure([POINTS, BANDS], tables, arguments())
        assert {record["table"] for record in of_points} == {"numbers", "counts"}
        assert {record["table"] for record in of_bands} == {"numbers"}
        text = "\n\n".join(quality_regression.report_bands(of_bands, arguments()))
        assert "| numbers | 50.0% | 50.0% |" in text


class TestResults:
    @pytest.fixture
    def means(self):
        rng = np.random.default_rng(0)
        records = [
            {"table": table, "size": size, "model": model}
            | dict.fromkeys(SCORING.formats, rng.uniform(0.1, 1))
            for size, tables in ((LARGE, "abc"), (TINY, "de"), (SMALL, "fg"))
            for table in tables
            for model in (OURS, BASELINE, *(["SVR"] if size == TINY else []))
        ]
        return mean_scores(records, SCORING)

    def test_report(self, means):
        text = report(means, SCORING, {TINY: "Tiny.", SMALL: "Small.", LARGE: "Large."})
        places = [text.index(part) for part in ("Tiny. Tables: 2", "Small. Tables: 2", "Large.")]
        assert places == sorted(places)
        ranks = text[text.index("Mean ranks") : text.index("Not among these")]
        assert BASELINE in ranks
        assert "SVR" not in ranks
        assert "do not take all tables: SVR." in text
        (line,) = (
            line for line in text[text.index("RMSE of each") :].splitlines()[:6] if "| a" in line
        )
        assert line.endswith("| – |")

    def test_figure(self, means):
        figure = draw(means, SCORING)
        titles = [panel.get_title(loc="left") for panel in figure.axes[:3]]
        assert titles == ["tiny tables", "small tables", "large tables"]
        assert "◐ tiny, ● small, ○ large" in figure.axes[3].get_xlabel()

    @pytest.mark.parametrize("low", [0.01, 0.5, 0.8, 0.97])
    def test_axes_have_ticks_however_short(self, low):
        _, axes = panels("a")
        label_ratios(axes["a"].xaxis, (low, 1.04))
        assert 3 <= len(axes["a"].get_xticks()) <= 9
