"""The modules of privlab as the tests of the house read them: their rooms, what they import, what they define."""

import ast
import functools
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "privlab").rglob("*.py"))


def dotted(path):
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {dotted(path): path for path in MODULES}


@functools.cache
def tree(path):
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    """Every imported dotted name of a file, each once, wherever in it: (name, line)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def module_of(name):
    """The module of privlab that an imported name stands in, or None when it is none of privlab's."""
    while name and name not in PATHS:
        name = name.rpartition(".")[0]
    return name or None


def arrows(path):
    """The modules of privlab that a file imports."""
    return {module_of(name) for name, _ in imported(path)} - {None, dotted(path)}


def public(path):
    """The public functions and methods of a file: (name to show, node)."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                    yield f"{node.name}.{part.name}", part
