"""The cache folder: where it lies, one process at a time, files that are whole or absent."""

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from privlab.data.types import DataError
from privlab.settings import command, folder_setting


def cache_folder() -> Path:
    """Folder that holds fetched and drawn letters: `PRIVLAB_CACHE`, else the user's cache. It need not exist yet."""
    named = folder_setting("PRIVLAB_CACHE")
    if named:
        return named
    from platformdirs import user_cache_path

    return user_cache_path("privlab", appauthor=False)


@contextmanager
def errors_in_words(folder: Path) -> Iterator[None]:
    """Context that turns a full disk or a folder that cannot be written into a DataError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataError(
                f"The disk is full: free some space for {folder} (or let PRIVLAB_CACHE name a folder "
                "on another disk) and try again."
            ) from error
        if isinstance(error, PermissionError) or error.errno in (errno.EROFS, errno.ENOTDIR, errno.ENOENT):
            raise DataError(f"The folder {folder} cannot be written: let PRIVLAB_CACHE name one that can.") from error
        raise


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Context in which no other process holds the lock called `name`; a second process waits for the first."""
    from filelock import FileLock, Timeout

    with errors_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{name}.lock")
        try:
            lock.acquire(timeout=1)
        except Timeout:
            print("Another process is at work on the letters: waiting for it.", file=sys.stderr)
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def save_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Writes an uncompressed npz that is whole or absent, never half-written.

    Uncompressed, because a lesson should wait for the disk and not for the processor. To be called under a lock.
    Raises DataError when the disk is full or the folder cannot be written.
    """
    import numpy as np

    partial = path.with_name(f"{path.name}.part")
    with errors_in_words(path.parent):
        try:
            with open(partial, "wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)


def load_arrays(path: Path, names: Sequence[str]) -> list[NDArray[Any]]:
    """List of the arrays `names` of an npz file.

    Raises DataError when the file is broken or one of the names is missing.
    """
    import zipfile
    import zlib

    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            missing = [name for name in names if name not in file.files]
            if missing:
                raise DataError(f"{path} holds no {', '.join(missing)}: it needs {', '.join(names)}.")
            return [file[name] for name in names]
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path} is not a whole npz file ({error}): delete it, then run {command('data')} or copy it anew."
        ) from error
