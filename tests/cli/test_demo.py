import contextlib
import io
import re

import numpy as np
import pytest

from skshallow.__main__ import main


def flat(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures") / "new" / "folder"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["--cv", "2", "--out", str(folder)]) == 0
    return printed.getvalue(), folder


def test_demo_reproduces_the_tutorial(demo):
    printed, _ = demo
    assert re.search(r"^LogisticRegression +84\.00 %", printed, re.M)
    assert re.search(r"^network, gradient descent +97\.50 %", printed, re.M)
    assert "ends at 83.50 % training accuracy" in flat(printed)
    assert "after 10,000 iterations: 0.0663" in printed


def test_demo_prints_the_cost_every_thousand_iterations(demo):
    iterations, costs = re.search(r"^iteration (.*)\ncost (.*)$", demo[0], re.M).groups()
    assert [int(t) for t in iterations.split()] == list(range(0, 10_000, 1000))
    figures = [0.6932, 0.3068, 0.0795, 0.0770, 0.0746, 0.0715, 0.0694, 0.0680, 0.0672, 0.0667]
    # The first units separate at iteration 570 out of differences of rounding errors, so the
    # fourth decimal depends on the order in which a machine adds.
    np.testing.assert_allclose([float(c) for c in costs.split()], figures, atol=1.5e-4)


def test_demo_shows_what_restarts_do(demo):
    restarted = re.search(r"^network, 10 restarts \(n_init\) +(\d+\.\d+) %", demo[0], re.M)
    assert float(restarted[1]) > 95
    rescued = re.search(r"take the same four units to (\d+\.\d+) %", flat(demo[0]))
    assert float(rescued[1]) > 95


def test_demo_compares_on_a_real_table(demo):
    section = demo[0].split("Breast cancer")[1]
    assert "569 rows; 2 classes: 'benign' 357, 'malignant' 212" in section
    for model in ("LogisticRegression", "OneHiddenLayerClassifier"):
        row = re.search(
            rf"^{model} +([\d.]+) % +([\d.]+) ± [\d.]+ % +([\d.]+) +[\d.]+$", section, re.M
        )
        assert float(row[1]) > 97
        assert float(row[2]) > 94
        assert float(row[3]) < 0.15


def test_demo_draws_its_pictures(demo):
    printed, folder = demo
    names = {
        f"{data}_{what}.png"
        for data in ("moons", "breast_cancer")
        for what in ("learning_curve", "decision_boundaries")
    }
    assert {path.name for path in folder.iterdir()} == names | {"report.html"}
    for name in names:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert name in printed.replace("\n  ", "")
    assert "'worst radius' and 'worst concave points' alone" in flat(printed)
