"""What is being done, on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

# Seconds between two lines.
EVERY = 5.0


@contextmanager
def progress(total=None):
    """Show on stderr what is being done.

    Parameters
    ----------
    total : int, default=None
        Number of steps to come; None if unknown.

    Yields
    ------
    step : callable
        ``step(description)`` announces the next step.
    """
    with (_bar if sys.stderr.isatty() else _lines)(total) as step:
        yield step


@contextmanager
def _bar(total):
    """Show a bar that moves."""
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


@contextmanager
def _lines(total):
    """Print a line every few seconds, from a thread of its own; nothing of what is over sooner."""
    started, ended = monotonic(), Event()
    now, done = "", -1

    def step(description):
        nonlocal now, done
        now, done = description, done + 1

    def report():
        while not ended.wait(EVERY):
            place = "" if total is None else f", step {done + 1} of {total}"
            seconds = monotonic() - started
            print(f"skshallow: {now} ({seconds:.0f} s{place})", file=sys.stderr, flush=True)

    thread = Thread(target=report, daemon=True)
    thread.start()
    try:
        yield step
    finally:
        ended.set()
        thread.join()
