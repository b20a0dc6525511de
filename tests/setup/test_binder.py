"""What conda, Binder and the README say, as far as it can be checked without either."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from privlab.lab.lessons import LESSONS

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-test.lock"]


def pip_part():
    """The lines of the pip part of environment.yml."""
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"][-1]["pip"]


def test_conda_and_binder_have_the_same_environment_with_the_locked_versions():
    assert (ROOT / "environment.yml").read_bytes() == (ROOT / "binder" / "environment.yml").read_bytes()
    index, *lines = pip_part()
    assert index == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert lines == [line for lock in LOCKS for line in lock.read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_binder_s_own_tool_accepts_the_repository():
    tool = shutil.which("jupyter-repo2docker", path=os.path.dirname(sys.executable))
    done = subprocess.run(
        [tool, "--no-build", "--debug", "."],
        cwd=ROOT,
        encoding="utf-8",
        timeout=120,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "binder/environment.yml"' in done.stdout
    assert "RUN ./binder/postBuild" in done.stdout


@pytest.mark.slow
def test_pip_can_resolve_the_environment(tmp_path):
    words = [sys.executable, "-m", "pip", "--timeout", "10", "--retries", "0", "--disable-pip-version-check"]
    probe = [*words, "download", "--no-deps", "--dest", tmp_path, "iniconfig==2.3.1"]
    if subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("no network")
    (tmp_path / "requirements.txt").write_text("\n".join(pip_part()), encoding="utf-8")
    done = subprocess.run(
        [
            *words,
            "install",
            "--dry-run",
            "--ignore-installed",
            "--quiet",
            "--requirement",
            tmp_path / "requirements.txt",
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_post_build_installs_and_goes_on_without_a_network(tmp_path):
    calls = tmp_path / "calls"
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\necho "$@" >> "{calls}"\n'
        f'case "$*" in *sys.prefix*) echo "{tmp_path}/env";; *privlab\\ data*) exit 1;; esac\n'
    )
    python.chmod(0o755)
    script = ROOT / "binder" / "postBuild"
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", script], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and "could not be fetched" in done.stdout, done.stderr
    assert "--editable ." in calls.read_text() and "privlab data" in calls.read_text()
    assert (tmp_path / "env" / "etc" / "jupyter" / "labconfig" / "default_setting_overrides.json").is_file()
    assert os.access(script, os.X_OK)


def test_the_readme_has_the_map_of_lessons():
    rows = re.findall(r"^\| \[.*", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.M)
    made = [f"| [{each.name}](notebooks/{each.name}.ipynb) | {each.title} | {each.minutes} |" for each in LESSONS]
    assert rows == made, "the map in README.md must be:\n" + "\n".join(made)


def test_the_readme_s_links_lead_somewhere():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert link.startswith("https://") or (ROOT / link).exists(), link
    assert "?urlpath=lab/tree/notebooks/00_start_here.ipynb" in text
