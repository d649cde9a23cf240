"""OneHiddenLayerClassifierCV: what goes to its splitter and its score, with routing or without."""

from contextlib import suppress

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import accuracy_score, get_scorer, log_loss, make_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, LeaveOneGroupOut, cross_validate
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from helpers.classifiers import chooser
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
from skshallow._compat import WEIGHTED_SCORES

GROUPS = np.arange(90) % 6
WEIGHTS = np.where(np.arange(90) % 2, 2.0, 0.0)
# One split, so that the score of the one candidate is that of a plain classifier.
SPLIT = [(np.arange(60), np.arange(60, 90))]
ONE_CANDIDATE = {"alphas": [1.0], "cv": SPLIT}


@pytest.mark.parametrize("cv", [GroupKFold(3), LeaveOneGroupOut()], ids=str)
@pytest.mark.parametrize("container", [np.asarray, list])
def test_groups_stay_together(cv, container):
    X, y = draw_samples()
    clf = chooser(cv=cv, solver="adam", tol=0, max_iter=20).fit(X, y, groups=container(GROUPS))
    assert clf.n_splits_ == (3 if isinstance(cv, GroupKFold) else 6)
    plain = OneHiddenLayerClassifier(4, solver="adam", tol=0, max_iter=20, random_state=0)
    search = GridSearchCV(plain, {"alpha": clf.alphas}, cv=cv, scoring="neg_log_loss")
    search.fit(X, y, groups=GROUPS)
    scores = [one.cv_results_["mean_test_score"] for one in (clf, search)]
    np.testing.assert_allclose(*scores, atol=1e-6)


def test_groups_that_have_no_effect_are_refused():
    X, y = draw_samples()
    with pytest.raises(ValueError, match="groups have no effect with cv=None"):
        chooser().fit(X, y, groups=GROUPS)
    with pytest.raises(ValueError, match="'groups'"):
        chooser(cv=GroupKFold(3)).fit(X, y)


@pytest.mark.parametrize("method", ["fit", "score"])
def test_what_only_routing_could_hand_on_is_refused_without(method):
    X, y = draw_samples()
    clf = chooser().fit(X, y)
    before = clf.predict_proba(X)
    with pytest.raises(ValueError, match=rf"{method} got day.*enable_metadata_routing=True"):
        getattr(clf, method)(X, y, day=np.arange(90))
    np.testing.assert_array_equal(clf.predict_proba(X), before)


@pytest.mark.parametrize("scoring", ["neg_log_loss", "roc_auc", make_scorer(accuracy_score)])
def test_score_is_what_it_chose_by(scoring):
    X, y = draw_samples()
    clf = chooser(scoring=scoring, cv=3).fit(X, y)
    scorer = get_scorer(scoring)
    assert clf.score(X, y) == scorer(clf, X, y)
    weighted = scorer(clf, X, y, sample_weight=WEIGHTS)
    assert clf.score(X, y, sample_weight=WEIGHTS) == weighted != clf.score(X, y)


def test_score_is_the_accuracy_unless_told_otherwise():
    X, y = draw_samples()
    clf = chooser().fit(X, y)
    assert clf.score(X, y) == accuracy_score(y, clf.predict(X))
    weighted = accuracy_score(y, clf.predict(X), sample_weight=WEIGHTS)
    assert clf.score(X, y, sample_weight=WEIGHTS) == weighted
    labels = draw_samples("multilabel")
    clf = chooser().fit(*labels)
    assert clf.score(*labels) == accuracy_score(labels[1], clf.predict(labels[0]))


