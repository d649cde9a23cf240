"""How far a reader has to go to follow a fit, a prediction and a search through the package.

Counted are the calls of the package's own functions on one thread; more threads take a team that
has to be made. Each case has run once before, so that caches are full. A generator counts again
whenever it goes on, for that is where a reader goes back to it. Comprehensions and generator
expressions are not counted: to a reader they are no functions, and whether they are to Python
depends on its version. Up to 3.11 it runs comprehensions as functions.
"""

import os
import sys
from pathlib import Path

import numpy as np
from _harness import markdown, parse_arguments, publish, report_progress
from sklearn.datasets import load_iris
from threadpoolctl import threadpool_limits

import skshallow
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV

PACKAGE = os.path.join(Path(skshallow.__file__).parent, "")
NO_FUNCTIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}


def cases():
    """Functions to call, by name."""
    X, y = load_iris(return_X_y=True)
    clf = OneHiddenLayerClassifier(max_iter=1, tol=0, random_state=0)
    samples = np.arange(len(X))
    search = StackedGridSearchCV(
        clf, {"alpha": [1.0]}, refit=False, cv=[(samples[::2], samples[1::2])]
    )
    return {
        "fit, one iteration of L-BFGS": lambda: clf.fit(X, y),
        "predict": lambda: clf.predict(X),
        "search, one candidate and split": lambda: search.fit(X, y),
    }


def calls_of(run):
    """The package's own calls while `run` runs, in their order.

    Returns
    -------
    calls : list of (int, str, str)
        How deep each is, 1 for those that no other encloses; its file in the package; its function.
    """
    calls, depth = [], 0

    def note(frame, event, _):
        nonlocal depth
        code = frame.f_code
        if not code.co_filename.startswith(PACKAGE) or code.co_name in NO_FUNCTIONS:
            return
        if event == "call":
            depth += 1
            file = Path(code.co_filename.removeprefix(PACKAGE)).as_posix()
            calls.append((depth, file, code.co_qualname))
        elif event == "return":
            depth -= 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


def summary(calls):
    """How many calls there are, of how many functions, in how many files, and how deep."""
    functions = {call[1:] for call in calls}
    files = {file for file, _ in functions}
    return [len(calls), len(functions), len(files), max(depth for depth, _, _ in calls)]


def tree(calls):
    """The calls, one a line, each indented below the one that encloses it."""
    return "\n".join(f"{'  ' * (depth - 1)}{file}: {function}" for depth, file, function in calls)


def main():
    """Count, print and publish."""
    arguments = parse_arguments(
        __doc__, tree={"action": "store_true", "help": "print every call, too; no publishing"}
    )
    rows = []
    for name, run in cases().items():
        report_progress(name)
        with threadpool_limits(arguments.threads or 1):
            run()
            calls = calls_of(run)
        rows.append([name, *summary(calls)])
        if arguments.tree:
            print(f"{name}\n\n{tree(calls)}\n")
    write = arguments.publishes and not arguments.tree
    header = ["150 samples", "calls", "functions", "files", "deep"]
    publish("call_paths", markdown(header, rows), write=write)


if __name__ == "__main__":
    main()
