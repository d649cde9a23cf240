"""How long the same training takes with skshallow, MLPClassifier, PyTorch and JAX.

All start from the same weights and take the same number of steps on as many samples; J at the end
is computed by one independent function and has to agree. See _work.py for the trainings.
"""

import json
import warnings

from _harness import (
    INK,
    MUTED,
    THREADS,
    Ratio,
    in_child,
    in_words,
    markdown,
    panels,
    parse_arguments,
    publish,
    report_progress,
)
from _rivals import jax, torch
from _work import CASES, RIVALS
from sklearn.exceptions import ConvergenceWarning

OPTIONS = {
    "only": {"nargs": "+", "choices": list(CASES), "help": "only these; no publishing"},
    "tables": {"help": "folder of gzipped CSV files with a column target"},
}


def measure(arguments):
    """Results of all cases in this process, with its number of threads."""
    if torch:
        torch.set_num_threads(arguments.threads)
    results = {}
    for name in arguments.only or CASES:
        report_progress(f"{name}, threads: {arguments.threads}")
        results[name] = CASES[name](arguments)
    return results


def report(of_threads):
    """Markdown of a dict of thread counts to results of :func:`measure`."""
    found = [(name, threads, case) for name, threads, case in _by_case(of_threads)]
    header = ["", "work", "threads", "skshallow, s", *(f"{rival} ÷ skshallow" for rival in RIVALS)]
    rows = [
        [
            name,
            case["work"],
            threads,
            f"{case['seconds']:.3g}",
            *(_ratio(case, rival) for rival in RIVALS),
        ]
        for name, threads, case in found
        if "work" in case
    ]
    text = (
        "Seconds from arrays to weights, and how many times as long the others take: the median of "
        "the ratios of neighbouring runs, with the lowest and the highest. JAX's step is compiled "
        f"beforehand.\n\n{markdown(header, rows)}"
    )
    remarks = "\n".join(
        f"- {name}, {in_words(threads)}: {'; '.join(_remarks(case))}"
        for name, threads, case in found
        if _remarks(case)
    )
    details = [markdown(*case["details"]) for _, _, case in found if "details" in case]
    return "\n\n".join([text, *filter(None, [remarks]), *details[:1]])


def _by_case(of_threads):
    for name in next(iter(of_threads.values())):
        for threads, results in of_threads.items():
            yield name, threads, results[name]


def _remarks(case):
    others = [
        f"{rival} {Ratio(*ratio)}"
        for rival, ratio in case.get("ratios", {}).items()
        if rival not in RIVALS
    ]
    return others + case["remarks"]


def _ratio(case, rival):
    return Ratio(*case["ratios"][rival]) if rival in case["ratios"] else "–"


def draw(of_threads):
    """A dot for each rival and case on a logarithmic axis; filled for one thread, else hollow."""
    rows = {}
    for name, threads, case in _by_case(of_threads):
        for rival, ratio in case.get("ratios", {}).items():
            rows.setdefault((name, rival), {})[threads] = Ratio(*ratio)
    figure, axes = panels("a", height=0.8 + 0.26 * len(rows))
    panel = axes["a"]
    panel.axvline(1, color=INK, linewidth=0.8)
    for y, of_row in enumerate(rows.values()):
        for offset, (threads, ratio) in zip((-0.15, 0.15), of_row.items(), strict=False):
            panel.plot([ratio.low, ratio.high], [y + offset] * 2, color=MUTED, linewidth=1)
            style = "full" if threads == 1 else "none"
            panel.plot(ratio.median, y + offset, "o", color=INK, fillstyle=style, markersize=5)
        last = max(of_row.values(), key=lambda ratio: ratio.high)
        text = " / ".join(f"{ratio.median:.2g}" for ratio in of_row.values())
        panel.annotate(
            text, (last.high, y), (6, 0), textcoords="offset points", va="center", fontsize=8
        )
    _label(panel, list(rows))
    panel.set_xlabel("how many times as long as skshallow, " + _legend(of_threads))
    return figure


def _label(panel, rows):
    """Rivals at the axis, and each case's name once, before its first rival."""
    names = [name for name, _ in rows]
    first = [name not in names[:row] for row, name in enumerate(names)]
    panel.set(xscale="log", ylim=(len(rows) - 0.4, -0.6))
    panel.set_yticks(
        range(len(rows)),
        [
            f"{name}   {rival}" if new else rival
            for new, (name, rival) in zip(first, rows, strict=True)
        ],
    )
    for row in range(1, len(rows)):
        if first[row]:
            panel.axhline(row - 0.5, color="#e5e5e5", linewidth=0.8)
    panel.xaxis.set_major_formatter("{x:g}")
    panel.tick_params(axis="y", length=0)


def _legend(of_threads):
    return ", ".join(f"{'●' if t == 1 else '○'} {in_words(t)}" for t in of_threads)


def main():
    """Measure in one process for each number of threads, then report."""
    arguments = parse_arguments(__doc__, **OPTIONS)
    if arguments.case is not None:
        print(json.dumps(measure(arguments)))
        return
    missing = [name for name, package in (("PyTorch", torch), ("JAX", jax)) if package is None]
    if missing:
        report_progress(f"Not installed, so left out: {', '.join(missing)}.")
    counts = THREADS if arguments.threads is None else (arguments.threads,)
    of_threads = {threads: in_child(__file__, "all", threads) for threads in counts}
    write = arguments.publishes and not arguments.only
    publish("fit_speed", report(of_threads), draw(of_threads), write=write)


if __name__ == "__main__":
    # No fit is meant to converge, but for those out of the box, which are as they are.
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
