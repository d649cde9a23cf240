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


def check_save(save, force):
    """Check that a model can be saved to this file.

    Parameters
    ----------
    save : str
        The file.
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
    path = Path(save)
    try:
        if path.is_dir():
            raise InputError(f"--save {save}: this is a folder; name a file")
        if path.exists() and not force:
            raise InputError(f"--save {save}: this file exists; --force replaces it")
        if not path.parent.is_dir():
            raise InputError(f"--save {save}: there is no folder {path.parent}")
    except (OSError, ValueError) as error:
        raise InputError(f"--save {save}: {first_line(error)}") from error
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"--save {save}: the folder {path.parent} cannot be written to")
    return path


def save_model(model, path, force):
    """Save a fitted model with skops.

    Parameters
    ----------
    model : fitted Pipeline
        The model.
    path : Path
        Where to save it. If the run is interrupted, an existing file stays as it was.
    force : bool
        Whether it may replace an existing file.

    Returns
    -------
    trusted : list of str
        The types that `skops.io.load` must be told to trust.

    Raises
    ------
    InputError
        If the file cannot be written, or if it exists by now and must not be replaced.
    """
    import skops.io

    content = skops.io.dumps(model)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        # "x" fails if the file exists: it may belong to somebody else.
        with unfinished.open("xb") as stream:
            stream.write(content)
            stream.flush()
            # The new file is complete on the disk before it replaces an old one.
            os.fsync(stream.fileno())
        check_save(path, force)
        unfinished.replace(path)
    except OSError as error:
        raise InputError(f"--save {path}: {first_line(error)}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return skops.io.get_untrusted_types(data=content)
