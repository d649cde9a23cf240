"""How names, counts and lists are put into sentences."""

LONGEST_NAME = 40


def quote(name):
    """Return a name from the user's data as one safe, short, quoted word."""
    name = str(name)
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    # repr() turns line breaks and terminal control characters into visible escapes.
    return repr(name)


def printable(text):
    """Make control characters, which could steer a terminal, visible as escapes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def count(number, noun):
    """Return a number with its noun: "1 row", "2 rows", "3 classes"."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{number:,} {noun if number == 1 else plural}"


def listing(items, limit=8):
    """Join items with commas, and say how many are left out after `limit` of them."""
    items = list(items)
    rest = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {rest:,} more" if rest > 0 else "")


def first_line(error):
    """Return the first line of an exception's message, or its type."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
