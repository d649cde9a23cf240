"""The report as a page of HTML, which holds its pictures."""

import base64
import os
from html import escape

from skshallow._cli.errors import InputError
from skshallow._cli.wording import first_line

STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; color: #222; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 3rem; overflow-wrap: anywhere; }
p, li, figcaption { max-width: 45rem; overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem; text-align: right; white-space: nowrap; }
th { border-bottom: 1px solid #999; font-weight: 600; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th:not(:first-child) { white-space: normal; }
img { max-width: 100%; height: auto; }
"""


def write_page(path, title, blocks):
    """Write a report as a page of HTML.

    Parameters
    ----------
    path : Path
        The file.
    title : str
        The title of the page.
    blocks : list of Block
        The parts of the report.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    body = "\n".join(RENDER[block.kind](block.content) for block in blocks)
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )
    try:
        path.write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise InputError(f"{os.fspath(path)} cannot be written: {first_line(error)}") from error


def _notes(notes):
    return "<ul>\n" + "".join(f"<li>{escape(note)}</li>\n" for note in notes) + "</ul>"


def _table(rows):
    head, *body = rows
    cells = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>\n" for row in body
    )
    return (
        f'<div class="wide"><table>\n<thead><tr>{cells}</tr></thead>\n'
        f"<tbody>\n{lines}</tbody>\n</table></div>"
    )


def _picture(picture):
    path, caption = picture
    content = base64.b64encode(path.read_bytes()).decode("ascii")
    name = escape(path.stem.replace("_", " "))
    return (
        f'<figure><img src="data:image/png;base64,{content}" alt="{name}">\n'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


RENDER = {
    "heading": lambda text: f"<h2>{escape(text)}</h2>",
    "paragraph": lambda text: f"<p>{escape(text)}</p>",
    "notes": _notes,
    "table": _table,
    "picture": _picture,
}
