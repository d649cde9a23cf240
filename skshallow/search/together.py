"""Several classifiers, or pipelines that end in one, fitted together on the same rows."""

from collections import defaultdict
from numbers import Integral

from sklearn.pipeline import Pipeline
from sklearn.utils._param_validation import validate_parameter_constraints

from skshallow.classifier import OneHiddenLayerClassifier, fit_stack
from skshallow.fitting import choose_solver
from skshallow.labels import Labels
from skshallow.rows import units_of_stack
from skshallow.validation import check_features_and_target, check_validation_rows

# In these the members of a stack may differ.
STACKED = ("alpha", "learning_rate", "random_state", "init")


def final_step(estimator):
    """The classifier of a pipeline and the prefix of its parameters; of a classifier itself, ""."""
    if isinstance(estimator, Pipeline):
        name, step = estimator.steps[-1]
        return step, f"{name}__"
    return estimator, ""


def is_stackable(estimator):
    """Whether an estimator is a classifier of ours, or a pipeline that ends in one."""
    return type(final_step(estimator)[0]) is OneHiddenLayerClassifier


def preprocess(estimators, X, y, fit_params):
    """Fit what comes before the classifier: of pipelines that share it, once.

    Parameters
    ----------
    estimators : list of OneHiddenLayerClassifier or list of Pipeline
        Pipelines differ in the parameters of their classifier only. The preprocessing of the first
        is fitted in place, and becomes that of the others.
    X, y : array-like
        The rows.
    fit_params : dict
        What their `fit` takes beside these.

    Returns
    -------
    classifiers : list of OneHiddenLayerClassifier
        The last steps.
    X, y, fit_params
        What their `fit` is to be given.
    """
    lead = estimators[0]
    if not isinstance(lead, Pipeline):
        return estimators, X, y, fit_params
    classifier = lead.steps[-1][1]
    given = []
    # The pipeline itself knows best what goes to which step, and in what form.
    classifier.fit = lambda X, y, **params: given.extend((X, y, params))
    try:
        lead.fit(X, y, **fit_params)
    finally:
        del classifier.fit
    for pipeline in estimators[1:]:
        pipeline.steps = [*lead.steps[:-1], pipeline.steps[-1]]
    return [pipeline.steps[-1][1] for pipeline in estimators], *given


def alike(classifiers):
    """Places of classifiers that differ in `STACKED` parameters only, group by group."""
    groups = defaultdict(list)
    for place, classifier in enumerate(classifiers):
        params = classifier.get_params(deep=False)
        shape = {name: value for name, value in params.items() if name not in STACKED}
        groups[type(classifier), repr(shape)].append(place)
    return list(groups.values())


def fit_together(members, X, y, sample_weight=None, X_val=None, y_val=None, sample_weight_val=None):
    """Fit classifiers that differ in `STACKED` parameters only.

    Each is afterwards as its own `fit` would have left it, but for the order in which a
    random_state that is None, or shared, is drawn from.

    Parameters
    ----------
    members : list of OneHiddenLayerClassifier
        Fitted in place.
    X, y, sample_weight, X_val, y_val, sample_weight_val
        As for their `fit`.
    """
    lead = members[0]
    lead._validate_params()
    for member in members[1:]:
        _validate_stacked_params(member)
    X, y = check_features_and_target(lead, X, y, reset=True)
    given = check_validation_rows(lead, X_val, y_val, sample_weight_val, dtype=X.dtype)
    labels = Labels.of(y)
    sessions = _begin(members, labels, X)
    for stack in _stacks(members, sessions, X, watches_split=lead.early_stopping and not given):
        together = [members[place] for place in stack]
        begun = [sessions[place] for place in stack]
        error, records = fit_stack(together, begun, X, y, sample_weight, given)
        for member, record in zip(together, records, strict=True):
            for name in ("n_features_in_", "feature_names_in_"):
                if hasattr(lead, name):
                    setattr(member, name, getattr(lead, name))
            member._conclude(error, record)


def _validate_stacked_params(member):
    """As `_validate_params`, of those alone in which it may differ from the others."""
    constraints = {name: member._parameter_constraints[name] for name in STACKED}
    given = {name: getattr(member, name) for name in STACKED}
    validate_parameter_constraints(constraints, given, type(member).__name__)


def _begin(members, labels, X):
    """A session for each; what equal seeds draw is drawn once."""
    drawn, sessions = {}, []
    for member in members:
        start = member.random_state, member.init
        repeatable = isinstance(start[0], Integral) and isinstance(start[1], str)
        if repeatable and start in drawn:
            session = drawn[start].twin()
        else:
            session = member._session_for(labels, X, continued=False)
        if repeatable:
            drawn[start] = session
        sessions.append(session)
    return sessions


def _stacks(members, sessions, X, *, watches_split):
    """Places of members that can train as one stack, which is no larger than is worth it."""
    stacks = defaultdict(list)
    for place, (member, session) in enumerate(zip(members, sessions, strict=True)):
        solver = choose_solver(member, X.shape[0])
        # Members of a stack share what is random after the start: these must draw the same.
        shares = watches_split or not solver.full_batch
        drawn = session.split_seed if shares and member.random_state is not None else None
        # "auto" is settled by the rows left after the split, and by whether a rate is given.
        rate_given = watches_split and member.learning_rate != "auto"
        # They share the parameter `solver`, so that its type tells what "auto" stands for.
        stacks[type(solver), drawn, rate_given, len(session.records)].append(place)
    for (*_, n_networks), places in stacks.items():
        size = max(1, units_of_stack(X.dtype) // (n_networks * members[0].n_h))
        for start in range(0, len(places), size):
            yield places[start : start + size]
