"""What the benchmark of quality computes, and what becomes of fits that fail."""

import json
import math
import os
import time
from argparse import Namespace
from urllib.error import URLError

import _contest
import numpy as np
import pandas as pd
import pytest
from _contenders import BASELINE, OURS, OURS_CV, ClassifierWithCategories, contenders
from _contest import Records, measure_table
from _harness import panels
from _means import LARGE, SECONDS, SMALL, mean_scores
from _processes import call_in_child
from _quality_figure import draw, place_labels
from _quality_report import missing, report
from _ranking import Duel, critical_difference, duels, friedman, holm, mean_ranks
from _scores import (
    ACCURACY,
    BRIER,
    CALIBRATION,
    GAPS,
    LOG_LOSS,
    N_BINS,
    SCORING,
    evaluate,
    scores_of,
)
from _suites import SUITES
from _tables import openml_tables
from quality import CONTEST
from sklearn import datasets
from sklearn.dummy import DummyClassifier

QUICK_CONTENDERS = [name for name in contenders() if not name.endswith(("tuned", "CV"))]


def scores(loss=0.5):
    return dict.fromkeys(SCORING.formats, loss) | {GAPS: [0.0] * N_BINS}


def record(table="iris", model=OURS, size=SMALL, **found):
    return {"table": table, "samples": 9, "size": size, "model": model} | found


def losses(**of_models):
    return pd.DataFrame(of_models, dtype=float)


