"""python in_a_page.py FOLDER: every exercise as the Python of a web page (Pyodide) judges it, a topic a line, as JSON.

FOLDER holds the package. What Pyodide lacks is taken from this Python before the package is loaded: libraries, threads,
other processes, and the functions that were not there when Pyodide 314.0.7 was asked. Not played: a slower processor,
numbers of 32 bits, and the versions of its libraries.
"""

import _thread
import hashlib
import importlib.abc
import importlib.util
import json
import os
import pathlib
import signal
import sys
import sysconfig
import threading
import time

DISTRIBUTION = {"numpy", "scipy", "scikit-learn", "cryptography", "pynacl"}  # of its packages, those that checks import
IMPORTED_AS = {"scikit-learn": "sklearn", "pynacl": "nacl"}
BESIDE = {"cffi", "pycparser", "joblib", "threadpoolctl", "narwhals", "cloudpickle"}  # that these import themselves
ABSENT = {
    os: ("getrandom", "sched_getaffinity"),
    signal: ("setitimer", "getitimer"),
    threading: ("get_native_id",),
    time: ("thread_time", "thread_time_ns"),
    hashlib: ("scrypt", "pbkdf2_hmac"),
}


class Lacking(importlib.abc.MetaPathFinder):
    """Refuses every library that Pyodide lacks, and notes which were asked for."""

    def __init__(self):
        self.asked = set()
        self.there = {IMPORTED_AS.get(name, name) for name in DISTRIBUTION} | BESIDE | {"privlab"}

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        own = top in sys.stdlib_module_names and top not in ("resource", "_hashlib")
        if own or top in self.there or top.startswith("_"):
            return None
        self.asked.add(top)
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def refuse(*_, **__):
    raise RuntimeError("can't start new thread or process")


def play():
    """What finds no library that Pyodide lacks; from here on this Python is as it is in a web page."""
    sysconfig.get_config_vars()
    for module, names in ABSENT.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    lacking = Lacking()
    sys.meta_path.insert(0, lacking)
    sys.platform = "emscripten"
    _thread.start_new_thread = threading._start_new_thread = threading._start_joinable_thread = refuse
    os.fork = refuse
    return lacking


def judged_here(topic, lacking):
    """The packages that a topic loads; the marks of each exercise's stub, of a wrong answer and of its solution; and,
    where the solution is not ✓, the libraries that its check asked for and did not get.
    """
    from privlab.lab.exercise import exercises
    from privlab.lab.typed_answers import judged

    marks, lacks = {}, {}
    for id, exercise in exercises(topic).items():
        signature = exercise.stub.partition("\n    ")[0]
        wrong = f"{exercise.name} = 0" if exercise.is_value else f"{signature}\n    return 0"
        lacking.asked.clear()
        marks[id] = [judged(id, code)["mark"] for code in (exercise.stub, wrong, exercise.solution)]
        if marks[id][-1] != "✓":
            lacks[id] = sorted(lacking.asked)
    packages = [name for name in sorted(DISTRIBUTION) if IMPORTED_AS.get(name, name) in sys.modules]
    return {"topic": topic, "packages": packages, "marks": marks, "lacks": lacks}


def main():
    fork, folder = os.fork, pathlib.Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    lacking = play()
    import scipy.stats  # noqa: F401  once for all topics, each of which goes on in a copy of this process

    import privlab.lab.typed_answers  # noqa: F401

    for file in sorted(folder.glob("privlab/lessons/*/exercises.py")):
        child = fork()
        if child == 0:
            print(json.dumps(judged_here(file.parent.name, lacking)), flush=True)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