@pytest.mark.usefixtures("routing")
class TestRouting:
    def test_a_score_without_a_request_is_an_error_as_in_grid_search(self):
        X, y = draw_samples()
        plain = OneHiddenLayerClassifier(4).set_fit_request(sample_weight=True)
        metric = make_scorer(log_loss, greater_is_better=False, response_method="predict_proba")
        fitted = {GridSearchCV: [], OneHiddenLayerClassifierCV: []}
        for scoring in (metric, None):
            search = GridSearchCV(plain, {"alpha": [1.0]}, scoring=scoring)
            for estimator in (search, chooser(scoring=scoring)):
                with suppress(UnsetMetadataPassedError):
                    estimator.fit(X, y, sample_weight=WEIGHTS)
                    fitted[type(estimator)].append(scoring)
        # Scorers of scikit-learn 1.6 let weights pass.
        assert fitted[OneHiddenLayerClassifierCV] == ([] if WEIGHTED_SCORES else [metric])
        assert fitted[OneHiddenLayerClassifierCV] == fitted[GridSearchCV]

    @pytest.mark.parametrize("judged", [True, False])
    @pytest.mark.parametrize("scoring", [None, "neg_log_loss"])
    def test_weights_count_in_scores_that_ask_for_them(self, scoring, judged):
        X, y = draw_samples()
        clf = chooser(**ONE_CANDIDATE)
        if scoring is None:
            clf.set_score_request(sample_weight=judged)
        else:
            scorer = get_scorer(scoring).set_score_request(sample_weight=judged)
            clf.set_params(scoring=scorer)
        clf.fit(X, y, sample_weight=WEIGHTS)
        plain = OneHiddenLayerClassifier(4, max_iter=300, random_state=0, alpha=1.0)
        plain.fit(X[:60], y[:60], sample_weight=WEIGHTS[:60])
        of_test = WEIGHTS[60:] if judged else None
        expected = -log_loss(y[60:], plain.predict_proba(X[60:]), sample_weight=of_test)
        assert clf.best_score_ == pytest.approx(expected)

    @pytest.mark.parametrize("container", [np.asarray, list])
    def test_a_score_may_have_weights_of_its_own(self, container):
        X, y = draw_samples()
        scorer = get_scorer("neg_log_loss").set_score_request(sample_weight="importance")
        clf = chooser(**ONE_CANDIDATE, scoring=scorer).fit(X, y, importance=container(WEIGHTS))
        plain = OneHiddenLayerClassifier(4, max_iter=300, random_state=0, alpha=1.0)
        expected = plain.fit(X[:60], y[:60]).predict_proba(X[60:])
        expected = -log_loss(y[60:], expected, sample_weight=WEIGHTS[60:])
        assert clf.best_score_ == pytest.approx(expected)

    def test_weights_count_in_training_whatever_the_score_asks_for(self):
        X, y = draw_samples()
        weighted, plain = (
            chooser(**ONE_CANDIDATE).set_score_request(sample_weight=False) for _ in range(2)
        )
        weighted.fit(X, y, sample_weight=WEIGHTS)
        assert not np.allclose(weighted.predict_proba(X), plain.fit(X, y).predict_proba(X))

    def test_groups_go_to_the_splitter(self):
        X, y = draw_samples()
        clf = chooser(cv=GroupKFold(3)).fit(X, y, groups=GROUPS)
        assert clf.n_splits_ == 3
        with pytest.raises(TypeError, match="groups"):
            chooser(cv=3).fit(X, y, groups=GROUPS)

    def test_whatever_a_score_asks_for_is_split_and_handed_on(self):
        X, y = draw_samples()
        seen = []

        def by_day(y_true, predicted, day):
            seen.append(day)
            return float(np.mean((y_true == predicted)[day < 45]))

        scorer = make_scorer(by_day).set_score_request(day=True)
        clf = chooser(cv=[(np.arange(45, 90), np.arange(45))], scoring=scorer)
        clf.fit(X, y, day=np.arange(90))
        assert {tuple(day) for day in seen} == {tuple(range(45))}
        given = clf.score(X, y, day=np.arange(90))
        assert given == np.mean((clf.predict(X) == y)[:45])

    def test_it_is_a_router_within_others(self):
        X, y = draw_samples()
        scorer = get_scorer("neg_log_loss").set_score_request(sample_weight=True)
        clf = chooser(cv=GroupKFold(3), scoring=scorer).set_fit_request(sample_weight=True)
        given = {"sample_weight": WEIGHTS + 1, "groups": GROUPS}
        pipeline = Pipeline([("scale", StandardScaler().set_fit_request(sample_weight=False))])
        pipeline.steps.append(("clf", clone(clf)))
        pipeline.fit(X, y, **given)
        scaled = StandardScaler().fit_transform(X)
        alone = clone(clf).fit(scaled, y, **given)
        np.testing.assert_array_equal(alone.coefs_[0], pipeline[-1].coefs_[0])
        scores = cross_validate(clf, X, y, cv=GroupKFold(2), params=given, scoring=scorer)
        assert np.isfinite(scores["test_score"]).all()

    def test_routes_are_those_of_logistic_regression(self):
        ours, theirs = (
            kind(cv=GroupKFold(3), scoring="neg_log_loss")
            for kind in (chooser, LogisticRegressionCV)
        )
        for method in ("fit", "score"):
            params = {"groups", "sample_weight", "nonsense"}
            consumed = [
                one.get_metadata_routing().consumes(method, params) for one in (ours, theirs)
            ]
            assert consumed[0] == consumed[1]
        assert "sample_weight" not in chooser().get_metadata_routing().consumes("score", params)
        asking = chooser().set_score_request(sample_weight=True).get_metadata_routing()
        assert asking.consumes("score", params) == {"sample_weight"}

    @pytest.mark.parametrize("request_of_score", [False, "importance"])
    def test_weights_that_no_score_asks_for_are_refused(self, request_of_score):
        X, y = draw_samples()
        asking = get_scorer("neg_log_loss").set_score_request(sample_weight=request_of_score)
        searches = [
            chooser(cv=3, scoring=asking),
            # What its own score asks for is of no interest then.
            chooser(cv=3, scoring=asking).set_score_request(sample_weight=True),
            chooser(cv=3, scoring=lambda clf, X, y: 1.0),
            chooser(cv=3).set_score_request(sample_weight=request_of_score),
        ]
        for search in searches:
            with pytest.raises(TypeError, match=r"score got unexpected argument.*sample_weight"):
                search.fit(X, y).score(X, y, sample_weight=WEIGHTS)

    @pytest.mark.parametrize("scoring", [None, "neg_log_loss"])
    def test_weights_are_given_by_the_name_that_the_score_asks_for(self, scoring):
        X, y = draw_samples()
        clf = chooser(cv=3)
        if scoring is None:
            clf.set_score_request(sample_weight="importance")
        else:
            asking = get_scorer(scoring).set_score_request(sample_weight="importance")
            clf.set_params(scoring=asking)
        clf.fit(X, y)
        weights = np.arange(90.0)
        expected = get_scorer(scoring or "accuracy")(clf, X, y, sample_weight=weights)
        assert clf.score(X, y, importance=weights) == expected != clf.score(X, y)

    def test_what_score_asks_for_is_not_forgotten_by_looking(self):
        asking = chooser(scoring="accuracy").set_score_request(sample_weight=True)
        asking.get_metadata_routing()
        routing = asking.set_params(scoring=None).get_metadata_routing()
        assert routing.consumes("score", {"sample_weight"}) == {"sample_weight"}
