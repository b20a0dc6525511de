"""`lab`: the course in JupyterLab, on this machine alone; where a JupyterHub starts it, as one user's server."""

import os
from pathlib import Path

from privlab.settings import PROGRESS, folder_setting
from privlab.setup.errors import SetupError
from privlab.setup.letters import at_first_start
from privlab.setup.saving import tell_jupyter
from privlab.setup.workbook import Workbook

SETTINGS = Path(__file__).parent / "jupyter"
FIRST = "00_start_here.ipynb"
OF_THE_HUB = ("--ServerApp.ip", "--LabApp.default_url")  # what it says itself, by variables of the environment
# Settings of the user's that are not for the course.
USER_S = ("PYTHONSTARTUP", "MATPLOTLIBRC", "JUPYTERLAB_DIR", "JUPYTER_CONFIG", "JUPYTER_NO_CONFIG")


def environment(folder: Path) -> dict[str, str]:
    """The environment variables under which JupyterLab and its kernels use the course's settings and never the
    user's, and write nothing but in the workbook, a dict.

    folder : the workbook, in whose `.jupyter` the reader's own settings lie.
    `jupyter/labconfig` has closing a lesson end its kernel, and no news fetched; the reader may change that.
    """
    return {
        "PRIVLAB_WORKBOOK": str(folder),
        "IPYTHONDIR": str(folder / ".jupyter" / "ipython"),
        "MPLCONFIGDIR": str(folder / ".jupyter" / "matplotlib"),
        "JUPYTER_DATA_DIR": str(folder / ".jupyter" / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".jupyter" / "runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"),
        "JUPYTER_CONFIG_PATH": str(SETTINGS),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".jupyter" / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / ".jupyter" / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PRIVLAB_PROGRESS": str(folder_setting("PRIVLAB_PROGRESS") or folder / PROGRESS),
    }


def lay_style(folder: Path) -> None:
    """Lays the course's style sheet where JupyterLab reads it; a reader's own stays."""
    there = folder / ".jupyter" / "custom" / "custom.css"
    if not there.exists() or there.read_bytes().startswith(b"/* What is printed"):
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes((SETTINGS / "custom.css").read_bytes())


def arguments(folder: Path, words: list[str]) -> list[str]:
    """The words that start JupyterLab on loopback, in `folder`, at the first lesson; the reader's own come last."""
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.custom_css=True",
        *root,
        *words,
    ]


def main(words: list[str]) -> int:
    """The exit status of JupyterLab, which runs until it is stopped.

    words : as Jupyter takes them, `--no-browser`, `--port 9999`.
    Raises SetupError where a JupyterHub starts it and this Python has no JupyterHub.
    """
    workbook = Workbook()
    for sentence in workbook.sync():
        print(sentence)
    at_first_start(workbook)
    tell_jupyter()
    lay_style(workbook.folder)
    os.environ.update(environment(workbook.folder))
    for name in USER_S:
        os.environ.pop(name, None)
    if not os.environ.get("JUPYTER_TOKEN"):
        os.environ.pop("JUPYTER_TOKEN", None)  # an empty one would open the door; Jupyter draws its own
    if not Path(os.environ["MPLCONFIGDIR"]).exists():
        import matplotlib.font_manager  # noqa: F401  its list of fonts is made here, before a first cell waits for it
    words = arguments(workbook.folder, words)
    if "JUPYTERHUB_SERVICE_URL" in os.environ:
        try:
            from jupyterhub.singleuser import main as of_one_user
        except ImportError as error:
            raise SetupError(
                "A JupyterHub starts this, and its Python has no JupyterHub: let Spawner.cmd name the Python of an "
                "environment that tools/classroom_environments.py made."
            ) from error
        return of_one_user([word for word in words if not word.startswith(OF_THE_HUB)])
    from jupyterlab.labapp import LabApp

    return LabApp.launch_instance(words)
