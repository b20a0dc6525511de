"""python tools/classroom_environments.py FOLDER [nbgrader] [otter] [hub]: environments beside .venv.

Each, a folder in FOLDER, holds nbgrader, Otter-Grader or JupyterHub with a proxy, and finds the course and its packages
in .venv, so that its Python runs lessons; without a name all three are made. Run it with the Python of .venv. Tests
with these programs run when PRIVLAB_TEST_CLASSROOM names FOLDER.
"""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Tried with these; pip may take what they need of others as it is.
PACKAGES = {
    "nbgrader": ["nbgrader==0.9.6"],
    "otter": ["otter-grader==7.0.0"],
    "hub": ["jupyterhub==6.1.1", "configurable-http-proxy==0.4.0"],
}


def made(folder, packages):
    """The Python of an environment with these packages, which lends the rest from the Python that runs this."""
    venv.create(folder, symlinks=os.name != "nt", with_pip=True)
    base = {"base": str(folder), "platbase": str(folder)}
    python = Path(sysconfig.get_path("scripts", "venv", base)) / f"python{sysconfig.get_config_var('EXE') or ''}"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages], check=True)
    lent = f"{sysconfig.get_path('purelib')}\n{ROOT}\n"  # behind the packages above, which were asked for
    Path(sysconfig.get_path("purelib", "venv", base), "course.pth").write_text(lent, encoding="utf-8")
    lab = Path(folder, "share", "jupyter", "lab")  # JupyterLab's own files
    if not lab.exists() and Path(sys.prefix, "share", "jupyter", "lab").is_dir() and os.name != "nt":
        lab.parent.mkdir(parents=True, exist_ok=True)
        lab.symlink_to(Path(sys.prefix, "share", "jupyter", "lab"))
    return python


def main(words):
    names = words[1:] or list(PACKAGES)
    if not words or set(names) - set(PACKAGES):
        sys.exit(f"Name a folder, and of {', '.join(PACKAGES)} what is to be made in it.")
    for name in names:
        folder = Path(words[0]).expanduser().absolute() / name
        try:
            print(f"{name}: {made(folder, PACKAGES[name])}")
        except subprocess.CalledProcessError:
            sys.exit(f"Not all packages of {name} could be installed: check the network, then type the same again.")


if __name__ == "__main__":
    main(sys.argv[1:])
