"""Every Python block of the guide's page on other tools runs, in order, as one session."""

import re
from importlib.util import find_spec

import matplotlib.pyplot as plt
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from optuna.trial import TrialState

from helpers.paths import GUIDE

PAGE = GUIDE / "other_tools.md"


def blocks():
    """All blocks, but for one that takes more gigabytes than all other tools together."""
    found = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) > 10
    return [block for block in found if "import torch" not in block or find_spec("torch")]


# Other warnings would be for those who copy the code.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*Any type hint is inferred:UserWarning")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_code_blocks_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # blocks write files
    session = {}
    for block in blocks():
        exec(compile(block, str(PAGE), "exec"), session)
    plt.close("all")
    X_test, clf = session["X_test"], session["clf"]
    p = clf.predict_proba(X_test)
    assert clf.score(X_test, session["y_test"]) > 0.95
    assert {trial.state for trial in session["study"].trials} == {
        TrialState.COMPLETE,
        TrialState.PRUNED,
    }
    lower, upper = session["intervals"][:, :, 0].T
    inside = (lower <= session["progression"][250:]) & (session["progression"][250:] <= upper)
    assert 0.85 <= inside.mean() <= 0.95
    assert session["accuracy"].get() > 0.9
    assert_array_equal(session["loaded"].predict_proba(X_test), p)
    if "probabilities" in session:
        assert_allclose(session["probabilities"].detach().numpy()[:, 0], p[:, 1], atol=1e-12)
