"""What CONTRIBUTING.md and the README name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"(?:privlab|tests|tools|lessons|notebooks|benchmarks|docs)/[\w./]*\w/?")
PLACEHOLDER = re.compile(r"NN|\btopic\b|TOPIC|NAME")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md"])
def test_every_file_and_folder_that_is_named_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {place for place in PLACE.findall(text) if not PLACEHOLDER.search(place)}
    assert [place for place in sorted(named) if not (ROOT / place).exists()] == []
    assert named


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere_and_lines_are_short(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert link.startswith("https://") or (ROOT / link).exists(), link
    assert max(map(len, text.splitlines())) <= 120
