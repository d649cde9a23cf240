"""The picture of the README and of the site is what the code of its page draws."""

import doctest
import re
from xml.etree import ElementTree

import matplotlib.text

from helpers.pages import PARSER, blocks
from helpers.paths import GUIDE, README, ROOT

PAGE = GUIDE / "understand.md"


def test_picture_shows_what_its_code_draws(fits):
    [block] = [block for block in blocks(PAGE, "pycon") if "HiddenUnitsDisplay" in block]
    [picture] = re.findall(r"!\[.*\]\((.*\.svg)\)", README.read_text(encoding="utf-8"))
    code = PARSER.get_doctest(block, {}, PAGE.name, str(PAGE), 0)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(code, clear_globs=False)
    assert runner.failures == 0
    session = code.globs
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
