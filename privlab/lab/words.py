"""The technical words of the course, each where its lesson defines it: the lessons are the glossary's one source."""

import difflib
import functools
import json
import re
from typing import NamedTuple

from privlab import settings
from privlab.lab.checks import Text
from privlab.lab.exercise import Unknown
from privlab.lab.lessons import LESSONS, Lesson

# Words that a lesson explains in passing, in bold, and not in a definition that is set apart.
IN_PASSING = (
    "claim", "fixed point", "standard error", "ciphertext", "scale", "ring", "relinearisation", "rescaled",
    "circuit", "slot", "minibatch", "true-positive rate", "false-positive rate", "precision", "prior", "log odds",
    "max norm", "batch", "head", "advantage", "client", "server", "negative control", "update",
    "convolution", "stream cipher", "decryptors", "secure aggregation", "static", "continual", "availability",
    "keeper", "dropout", "early stopping", "deduplication", "skew", "proxy", "language model",
    "perplexity", "release note",
)  # fmt: skip
PROPER = ("Shamir's", "Beaver", "Laplace", "Pólya", "Gram")  # names, which keep their capital
NO_WORDS = (
    "Never both.",
    "zero",
    "add up",
    "mean",
    "max",
    "swap",
    "table",
    "consistent",
    "binds",
    "tally",
    "of its own",
    "expMean",
    "weights",
    "rank",
)


class Definition(NamedTuple):
    """A word, the paragraph that defines it, as Markdown, and its lesson."""

    word: str
    said: str
    lesson: Lesson


def _paragraphs(source):
    """The paragraphs of a Markdown cell: pairs (whether it is set apart as a definition, its text in one line)."""
    for part in re.split(r"\n(?:> ?)?\n", re.sub(r"^#+ .*\n?", "", source, flags=re.M)):  # headings define nothing
        apart = part.startswith("> ")
        yield apart, " ".join(line.removeprefix("> ").strip() for line in part.splitlines())


def _sentence(paragraph, word):
    """The sentence of a paragraph in which the word stands in bold."""
    ends = r"(?<=[.?!]) (?=[A-Z*`])|(?<=:) (?=[A-Z])"  # what a colon brings in small letters belongs to it
    return next(part.strip() for part in re.split(ends, paragraph) if f"**{word}**" in part)


def _small(word):
    """The word with a small first letter, unless it is a name or letters that stand for words."""
    first = word.split()[0]
    return word if first in PROPER or not first[1:].islower() else word[0].lower() + word[1:]


@functools.cache
def definitions() -> dict[str, Definition]:
    """Every word by its small letters, in the order of the lessons; the first lesson that defines a word has it."""
    found: dict[str, Definition] = {}
    for lesson in LESSONS:
        file = settings.notebooks() / f"{lesson.name}.ipynb"
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"] if file.is_file() else []
        for cell in cells:
            if cell["cell_type"] != "markdown":
                continue
            for apart, paragraph in _paragraphs("".join(cell["source"])):
                for bold in re.findall(r"\*\*([^*]+)\*\*", paragraph):
                    word = _small(bold.strip(".:"))
                    wanted = word in IN_PASSING or (apart and bold not in NO_WORDS and word != "predict")
                    if wanted and word.lower() not in found:
                        said = paragraph if apart else _sentence(paragraph, bold)
                        found[word.lower()] = Definition(word, said, lesson)
    return found


def glossary(word: str = "") -> Text:
    """What a technical word of the course means and which lesson introduces it; without a word, all of them.

    Raises KeyError for a word that the course does not define; it names those that come near.
    """
    known = definitions()
    if not word:
        by_lesson: dict[Lesson, list[str]] = {}
        for definition in known.values():
            by_lesson.setdefault(definition.lesson, []).append(definition.word)
        plain = "\n".join(f"{lesson.number}  {', '.join(words)}" for lesson, words in by_lesson.items())
        rows = (f"| [{each.number}]({each.name}.ipynb) | {', '.join(words)} |" for each, words in by_lesson.items())
        return Text(plain, "\n".join(["| lesson | words |", "| --- | --- |", *rows]))
    found = known.get(word.lower().strip())
    if not found:
        near = difflib.get_close_matches(word.lower(), known, 3, 0.5) or list(known)[:3]
        raise Unknown(f"the course does not define {word!r}; it has {', '.join(near)}, and glossary() lists all")
    number, name = found.lesson.number, found.lesson.name
    return Text(f"lesson {number}: {found.said.replace('**', '')}", f"[Lesson {number}]({name}.ipynb): {found.said}")
