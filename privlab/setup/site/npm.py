"""Packages of the npm registry that pages are made with: fetched once, by their hash, into the cache."""

import base64
import hashlib
import io
import json
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from privlab.data.cache_folder import cache_folder, locked
from privlab.settings import checkout
from privlab.setup.errors import SetupError

REGISTRY = "https://registry.npmjs.org"
PATIENCE = 30  # seconds


def lock() -> dict[str, dict[str, str]]:
    """The `version` of each package and its `integrity`, as the registry tells it: sha512 in base64."""
    root = checkout()
    assert root  # the command has looked
    return json.loads((root / "site" / "npm.lock.json").read_text(encoding="utf-8"))


def package(name: str) -> Path:
    """The folder of a package, which holds what its tarball holds. Raises SetupError where it cannot be had."""
    pinned = lock()[name]
    folder = cache_folder() / "site" / "npm" / f"{name.replace('/', '+')}-{pinned['version']}"
    with locked(folder.parent, folder.name):
        if not folder.is_dir():
            content = _fetched(name, pinned)
            with tempfile.TemporaryDirectory(dir=folder.parent) as made:
                with tarfile.open(fileobj=io.BytesIO(content)) as tar:
                    # Python before 3.11.4, as in Debian 12, has no filter; what is unpacked has the hash of the lock
                    tar.extraction_filter = getattr(tarfile, "data_filter", None)
                    tar.extractall(made)
                (inside,) = Path(made).iterdir()  # "package", or another name
                inside.rename(folder)
    return folder


def _fetched(name, pinned):
    """The tarball of a package. Raises SetupError without a network, or when its hash is another one."""
    url = f"{REGISTRY}/{name}/-/{name.rpartition('/')[2]}-{pinned['version']}.tgz"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            content = answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise SetupError(f"{url} cannot be fetched ({error}): build the site once with a network.") from error
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
    if integrity != pinned["integrity"]:
        raise SetupError(f"{url} is not the file that site/npm.lock.json pins: its hash is {integrity}.")
    return content
