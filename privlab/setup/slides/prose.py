"""Which sentences of a lesson's text stand on a slide: the others are what its speaker says."""

import re

LONGEST = 220  # letters of a line on a slide, where its sentences allow it
SHORTEST = 45  # what is shorter, such as a question or a bold beginning, takes the next sentence along
_BETWEEN = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][)*\"'])|(?<=[.?!]\*\*))\s+(?=[*`$\"(]*[A-ZΔ\d]|[*`]+\w)")
_ITEM = re.compile(r"^(?:[-*]|\d+\.) ", re.M)
_NOT_READ = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*`]")


def blocks(source: str) -> list[str]:
    """The headings, paragraphs, quotations, lists, tables, formulas and fenced lines of a Markdown cell, in order."""
    found: list[list[str]] = [[]]
    fenced = False
    for line in source.splitlines():
        fence = line.startswith("```")
        if not fenced and (not line.strip() or _turns(found[-1], line)):
            found.append([])
        if line.strip() or fenced:
            found[-1].append(line)
        fenced ^= fence
    return ["\n".join(lines) for lines in found if lines]


def _turns(above, line):
    """Whether a line begins another block than the lines above it, without an empty line between."""
    kinds = ("#", ">", "|", "```")
    return bool(above) and (
        above[0].startswith("#")
        or [line.startswith(kind) for kind in kinds] != [above[-1].startswith(kind) for kind in kinds]
    )


def one_line(text: str) -> str:
    """A paragraph or a quotation without its line breaks and its marks at the beginning of lines."""
    return " ".join(line.removeprefix(">").strip() for line in text.splitlines()).strip()


def length(text: str) -> int:
    """How many letters of some Markdown a reader sees, about."""
    return len(_NOT_READ.sub(r"\1", text))


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph. What is in brackets, in bold or in a formula stays together."""
    found: list[str] = []
    for part in _BETWEEN.split(one_line(paragraph)):
        if found and not _whole(found[-1]):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def _whole(text):
    outside_of_formulas = re.sub(r"\$[^$]*\$", "", text)
    even = all(text.count(mark) % 2 == 0 for mark in ("**", "`", "$"))
    return even and outside_of_formulas.count("(") <= outside_of_formulas.count(")")


def first(paragraph: str, longest: int = LONGEST) -> tuple[str, str]:
    """A paragraph's first sentence, and the rest of it. One that is short takes the next along."""
    parts = sentences(paragraph)
    count = 1
    while count < len(parts) and (length(" ".join(parts[:count])) < SHORTEST or parts[count - 1].endswith("?")):
        if length(" ".join(parts[: count + 1])) > longest:
            break
        count += 1
    return " ".join(parts[:count]), " ".join(parts[count:])


def last(paragraph: str, longest: int = LONGEST) -> tuple[str, str]:
    """The last sentence of a paragraph that leads to what follows it, with those before it that fit, and the rest."""
    parts = sentences(paragraph)
    count = 1
    while count < len(parts) and length(" ".join(parts[-count - 1 :])) <= longest:
        count += 1
    return " ".join(parts[-count:]), " ".join(parts[:-count])


def items(text: str) -> list[str]:
    """The items of a list, each in one line."""
    return [one_line(item) for item in _ITEM.split(text) if item.strip()]


def is_list(block: str) -> bool:
    """Whether a block is a list."""
    return bool(_ITEM.match(block))
