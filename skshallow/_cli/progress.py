"""The progress bar on the terminal."""

import sys
from contextlib import contextmanager


@contextmanager
def progress(total=None):
    """Show on stderr what is being done, if it is a terminal.

    Parameters
    ----------
    total : int, default=None
        Number of steps to come; None if unknown.

    Yields
    ------
    step : callable
        ``step(description)`` announces the next step.
    """
    if not sys.stderr.isatty():
        # In older versions of rich even a disabled bar prints an empty line at the end.
        yield lambda description: None
        return

    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    looks = (
        SpinnerColumn(),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        # Names from the user's data may contain what rich would read as markup.
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*looks, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        done = -1

        def step(description):
            nonlocal done
            done += 1
            bar.update(task, description=description, completed=done)

        yield step
