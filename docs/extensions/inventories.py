"""Which of the sites that we link to can be asked for the names they have."""

from concurrent.futures import ThreadPoolExecutor
from urllib.error import URLError
from urllib.request import Request, urlopen

SECONDS = 5


def reachable(sites):
    """The mapping for intersphinx, of those sites whose inventory can be fetched.

    Without a network names elsewhere are not linked, and the build is the same otherwise.

    Parameters
    ----------
    sites : dict of str to str
        Addresses by name.

    Returns
    -------
    mapping : dict of str to tuple (str, None)
        What intersphinx takes.
    """
    with ThreadPoolExecutor(len(sites)) as pool:
        found = list(pool.map(_answers, sites.values()))
    missing = [name for name, here in zip(sites, found, strict=True) if not here]
    if missing:
        print(f"not reachable, so names there are not linked: {', '.join(missing)}")
    return {name: (address, None) for name, address in sites.items() if name not in missing}


def _answers(address):
    try:
        with urlopen(Request(f"{address}/objects.inv", method="HEAD"), timeout=SECONDS):
            return True
    except (URLError, TimeoutError):
        return False
