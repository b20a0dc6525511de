"""The floors of the house: who may import whom, no circles, faces that are light, files that can be read."""

import graphlib
import re
import subprocess
import sys

import pytest

from tests.house.modules import MODULES, PATHS, ROOT, arrows, dotted, imported, module_of

FLOOR = {"arrays", "data", "device", "language", "settings", "validation"}  # floor 0
SUBJECTS = {"mpc", "dp", "he", "ml", "fl", "text"}  # floor 1
# what a room may import of the others, beside itself and the files of privlab that are no rooms
MAY = {
    "arrays": set(),
    "validation": {"arrays"},
    "settings": set(),
    "language": {"settings"},
    "device": {"arrays", "settings", "validation"},
    "data": {"arrays", "device", "settings", "validation"},
    "processes": {"arrays", "settings", "validation"},
    "mpc": {"arrays", "language", "validation", "processes"},
    "dp": {"arrays", "validation"},
    "he": {"arrays", "validation", "processes"},
    "ml": {"dp", *FLOOR},
    "text": {"dp", "ml", *FLOOR},
    "fl": {"mpc", "dp", "he", "ml", "text", "processes", *FLOOR},
    "lab": {"device", "arrays", "language", "settings"},  # `data` in lesson_start alone, `lessons` by name
    "lessons": {*SUBJECTS, "lab", *FLOOR},
    "setup": {"data", "lab", "device", "language", "processes", "settings"},
}
BELOW = {  # sub-rooms of one subject: what each may import of the others
    "fl": {
        "gradients": set(),
        "any_model": {"gradients", "imprint"},
        "imprint": {"gradients"},
        "secagg": {"gradients"},
        "simulation": set(),
        "flower": {"secagg"},
    },
    "he": {"circuits": set(), "ckks": {"circuits"}, "logreg": {"circuits", "ckks"}},
    "ml": {"dpsgd": set(), "membership": {"dpsgd"}},
    "text": {"assistant": set(), "fairness": set(), "role_reversal": set()},
}
ALONE = {("privlab.lab.lesson_start", "data")}  # (module, the room that it alone may import beside what its room may)
HEAVY = "torch opacus tenseal mpyc opendp dp_accounting private_set_intersection nacl flwr sklearn".split()


def rooms(module):
    """The room of a module and, where it stands in one, its sub-room: ("fl", "gradients")."""
    parts = PATHS[module].relative_to(ROOT / "privlab").with_suffix("").parts
    return (*parts, "")[:2] if len(parts) > 2 or PATHS[module].name == "__init__.py" else (parts[0], "")


def offence(here, there, name):
    """Why module `here` may not import `name` of module `there`, or None."""
    (room, below), (other, part) = rooms(here), rooms(there)
    if room in ("", "__init__", "__main__") or other in ("", "__init__"):
        return None
    if other != room:
        if other not in MAY[room] and (here, other) not in ALONE:
            return f"{room} may not import {other}"
        if other in SUBJECTS and name.rpartition(".")[2].startswith("_"):
            return "that name is private"
        return None
    if room == "lessons" and below != part:
        return "a lesson uses nothing of another lesson"
    if below and part and below != part and part not in BELOW.get(room, {}).get(below, {part}):
        return f"{room}/{below} may not import {room}/{part}"
    return None


@pytest.mark.slow
def test_a_room_imports_only_what_it_may():
    offenders = []
    for path in MODULES:
        for name, line in imported(path):
            there = module_of(name)
            why = there and offence(dotted(path), there, name)
            if why:
                offenders.append(f"{path.relative_to(ROOT)}:{line}: {name}: {why}")
    assert not offenders, "\n" + "\n".join(offenders)


def test_the_rule_of_rooms_can_fail():
    assert (
        offence("privlab.dp.laplace", "privlab.mpc.additive", "privlab.mpc.additive.share") == "dp may not import mpc"
    )
    assert offence("privlab.fl.gradients.matching", "privlab.fl.secagg.keys", "privlab.fl.secagg.keys.x")
    assert offence("privlab.lab.checks", "privlab.data.types", "privlab.data.types.DataError")
    assert offence("privlab.lessons.raises.figures", "privlab.lessons.capstone.figures", "x")
    assert (
        offence("privlab.fl.secagg.client", "privlab.mpc.additive", "privlab.mpc.additive._x") == "that name is private"
    )
    assert (
        offence("privlab.fl.imprint.peeling", "privlab.fl.gradients.gradient", "privlab.fl.gradients.gradient.x")
        is None
    )


def circle(graph):
    """A circle of a graph, a list of its nodes, or None. graph : dict from a node to those that it needs."""
    try:
        list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        return error.args[1]


@pytest.mark.slow
def test_no_circle_among_files_and_rooms():
    files = {dotted(path): arrows(path) for path in MODULES}
    assert circle(files) is None
    by_room = {}
    for here, there in files.items():
        for other in there:
            if "lessons" not in (rooms(here)[0], rooms(other)[0]) and rooms(here) != rooms(other) and rooms(here)[1]:
                by_room.setdefault("/".join(rooms(here)), set()).add("/".join(rooms(other)))
    assert circle(by_room) is None
    assert circle({"a": {"b"}, "b": {"a"}}) is not None


def test_no_module_is_named_like_what_its_package_hands_on():
    offenders = []
    for path in MODULES:
        if path.name == "__init__.py":
            handed_on = {name.rpartition(".")[2] for name, _ in imported(path) if name not in PATHS}
            beside = {other.stem for other in path.parent.glob("*.py")} | {
                other.parent.name for other in path.parent.glob("*/__init__.py")
            }
            offenders += [f"{dotted(path)}.{name}" for name in sorted(handed_on & beside)]
    assert not offenders, offenders


def loaded(code):
    """Which heavy libraries a fresh Python has loaded after the code, and the seconds it took."""
    code = f"import sys, time; began = time.perf_counter(); {code}; print(time.perf_counter() - began, *sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.split()
    return sorted(set(HEAVY) & set(said[1:])), float(said[0])


@pytest.mark.slow
def test_faces_are_light():
    faces = [dotted(path) for path in MODULES if path.name == "__init__.py" and "app" not in path.parts]
    heavy, _ = loaded("import " + ", ".join(faces))
    assert not heavy, f"{heavy} wait until they are used"
    assert loaded("import torch")[0] == ["torch"]


def test_importing_privlab_is_instant():
    code = "import sys, privlab; print(*[m for m in ('numpy', 'torch', 'matplotlib', 'IPython') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stdout.strip() == ""


def test_a_module_can_be_read_in_one_sitting():
    long = {dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: lines for name, lines in long.items() if lines > 400 and not name.endswith(".exercises")}


@pytest.mark.slow
def test_nothing_unfinished_and_no_path_of_a_machine():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError|(?<![\w.])/(work|home|root|Users)/")
    places = ["lessons/*.py", "benchmarks/**/*.py", "tools/*.py", "*.md", "docs/*.md", "course.py", ".github/**/*.yml"]
    files = [*MODULES, *(path for place in places for path in ROOT.glob(place))]
    assert not [path for path in files if marks.search(path.read_text(encoding="utf-8"))]
