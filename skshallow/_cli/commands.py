"""The two commands: the comparison of the tutorials, and the comparison on the user's own file."""

import pandas as pd

from skshallow._cli import classification, moons, regression
from skshallow._cli.comparison import compare
from skshallow._cli.errors import InputError
from skshallow._cli.files import check_folder, check_save, save_model
from skshallow._cli.pictures import draw_boundaries, draw_learning_curve
from skshallow._cli.progress import progress
from skshallow._cli.report import print_costs, print_heading, print_notes, print_paragraph
from skshallow._cli.tables import bundled_table, column_names, load_table
from skshallow._cli.targets import check_folds
from skshallow._cli.wording import listing, quote

TASKS = {"classification": classification, "regression": regression}


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

    print_heading("Two moons (the tutorial's 400 points)", len(y), classification.describe(y))
    networks = moons.tanh_models(options.seed)
    results = compare(classification, networks, X, y, options.cv, options.seed)
    models = {result.name: result.model for result in results}
    tutorial_network = models[moons.TUTORIAL_NETWORK]
    classification.print_results(results)
    print_costs(tutorial_network)
    with progress() as step:
        step("the other tutorial's network")
        story = moons.relu_story(options.seed)
    print()
    print_paragraph(story)
    if folder:
        curve = folder / "moons_learning_curve.png"
        boundaries = folder / "moons_decision_boundaries.png"
        draw_learning_curve(curve, tutorial_network, moons.TUTORIAL_NETWORK)
        draw_boundaries(boundaries, models, X, y)
        print()
        print_notes([f"{curve}: the tutorial's learning curve", f"{boundaries}: the models"])

    _compare_table(table, options, {}, folder, prefix="breast_cancer_")


def compare_file(options):
    """Compare the models on the user's CSV file.

    Parameters
    ----------
    options : argparse.Namespace
        All options of the command line.

    Raises
    ------
    InputError
        If the file or the options cannot be used.
    """
    if options.target is None:
        names = listing(map(quote, column_names(options.data)))
        raise InputError(f"--target COLUMN is needed; the columns are {names}")
    save = None if options.save is None else check_save(options.save, options.force)
    with progress() as step:
        step("reading the file")
        table = load_table(options.data, options.target, options.cv, options.task or "auto")
    folder = None if options.out is None else check_folder(options.out)
    names = ("n_h", "alpha", "learning_rate")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    network = _compare_table(table, options, given, folder)
    if save:
        trusted = save_model(network, save, options.force)
        print("\nSaved the network's pipeline, fitted on all rows. To load it:\n")
        print(
            "  import skops.io\n  trusted = [", *(f"      {name!r}," for name in trusted), sep="\n"
        )
        print("  ]")
        print(f"  model = skops.io.load({str(save)!r}, trusted=trusted)")


def _compare_table(table, options, network_parameters, folder, prefix=""):
    """Run, print and draw the comparison on a table; return the fitted pipeline of the network."""
    task = TASKS[table.task]
    print_heading(table.title, len(table.y), task.describe(table.y))
    print_notes(table.notes)
    models = task.pipelines(table.columns, options.seed, network_parameters)
    results = compare(task, models, table.X, table.y, options.cv, options.seed)
    *_, linear, network = results
    task.print_results(results)
    if network.spread(task.CRITERION)[0] > linear.spread(task.CRITERION)[0]:
        alpha = network.model[-1].alpha_
        print_notes(
            [
                f"the network's held-out {task.CRITERION} is the higher one; a larger alpha (here "
                f"{alpha:g}) keeps a network from fitting noise"
            ]
        )
    print_costs(network.model[-1])
    if folder:
        curve = folder / f"{prefix}learning_curve.png"
        draw_learning_curve(curve, network.model, network.name)
        story = task.draw(folder, prefix, table, results, options, network_parameters)
        print()
        print_notes([f"{curve}: the network's learning curve", story])
    return network.model
