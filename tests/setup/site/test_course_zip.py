"""The zip of the course's own package: what checks need, the same each time."""

import io
import zipfile

from privlab.setup.site.course_zip import course_zip, files


def test_the_same_files_make_the_same_zip_without_what_draws_and_without_commands():
    content = course_zip()
    assert content == course_zip() and len(content) < 10**6
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len(names) == len(files()) == len(set(names))
    assert {"privlab/__init__.py", "privlab/lab/typed_answers.py", "privlab/lessons/raises/exercises.py"} <= set(names)
    assert not [name for name in names if name.startswith("privlab/setup/") or name.endswith("/figures.py")]
    assert "privlab/lessons/raises/__init__.py" not in names
