"""What checks in a page are made with: Pyodide's core, the course's own package, and the editor's modules."""

import json
import re
import shutil
from pathlib import Path

from privlab.setup.errors import SetupError
from privlab.setup.site.addresses import addresses
from privlab.setup.site.course_zip import course_zip
from privlab.setup.site.exercises import noted
from privlab.setup.site.npm import lock, package

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
EDITOR = re.compile(r"@codemirror/|@lezer/|@marijn/|crelt$|style-mod$|w3c-keyname$")
_FROM = re.compile(r"""^((?:import|export) [^'"]*from )['"]([^'"./][^'"]*)['"]""", re.M)


def lay_out(folder: Path) -> None:
    """Lays into a folder what a page's worker and its editor load.

    Raises SetupError where a package cannot be had, or where Pyodide's distribution lacks one that checks need.
    """
    core = folder / "pyodide"
    core.mkdir(parents=True, exist_ok=True)
    for name in CORE:
        shutil.copyfile(package("pyodide") / name, core / name)
    there = json.loads((core / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    missing = {name for names in noted()["packages"].values() for name in names} - set(there)
    if missing:
        raise SetupError(f"Pyodide's distribution has no {' and no '.join(sorted(missing))}, which checks need.")
    (folder / "privlab.zip").write_bytes(course_zip())
    (folder / "settings.json").write_text(json.dumps({"packages": distribution()}), encoding="utf-8")
    modules = folder / "codemirror"
    modules.mkdir(exist_ok=True)
    for name in filter(EDITOR.match, lock()):
        (modules / _file(name)).write_text(module(name), encoding="utf-8")


def distribution() -> str:
    """The address of Pyodide's distribution, as site/addresses.toml says."""
    return addresses()["pyodide"].format(version=lock()["pyodide"]["version"])


def module(name: str) -> str:
    """The code of a package of the editor, as a browser loads it: what it imports lies beside it."""
    described = json.loads((package(name) / "package.json").read_text(encoding="utf-8"))
    code = (package(name) / described["exports"]["import"]).read_text(encoding="utf-8")
    return _FROM.sub(lambda found: f'{found[1]}"./{_file(found[2])}"', code)


def _file(name):
    """The name of the file of a package: "lezer.lr.js"."""
    return name.removeprefix("@").replace("/", ".") + ".js"
