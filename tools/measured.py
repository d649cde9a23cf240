"""Put what the benchmarks measured into README.md, so that nobody types a number.

The tables of benchmarks/README.md, which the benchmarks write, are the only source. What stands
between `<!-- measured -->` and `<!-- /measured -->` in README.md is made of them.
"""

import re
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "README.md"
BLOCK = re.compile(r"(<!-- measured -->\n).*?(<!-- /measured -->)", re.DOTALL)
# Of the columns of a summary those that start so, and the last one, which is time. It is a summary
# of the kind wanted if it has all of them.
OF_CLASSES = ("model", "mean accuracy", "log loss ÷")
OF_NUMBERS = ("model", "mean R²", "RMSE ÷")
OURS, LINEAR = "skshallow", "LogisticRegression"


def measured(results):
    """What README.md says of speed and quality.

    Parameters
    ----------
    results : str
        The text of benchmarks/README.md.

    Returns
    -------
    text : str
        Markdown.
    """
    quality = section(results, "quality")
    parts = ["Probabilities:", *summaries(quality, OF_CLASSES), linear_wins(quality)]
    parts.append(ratios(section(results, "fit_speed")))
    if numbers := list(summaries(section(results, "quality_regression"), OF_NUMBERS)):
        parts += ["<details><summary>Predicted numbers</summary>", *numbers, "</details>"]
    return "\n\n".join(parts)


def section(results, name):
    """What a benchmark has written."""
    return re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", results, re.DOTALL)[1]


def rows_of(table):
    """The cells of a table in Markdown, row by row, the head first."""
    lines = [line for line in table.splitlines() if not line.startswith("| --- |")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def summaries(text, columns):
    """How tables were measured, and how all models did: of small tables, and of large ones.

    Parameters
    ----------
    text : str
        What a benchmark of quality has written.
    columns : tuple of str
        What the names of the columns to keep start with.
    """
    parts = text.split("\n\n")
    for words, table in pairwise(parts):
        head, *rows = rows_of(table)
        kept = [n for n, name in enumerate(head) if name.startswith(columns)]
        if not table.startswith("| model |") or len(kept) < len(columns):
            continue
        kept.append(len(head) - 1)
        yield words
        cells = [[row[n] for n in kept] for row in (head, ["---"] * len(head), *rows)]
        yield "\n".join(f"| {' | '.join(row)} |" for row in cells)


def linear_wins(text):
    """On how many of the tables LogisticRegression has the lower log loss."""
    [table] = re.findall(r"^Log loss of each table:\n\n((?:\|.*\n)+)", text, re.MULTILINE)
    head, *rows = rows_of(table)
    ours, linear = (
        next(n for n, name in enumerate(head) if name.split(",")[0] == model)
        for model in (OURS, LINEAR)
    )
    pairs = [(float(row[linear]), float(row[ours])) for row in rows]
    wins = sum(theirs < here for theirs, here in pairs)
    return (
        f"The log loss of {LINEAR} is lower than that of our defaults on {wins} of these "
        f"{len(pairs)} tables: {', '.join(row[0] for row in rows)}."
    )


def ratios(text):
    """How many times as long others take for the same training, from the least to the most."""
    head, *rows = rows_of(text.split("\n\n")[1])
    rows = [row for row in rows if row[0] != "defaults"]
    spans = []
    for n, name in enumerate(head):
        if name.endswith("÷ skshallow"):
            found = [float(row[n].split()[0]) for row in rows if row[n] != "–"]
            spans.append(f"{name.split()[0]} {min(found):g} to {max(found):g}")
    scan = span(text, r"JAX, one lax\.scan")
    by_numpy = span(text, "without compiled kernels")
    said = (
        "Time of the same training, the same number of the same steps, divided by ours, from the "
        f"lowest to the highest case: {', '.join(spans)}, its step compiled beforehand. A whole "
        f"descent as one `lax.scan` of JAX takes {scan} of our time."
    )
    if by_numpy:
        said += f" Ours is with compiled kernels; without them it takes {by_numpy} times as long."
    return said


def span(text, name):
    """The least and the most of the ratios that stand behind a name, or None."""
    found = [float(number) for number in re.findall(rf"{name} ([\d.]+)", text)]
    return f"{min(found):g} to {max(found):g}" if found else None


def main():
    """Write what was measured into README.md."""
    text = measured(RESULTS.read_text(encoding="utf-8"))
    page = README.read_text(encoding="utf-8")
    page = BLOCK.sub(lambda match: f"{match[1]}{text}\n{match[2]}", page)
    README.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
