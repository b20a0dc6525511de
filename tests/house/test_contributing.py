"""What CONTRIBUTING.md and the README name is there."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"(?:privlab|tests|tools|lessons|notebooks|benchmarks|docs)/[\w./]*\w/?")
PLACEHOLDER = re.compile(r"NN|\btopic\b|TOPIC|NAME")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "docs/design.md"])
def test_every_file_and_folder_that_is_named_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {place for place in PLACE.findall(text) if not PLACEHOLDER.search(place)}
    assert [place for place in sorted(named) if not (ROOT / place).exists()] == []
    assert named


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "CHANGELOG.md", "docs/design.md", "docs/instructors.md"])
def test_links_lead_somewhere_and_lines_are_short(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert link.startswith("https://") or ((ROOT / page).parent / link).exists(), link
    assert max(map(len, text.splitlines())) <= 120


def test_every_name_of_the_library_in_the_walks_is_there():
    text = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:data|mpc|dp|he|ml|text|fl)\.[\w.]+)", text)) - {"data.letters().test"}
    assert named
    for name in named:
        module, *rest = f"privlab.{name}".split(".")[1:]
        found = importlib.import_module(f"privlab.{module}")
        for part in rest:
            assert hasattr(found, part), f"{name}: nothing is called {part}"
            found = getattr(found, part)
