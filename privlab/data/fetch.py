"""Fetching the real letters into the cache: the four letters files alone, out of a zip fifteen times as large."""
import hashlib
import io
import struct
import zipfile

from privlab.data.errors import DataError
from privlab.data.folder import cache_folder, errors_in_words, locked, save_arrays
from privlab.data.letters import FILE
from privlab.data.official import MEMBERS, OFFICIAL, URL, damaged, read_letters, unpack
from privlab.data.remote import RemoteFile, download


def fetch(whole=False, url=URL, facts=OFFICIAL, progress=True):
    """Path of the real letters in the cache, fetched now unless they lie there.

    About 36 MB come over the network and 115 MB stay on the disk.
    whole : take the whole zip (about 560 MB), for servers that know no ranges.
    url : address of the official zip or of a copy. facts : what the files are checked by.
    progress : whether a terminal shows a bar.
    Raises DataError, in one sentence, when the network, the server, the disk or the files are not as they should be;
    the cache is left as it was, and what was fetched is taken up by the next call.
    """
    folder = cache_folder()
    path = folder / FILE
    if path.is_file():
        return path
    with locked(folder, "fetch"):
        if not path.is_file():      # another process may have fetched it meanwhile
            parts = folder / "fetched"
            with errors_in_words(folder):
                parts.mkdir(exist_ok=True)
            gzipped = from_whole_zip(url, facts, parts, progress) if whole else from_ranges(url, parts, progress)
            try:
                arrays = read_letters(gzipped, facts)
            except DataError:
                clear(parts)
                raise
            save_arrays(path, **arrays)
            clear(parts)
            parts.rmdir()
    return path


def from_ranges(url, parts, progress):
    """Bytes of the four .gz files (a dict), each fetched by ranges out of the zip at `url`."""
    remote = RemoteFile(url)
    try:
        with zipfile.ZipFile(io.BufferedReader(remote, 1 << 16)) as directory:
            entries = {name: directory.getinfo(member) for name, member in MEMBERS.items()}
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataError(f"{url} is not the EMNIST zip ({error}): check the address.") from error
    with bar_of_bytes(sum(entry.compress_size for entry in entries.values()), progress) as bar:
        return {name: member_by_range(remote, entry, parts / f"{name}-{entry.CRC:08x}.part", bar)
                for name, entry in entries.items()}


def member_by_range(remote, entry, path, bar):
    """Bytes of one member of the zip, checked by its CRC-32."""
    header, _ = remote.ask(entry.header_offset, entry.header_offset + 30)
    if header[:4] != b"PK\3\4":
        raise damaged(entry.filename)
    lengths = struct.unpack("<HH", header[26:30])     # of the name and of the extra field, which go before the data
    start = entry.header_offset + len(header) + sum(lengths)
    download(remote.url, path, bar, start, entry.compress_size)
    try:
        return unpack(path.read_bytes(), entry)
    except DataError:
        path.unlink()
        raise


def from_whole_zip(url, facts, parts, progress):
    """Bytes of the four .gz files (a dict), out of the whole zip."""
    path = parts / "whole.zip.part"
    with bar_of_bytes(None, progress) as bar:
        download(url, path, bar, whole=True)
    with open(path, "rb") as file:
        right = hashlib.file_digest(file, "md5").hexdigest() == facts.zip_md5
    if not right:
        path.unlink()
        raise damaged("The zip")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(member) for name, member in MEMBERS.items()}


def bar_of_bytes(total, progress):
    """A bar that counts bytes, shown on a terminal only."""
    from tqdm import tqdm
    return tqdm(total=total, desc="fetching letters", unit="B", unit_scale=True, disable=None if progress else True)


def clear(parts):
    """Nothing: removes what lies in the folder of fetched parts."""
    for path in parts.iterdir():
        path.unlink()
