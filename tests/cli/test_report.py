import re

import pytest

from skshallow import OneHiddenLayerClassifier
from skshallow._cli.report import print_costs
from skshallow.solvers import LBFGS, Adam


class OwnLBFGS(LBFGS):
    """A full-batch solver of the user's own."""


class OwnAdam(Adam):
    """A solver of the user's own, for mini-batches."""


@pytest.mark.parametrize(("solver", "step"), [(OwnLBFGS(), "iteration"), (OwnAdam(), "epoch")])
def test_costs_are_printed_by_the_steps_of_the_solver(capsys, table, solver, step):
    X = [[a, b] for a, b in zip(table["a"], table["b"], strict=True)]
    network = OneHiddenLayerClassifier(3, solver=solver, random_state=0).fit(X, table["kind"])
    print_costs(network)
    printed = capsys.readouterr().out
    assert re.search(rf"^{step} +0", printed, re.M)
    assert f"after {network.n_iter_} {step}s: {network.loss_:.4f}" in printed
    assert type(solver).__name__ in printed
