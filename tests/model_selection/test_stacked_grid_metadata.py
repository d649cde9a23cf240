"""StackedGridSearchCV with weights, groups, validation samples, and preprocessing in a Pipeline."""

import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score, get_scorer, make_scorer, max_error
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler
from sklearn.utils.fixes import parse_version

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import assert_same_error, assert_same_results, both
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV
from skshallow._compat import WEIGHTED_SCORES

GRID = {"alpha": [0.1, 10], "n_h": [2, 4]}
PIPELINE_GRID = {f"clf__{name}": values for name, values in GRID.items()}
NEGATIVE_MAX_ERROR = make_scorer(max_error, greater_is_better=False)


class Shift(TransformerMixin, BaseEstimator):
    """Preprocessing that takes weights, has a parameter, and counts how often it is fitted."""

    fits = 0

    def __init__(self, by=0.0):
        self.by = by

    def fit(self, X, y=None, sample_weight=None):
        type(self).fits += 1
        self.mean_ = np.average(X, axis=0, weights=sample_weight)
        return self

    def transform(self, X):
        # Where it is shifted to matters to a network that does not standardise.
        return np.asarray(X) - self.mean_ + self.by


def pipeline_of(*steps, **params):
    steps = [(f"step{place}", step) for place, step in enumerate(steps)]
    return Pipeline([*steps, ("clf", candidate(standardize=False, **params))])


def draw_weights(n_samples=90):
    return np.random.RandomState(0).randint(0, 4, n_samples).astype(float)


def weighted_accuracy(clf, X, y, sample_weight=None):
    return accuracy_score(y, clf.predict(X), sample_weight=sample_weight)


def plain_accuracy(clf, X, y):
    return accuracy_score(y, clf.predict(X))


def test_preprocessing_is_fitted_once_for_each_split_and_setting():
    X, y = draw_samples()
    grid = {**PIPELINE_GRID, "step0__by": [0.0, 1.0], "clf__learning_rate": [0.1, 0.3]}
    search = StackedGridSearchCV(pipeline_of(Shift()), grid, cv=3, refit=False)
    Shift.fits = 0
    search.fit(X, y)
    assert Shift.fits == 3 * 2
    plain = GridSearchCV(pipeline_of(Shift()), grid, cv=3, refit=False).fit(X, y)
    assert_same_results(plain, search)


