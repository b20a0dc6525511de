"""The letters of EMNIST as they lie on disks: npz, idx with or without gz, torchvision's folder, mat, csv, the zips."""

import functools
import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privlab.data.cache_folder import cache_folder, locked, save_arrays
from privlab.data.emnist_letters import FILE, KEYS
from privlab.data.orientation import stand_right
from privlab.data.types import DataError

FOLDERS = ("", "EMNIST", "EMNIST/raw", "raw", "gzip", "EMNIST/raw/gzip", "raw/gzip", "matlab")  # where to look in one
PART = re.compile(r"emnist-letters-(train|test)(?:-(images|labels)-idx[13]-ubyte)?(\.gz|\.csv|)$")
ALIASES = {"x": ("x", "images", "data"), "y": ("y", "labels", "targets")}
TAKEN = "an npz with x_train, y_train, x_test and y_test, EMNIST's own files of letters (idx, gz, mat, csv), or its zip"
BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, struct.error, zlib.error, zipfile.BadZipFile)
Arrays = dict[str, NDArray[Any]]
Files = dict[str, Callable[[], bytes]]  # from a file's name to what reads it


def take(path: Path) -> tuple[Path, list[str]]:
    """Reads the letters of a file or folder into the cache: where they lie there, and what had to be turned, words.

    Raises DataError, in a sentence, when there are no letters in it, or none that can be read, or the cache cannot be
    written; it is left as it was then.
    """
    try:
        arrays = find(path)
    except BROKEN as error:
        raise DataError(f"{path} cannot be read as letters ({error}): it takes {TAKEN}.") from error
    if arrays is None:
        raise DataError(f"There are no letters in {path}: it takes {TAKEN}.")
    turned: list[str] = []
    for name in ("train", "test"):
        x, y, words = stand_right(name, arrays[f"x_{name}"], arrays[f"y_{name}"])
        arrays |= {f"x_{name}": x, f"y_{name}": y}
        turned += [word for word in words if word not in turned]
    with locked(cache_folder(), "fetch"):
        save_arrays(cache_folder() / FILE, **{key: arrays[key] for key in KEYS})
    return cache_folder() / FILE, turned


def find(path: Path) -> Arrays | None:
    """The arrays x_train, y_train, x_test, y_test of a file or folder, as they are stored there; None without any."""
    if path.is_dir():
        files = [file for folder in FOLDERS for file in sorted((path / folder).glob("*")) if file.is_file()]
    else:  # idx and csv come as several files that lie side by side
        files = [path, *(other for other in path.parent.glob("*") if PART.match(path.name) and PART.match(other.name))]
    arrays = of_files({file.name: file.read_bytes for file in reversed(files) if file.suffix != ".zip"})
    for file in files:
        if arrays is None and file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                members: Files = {Path(name).name: functools.partial(archive.read, name) for name in archive.namelist()}
                arrays = of_files(members)
    return arrays


def of_files(files: Files) -> Arrays | None:
    """The four arrays out of some files, None when they are not there; an npz of another name counts last."""
    if FILE in files and (found := of_npz(files[FILE]())):
        return found
    if "emnist-letters.mat" in files:
        return of_mat(files["emnist-letters.mat"]())
    arrays: Arrays = {}
    for name, read in files.items():
        part, kind, end = match.groups() if (match := PART.match(name)) else (None, None, None)
        if kind:
            data = read()
            arrays[f"{'x' if kind == 'images' else 'y'}_{part}"] = of_idx(gzip.decompress(data) if end else data)
        elif end == ".csv":
            table = np.loadtxt(io.BytesIO(read()), dtype=np.uint8, delimiter=",", ndmin=2)
            arrays |= {f"y_{part}": table[:, 0], f"x_{part}": table[:, 1:]}
    if set(KEYS) <= set(arrays):
        return arrays
    return next((found for name in files if name.endswith(".npz") and (found := of_npz(files[name]()))), None)


def of_idx(data: bytes) -> NDArray[Any]:
    """The array of a file in idx form: two zero bytes, the kind of number, how many axes, their lengths, numbers."""
    zeros, kind, axes = struct.unpack_from(">HBB", data)
    shape = struct.unpack_from(f">{axes}I", data, 4)
    if zeros or kind != 8:
        raise ValueError("it does not begin as a file of bytes in idx form does")
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def of_npz(data: bytes) -> Arrays | None:
    """The four arrays of an npz, under the names that people give them; None when it holds other things."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        known = {name.lower(): name for name in file.files}
        found = {
            f"{kind}_{part}": known[name]
            for kind, words in ALIASES.items()
            for part in ("train", "test")
            for word in words
            for name in (f"{word}_{part}", f"{part}_{word}", f"{word}{part}")
            if name in known
        }
        return {key: file[name] for key, name in found.items()} if set(found) == set(KEYS) else None


def of_mat(data: bytes) -> Arrays:
    """The four arrays of EMNIST's file for Matlab."""
    from scipy.io import loadmat

    dataset = loadmat(io.BytesIO(data), simplify_cells=True)["dataset"]
    return {
        f"{key}_{part}": dataset[part][word]
        for part in ("train", "test")
        for key, word in (("x", "images"), ("y", "labels"))
    }
