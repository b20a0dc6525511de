"""python tools/lock.py: makes the three locks and the two environment.yml from pyproject.toml (needs uv and a network).

The CUDA packages that torch names on Linux are left out: which torch build is installed is the set-up's choice, not the
lock's. What has no wheel on which machine is noted in tests/wheels.json; a test holds the markers of the locks to it.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

from packaging import tags
from packaging.utils import parse_wheel_filename

ROOT = pathlib.Path(__file__).resolve().parents[1]
CUDA = re.compile(r"(nvidia-|cuda-|triton)")
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
ENVIRONMENT = """\
# Made by tools/lock.py from the locks, for conda (`conda env create -f environment.yml`) and, in binder/, for Binder.
name: privlab
channels:
  - conda-forge
dependencies:
  - python=3.12
  - pip
  - pip:
      - --extra-index-url https://download.pytorch.org/whl/cpu
"""
NEWEST_GLIBC = 35  # of Ubuntu 22.04; on an older Linux the set-up leaves out what asks for this


def platforms():
    """The platforms the course is for: a dict from their names to lists of wheel platform tags."""

    def linux(machine):
        return [f"manylinux_2_{minor}_{machine}" for minor in range(NEWEST_GLIBC, 4, -1)] + [
            f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1", "linux")
        ]

    return {
        "Linux x86_64": linux("x86_64"),
        "Linux aarch64": linux("aarch64"),
        "macOS arm64": list(tags.mac_platforms((14, 0), "arm64")),
        "Windows x86_64": ["win_amd64"],
    }


def uv(*words):
    """Standard output of `uv pip compile` over pyproject.toml for every platform."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--universal",
        "--python-version",
        "3.11",
        "--quiet",
        "pyproject.toml",
        *words,
    ]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout


def pins(*words):
    """The exact versions of all packages, a sorted list of requirement lines; `words` are passed to uv."""
    lines = uv("--no-annotate", "--no-header", *words).splitlines()
    kept = {line for line in lines if line and not CUDA.match(line) and not re.match(r"torch==", line)}
    return sorted(kept | {"torch==2.13.0"})


def without_wheel(package):
    """The machines, "Linux x86_64 3.11" and so on, for which a package of a pylock file has no wheel: a list."""
    offered = set()
    for wheel in package.get("wheels", ()):
        offered |= parse_wheel_filename(wheel["url"].rsplit("/")[-1].replace("%2B", "+"))[3]
    lacking = []
    for name, platform in platforms().items():
        for python in PYTHONS:
            usable = {*tags.cpython_tags(python, platforms=platform), *tags.compatible_tags(python, platforms=platform)}
            if not offered & usable:
                lacking.append(f"{name} {python[0]}.{python[1]}")
    return lacking


def record(locks):
    """What has no wheel where: a dict with every pin of `locks`, and for some of them a list of machines."""
    with tempfile.TemporaryDirectory() as folder:
        pylock = pathlib.Path(folder, "pylock.toml")
        constraints = [word for lock in locks for word in ("--constraint", str(lock))]
        uv("--extra", "test", "--extra", "site", "--format", "pylock.toml", "--output-file", str(pylock), *constraints)
        packages = tomllib.loads(pylock.read_text(encoding="utf-8"))["packages"]
    found = {
        f"{each['name']}=={each['version']}": without_wheel(each) for each in packages if not CUDA.match(each["name"])
    }
    return {"pins": sorted(found), "without": {pin: found[pin] for pin in sorted(found) if found[pin]}}


def environment(lines):
    """The text of environment.yml, whose pip part holds the requirement `lines`."""
    return ENVIRONMENT + "".join(f"      - {json.dumps(line)}\n" for line in lines)


def main():
    course, tests, site = (ROOT / f"requirements{which}.lock" for which in ("", "-test", "-site"))
    lines = pins()
    course.write_text("\n".join(lines) + "\n", encoding="utf-8")
    extra = [line for line in pins("--extra", "test", "--constraint", "requirements.lock") if line not in lines]
    tests.write_text("\n".join(extra) + "\n", encoding="utf-8")
    known = [word for lock in (course, tests) for word in ("--constraint", lock.name)]
    more = [line for line in pins("--extra", "site", *known) if line not in lines + extra]
    site.write_text("\n".join(more) + "\n", encoding="utf-8")
    for folder in (ROOT, ROOT / "binder"):
        (folder / "environment.yml").write_text(environment(lines + extra), encoding="utf-8")
    noted = json.dumps(record([course, tests, site]), indent=1)
    (ROOT / "tests" / "wheels.json").write_text(noted + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
