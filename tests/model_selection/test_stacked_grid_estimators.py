"""What StackedGridSearchCV searches: subclasses of ours, and steps that the grid fills."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import assert_same_error, assert_same_results, both
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV

GRID = {"alpha": [0.1, 10], "learning_rate": [0.1, 0.5]}
LOG_LOSS = {"scoring": "neg_log_loss", "return_train_score": True, "error_score": "raise"}


class Small(OneHiddenLayerClassifier):
    """Has parameters of its own, a method more, and trains as ours does."""

    kind: str = "small"

    def __init__(self, alpha=1, learning_rate="auto"):
        settings = {"n_h": 3, "solver": "gd", "max_iter": 8, "tol": 0, "random_state": 0}
        super().__init__(alpha=alpha, learning_rate=learning_rate, **settings)

    def n_parameters(self):
        return sum(map(np.size, self.coefs_))


class Doubled(OneHiddenLayerClassifier):
    """Trains in a way of its own."""

    def fit(self, X, y, sample_weight=None):
        return super().fit(np.repeat(X, 2, axis=0)[1:], np.repeat(y, 2)[1:])


class Certain(OneHiddenLayerClassifier):
    """Predicts in a way of its own."""

    def predict_proba(self, X):
        return 0.8 * super().predict_proba(X).round() + 0.1


class Contrary(OneHiddenLayerClassifier):
    def predict(self, X):
        return super().predict(X) == 0


def settings():
    return candidate().get_params()


@pytest.mark.parametrize("scoring", ["neg_log_loss", "accuracy", None])
@pytest.mark.parametrize("kind", [Small, Doubled, Certain, Contrary])
def test_subclasses(kind, scoring):
    clf = Small() if kind is Small else kind(**settings())
    for estimator, prefix in ((clf, ""), (make_pipeline(StandardScaler(), clf), True)):
        prefix = f"{kind.__name__.lower()}__" if prefix else ""
        grid = {prefix + name: values for name, values in GRID.items()}
        plain, ours = both(estimator, grid, *draw_samples(), **LOG_LOSS | {"scoring": scoring})
        assert_same_results(plain, ours)
        assert ours.best_params_ == plain.best_params_
        assert type(ours.best_estimator_) is type(plain.best_estimator_)


def test_subclasses_that_train_as_ours_train_together():
    search = StackedGridSearchCV(Small(), GRID, cv=3).fit(*draw_samples())
    assert np.ptp(search.cv_results_["mean_fit_time"]) == 0


@pytest.mark.parametrize("step", [None, "passthrough", LogisticRegression()], ids=str)
def test_a_step_that_the_grid_fills(step):
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", step)])
    grid = {"clf": [candidate(), candidate(n_h=2)], "clf__alpha": [0.1, 10]}
    settings = {"scoring": "neg_log_loss", "error_score": "raise"}
    plain, ours = both(pipeline, grid, *draw_samples("multiclass"), **settings)
    assert_same_results(plain, ours)
    assert ours.best_params_["clf__alpha"] == plain.best_params_["clf__alpha"]
    X, _ = draw_samples("multiclass")
    np.testing.assert_array_equal(ours.predict(X), plain.predict(X))


def test_a_step_that_is_not_filled_cannot_score():
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", None)])
    assert_same_error(pipeline, {"clf": [candidate()]}, *draw_samples(), words="score")


def test_steps_as_a_whole():
    steps = [[("scale", StandardScaler()), ("clf", candidate(n_h=n_h))] for n_h in (2, 4)]
    pipeline = Pipeline([("clf", "passthrough")])
    grid = {"steps": steps, "clf__alpha": [0.1, 10]}
    assert_same_results(*both(pipeline, grid, *draw_samples(), scoring="neg_log_loss"))


def test_other_classifiers_may_be_among_the_candidates():
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", candidate())])
    grid = [
        {"clf": [DummyClassifier(), LogisticRegression()]},
        {"clf__alpha": [0.1, 10]},
        {"clf": [candidate(n_h=2)], "clf__random_state": [0, 1]},
    ]
    plain, ours = both(pipeline, grid, *draw_samples(), **LOG_LOSS)
    assert_same_results(plain, ours)
    assert ours.best_index_ == plain.best_index_


def test_what_is_random_in_a_classifier_of_the_grid_stays_its_own():
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", candidate(solver="lbfgs"))])
    batches = candidate(solver="adam", batch_size=20)
    grid = {"clf": [batches], "clf__random_state": [0, 1]}
    assert_same_results(*both(pipeline, grid, *draw_samples(), **LOG_LOSS))


@pytest.mark.parametrize("step", [LogisticRegression(), None], ids=str)
def test_a_search_without_a_classifier_of_ours_is_for_scikit_learn(step):
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", step)])
    search = StackedGridSearchCV(pipeline, {"scale__with_mean": [True, False]})
    with pytest.raises(TypeError, match="Pipeline that ends in one; got Pipeline"):
        search.fit(*draw_samples())
    with pytest.raises(TypeError, match="Use sklearn"):
        StackedGridSearchCV(GridSearchCV(candidate(), {}), {}).fit(*draw_samples())
