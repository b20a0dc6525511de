"""python tools/lock.py: makes requirements.lock and requirements-test.lock anew from pyproject.toml (needs uv and a network).

The CUDA packages that torch names on Linux are left out: which torch build is installed is course.py's choice, not the lock's.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CUDA = re.compile(r"(nvidia-|cuda-|triton)")


def pins(*words):
    """The exact versions of all packages, a sorted list of requirement lines; `words` are passed to uv."""
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11",
          "--quiet", "--no-annotate", "--no-header", "pyproject.toml", *words]
    lines = subprocess.run(uv, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()
    kept = {line for line in lines if line and not CUDA.match(line) and not re.match(r"torch==", line)}
    return sorted(kept | {"torch==2.13.0"})


def main():
    course = pins()
    (ROOT / "requirements.lock").write_text("\n".join(course) + "\n", encoding="utf-8")
    constraint = ["--extra", "test", "--constraint", "requirements.lock"]
    extra = [line for line in pins(*constraint) if line not in course]
    (ROOT / "requirements-test.lock").write_text("\n".join(extra) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
