import re

import pytest

from skshallow import LossCurveDisplay, OneHiddenLayerClassifier
from skshallow._cli.report import Report
from skshallow.solvers import LBFGS, Adam


class OwnLBFGS(LBFGS):
    """A full-batch solver of the user's own."""


class OwnAdam(Adam):
    """A solver of the user's own, for mini-batches."""


@pytest.mark.parametrize(
    ("solver", "step", "first"), [(OwnLBFGS(), "iteration", 0), (OwnAdam(), "epoch", 1)]
)
def test_costs_are_printed_by_the_steps_of_the_solver(capsys, table, solver, step, first):
    X = [[a, b] for a, b in zip(table["a"], table["b"], strict=True)]
    network = OneHiddenLayerClassifier(3, solver=solver, random_state=0).fit(X, table["kind"])
    Report().costs(network)
    printed = capsys.readouterr().out
    [steps] = re.findall(rf"^{step} +(.*)$", printed, re.M)
    [costs] = re.findall(r"^cost +(.*)$", printed, re.M)
    assert steps.split()[0] == str(first)
    # The picture counts alike.
    picture = LossCurveDisplay.from_estimator(network)
    numbers, losses = picture.lines_[0].get_data()
    drawn = dict(zip(numbers.tolist(), losses, strict=True))
    for number, cost in zip(steps.split(), costs.split(), strict=True):
        assert f"{drawn[int(number)]:.4f}" == cost
    assert f"after {network.n_iter_} {step}s: {network.loss_:.4f}" in printed
    assert type(solver).__name__ in printed


def test_units_are_counted_that_were_chosen_automatically(capsys, table):
    X = [[a, b] for a, b in zip(table["a"], table["b"], strict=True)]
    Report().costs(OneHiddenLayerClassifier(random_state=0).fit(X, table["kind"]))
    assert "(64 relu units, lbfgs)" in capsys.readouterr().out
