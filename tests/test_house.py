"""The rules of the house: who may import whom, how long a module is, and that `import privlab` is instant."""

import ast
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "privlab").rglob("*.py"))
SUBJECTS = ("mpc", "dp", "he", "ml", "fl", "text")
# what a room may import of the others, beside itself; `device` is no room
MAY = {
    "mpc": set(),
    "dp": set(),
    "he": set(),
    "ml": {"dp", "data"},
    "text": {"dp", "ml", "data"},
    "fl": {"mpc", "dp", "he", "ml", "text", "data"},
    "lab": {"data"},
    "data": set(),
}
HEAVY = ("torch", "opacus", "tenseal", "mpyc", "opendp", "dp_accounting", "private_set_intersection", "nacl")
names = pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())


def room(path):
    """The room of privlab that a module stands in; its own name when it stands in none."""
    return path.relative_to(ROOT / "privlab").parts[0].removesuffix(".py")


def imports(tree):
    """Every imported dotted name in a module, relative ones excepted (there are none: tested)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@names
def test_a_room_imports_only_what_it_may(module):
    here = room(module)
    if here not in MAY:
        return
    for name in imports(ast.parse(module.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] == "privlab" and len(parts) > 1 and parts[1] in {*MAY, "lessons", "setup"} - {here}:
            assert parts[1] in MAY[here], f"{here} may not import {name}"
            if here in SUBJECTS and len(parts) > 2:
                assert not parts[-1].startswith("_"), f"{name} is private to {parts[1]}"


def test_heavy_libraries_wait_until_they_are_used():
    code = (
        "import sys, pkgutil, importlib, privlab.lab, privlab.data, privlab.setup, privlab.lessons as rooms\n"
        "for found in pkgutil.iter_modules(rooms.__path__): importlib.import_module(f'privlab.lessons.{found.name}.exercises')\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.strip() == "[]"


@names
def test_a_module_is_a_page_or_two(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400 or module.stem == "exercises"


@names
def test_public_functions_say_what_comes_back(module):
    if module.stem == "exercises":
        return
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_") and node in tree.body:
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_importing_privlab_is_instant():
    code = (
        "import sys, privlab; print(len([m for m in sys.modules if m in ('numpy', 'torch', 'matplotlib', 'IPython')]))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.strip() == "0"


def test_nothing_unfinished_and_no_path_of_a_machine():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError|(?<![\w.])/(work|home|root|Users)/")
    for path in [
        *MODULES,
        *(ROOT / "lessons").glob("*.py"),
        *(ROOT / "benchmarks").glob("*.py"),
        ROOT / "README.md",
        *(ROOT / "tools").glob("*.py"),
        ROOT / "course.py",
    ]:
        assert not marks.search(path.read_text(encoding="utf-8")), path
