"""Check that every link inside a built site leads somewhere: to a file, and to a place in it."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit


class Page(HTMLParser):
    """What a page links to, and the places in it that can be linked to."""

    def __init__(self, path):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        """Note links and places."""
        found = dict(attrs)
        self.places |= {found[name] for name in ("id", "name") if found.get(name)}
        self.links += [found[name] for name in ("href", "src") if found.get(name)]


def broken_links(site):
    """Yield a line for every link inside the site that leads nowhere."""
    files = (path for path in site.rglob("*.html") if "_static" not in path.parts)
    pages = {path.resolve(): Page(path) for path in files}
    for path, page in pages.items():
        for link in page.links:
            if urlsplit(link).scheme or link.startswith("//"):
                continue
            file, place = urldefrag(link)
            target = (path.parent / unquote(urlsplit(file).path)).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            missing = place and target in pages and unquote(place) not in pages[target].places
            if missing or not target.exists():
                yield f"{path.relative_to(site.resolve())}: {link}"


if __name__ == "__main__":
    found = sorted(set(broken_links(Path(sys.argv[1]))))
    sys.exit("\n".join(["Links that lead nowhere:", *found]) if found else 0)
