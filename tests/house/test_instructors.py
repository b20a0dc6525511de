"""The guide for instructors says what is so: sizes of servers, the rubric, the capstone's minutes, what it tells."""

import ast
import json
import re
import sys

from privlab.lab.lessons import LESSONS
from tests.house.modules import ROOT, tree

sys.path.insert(0, str(ROOT / "tools"))
import server_sizes

GUIDE = ROOT / "docs" / "instructors.md"
TEXT = GUIDE.read_text(encoding="utf-8")


def section(heading):
    """What stands below a heading of the second level, on one line."""
    (said,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", TEXT, flags=re.DOTALL | re.MULTILINE)
    return " ".join(said.split())


def test_the_table_of_servers_is_what_was_measured():
    recorded = json.loads(server_sizes.FIGURES.read_text(encoding="utf-8"))
    assert server_sizes.page(TEXT, server_sizes.table(recorded)) == TEXT, "run python tools/server_sizes.py"
    figures = {"classroom_server_memory_gb": {"value": 0.1}}
    assert server_sizes.table(figures) == server_sizes.NOT_YET
    for lesson in LESSONS:
        figures |= {f"lesson_{what}_{lesson.name}": {"value": 1.0} for what in ("memory_gb", "processor_seconds")}
    assert server_sizes.table(figures).splitlines()[3] == (
        "| 11 | 1.00 | 1 | 35 GB, 2 cores | 112 GB, 2 cores | 332 GB, 2 cores |"
    )
    gigabytes, cores = server_sizes.size(30, memory=0.5, server=0.1, processor=40, minutes=60)
    assert (gigabytes, cores) == (20, 2)  # 2 + 30 * 0.6 GB; 1,200 s of the processor in 20 minutes
    assert server_sizes.size(300, 0.5, 0.1, 40, 60) == (182, 10)


def test_the_rubric_names_every_sentence_that_the_check_reads():
    defined = {
        node.targets[0].id: node.value
        for node in tree(ROOT / "privlab" / "lessons" / "capstone" / "release_note.py").body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    rules = {key.value for key in defined["RULES"].keys}
    assert set(re.findall(r"`(\w+)`", section("A rubric for the release note"))) == rules


def test_the_capstone_without_two_lessons_adds_up():
    said = section("The capstone without lessons 53 and 54")
    for minutes, part in re.findall(r"In (\d\d) minutes: (.*?)(?=In \d\d minutes|$)", said):
        spent = re.findall(r"(?:^|; |, )(\d+) (?:the |section |what |talk)", part)
        assert sum(map(int, spent)) == int(minutes), part
    book = json.loads((ROOT / "notebooks" / "90_capstone.ipynb").read_text(encoding="utf-8"))
    code = "".join("".join(cell["source"]) for cell in book["cells"])
    for name in set(re.findall(r"`(\w+)`", said)):
        assert f"capstone.{name}" in code, name
