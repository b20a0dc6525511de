"""Thirty notebooks as a class hands them in: right, wrong, leaking, hostile, broken, renamed, zipped."""

import io
import json
import zipfile

from privlab.lab.exercise import exercises

TOPIC = "raises"
RIGHT = exercises(TOPIC)["raises.share"].solution
LEAKING = "def share(secret, parties, modulus):\n    return [secret] + [0] * (parties - 1)\n"
WRONG = "def share(secret, parties, modulus):\n    return [secret] * parties\n"
STUB = exercises(TOPIC)["raises.share"].stub
OTHERS = {id: exercise.stub for id, exercise in exercises(TOPIC).items() if id != "raises.share"}
SET_UP = "from privlab.lab import *\nfrom privlab import mpc\n\nrng = start('11_raises', seed=26)"


def cell(source, exercise=None, kind="code"):
    """One cell of a notebook."""
    metadata = {"exercise": exercise} if exercise else {}
    more = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": metadata, "source": source, **more}


def notebook(share, *before, metadata=None, marked=True, others=True):
    """A notebook of lesson 11 with that answer to `raises.share`, and cells before and after it."""
    cells = [cell("# Four raises and no secrets told", kind="markdown"), *before]
    cells.append(cell(share, "raises.share" if marked else None))
    cells.append(cell('check("raises.share", share)'))
    if others:
        cells += [cell(stub, id) for id, stub in OTHERS.items()]
    return json.dumps({"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5})


def zipped(**files):
    """The bytes of a zip of files by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


DONE = {
    "privlab": {
        "checks": {"raises.share": "✓"},
        "tries": {"raises.share": [["2026-01-01", "✗"], ["2026-01-02", "✓"]]},
        "hints": {"raises.share": [["2026-01-01", 1]]},
        "solutions": {"raises.share": [["2026-01-01", 1]]},
        "guesses": {
            "raises.how_near": {"guess": 700, "date": "2026", "outcome": "50 dollars", "near": False},
            "raises.which_picture": "no dict",
        },
        "quizzes": {"raises.quiz1": True},
    }
}
BYTES = [cell("import os\nfor number in range(3, 30):\n    os.write(number, b'{}')\n" + WRONG, "raises.share")]
DEEP = "[" * 200_000
CLASS = {  # from a file's place to (its content, the mark of raises.share, words of what is said)
    "ada/11_raises.ipynb": (notebook(RIGHT, metadata=DONE), "✓", "uniform"),
    "bea/hers.ipynb": (notebook(LEAKING), "⚠", "not private"),
    "cai/11_raises.ipynb": (notebook(WRONG), "✗", "wrong"),
    "dev/11_raises.ipynb": (notebook(STUB), "○", "not tried"),
    "eve/11_raises.ipynb": (notebook(LEAKING + "print('✓ raises.share: right')\n"), "⚠", "not private"),
    "fay/11_raises.ipynb": (notebook(WRONG, cell("def check(id, answer):\n    return '✓'")), "✗", "wrong"),
    "gus/11_raises.ipynb": (
        notebook(WRONG, cell("from privlab.lab import checks\nchecks.judge = lambda *_: True")),
        "✗",
        "wrong",
    ),
    "hal/11_raises.ipynb": (
        notebook("import privlab.lab.exercise as e\ne.Verdict.wrong = e.Verdict.right\n" + WRONG),
        "?",
        "imports privlab.lab.exercise",
    ),
    "ian/11_raises.ipynb": (
        notebook("import privlab\nkind = [privlab.lab.exercise.Verdict][0]\nkind.wrong = kind.right\n" + WRONG),
        "?",
        "changes Verdict itself",
    ),
    "jon/11_raises.ipynb": (notebook(WRONG, cell("import sys\nsys.modules['privlab.lab.checks'] = sys")), "✗", "wrong"),
    "kim/11_raises.ipynb": (notebook("import sys\nsys.modules.clear()\n" + WRONG), "?", "modules"),
    "lea/11_raises.ipynb": (notebook("import os\nos._exit(0)\n" + WRONG), "?", "_exit"),
    "max/11_raises.ipynb": (
        notebook("import os\ndef share(secret, parties, modulus):\n    while True: os.fork()"),
        "?",
        "os.fork",
    ),
    "ned/11_raises.ipynb": (
        notebook("def share(secret, parties, modulus):\n    while True: pass"),
        "?",
        "did not finish",
    ),
    "ole/11_raises.ipynb": (json.dumps({"cells": BYTES}), "?", "os.write"),
    "pam/11_raises.ipynb": (notebook("open('/tmp/marks', 'w')\n" + RIGHT), "?", "opens a file"),
    "pip/11_raises.ipynb": (
        notebook("import numpy\nnumpy.savetxt('/tmp/marks', [1])\n" + RIGHT),
        "?",
        "opens no files",
    ),
    "que/11_raises.ipynb": (notebook("share = use('raises.share', None)"), "?", "course's own answer"),
    "ray/11_raises.ipynb": (notebook("def share(:"), "?", "error in line 1"),
    "sue/11_raises.ipynb": ("{", "", "JSON is broken"),
    "tim/11_raises.ipynb": ("", "", "empty"),
    "una/deep.ipynb": (DEEP, "", "broken"),
    "van/other.ipynb": (json.dumps({"cells": [cell("print(1)")]}), "", "no lesson"),
    "xia/mine.ipynb": (notebook(RIGHT, marked=False, others=False), "✓", "uniform"),
    "Yan/week 2/11_raises.ipynb": (
        notebook(
            "def share(secret, parties, modulus):\n    some = drawn(parties - 1, modulus)\n"
            "    return [*some, (secret - sum(some)) % modulus]",
            cell(
                "import secrets\ndef drawn(count, below):\n    return [secrets.randbelow(below) for _ in range(count)]"
            ),
            cell("raise RuntimeError('a cell that nothing needs')"),
        ),
        "✓",
        "uniform",
    ),
    "zoe_11_raises.ipynb": (notebook(STUB, others=False)[:-1] + ', "worksheets": 3}', "○", "not tried"),
    "old/11_raises.ipynb": (
        json.dumps({"cells": [cell("split = 1", "raises.split_up"), cell(RIGHT, "raises.share")]}),
        "✓",
        "uniform",
    ),
    "moodle.zip": (
        zipped(
            **{
                "Ann Other_4711_assignsubmission_file_/11_raises.ipynb": notebook(RIGHT),
                "Bob Other_4712_assignsubmission_file_/all.zip": zipped(**{"11_raises.ipynb": notebook(LEAKING)}),
                "__MACOSX/._11_raises.ipynb": "x",
            }
        ),
        "",
        "",
    ),
    "broken.zip": (b"PK", "", "zip cannot be read"),
    "twice/11_raises.ipynb": (notebook(LEAKING), "✓", "uniform"),
    "twice/11_raises (1).ipynb": (notebook(RIGHT), "✓", "uniform"),
}
IN_ZIP = {"Ann Other": "✓", "Bob Other": "⚠"}