def test_searched_preprocessing_gives_the_same_scores():
    pipeline = Pipeline([("scale", StandardScaler()), ("pca", PCA()), ("clf", candidate())])
    grid = {"pca__n_components": [1, 2, 4], **PIPELINE_GRID}
    plain, ours = both(pipeline, grid, *draw_samples(), scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert len(np.unique(ours.cv_results_["mean_test_score"])) == 12
    assert ours.best_params_ == plain.best_params_
    X, _ = draw_samples()
    np.testing.assert_allclose(ours.predict_proba(X), plain.predict_proba(X), atol=1e-6)


def test_whole_steps_are_searched():
    X, y = draw_samples()
    grid = {
        "step0": [StandardScaler(), MinMaxScaler(), "passthrough", None],
        "step1__degree": [1, 2],
        "clf__alpha": [0.1, 10],
    }
    pipeline = pipeline_of(StandardScaler(), PolynomialFeatures(include_bias=False))
    plain, ours = both(pipeline, grid, X, y, scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert ours.best_estimator_[1] is not pipeline[1]
    assert not hasattr(grid["step0"][0], "scale_")


@pytest.mark.parametrize("memory", [False, True])
def test_a_pipeline_may_remember_its_preprocessing(memory, tmp_path):
    pipeline = pipeline_of(StandardScaler()).set_params(
        memory=joblib.Memory(tmp_path, verbose=0) if memory else None
    )
    assert_same_results(*both(pipeline, PIPELINE_GRID, *draw_samples(), scoring="neg_log_loss"))


def test_preprocessing_by_column_of_a_sparse_table():
    X, y = draw_samples()
    columns = make_column_transformer((MinMaxScaler(), [0, 1]), remainder="passthrough")
    table = pd.DataFrame(X, columns=list("abcd"))
    plain, ours = both(pipeline_of(columns), PIPELINE_GRID, table, y)
    assert_same_results(plain, ours)
    assert ours.feature_names_in_.tolist() == list("abcd")
    assert ours.n_features_in_ == 4
    scale = StandardScaler(with_mean=False)
    assert_same_results(*both(pipeline_of(scale), PIPELINE_GRID, sparse.csr_array(X), y))


def test_a_pipeline_of_the_classifier_alone():
    grid = {"onehiddenlayerclassifier__alpha": [0.1, 10]}
    assert_same_results(*both(make_pipeline(candidate()), grid, *draw_samples()))


@pytest.mark.parametrize("container", [np.asarray, list, tuple])
def test_weights_without_routing(container):
    X, y = draw_samples()
    given = {"sample_weight": container(draw_weights())}
    settings = {"scoring": "neg_log_loss", "return_train_score": True}
    plain, ours = both(candidate(), GRID, X, y, given, **settings)
    assert_same_results(plain, ours)
    unweighted = StackedGridSearchCV(candidate(), GRID, cv=3, **settings).fit(X, y)
    scores = ours.cv_results_["mean_test_score"]
    assert np.abs(scores - unweighted.cv_results_["mean_test_score"]).min() > 1e-4
    np.testing.assert_allclose(ours.predict_proba(X), plain.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize(
    ("scoring", "n_complaints"),
    [
        (None, 0),
        ("accuracy", 0),
        (weighted_accuracy, 0),
        (plain_accuracy, 1),
        (NEGATIVE_MAX_ERROR, 1),
        (["accuracy", "neg_log_loss"], 0),
        ({"good": "accuracy", "max": NEGATIVE_MAX_ERROR}, 1),
        ({"max": NEGATIVE_MAX_ERROR, "again": NEGATIVE_MAX_ERROR}, 2),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value),
)
def test_weights_go_to_the_scorers_that_grid_search_gives_them_to(scoring, n_complaints):
    X, y = draw_samples()
    searches, complaints = [], []
    for kind in (GridSearchCV, StackedGridSearchCV):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            search = kind(candidate(), GRID, cv=3, scoring=scoring, refit=False)
            searches.append(search.fit(X, y, sample_weight=draw_weights()))
        said = [str(one.message).replace("Stacked", "").split() for one in caught]
        complaints.append(said)
    assert_same_results(*searches)
    assert complaints[0] == complaints[1]
    assert len(complaints[1]) == WEIGHTED_SCORES * n_complaints


def test_weights_count_in_scores_since_scikit_learn_1_7():
    assert (parse_version(sklearn.__version__) >= parse_version("1.7")) == WEIGHTED_SCORES
    X, y = draw_samples()
    weights = np.where(np.arange(90) < 45, 1.0, 0.0)
    search = StackedGridSearchCV(candidate(), GRID, cv=[(range(90), range(90))])
    search.fit(X, y, sample_weight=weights)
    rows = slice(45) if WEIGHTED_SCORES else slice(None)
    best = search.best_estimator_
    assert search.best_score_ == pytest.approx(accuracy_score(y[rows], best.predict(X[rows])))


def test_weights_of_a_step_without_routing():
    X, y = draw_samples()
    given = {"clf__sample_weight": draw_weights(), "step0__sample_weight": draw_weights()[::-1]}
    plain, ours = both(pipeline_of(Shift()), PIPELINE_GRID, X, y, given, scoring="neg_log_loss")
    assert_same_results(plain, ours)
    without = StackedGridSearchCV(pipeline_of(Shift()), PIPELINE_GRID, cv=3, scoring="neg_log_loss")
    difference = without.fit(X, y).cv_results_["mean_test_score"]
    assert np.abs(difference - ours.cv_results_["mean_test_score"]).min() > 1e-4


@pytest.mark.parametrize("given", ["sample_weight", "nonsense__sample_weight", "clf__nonsense"])
def test_parameters_of_fit_that_go_nowhere(given):
    X, y = draw_samples()
    assert_same_error(
        pipeline_of(Shift()),
        PIPELINE_GRID,
        X,
        y,
        {given: draw_weights()},
        error_score="raise",
        words="nonsense" if "nonsense" in given else given,
    )


@pytest.mark.parametrize("grouped", ["array", "list"])
def test_groups_stay_together(grouped):
    X, y = draw_samples()
    groups = np.random.RandomState(1).randint(6, size=90)
    given = {"groups": groups if grouped == "array" else groups.tolist()}
    plain, ours = both(candidate(), GRID, X, y, given, cv=GroupKFold(3))
    assert_same_results(plain, ours)
    assert_same_error(candidate(), GRID, X, y, cv=GroupKFold(3), words="groups")


def test_samples_to_stop_early_by_are_the_same_for_all_splits():
    X, y = draw_samples()
    given = {"X_val": X[:20], "y_val": y[:20], "sample_weight_val": draw_weights(20)}
    clf = candidate(max_iter=60, tol=1e-2, n_iter_no_change=2)
    plain, ours = both(clf, GRID, X, y, given, scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert ours.best_estimator_.validation_loss_curve_ is not None


@pytest.mark.usefixtures("routing")
class TestRouting:
    @pytest.mark.parametrize("several", [False, True])
    @pytest.mark.parametrize(
        ("trained", "judged"), [(True, True), (True, False), (False, True)], ids=str
    )
    def test_weights_go_where_they_are_asked_for(self, trained, judged, several):
        X, y = draw_samples()
        given = {"sample_weight": draw_weights()}
        clf = candidate().set_fit_request(sample_weight=trained)
        scoring = get_scorer("neg_log_loss").set_score_request(sample_weight=judged)
        settings = {"scoring": {"loss": scoring} if several else scoring}
        settings["refit"] = "loss" if several else True
        plain, ours = both(clf, GRID, X, y, given, **settings)
        assert_same_results(plain, ours)
        weighted, unweighted = (
            StackedGridSearchCV(clf, GRID, cv=3, **settings).fit(X, y, **params)
            for params in (given, {})
        )
        assert weighted.best_score_ == pytest.approx(ours.best_score_)
        assert unweighted.best_score_ != pytest.approx(ours.best_score_)
        # What was not asked for training has not changed it.
        scores = [search.predict_proba(X)[0, 0] for search in (unweighted, ours)]
        assert (scores[0] == pytest.approx(scores[1])) != trained

    def test_score_routes_too(self):
        X, y = draw_samples()
        weights = draw_weights()
        scorer = get_scorer("accuracy").set_score_request(sample_weight=True)
        clf = candidate().set_fit_request(sample_weight=True)
        plain, ours = both(clf, GRID, X, y, {"sample_weight": weights}, scoring=scorer)
        expected = accuracy_score(y, ours.predict(X), sample_weight=weights)
        assert ours.score(X, y, sample_weight=weights) == pytest.approx(expected)
        assert plain.score(X, y, sample_weight=weights) == pytest.approx(expected)

    def test_groups_go_to_the_splitter(self):
        X, y = draw_samples()
        groups = np.random.RandomState(1).randint(6, size=90)
        assert_same_results(*both(candidate(), GRID, X, y, {"groups": groups}, cv=GroupKFold(3)))

    def test_what_nobody_asked_for_is_refused(self):
        X, y = draw_samples()
        given = {"sample_weight": draw_weights()}
        assert_same_error(candidate(), GRID, X, y, given, words="sample_weight")
        clf = candidate().set_fit_request(sample_weight=False)
        scoring = get_scorer("accuracy").set_score_request(sample_weight=False)
        assert_same_error(clf, GRID, X, y, given, scoring=scoring, words="sample_weight")
        assert_same_error(candidate(), GRID, X, y, {"nonsense": 1}, words="nonsense")

    def test_steps_get_what_they_ask_for(self):
        X, y = draw_samples()
        given = {"sample_weight": draw_weights(), "other": draw_weights()[::-1]}
        pipeline = pipeline_of(
            Shift().set_fit_request(sample_weight="other"), StandardScaler()
        ).set_params(step1="passthrough")
        pipeline[-1].set_fit_request(sample_weight=True)
        scorer = get_scorer("neg_log_loss").set_score_request(sample_weight=True)
        plain, ours = both(pipeline, PIPELINE_GRID, X, y, given, scoring=scorer)
        assert_same_results(plain, ours)
        np.testing.assert_allclose(
            ours.best_estimator_[0].mean_, np.average(X, axis=0, weights=given["other"])
        )

    def test_samples_to_stop_early_by_are_preprocessed(self):
        X, y = draw_samples()
        clf = OneHiddenLayerClassifier(
            4, solver="gd", tol=1e-2, n_iter_no_change=2, random_state=0, standardize=False
        ).set_fit_request(X_val=True, y_val=True)
        pipeline = Pipeline([("scale", StandardScaler()), ("clf", clf)], transform_input=["X_val"])
        given = {"X_val": 100 * X[:20] + 3, "y_val": y[:20]}
        plain, ours = both(pipeline, PIPELINE_GRID, 100 * X + 3, y, given, scoring="neg_log_loss")
        assert_same_results(plain, ours)

    def test_workers_route_as_well(self):
        X, y = draw_samples()
        clf = candidate().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        with joblib.parallel_backend("threading"):
            plain, ours = both(clf, GRID, X, y, {"sample_weight": draw_weights()}, n_jobs=2)
        assert_same_results(plain, ours)
