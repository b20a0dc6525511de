"""What GitHub and pre-commit are told: the README's test command, the doctor's output, hooks without a network."""

import re
import tomllib
from itertools import product
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = {"Linux": "ubuntu-latest", "macOS": "macos-latest", "Windows": "windows-latest"}


def read(path):
    """A YAML file of the repository. YAML 1.1 reads the key `on` as True."""
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def suite():
    """The one job of the test workflow."""
    (job,) = read(".github/workflows/test.yml")["jobs"].values()
    return job


def test_the_suite_runs_on_every_system_and_python_that_the_readme_names(suite):
    named = re.search(r"with Python (.*) on (.*):", (ROOT / "README.md").read_text(encoding="utf-8"))
    pythons, systems = re.findall(r"3\.\d+", named[1]), re.findall(r"Linux|macOS|Windows", named[2])
    matrix = suite["strategy"]["matrix"]
    machines = set(product(matrix["system"], matrix["python"]))
    assert machines == set(product((SYSTEMS[name] for name in systems), pythons)) and len(machines) == 12
    assert set(matrix) == {"system", "python"}  # nothing is left out, nothing added
    assert suite["runs-on"] == "${{ matrix.system }}" and suite["strategy"]["fail-fast"] is False
    assert "continue-on-error" not in suite


def test_pythons_are_the_same_everywhere(suite):
    pythons = suite["strategy"]["matrix"]["python"]
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    first, last = (int(python.split(".")[1]) for python in (pythons[0], pythons[-1]))
    assert asked == f">=3.{first},<3.{last + 1}"
    assert f"not (3, {first}) <= sys.version_info[:2] <= (3, {last})" in (ROOT / "course.py").read_text(
        encoding="utf-8"
    )


def test_the_command_is_the_readme_s(suite):
    (command,) = [step["run"] for step in suite["steps"] if "run" in step]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\n{command.replace('python ', 'python3 ', 1)} " in readme  # a runner calls it python on all three systems
    assert not any("continue-on-error" in step or "if" in step for step in suite["steps"])


def test_the_packages_of_pip_are_cached_by_the_locks(suite):
    (python,) = [step["with"] for step in suite["steps"] if step.get("uses", "").startswith("actions/setup-python@")]
    assert python["python-version"] == "${{ matrix.python }}" and python["cache"] == "pip"
    assert sorted(path.name for path in ROOT.glob(python["cache-dependency-path"])) == [
        "requirements-site.lock",
        "requirements-test.lock",
        "requirements.lock",
    ]


def test_the_workflow_may_only_read():
    workflow = read(".github/workflows/test.yml")
    assert workflow["permissions"] == {"contents": "read"}
    assert set(workflow[True]) == {"push", "pull_request", "workflow_dispatch"}


def test_a_report_asks_for_the_doctor_s_output_and_what_was_done_expected_and_seen():
    form = read(".github/ISSUE_TEMPLATE/problem.yml")
    asked = {part["id"]: part for part in form["body"] if part["type"] != "markdown"}
    assert list(asked) == ["doctor", "done", "expected", "seen"]
    assert all(part["validations"]["required"] for part in asked.values())
    assert "`python3 course.py doctor`" in asked["doctor"]["attributes"]["description"]


def test_hooks_run_what_the_suite_runs_and_need_no_network():
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    hooks = {hook["id"]: hook for hook in repository["hooks"]}
    assert list(hooks) == ["ruff-check", "ruff-format", "mypy", "notebooks"]
    assert all(hook["language"] == "system" and hook["pass_filenames"] is False for hook in hooks.values())
    assert all('PATH=".venv/bin:.venv/Scripts:$PATH"' in hook["entry"] for hook in hooks.values())


def test_the_website_is_built_and_tested_before_it_is_published():
    workflow = read(".github/workflows/site.yml")
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    commands = [step["run"] for step in build["steps"] if "run" in step]
    assert commands == ["python course.py site --pdf --epub", "python course.py test tests/setup/site"]
    assert publish["needs"] == "build" and workflow["permissions"] == {"contents": "read"}
    (artifact,) = [step["with"]["path"] for step in build["steps"] if "upload-pages" in step.get("uses", "")]
    assert artifact == "build/site"


def test_the_readme_links_to_the_website_once_it_has_an_address_and_says_until_then_how_to_build_it():
    address = tomllib.loads((ROOT / "site" / "addresses.toml").read_text(encoding="utf-8"))["site"]
    first_lines = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:20])
    first_lines = first_lines.split("## Start")[0]
    assert f"]({address})" in first_lines if address else "](http" not in first_lines
    assert address or "`python3 course.py site`" in first_lines
