"""Where lessons can be opened: nothing is linked before its address is known."""

import pytest

from privlab.setup.site import addresses

NONE = dict.fromkeys(("site", "repository", "branch", "binder", "jupyterhub", "colab"), "")
ALL = NONE | {
    "repository": "a/b",
    "branch": "main",
    "binder": "https://mybinder.org",
    "jupyterhub": "https://hub.example.edu",
    "colab": "https://colab.research.google.com",
}


@pytest.fixture
def known(monkeypatch):
    def set_to(found):
        monkeypatch.setattr(addresses, "addresses", lambda: found)

    return set_to


def test_no_address_is_known_yet():
    assert addresses.addresses()["repository"] == "" and addresses.launches("11_raises") == {}
    assert addresses.file_on_github("course.py") == ""


def test_each_place_is_linked_once_it_is_known(known):
    known(ALL)
    found = addresses.launches("11_raises")
    assert found["Binder"] == "https://mybinder.org/v2/gh/a/b/main?urlpath=lab/tree/notebooks/11_raises.ipynb"
    assert found["JupyterHub"].endswith("&branch=main&urlpath=lab%2Ftree%2Fb%2Fnotebooks%2F11_raises.ipynb")
    assert found["Colab"] == "https://colab.research.google.com/github/a/b/blob/main/notebooks/11_raises.ipynb"
    known(ALL | {"colab": "", "jupyterhub": ""})
    assert list(addresses.launches("11_raises")) == ["Binder"]
