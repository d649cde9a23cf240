"""Names, counts and lists, written as parts of a sentence."""

LONGEST_NAME = 40


def quote(name):
    """Return a name from the user's data, short and in quotes, safe to print."""
    name = str(name)
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    # repr() shows line breaks and control characters of the terminal as escape sequences.
    return repr(name)


def printable(text):
    """Show control characters, which could change the terminal, as escape sequences."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def count(number, noun):
    """Return a number with its noun: "1 row", "2 rows", "3 classes"."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{number:,} {noun if number == 1 else plural}"


def listing(items, limit=8):
    """Join items with commas; of more than `limit` items, only count the rest."""
    items = list(items)
    rest = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {rest:,} more" if rest > 0 else "")


def first_line(error):
    """Return the first line of an exception's message, or the name of its type."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
