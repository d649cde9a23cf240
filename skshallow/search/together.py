"""Several classifiers, or pipelines that end in one, fitted together on the same rows."""

from collections import defaultdict

from sklearn import get_config
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import process_routing

from skshallow.classifier import OneHiddenLayerClassifier
from skshallow.fitting import choose_solver, train
from skshallow.labels import Labels
from skshallow.objective import BLOCK_BYTES, SMALLEST_BLOCK
from skshallow.validation import (
    check_features_and_target,
    check_validation_rows,
)

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


def fit_together(estimators, X, y, **fit_params):
    """Fit estimators that differ in the classifier's `STACKED` parameters only.

    Each is afterwards as its own ``fit(X, y, **fit_params)`` would have left it, but for the
    order in which a random_state that is None, or shared, is drawn from.

    Parameters
    ----------
    estimators : list of OneHiddenLayerClassifier or list of Pipeline
        Fitted in place. Of pipelines, the preprocessing of the first is fitted and shared.
    X, y : array-like
        The rows.
    fit_params : dict
        What their `fit` takes beside these.
    """
    lead = estimators[0]
    if isinstance(lead, Pipeline):
        of_step = _params_of_steps(lead, fit_params)
        for name, step in lead.steps[:-1]:
            if step is not None and step != "passthrough":
                X = step.fit_transform(X, y, **of_step(name, "fit_transform"))
        for pipeline in estimators[1:]:
            pipeline.steps = [*lead.steps[:-1], pipeline.steps[-1]]
        fit_params = of_step(lead.steps[-1][0], "fit")
        estimators = [pipeline.steps[-1][1] for pipeline in estimators]
    _fit_classifiers(estimators, X, y, **fit_params)


def _params_of_steps(pipeline, fit_params):
    """A function that picks a step's share, ``of_step(name, method)``, from parameters of fit."""
    if get_config()["enable_metadata_routing"]:
        routed = process_routing(pipeline, "fit", **fit_params)
        return lambda name, method: routed[name][method]
    of_steps = defaultdict(dict)
    for key, value in fit_params.items():
        name, separator, param = key.partition("__")
        if not separator:
            raise ValueError(
                f"Pipeline.fit does not accept the {key} parameter. You can pass parameters to "
                "specific steps of your pipeline using the stepname__parameter format, e.g. "
                "`Pipeline.fit(X, y, logisticregression__sample_weight=sample_weight)`."
            )
        of_steps[name][param] = value
    return lambda name, method: of_steps[name]


def _fit_classifiers(
    members, X, y, sample_weight=None, X_val=None, y_val=None, sample_weight_val=None
):
    lead = members[0]
    for member in members:
        member._validate_params()
    X, y = check_features_and_target(lead, X, y, reset=True)
    given = check_validation_rows(lead, X_val, y_val, sample_weight_val)
    labels = Labels.of(y)
    sessions = [member._session_for(labels, X, continued=False) for member in members]
    for stack in _stacks(members, sessions, X, watches_split=lead.early_stopping and not given):
        together = [members[place] for place in stack]
        begun = [sessions[place] for place in stack]
        table, validation = together[0]._tables(begun[0], X, y, sample_weight, given)
        solvers = [member._solver_for(table) for member in together]
        training, scaling = train(together, begun, table, validation, solvers[0])
        if training.error is not None:
            raise training.error
        for member, session in zip(together, begun, strict=True):
            for name in ("n_features_in_", "feature_names_in_"):
                if hasattr(lead, name):
                    setattr(member, name, getattr(lead, name))
            record = member._adopt(session, scaling, solvers[0], validated=validation is not None)
            member._conclude(None, record)


def _stacks(members, sessions, X, *, watches_split):
    """Places of members that can train as one stack, which is no larger than the cache allows."""
    stacks = defaultdict(list)
    for place, (member, session) in enumerate(zip(members, sessions, strict=True)):
        solver = choose_solver(member, X.shape[0])
        # Members of a stack share what is random after the start: these must draw the same.
        shares = watches_split or not solver.full_batch
        drawn = session.split_seed if shares and member.random_state is not None else None
        stacks[repr(solver), drawn, len(session.records)].append(place)
    for (_, _, n_networks), places in stacks.items():
        units = n_networks * members[0].n_h
        size = max(1, BLOCK_BYTES // (SMALLEST_BLOCK * X.dtype.itemsize * units))
        for start in range(0, len(places), size):
            yield places[start : start + size]
