"""Candidates that cannot differ have the very same score, as in GridSearchCV."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.classifiers import candidate, chooser
from helpers.samples import draw_samples
from helpers.searches import both
from skshallow import StackedGridSearchCV, solvers
from skshallow.model_selection import _stacks

INIT = tuple(np.random.RandomState(0).standard_normal(shape) for shape in [(4, 4), 4, (4, 3), 3])
LBFGS = {"solver": "lbfgs", "max_iter": 40}
# Of each the parameters of the classifier, and grids in which candidates with the same `alpha` are
# equal.
EQUAL = {
    "given twice": (LBFGS, [{"alpha": [1, 0.1, 1.0, np.float64(1), np.int8(1), 0.1]}]),
    "zero": (LBFGS, [{"alpha": [0, 1, 0.0, -0.0, 1]}]),
    "learning rate": (LBFGS, [{"alpha": [1, 0.1, 3], "learning_rate": ["auto", 0.1, 0.2]}]),
    "solver": (
        LBFGS,
        [{"alpha": [1, 0.1, 3], "solver": ["auto", "lbfgs", solvers.LBFGS()]}, {"alpha": [1, 3]}],
    ),
    "settings of a solver": (
        {"solver": solvers.Adam()},
        [{"alpha": [1, 3], "solver__beta_1": [0.9, np.float64(0.9)]}, {"alpha": [3]}],
    ),
    "batches": (
        LBFGS,
        [{"alpha": [1, 3], "batch_size": [10, 20, "auto"]}, {"alpha": [1], "shuffle": [False]}],
    ),
    "type of a number": (
        LBFGS,
        [{"alpha": [1, 3], "n_h": [4, np.int64(4)]}, {"alpha": [3], "max_iter": [np.int32(40)]}],
    ),
    "validation": (
        LBFGS,
        [{"alpha": [1, 3], "validation_fraction": [0.1, 0.3]}, {"alpha": [3]}],
    ),
    "warm starts": (LBFGS, [{"alpha": [1, 3], "warm_start": [False, True]}, {"alpha": [3]}]),
    "patience": (LBFGS, [{"alpha": [1, 3], "n_iter_no_change": [1, 5]}, {"alpha": [3]}]),
    "class weights": (
        LBFGS,
        [
            {"alpha": [1, 3], "class_weight": [{0: 1, 1: 2, 2: 1}, {2: 1.0, 1: 2, 0: 1}]},
            {"alpha": [3], "class_weight": [{0: 1, 1: 2, 2: 1}]},
        ],
    ),
    "seeds": (
        {**LBFGS, "init": INIT},
        [{"alpha": [1, 3], "random_state": [0, 1, None]}, {"alpha": [3], "n_init": [2, 3]}],
    ),
    "copies of weights": (
        LBFGS,
        [{"alpha": [1, 3], "init": [INIT, tuple(part.copy() for part in INIT)]}],
    ),
    "random state": (
        {**LBFGS, "random_state": np.random.RandomState(0)},
        [{"alpha": [1, 3, 1.0], "learning_rate": ["auto", 0.1]}],
    ),
    "mini-batches": (
        {"solver": "adam", "batch_size": 20},
        [{"alpha": [1, 3, 1.0], "learning_rate": ["auto", 0.005]}, {"alpha": [3]}],
    ),
}


def equal_sets(search):
    """Places of candidates by their rank."""
    ranks = search.cv_results_["rank_test_score"]
    return {rank: np.flatnonzero(ranks == rank).tolist() for rank in np.unique(ranks).tolist()}


@pytest.mark.filterwarnings("ignore:.*no effect")
@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("case", EQUAL)
def test_ranks_are_those_of_grid_search(case, piped):
    settings, grid = EQUAL[case]
    estimator = candidate(**settings)
    if piped:
        estimator = make_pipeline(StandardScaler(), estimator)
        grid = [{f"onehiddenlayerclassifier__{k}": v for k, v in one.items()} for one in grid]
    settings = {"scoring": "neg_log_loss", "error_score": "raise", "return_train_score": True}
    plain, ours = both(estimator, grid, *draw_samples("multiclass"), cv=4, **settings)
    assert equal_sets(ours) == equal_sets(plain)
    assert len(equal_sets(plain)) < len(plain.cv_results_["params"])
    assert ours.best_index_ == plain.best_index_
    for places in equal_sets(plain).values():
        for split in range(4):
            for kind in ("test", "train"):
                assert np.ptp(ours.cv_results_[f"split{split}_{kind}_score"][places]) == 0


def test_equal_candidates_meet_where_a_stack_is_cut(monkeypatch):
    monkeypatch.setattr(_stacks, "most_stacked_units", lambda dtype: 8)
    grid = {"alpha": [1, 3, 10, 0.1, 1.0, 3.0, 10.0, 0.1]}
    clf = candidate(**LBFGS)
    plain, ours = both(clf, grid, *draw_samples(), scoring="neg_log_loss")
    assert equal_sets(ours) == equal_sets(plain)
    assert [len(places) for places in equal_sets(plain).values()] == [2, 2, 2, 2]


def test_each_of_equal_candidates_is_warned_of():
    search = StackedGridSearchCV(candidate(**LBFGS), {"learning_rate": ["auto", 0.1, 0.2]}, cv=2)
    with pytest.warns(UserWarning, match="no effect") as caught:
        search.fit(*draw_samples())
    rates = [str(one.message).split()[0] for one in caught]
    assert rates == 2 * ["learning_rate=0.1", "learning_rate=0.2"]


def test_the_classifier_that_chooses_ties_equal_penalties():
    clf = chooser(alphas=[3, 0.1, 3.0, 100, 0.1], cv=3).fit(*draw_samples("multiclass"))
    scores = clf.cv_results_["mean_test_score"]
    assert scores[[0, 1]].tolist() == scores[[2, 4]].tolist()
    assert clf.best_index_ in (0, 1, 3)
