"""Execute the notebooks in place, from top to bottom."""

import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


def main():
    """Execute them all; a cell that raises ends the run and leaves its notebook as it was."""
    # A kernel shows figures in the notebook only if no other backend is asked for.
    os.environ.pop("MPLBACKEND", None)
    for path in sorted(FOLDER.glob("*.ipynb")):
        print(path.name, flush=True)
        notebook = nbformat.read(path, as_version=4)
        folder = {"metadata": {"path": str(path.parent)}}
        NotebookClient(notebook, record_timing=False, resources=folder).execute()
        drop_metadata(notebook)
        nbformat.write(notebook, path)


def drop_metadata(notebook):
    """Keep only the name of the kernel, so that a second run changes nothing."""
    notebook.metadata = NotebookNode(kernelspec=notebook.metadata.kernelspec)
    for cell in notebook.cells:
        cell.metadata = NotebookNode()


if __name__ == "__main__":
    main()
