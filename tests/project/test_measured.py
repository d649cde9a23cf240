"""Numbers about speed and quality: those of the README are of stored results, pages have none."""

import re

import pytest
from measured import BLOCK, OF_CLASSES, RESULTS, linear_wins, measured, ratios, rows_of, summaries

from helpers.pages import PAGES
from helpers.paths import README

BENCHMARKS = RESULTS.read_text(encoding="utf-8")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
NUMBER = r"\b(\d[\d.,]*|half|twice|a (third|quarter|fifth|tenth|twelfth))"
# How long it takes, how much memory, how many times as fast, which share of something, which score.
CLAIM = re.compile(
    rf"{NUMBER} ?(ms|µs|s|seconds|minutes|[KMG]i?B|GFLOP/s)\b"
    rf"|{NUMBER} (times )?(as (fast|good|long|much)|faster|better|slower)"
    rf"|{NUMBER} ?%? (of )?(the )?(time|memory|accuracy|loss)\b"
    rf"|(accuracy|loss|R²|AUC) of {NUMBER}"
)

SUMMARIES = """Small tables. Tables: 2.

| model | mean rank | log loss ÷ that of MLPClassifier | mean accuracy | CPU seconds of a fit |
| --- | --- | --- | --- | --- |
| skshallow | 1.5 | 0.88 | 90.0% | 0.1 |

Bands.

| model | mean rank | share inside | CPU seconds of a fit |
| --- | --- | --- | --- |
| skshallow | 1.5 | 80.0% | 0.1 |

Ranks are by log loss.

Log loss of each table:

| table | skshallow | LogisticRegression | LogisticRegressionCV |
| --- | --- | --- | --- |
| iris | 0.1 | 0.05 | 0.01 |
| wine | 0.1 | 0.2 | 0.01 |

The end."""
SPEED = """Seconds.

|  | work | skshallow, s | MLPClassifier ÷ skshallow | JAX ÷ skshallow |
| --- | --- | --- | --- | --- |
| moons | gd | 1 | 3.10 (2.58–3.47) | 2.07 (1.42–2.95) |
| wide | adam | 3 | 1.26 (1.24–1.32) | 0.82 (0.64–1.29) |
| tall | lbfgs | 9 | 1.77 (1.70–1.94) | – |
| defaults | default fits | 1 | 12.03 (6.05–31.62) | – |

- moons: JAX, compiling included 2.60 (1.93–2.97); JAX, one lax.scan 0.21 (0.18–0.24)
- moons: JAX, one lax.scan 0.18 (0.12–0.21)
"""


def test_readme_has_what_was_measured():
    block = BLOCK.search(README.read_text(encoding="utf-8"))
    assert block[0] == f"{block[1]}{measured(BENCHMARKS)}\n{block[2]}"


def test_sources_of_all_tables_are_named():
    sources = BENCHMARKS.split("## The tables\n")[1].split("\n## ")[0]
    [listed] = re.findall(r"^Log loss of each table:\n\n((?:\|.*\n)+)", BENCHMARKS, re.MULTILINE)
    names = {row[0] for row in rows_of(listed)[1:]}
    assert "iris" in names
    assert names <= set(re.findall(r"[\w.-]+", sources))


def test_summaries_of_a_kind_keep_all_models_and_some_columns():
    words, table = summaries(SUMMARIES, OF_CLASSES)
    assert words == "Small tables. Tables: 2."
    assert table.splitlines() == [
        "| model | log loss ÷ that of MLPClassifier | mean accuracy | CPU seconds of a fit |",
        "| --- | --- | --- | --- |",
        "| skshallow | 0.88 | 90.0% | 0.1 |",
    ]


def test_wins_are_counted():
    assert "lower than that of our defaults on 1 of these 2 tables: iris, wine." in linear_wins(
        SUMMARIES
    )


def test_ratios_span_all_cases_of_the_same_training():
    text = ratios(SPEED)
    assert "MLPClassifier 1.26 to 3.1, JAX 0.82 to 2.07," in text
    assert text.endswith("takes 0.18 to 0.21 of our time.")
    text = ratios(SPEED + "- moons: skshallow without compiled kernels 3.1 (2.8–3.2)\n")
    assert text.endswith("without them it takes 3.1 to 3.1 times as long.")


def claims(text):
    """What reads like a claim of speed or quality outside of code."""
    return [found[0] for found in CLAIM.finditer(CODE.sub("", BLOCK.sub("", text)))]


@pytest.mark.parametrize("path", [README, *PAGES], ids=lambda path: path.name)
def test_no_other_number_is_typed(path):
    assert claims(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "A fit takes 0.06 s.",
        "It takes 11 MB more.",
        "It is 3.7 times as fast as MLPClassifier.",
        "It is twice as good.",
        "A fit takes a third of the time.",
        "It takes half the memory.",
        "It has 88 % of the loss.",
        "It has an accuracy of 97 %.",
    ],
)
def test_claims_are_noticed(text):
    assert claims(text)
