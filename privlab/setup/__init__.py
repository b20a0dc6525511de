"""What `python -m privlab` does before and around the lessons: packages, workbook, JupyterLab, tests, doctor."""

import importlib


def __getattr__(name):
    """The doctor, for lesson 00, imported when it is asked for: it needs numpy, and course.py uses this room before
    there are any packages.
    """
    if name == "doctor":
        return importlib.import_module("privlab.setup.doctor")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
