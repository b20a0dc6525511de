"""python tools/translations.py [LANGUAGE] [--stamp]: what is left to translate.

It names the sentences that the catalogues of a language lack, those that stand in no code any more, and the cells of
lessons that have changed in English since they were translated. `--stamp` notes that the translated cells say what the
English ones say now. Its status is 1 while something is left.
"""

import argparse
import ast
import hashlib
import importlib
import inspect
import pathlib
import re
import string
import sys
import textwrap

import jupytext
from babel.messages import pofile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from privlab import language  # noqa: E402
from privlab.lab.exercise import exercises, quizzes  # noqa: E402
from privlab.lab.guesses import Choice, Number, predictions  # noqa: E402
from privlab.lab.lessons import lesson  # noqa: E402

LESSONS = ROOT / "lessons"
ROOMS = ("lab", "mpc")  # whose sentences lessons show, beside those of their own folder
STAMP = "english"  # in a translated cell's metadata: what the English one said when it was translated


def translated(chosen):
    """The lessons that are written in a language, as paths, in order."""
    return sorted((LESSONS / chosen).glob("*.py"))


def messages(chosen):
    """The sentences that a language needs, and where each stands: those of the lab, and of the lessons it has."""
    topics = [lesson(path.stem).topic for path in translated(chosen)]
    folders = [*(ROOT / "privlab" / room for room in ROOMS), *(ROOT / "privlab/lessons" / topic for topic in topics)]
    found = {}
    for file in (ROOT / "tools/build.py", *(file for folder in folders for file in sorted(folder.rglob("*.py")))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for text in in_call(node):
                found.setdefault(text, f"{file.relative_to(ROOT)}:{node.lineno}")
    for topic in topics:
        for each in exercises(topic).values():
            found |= {hint: each.id for hint in each.english_hints}
        for each in quizzes(topic).values():
            found |= {
                text: each.id
                for text in (each.question, *(text for option in each.options for text in (option[0], option[2])))
            }
        for id, asked in predictions(topic).items():
            if isinstance(asked, Choice):
                found |= dict.fromkeys(asked.options, id)
            elif isinstance(asked, Number) and asked.unit:
                found[asked.unit] = id
    for path in translated(chosen):
        for name in re.findall(r"^source\(([\w.]+)\)", path.read_text(encoding="utf-8"), re.M):
            said = docstring(name)
            if said:
                found[said] = name
    return found


def in_call(node):
    """The sentences that a call translates, or that name the controls of a figure."""
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", "")
    given = node.args[1:] if name == "partial" and getattr(node.args[0], "id", "") == "translate" else node.args
    if name in ("translate", "later", "partial"):
        yield from (part.value for part in given[:1] if isinstance(part, ast.Constant))
    elif name == "labels":
        yield from (word.value.value for word in node.keywords)


def docstring(name):
    """What `source` shows of a function's docstring, by the name that the lesson calls it by; "" without one."""
    *modules, function = name.split(".")
    module = importlib.import_module("privlab." + ".".join(modules))
    said = ast.get_docstring(ast.parse(code_of(getattr(module, function))).body[0])
    return said.split("\n\n")[0] if said else ""


def code_of(function):
    """The code of a function."""
    return textwrap.dedent(inspect.getsource(inspect.unwrap(function)))


def catalogue(chosen):
    """The translations of a language, by the English sentence."""
    found = {}
    for file in sorted((language.CATALOGUES / chosen).glob("*.po")):
        with file.open(encoding="utf-8") as lines:
            found |= {entry.id: entry.string for entry in pofile.read_po(lines) if entry.id}
    return found


def placeholders(text):
    """The names in a sentence's braces."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:  # braces that are no names, in a formula
        return set()


def pairs(path):
    """The cells of a translated lesson, each beside its English one."""
    own, english = (jupytext.read(file, fmt="py:percent").cells for file in (path, LESSONS / path.name))
    if len(own) != len(english):
        raise ValueError(f"{path.relative_to(ROOT)} has {len(own)} cells, and the English lesson {len(english)}")
    return list(zip(own, english))


def stamp(cell):
    """What stands for the text of a cell."""
    return hashlib.sha256(cell.source.encode()).hexdigest()[:8]


def changed(path):
    """The cells of a translated lesson whose English has changed since, as sentences."""
    return [
        f"{path.relative_to(ROOT)}, cell {number}: the English one has changed; it begins {english.source[:60]!r}"
        for number, (own, english) in enumerate(pairs(path), 1)
        if own.metadata.get(STAMP) != stamp(english) and not own.metadata.get("exercise")
    ]


def note(path):
    """None; writes into a translated lesson that each cell says what its English one says now."""
    stamps = iter([stamp(english) for _, english in pairs(path)])

    def noted(found):
        said, exercise = next(stamps), "exercise=" in found[0]
        return found[1] if exercise else f'{found[1]} {STAMP}="{said}"'

    text = re.sub(rf'^(# %%.*?)(?: {STAMP}="\w+")?$', noted, path.read_text(encoding="utf-8"), flags=re.M)
    path.write_text(text, encoding="utf-8", newline="\n")


def left(chosen):
    """What is left to do in a language, as sentences."""
    needed, there = messages(chosen), catalogue(chosen)
    said = [f"{place}: no translation of {text!r}" for text, place in needed.items() if not there.get(text)]
    said += [f"translated, and in no code: {text!r}" for text in there if text not in needed]
    said += [
        f"other names in braces: {text!r} and {there[text]!r}"
        for text in there
        if not placeholders(there[text]) <= placeholders(text)
    ]
    return said + [each for path in translated(chosen) for each in changed(path)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("language", nargs="?", default="de")
    arguments.add_argument("--stamp", action="store_true")
    asked = arguments.parse_args()
    for path in translated(asked.language) if asked.stamp else ():
        note(path)
    print("\n".join(left(asked.language)) or "Nothing is left to translate.")
    sys.exit(bool(left(asked.language)))


if __name__ == "__main__":
    main()
