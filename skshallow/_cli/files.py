"""The files that the command line writes. They are checked before the models are fitted."""

import os
from pathlib import Path

from skshallow._cli.errors import InputError
from skshallow._cli.wording import first_line


def check_folder(out):
    """Make the folder for the pictures if it does not exist.

    Parameters
    ----------
    out : str
        The folder.

    Returns
    -------
    folder : Path
        The folder; it exists and can be written to.

    Raises
    ------
    InputError
        If it cannot be made or written to.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(f"--out {out}: cannot make this folder: {first_line(error)}") from error
    if not os.access(folder, os.W_OK):
        raise InputError(f"--out {out}: this folder cannot be written to")
    return folder


def check_new_file(name, option, force):
    """Check that a file can be written.

    Parameters
    ----------
    name : str
        The file.
    option : str
        The option that names it, for messages.
    force : bool
        Whether it may replace an existing file.

    Returns
    -------
    path : Path
        The file.

    Raises
    ------
    InputError
        If the file exists and must not be replaced, or if it cannot be written.
    """
    path = Path(name)
    try:
        if path.is_dir():
            raise InputError(f"{option} {name}: this is a folder; name a file")
        if path.exists() and not force:
            raise InputError(f"{option} {name}: this file exists; --force replaces it")
        if not path.parent.is_dir():
            raise InputError(f"{option} {name}: there is no folder {path.parent}")
    except (OSError, ValueError) as error:
        raise InputError(f"{option} {name}: {first_line(error)}") from error
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{option} {name}: the folder {path.parent} cannot be written to")
    return path


def write_file(path, content, option, force):
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path
        The file. If the run is interrupted, an existing file stays as it was.
    content : bytes
        What it is to hold.
    option : str
        The option that names it, for messages.
    force : bool
        Whether it may replace an existing file.

    Raises
    ------
    InputError
        If the file cannot be written, or if it exists by now and must not be replaced.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        # "x" fails if the file exists: it may belong to somebody else.
        with unfinished.open("xb") as stream:
            stream.write(content)
            stream.flush()
            # The new file is complete on the disk before it replaces an old one.
            os.fsync(stream.fileno())
        check_new_file(path, option, force)
        unfinished.replace(path)
    except OSError as error:
        raise InputError(f"{option} {path}: {first_line(error)}") from error
    finally:
        unfinished.unlink(missing_ok=True)
