"""The check of links in a built site notices those that lead nowhere."""

import pytest
from links import broken_links


@pytest.fixture
def site(tmp_path):
    """A site of two pages, one of them in a folder."""
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "index.html").write_text('<h2 id="rare">Rare</h2>', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "link",
    ["guide", "guide/index.html", "guide/index.html#rare", "#here", "https://nowhere.invalid/x"],
)
def test_what_leads_somewhere_is_let_through(site, link):
    page = f'<a id="here" href="{link}">'
    (site / "index.html").write_text(page, encoding="utf-8")
    assert list(broken_links(site)) == []


@pytest.mark.parametrize("link", ["gone.html", "guide/index.html#gone", "#gone", "guide/a.svg"])
@pytest.mark.parametrize("tag", ["a href", "img src"])
def test_what_leads_nowhere_is_noticed(site, tag, link):
    (site / "index.html").write_text(f'<{tag}="{link}">', encoding="utf-8")
    assert list(broken_links(site)) == [f"index.html: {link}"]
