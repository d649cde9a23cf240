"""Tools that convert an MLP convert our networks: to C, through emlearn, and to PMML."""

import subprocess

import emlearn
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from nyoka import skl_to_pmml
from sklearn.pipeline import Pipeline
from sklearn_pmml_model.neural_network import PMMLMLPClassifier, PMMLMLPRegressor

from helpers import classifiers, regressors
from helpers.cases import KINDS
from helpers.regressors import draw_numbers
from helpers.samples import draw_samples
from skshallow.export import to_mlp

# Prints what the last layer of a network says of each line of features.
PROGRAM = """
#include <stdio.h>
#include "network.h"

int main(void) {
    float x[N_FEATURES], out[N_OUTPUTS];
    for (int i = 0; scanf("%f", &x[i]) == 1; i = (i + 1) % N_FEATURES) {
        if (i < N_FEATURES - 1) continue;
        if (eml_net_regress(&network, x, N_FEATURES, out, N_OUTPUTS) != EmlOk) return 1;
        for (int j = 0; j < N_OUTPUTS; j++) printf("%.9g ", out[j]);
        printf("\\n");
    }
    return 0;
}
"""
NAMES = ["a", "b", "c", "d"]

OF_ONE_TARGET = [(activation, "binary") for activation in ("identity", "logistic", "tanh")]
OF_ONE_TARGET += [("relu", kind) for kind in ("binary", "multiclass", "1 number")]
OF_SEVERAL_TARGETS = [("relu", kind) for kind in ("multilabel", "3 numbers")]


def fitted(kind, **params):
    """A small network, and the samples that it was fitted to."""
    if kind in KINDS:
        X, y = draw_samples(kind)
        return classifiers.candidate(**params).fit(X, y), X
    X, y = draw_numbers(int(kind[0]))
    return regressors.candidate(**params).fit(X, y), X


def outputs(estimator, X):
    """What the last layer of an MLP says: for two classes the probability of the second."""
    if hasattr(estimator, "classes_"):
        p = estimator.predict_proba(X)
        return p[:, 1:] if estimator.n_outputs_ == 1 else p
    return estimator.predict(X).reshape(len(X), -1)


def run_as_c(mlp, X):
    """What a program in C says, which is written and compiled in the current folder."""
    kind = "classifier" if hasattr(mlp, "classes_") else "regressor"
    emlearn.convert(mlp, return_type=kind).save(file="network.h", name="network")
    with open("main.c", "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    sizes = [f"-DN_FEATURES={X.shape[1]}", f"-DN_OUTPUTS={mlp.n_outputs_}"]
    command = ["cc", *sizes, "-I", emlearn.includedir, "main.c", "-o", "network", "-lm"]
    subprocess.run(command, check=True)
    lines = "\n".join(" ".join(map(str, row)) for row in X)
    run = subprocess.run(["./network"], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    return np.array(run.stdout.split(), dtype=float).reshape(len(X), -1)


@pytest.mark.parametrize(("activation", "kind"), OF_ONE_TARGET + OF_SEVERAL_TARGETS)
def test_c_says_the_same(activation, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    estimator, X = fitted(kind, activation=activation)
    pipeline = to_mlp(estimator)
    expected = outputs(estimator, X)
    found = run_as_c(pipeline[-1], pipeline[:-1].transform(X))
    assert_allclose(found, expected, atol=1e-5 * max(1, expected.std()))


# Nyoka leaves files open.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:X has feature names, but PMML:UserWarning")
@pytest.mark.parametrize(("activation", "kind"), OF_ONE_TARGET)
def test_pmml_says_the_same(activation, kind, tmp_path):
    estimator, X = fitted(kind, activation=activation, squash=False)
    path = str(tmp_path / "network.pmml")
    skl_to_pmml(Pipeline([("mlp", to_mlp(estimator))]), NAMES, "target", path)
    # What reads it here confuses two classes in `predict`, those of any MLP: probabilities will do.
    read = (PMMLMLPClassifier if kind in KINDS else PMMLMLPRegressor)(path)
    expected = outputs(estimator, X)
    found = outputs(read, pd.DataFrame(X, columns=NAMES))
    assert_allclose(found, expected, atol=1e-12 * max(1, expected.std()))
