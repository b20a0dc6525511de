"""Where the course can be met, as site/addresses.toml says: nothing is linked that has no address yet."""

import functools
import tomllib
from urllib.parse import quote

from privlab.settings import checkout


@functools.cache
def addresses() -> dict[str, str]:
    """The addresses by their names, "" for those that are not known."""
    root = checkout()
    assert root  # the command has looked
    return tomllib.loads((root / "site" / "addresses.toml").read_text(encoding="utf-8"))


def file_on_github(path: str) -> str:
    """The address of a file of the repository, "" while there is none. path : "tools/classroom.py"."""
    known = addresses()
    return f"https://github.com/{known['repository']}/blob/{known['branch']}/{path}" if known["repository"] else ""


def launches(name: str) -> dict[str, str]:
    """Where a lesson can be opened with a kernel: addresses by what is there. name : "11_raises"."""
    known, path, found = addresses(), f"notebooks/{name}.ipynb", {}
    repository = known["repository"]
    if not repository:
        return {}
    if known["binder"]:
        found["Binder"] = f"{known['binder']}/v2/gh/{repository}/{known['branch']}?urlpath=lab/tree/{path}"
    if known["jupyterhub"]:
        lab = quote(f"lab/tree/{repository.split('/')[1]}/{path}", safe="")
        pull = f"repo={quote(f'https://github.com/{repository}', safe='')}&branch={known['branch']}&urlpath={lab}"
        found["JupyterHub"] = f"{known['jupyterhub']}/hub/user-redirect/git-pull?{pull}"
    if known["colab"]:
        found["Colab"] = f"{known['colab']}/github/{repository}/blob/{known['branch']}/{path}"
    return found
