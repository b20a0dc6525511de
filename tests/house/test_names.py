"""One word for one thing, a docstring for every public name, hints on every public function."""

import ast

import pytest

from tests.house.modules import MODULES, ROOT, public, tree

# words that were two things at once, or that the field calls otherwise: what to say instead
WORDS = {
    "rate": "learning_rate or sample_rate",
    "pace": "learning_rate",
    "noise": "noise_multiplier, noise_std or what it is",
    "clip": "max_norm where it is a bound",
    "chance": "probability",
    "chances": "probabilities",
    "customer": "client",
    "service": "server",
    "serving": "executor",
    "liar": "byzantine",
    "curious": "exfiltrating",
    "dishonest": "malicious",
}
VERBS = {"clip"}  # as the name of a function these are verbs


def arguments(node):
    """The names of a function's arguments."""
    return [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def functions():
    """(where, name, node) for every function of the package, private and inner ones too."""
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.name, node


@pytest.mark.slow
def test_one_word_for_one_thing():
    offenders = []
    for where, name, node in functions():
        banned = (
            WORDS if "privlab/fl/" not in where else WORDS | {"neighbours": "masking_graph: it is a word of privacy"}
        )
        words = [*arguments(node), *([] if name in VERBS else [name])]
        offenders += [f"{where}: {name}: {word}: say {banned[word]}" for word in words if word in banned]
    assert not offenders, "\n" + "\n".join(offenders)


@pytest.mark.slow
def test_every_public_name_says_what_it_is():
    offenders = []
    for path in MODULES:
        if path.name == "exercises.py":
            continue
        nodes = [(node.name, node) for node in tree(path).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
        nodes = [(name, node) for name, node in nodes if not name.startswith("_")]
        missing = [name for name, node in nodes if not ast.get_docstring(node)]
        if tree(path).body and not ast.get_docstring(tree(path)):
            missing.append("the module itself")
        offenders += [f"{path.relative_to(ROOT)}: {name}" for name in missing]
    assert not offenders, "no docstring:\n" + "\n".join(offenders)


def test_every_public_function_has_hints():
    offenders = []
    for path in MODULES:
        if path.name in ("exercises.py", "__main__.py") or "app" in path.parts:
            continue
        for name, node in public(path):
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            bare = [each.arg for each in every if each and each.annotation is None and each.arg not in ("self", "cls")]
            if bare or node.returns is None:
                offenders.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}: {', '.join(bare) or 'the result'}")
    assert not offenders, f"{len(offenders)} without hints:\n" + "\n".join(offenders)
