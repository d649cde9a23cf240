"""The README's picture is what the README's code draws."""

import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.text

import skshallow

ROOT = Path(__file__).parents[2]


def test_picture_shows_what_its_code_draws(fits):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```python\n([^`]*HiddenUnitsDisplay[^`]*)```", readme)
    [picture] = re.findall(r"!\[.*\]\((.*\.svg)\)", readme)
    session = dict(vars(skshallow))
    exec(compile(block, "README.md", "exec"), session)
    svg = (ROOT / picture).read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    assert len(svg) < 150_000
    # matplotlib draws letters as outlines, and leaves the text in a comment.
    shown = {
        line.strip()
        for comment in re.findall("<!--(.*?)-->", svg, re.DOTALL)
        for line in comment.splitlines()
    }
    drawn = {
        line
        for ax in session["axes"]
        for text in ax.findobj(matplotlib.text.Text)
        for line in text.get_text().splitlines()
        if re.search("[a-z]", line) and "accuracy" not in line
    }
    assert {"LogisticRegression", "4 relu units", "unit for 1"} <= drawn <= shown
    assert fits(session["figure"])
