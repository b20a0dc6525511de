"""python tools/page_checks.py: notes in site/page_checks.json what the checks need of a web page's Python.

Every exercise is judged by a Python that has only what Pyodide has (tests/lab/in_a_page.py). Noted are the packages
that each topic loads, and the exercises that cannot be judged there, with what they lack.
"""

import io
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from privlab.setup.site.course_zip import course_zip  # noqa: E402

NOTED = ROOT / "site" / "page_checks.json"
PLAYED = ROOT / "tests" / "lab" / "in_a_page.py"


def measured():
    """What tests/lab/in_a_page.py says of each topic: a list of dicts."""
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(course_zip())).extractall(folder)
        done = subprocess.run([sys.executable, PLAYED, folder], capture_output=True, encoding="utf-8", cwd=folder)
    if done.returncode:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def noted(topics):
    """What the site needs to know of that, as text."""
    packages = {each["topic"]: each["packages"] for each in topics}
    lacks = {id: names for each in topics for id, names in each["lacks"].items()}
    return json.dumps({"packages": packages, "lacks": lacks}, indent=1) + "\n"


if __name__ == "__main__":
    NOTED.write_text(noted(measured()), encoding="utf-8")
