"""The commands that fit models: the comparisons, and the fit of the network alone."""

import shlex
from pathlib import Path

import pandas as pd

from skshallow._cli import classification, moons, regression
from skshallow._cli.comparison import compare, fit_one
from skshallow._cli.errors import InputError
from skshallow._cli.files import check_folder, check_new_file, write_file
from skshallow._cli.models import Model, dump
from skshallow._cli.page import write_page
from skshallow._cli.pictures import draw_boundaries, draw_learning_curve
from skshallow._cli.progress import progress
from skshallow._cli.report import Report
from skshallow._cli.tables import bundled_table, column_names, load_table
from skshallow._cli.targets import check_folds
from skshallow._cli.wording import listing, printable, quote

TASKS = {"classification": classification, "regression": regression}
TITLE = "skshallow: a linear model and a network of one hidden layer"


def demonstrate(options):
    """Compare the models on the two moons of the tutorials and on a bundled table.

    Parameters
    ----------
    options : argparse.Namespace
        ``cv``, ``seed`` and ``out``.

    Raises
    ------
    InputError
        If the options cannot be used.
    """
    X, y = moons.tutorial_moons(400)
    X = pd.DataFrame(X, columns=["x1", "x2"])
    check_folds(y, options.cv, "two moons")
    table = bundled_table(options.cv)
    folder = None if options.out is None else check_folder(options.out)

    report = Report()
    title = "Two moons (the tutorial's 400 points)"
    report.heading(title, len(y), classification.describe(y))
    networks = moons.tanh_models(options.seed)
    results = compare(classification, networks, X, y, options.cv, options.seed)
    models = {result.name: result.model for result in results}
    tutorial_network = models[moons.TUTORIAL_NETWORK]
    classification.report_results(report, results)
    report.costs(tutorial_network)
    with progress() as step:
        step("the other tutorial's network")
        story = moons.relu_story(options.seed)
    print()
    report.paragraph(story)
    if folder:
        curve = folder / "moons_learning_curve.png"
        boundaries = folder / "moons_decision_boundaries.png"
        draw_learning_curve(curve, tutorial_network, moons.TUTORIAL_NETWORK)
        drawn = {name: models[name] for name in networks if name != classification.BASELINE}
        draw_boundaries(boundaries, drawn, X, y)
        pictures = [(curve, "the tutorial's learning curve"), (boundaries, "the models")]
        report.pictures(pictures)

    _compare_table(report, table, options, {}, folder, prefix="breast_cancer_")
    _write_page(report, folder)


def compare_file(options):
    """Compare the models on the user's file.

    Parameters
    ----------
    options : argparse.Namespace
        All options of the command.

    Raises
    ------
    InputError
        If the file or the options cannot be used.
    """
    save = None if options.save is None else check_new_file(options.save, "--save", options.force)
    table = _read(options, options.cv)
    folder = None if options.out is None else check_folder(options.out)
    report = Report()
    network = _compare_table(report, table, options, _network_parameters(options), folder)
    _write_page(report, folder)
    if save:
        _save(network, table, options, save)


def fit_file(options):
    """Fit the network on the user's file, and save it.

    Parameters
    ----------
    options : argparse.Namespace
        All options of the command.

    Raises
    ------
    InputError
        If the file or the options cannot be used.
    """
    save = check_new_file(options.save, "--save", options.force)
    table = _read(options, n_folds=1)
    report = Report()
    _, models = _introduce(report, table, options, _network_parameters(options))
    name, network = list(models.items())[-1]
    fitted, messages = fit_one(name, network, table.X, table.y)
    report.notes(f"{name} warns: {message}" for message in messages)
    report.costs(fitted[-1])
    _save(fitted, table, options, save)


def _read(options, n_folds):
    """Read the file; without --target, raise an error that names the columns."""
    if options.target is None:
        names = listing(map(quote, column_names(options)))
        raise InputError(f"--target COLUMN is needed; the columns are {names}")
    with progress() as step:
        step("reading the file")
        return load_table(options, n_folds)


def _network_parameters(options):
    names = ("n_h", "alpha", "learning_rate")
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _introduce(report, table, options, network_parameters):
    """Add what a table is like; return its task and the models, not fitted."""
    task = TASKS[table.task]
    report.heading(table.title, len(table.y), task.describe(table.y))
    report.notes(table.notes)
    return task, task.pipelines(table.features, options.seed, network_parameters)


def _compare_table(report, table, options, network_parameters, folder, prefix=""):
    """Run, report and draw the comparison on a table; return the fitted pipeline of the network."""
    task, models = _introduce(report, table, options, network_parameters)
    results = compare(task, models, table.X, table.y, options.cv, options.seed)
    baseline, linear, network = results
    task.report_results(report, results)
    _report_order(report, task.CRITERION, baseline, linear, network)
    report.costs(network.model[-1])
    if folder:
        curve = folder / f"{prefix}learning_curve.png"
        draw_learning_curve(curve, network.model, network.name)
        picture = task.draw(folder, prefix, table, results, options, network_parameters)
        report.pictures([(curve, "the network's learning curve"), picture])
    return network.model


def _report_order(report, criterion, baseline, linear, network):
    """Add a note if the network is not the best."""
    means = [result.spread(criterion)[0] for result in (baseline, linear, network)]
    if means[2] > means[1]:
        alpha = network.model[-1].alpha_
        report.notes(
            [
                f"the network's held-out {criterion} is the higher one; a larger alpha (here "
                f"{alpha:g}) keeps a network from fitting noise"
            ]
        )
    if min(means[1:]) >= means[0]:
        report.notes(["no model beats the baseline: these columns tell nothing of the target"])


def _write_page(report, folder):
    if folder:
        page = Path(folder) / "report.html"
        write_page(page, TITLE, report.blocks)
        print(f"\nAll of this as a page: {printable(str(page))}")


def _save(pipeline, table, options, path):
    """Save the fitted pipeline with what was learned of the table, and say how to use it."""
    features = table.features
    model = Model(
        pipeline, options.target, table.task, table.source, features.columns, options.missing
    )
    content, trusted = dump(model)
    write_file(path, content, "--save", options.force)
    print("\nSaved the network's pipeline, fitted on all rows. To predict new rows:\n")
    print(f"  python -m skshallow predict {shlex.quote(printable(str(path)))} NEW.csv")
    print("\nTo load it in Python:\n")
    print("  import skops.io\n  trusted = [", *(f"      {name!r}," for name in trusted), sep="\n")
    print("  ]")
    print(f"  model = skops.io.load({str(path)!r}, trusted=trusted)")