def mixed_table(n=60):
    """Numbers and categories with missing values, and three classes."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % 3
    X = pd.DataFrame({"a [b]": y + rng.normal(size=n), "c": rng.choice(["x", "y"], n)})
    X["yes"] = y == 1
    X.iloc[::7, 0] = np.nan
    X.iloc[::11, 1] = None
    return X, y


class TestScores:
    def test_two_classes_by_hand(self):
        found = scores_of(np.array([0, 1, 1]), np.array([[0.82, 0.18], [0.39, 0.61], [0.7, 0.3]]))
        logarithms = math.log(0.82) + math.log(0.61) + math.log(0.3)
        assert found[LOG_LOSS] == pytest.approx(-logarithms / 3)
        assert found[ACCURACY] == pytest.approx(2 / 3)
        assert found[BRIER] == pytest.approx((0.18**2 + 0.39**2 + 0.7**2) / 3)
        assert np.abs(found[GAPS]).sum() == pytest.approx((0.18 + 0.39 + 0.7) / 3)

    def test_brier_score_of_three_classes(self):
        found = scores_of(np.array([0]), np.array([[0.5, 0.25, 0.25]]))
        assert found[BRIER] == pytest.approx((0.5**2 + 2 * 0.25**2) / 2)

    def test_a_gap_is_of_all_samples_with_about_that_confidence(self):
        p = np.array([[0.95, 0.05]] * 10)
        found = scores_of(np.array([0] * 9 + [1]), p)
        assert np.abs(found[GAPS]).sum() == pytest.approx(0.05)

    @pytest.mark.parametrize("p", [0, 1])
    def test_certainty_costs_no_infinity(self, p):
        assert math.isfinite(scores_of(np.array([0]), np.array([[p, 1 - p]]))[LOG_LOSS])

    def test_gaps_are_averaged_before_they_are_summed(self):
        gaps = [0.1] + [0.0] * (N_BINS - 1), [-0.1] + [0.0] * (N_BINS - 1)
        means = mean_scores([record(**scores() | {GAPS: of_fold}) for of_fold in gaps], SCORING)
        assert means[CALIBRATION].item() == pytest.approx(0)
        assert means[LOG_LOSS].item() == pytest.approx(0.5)

    def test_a_missing_fit_makes_the_mean_nan(self):
        means = mean_scores([record(**scores()), record(missing="failed")], SCORING)
        assert means[list(SCORING.formats)].isna().all(axis=None)

    def test_a_class_that_was_not_trained_on_has_the_lowest_probability(self):
        X, y = mixed_table()
        train, test = np.flatnonzero(y < 2), np.flatnonzero(y == 2)
        found = evaluate("LogisticRegression", {}, X, y, train, test)
        assert found[ACCURACY] == 0
        assert found[LOG_LOSS] == pytest.approx(-math.log(1e-7), rel=1e-3)


class TestRanking:
    def test_missing_results_rank_last(self):
        table = losses(a=[1, 1], b=[2, np.nan], c=[3, 2])
        assert list(mean_ranks(table)) == [1, 2.5, 2.5]

    def test_friedman_by_hand(self):
        table = losses(a=[1] * 4, b=[2] * 4, c=[3] * 4)
        # The statistic is 8 at 2 degrees of freedom, whose survival function is exp(-x / 2).
        assert friedman(table) == pytest.approx(math.exp(-4))
        assert math.isnan(friedman(table[["a", "b"]]))

    def test_critical_difference_of_the_paper(self):
        # Demšar (2006), section 3.2.2: four classifiers on 14 tables.
        assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.01)

    def test_holm_by_hand(self):
        corrected = holm(np.array([0.03, np.nan, 0.01, 0.9, 0.04]))
        np.testing.assert_allclose(corrected, [0.09, np.nan, 0.04, 0.9, 0.09])

    def test_duels(self):
        table = losses(
            a=[1, 1, 1, 1, 1, np.nan],
            b=[2, 2, 2, 1.005, np.nan, np.nan],
            c=[0.5] * 6,
        )
        b, c = duels(table, "a")
        assert b[:4] == ("b", 4, 2, 0)
        assert c[:4] == ("c", 0, 0, 6)
        assert 0 < c.p <= b.p <= 1

    def test_a_duel_without_a_common_table(self):
        (duel,) = duels(losses(a=[1, np.nan], b=[np.nan, 1]), "a")
        assert duel[:4] == Duel("b", 1, 0, 1, np.nan)[:4]
        assert math.isnan(duel.p)


def test_labels_of_points_close_together_cover_nothing():
    figure, axes = panels([["a"]], height=3.6)
    panel = axes["a"]
    for place, name in [((1, 1), "first"), ((1.02, 1.02), "second"), ((1.02, 0.98), "third")]:
        panel.plot(*place, "o")
        panel.annotate(name, place, (0, 0), textcoords="offset points", fontsize=8)
    panel.set(xlim=(0, 2), ylim=(0, 2))
    figure.canvas.draw()
    place_labels(panel)
    boxes = [shown.get_window_extent() for shown in (*panel.texts, *panel.lines)]
    n_labels = len(panel.texts)
    assert [box.count_overlaps(boxes) for box in boxes[:n_labels]] == [1] * n_labels


class TestFailures:
    @pytest.fixture
    def arguments(self):
        wanted = {"models": [OURS, BASELINE], "repeats": 1, "limit": 1, "threads": None}
        return Namespace(quick=True, **wanted)

    @pytest.fixture
    def calls(self, monkeypatch):
        """The models that were tried; the baseline fails, without any process."""
        tried = []

        def call(function, model, *rest, seconds):
            tried.append(model)
            if model == BASELINE:
                raise TimeoutError("took more than 1 s")
            return scores()

        monkeypatch.setattr(_contest, "call_in_child", call)
        return tried

    def test_a_model_that_fails_gives_nan_and_is_not_tried_again(self, arguments, calls):
        X, y = mixed_table()
        found = measure_table(("mixed", X, y), CONTEST, arguments, Records())
        means = mean_scores(found, SCORING)
        assert calls == [OURS, BASELINE, OURS]
        assert means[LOG_LOSS]["mixed", OURS] == 0.5
        assert math.isnan(means[LOG_LOSS]["mixed", BASELINE])
        text = report(means, SCORING, {SMALL: "Small."})
        assert "| mixed | 0.500 | NaN |" in text
        assert missing(found) == (
            f"NaN is a result that is missing: {BASELINE} on mixed: took more than 1 s."
        )

    def test_records_are_gone_on_with(self, arguments, calls, tmp_path):
        X, y = mixed_table()
        path = tmp_path / "records.jsonl"
        first, second = (
            measure_table(("mixed", X, y), CONTEST, arguments, Records(path)) for _ in range(2)
        )
        assert len(calls) == 3
        assert first == second == [json.loads(line) for line in path.read_text().splitlines()]

    def test_a_model_that_has_changed_is_measured_again(self, arguments, calls, tmp_path):
        X, y = mixed_table()
        path = tmp_path / "records.jsonl"
        measure_table(("mixed", X, y), CONTEST, arguments, Records(path))
        n_calls, n_lines = len(calls), len(path.read_text().splitlines())
        measure_table(("mixed", X, y), CONTEST, arguments, Records(path, again=[OURS]))
        assert calls[n_calls:] == [OURS, OURS]
        assert len(path.read_text().splitlines()) == n_lines

    @pytest.mark.slow
    def test_calls_in_processes_of_their_own(self):
        assert call_in_child(math.sqrt, 4, seconds=60) == 2
        with pytest.raises(ChildProcessError, match="ValueError"):
            call_in_child(math.sqrt, -1, seconds=60)
        with pytest.raises(ChildProcessError, match="status 3"):
            call_in_child(os._exit, 3, seconds=60)
        with pytest.raises(TimeoutError, match=r"0\.5 s"):
            call_in_child(time.sleep, 60, seconds=0.5)


class TestContenders:
    @pytest.mark.parametrize("name", QUICK_CONTENDERS)
    @pytest.mark.filterwarnings("ignore")
    def test_take_a_table_as_it_is(self, name):
        X, y = mixed_table()
        found = evaluate(name, {}, X, y, np.arange(0, 48), np.arange(48, 60))
        assert found[LOG_LOSS] < 2
        assert found[SECONDS] >= 0

    def test_categories_are_those_of_training(self):
        seen = []

        class Watching(DummyClassifier):
            def predict_proba(self, X):
                seen.append(X)
                return super().predict_proba(X)

        X = pd.DataFrame({"number": [1, 2, 3, 4], "letter": ["a", "a", "b", "c"]})
        model = ClassifierWithCategories(Watching(), most=2).fit(X, np.array([0, 0, 5, 5]))
        model.predict_proba(X.assign(letter=["a", "b", "c", "d"]))
        assert list(seen[0].columns) == ["f0", "f1"]
        assert list(seen[0]["f1"].astype(object).fillna("?")) == ["a", "b", "?", "?"]
        assert list(model.classes_) == [0, 5]


class TestOpenML:
    @pytest.fixture
    def fetched(self, monkeypatch):
        """What was asked for, answered by one small table."""
        asked = []

        def fetch(name=None, *, data_id=None, **rest):
            asked.append(name or data_id)
            return pd.DataFrame({"a": [1, 2]}), pd.Series(["no", "yes"], dtype="category")

        monkeypatch.setattr(datasets, "fetch_openml", fetch)
        return asked

    def test_tables_by_name(self, fetched):
        tables = openml_tables(["phoneme", "vehicle"])
        name, X, y = next(tables)
        # Whatever cannot be had is found out before hours of work.
        assert fetched[:2] == ["phoneme", "vehicle"]
        assert (name, X.shape, list(y)) == ("phoneme", (2, 1), [0, 1])

    @pytest.mark.parametrize(("suite", "size"), [("cc18-small", 56), ("tabarena", 38)])
    def test_suites_by_number(self, suite, size, fetched):
        names = [name for name, *_ in openml_tables([suite])]
        assert names == list(SUITES[suite])
        assert len(set(fetched)) == size

    def test_no_network(self, monkeypatch):
        def fetch(**_):
            raise URLError("Name or service not known")

        monkeypatch.setattr(datasets, "fetch_openml", fetch)
        with pytest.raises(SystemExit, match=r"phoneme .* need a network.* --tables"):
            next(openml_tables(["phoneme"]))


class TestResults:
    @pytest.fixture
    def means(self):
        rng = np.random.default_rng(0)
        models = [OURS, OURS_CV, BASELINE, "HistGradientBoosting"]
        return mean_scores(
            (
                record(table, model, size=size, **scores(rng.uniform(0.1, 1)))
                for size, tables in ((SMALL, "abcd"), (LARGE, "efg"))
                for table in tables
                for model in models
            ),
            SCORING,
        )

    def test_report_has_every_score_of_every_table(self, means):
        text = report(means, SCORING, {SMALL: "Small.", LARGE: "Large."})
        assert "Small. Tables: 4." in text
        assert "Large. Tables: 3." in text
        assert all(text.count(f"\n| {table} |") == len(SCORING.formats) for table in "abcdefg")
        assert f"{OURS_CV} against each rival" in text

    def test_figure_has_a_panel_for_each_size(self, means):
        figure = draw(means, SCORING)
        assert [panel.get_title(loc="left") for panel in figure.axes[:2]] == [
            "small tables",
            "large tables",
        ]
        small = means[means["size"] == SMALL]
        assert len(draw(small, SCORING).axes) == 2
