"""python tools/server_sizes.py [--check]: writes the table of servers into docs/instructors.md, from recorded figures.

`--check` writes nothing and fails when the page holds another table. `python -m benchmarks lessons --record` measures
what a lesson takes, `python -m benchmarks classroom --full --record` what a user's server takes.
"""

import json
import math
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from privlab.lab.lessons import LESSONS  # noqa: E402

PAGE = ROOT / "docs" / "instructors.md"
FIGURES = ROOT / "privlab" / "figures.json"
BEGIN, END = "<!-- made by tools/server_sizes.py -->", "<!-- end -->"
USERS = (30, 100, 300)
SYSTEM = 2.0  # GB for the system and the hub
NOT_YET = (
    "Not recorded yet. `python3 course.py benchmarks lessons --record`, `python3 course.py benchmarks classroom\n"
    "--full --record` and `.venv/bin/python tools/server_sizes.py` put the table here."
)
WAIT = 1 / 3  # of a lesson's minutes, for all its cells together, when everybody runs each at the same time


def size(users, memory, server, processor, minutes):
    """(GB, cores) of a server for so many users who run one lesson at the same time.

    memory, server : GB of a kernel at its peak and of a user's JupyterLab.
    processor : seconds of the processor that the lesson takes, of `minutes` that a reader takes.
    """
    gigabytes = math.ceil(round(SYSTEM + users * (memory + server), 6))
    cores = max(2, math.ceil(round(users * processor / (60 * minutes * WAIT), 6)))
    return gigabytes, cores


def table(figures):
    """The table as Markdown, or a sentence while a figure for it is missing. figures : what was recorded, by name."""
    value = {name: figure["value"] for name, figure in figures.items()}
    needed = {f"lesson_{what}_{lesson.name}" for what in ("memory_gb", "processor_seconds") for lesson in LESSONS}
    needed.add("classroom_server_memory_gb")
    if needed - set(value):
        return NOT_YET
    server = value["classroom_server_memory_gb"]
    lines = [
        f"| lesson | a kernel, GB | processor, s | {' | '.join(f'{users} users' for users in USERS)} |",
        f"| --- |{' ---: |' * (2 + len(USERS))}",
    ]
    for lesson in LESSONS:
        memory, processor = (value[f"lesson_{what}_{lesson.name}"] for what in ("memory_gb", "processor_seconds"))
        sizes = (size(users, memory, server, processor, lesson.minutes) for users in USERS)
        cells = " | ".join(f"{gigabytes:,} GB, {cores} cores" for gigabytes, cores in sizes)
        lines.append(f"| {lesson.number} | {memory:.2f} | {processor:.0f} | {cells} |")
    return "\n".join(lines)


def page(text, made):
    """The page with its table anew. Raises ValueError when it has no place for one."""
    pattern = re.compile(rf"({re.escape(BEGIN)}\n\n).*?(\n\n{re.escape(END)})", flags=re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"docs/instructors.md has no {BEGIN} and {END} around a table")
    return pattern.sub(lambda found: found[1] + made + found[2], text, count=1)


def main():
    before = PAGE.read_text(encoding="utf-8")
    after = page(before, table(json.loads(FIGURES.read_text(encoding="utf-8"))))
    if "--check" in sys.argv[1:]:
        sys.exit("docs/instructors.md is old: run python tools/server_sizes.py" if after != before else 0)
    PAGE.write_text(after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
