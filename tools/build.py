"""python tools/build.py [LESSON...] [--check]: makes notebooks/ and notebooks/solved/ from lessons/*.py.

Each notebook is executed offline, on the CPU, on the drawn letters, with an empty progress file. `--check` executes
nothing and fails when a notebook's text is not what its lesson says; outputs are compared by `pytest --nbval`.
"""

import argparse
import os
import pathlib
import re
import sys
import tempfile

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from privlab.lab.exercise import exercises, find  # noqa: E402
from privlab.lab.lessons import lesson  # noqa: E402
from privlab.language import later, speak, translate  # noqa: E402
from privlab.setup.minutes import reading_minutes  # noqa: E402

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
VIEW = "application/vnd.jupyter.widget-view+json"
NO_STOPS = (  # nobody stops before one of these
    later("What this does not protect"),
    later("Summary"),
    later("References"),
    later("Your turn"),
)
DRAWN = {"PRIVLAB_DATA": "drawn", "PRIVLAB_DEVICE": "cpu", "PRIVLAB_LANGUAGE": "", "TQDM_DISABLE": "1"}


def notebook(source, solved):
    """The notebook of a lesson as text, without outputs: stubs in the learner's, solutions in the solved twin."""
    speak(language_of(source))
    book = jupytext.read(source, fmt="py:percent")
    book.metadata = nbformat.from_dict(METADATA)
    book.nbformat, book.nbformat_minor = 4, 5
    for number, cell in enumerate(book.cells):
        cell["id"] = f"c{number:03d}"
        id = cell.metadata.get("exercise")
        kept = {name: cell.metadata[name] for name in ("tags", "jupyter") if cell.metadata.get(name)}
        cell.metadata = nbformat.from_dict(kept)
        if id:
            exercise = find(exercises, id)
            cell.source = exercise.solution if solved else exercise.stub
            cell.metadata["exercise"] = id
        if solved and cell.cell_type == "code":
            cell.source = re.sub(r"^((?:\w+ = )?start\(.*)\)$", r"\1, solved=True)", cell.source, flags=re.M)
    tell_the_minutes(book, lesson(source.stem).minutes)
    return book


def tell_the_minutes(book, minutes):
    """None; puts a line with the minutes so far above each section, where that is five more than the last one told, and
    above a part of a section where it is fifteen more.

    minutes : of the whole lesson.
    """
    whole, told = sum(reading_minutes(cell, cell.source) for cell in book.cells), 0
    before = 0.0
    for cell in book.cells:
        pieces = re.split(r"(?m)^(?=###? )", cell.source) if cell.cell_type == "markdown" else [cell.source]
        for place, piece in enumerate(pieces):
            so_far = 5 * round(minutes * before / whole / 5)
            before += reading_minutes(cell, piece)
            heading = re.match(rf"(###?) (?!{'|'.join(map(translate, NO_STOPS))})", piece)
            if heading and told + (5 if heading[1] == "##" else 15) <= so_far < minutes:
                stop = translate(
                    "*About {so_far} of {minutes} minutes so far: a place to stop.*", so_far=so_far, minutes=minutes
                )
                pieces[place] = f"{stop}\n\n{piece}"
                told = so_far
        cell.source = "".join(pieces)


def execute(book, folder):
    """None; runs the cells in `folder` and keeps of their outputs what is the same on every run."""
    with tempfile.TemporaryDirectory() as progress:
        os.environ.update(DRAWN, PRIVLAB_PROGRESS=str(pathlib.Path(progress, "progress.json")))
        NotebookClient(
            book,
            timeout=300,
            kernel_name="python3",
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
        ).execute()
    book.metadata = nbformat.from_dict(METADATA)
    for cell in book.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            cell.outputs = [nbformat.v4.new_output("stream", text="(depends on the machine: run the cell)\n")]
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(VIEW, None)
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt:
                cell.metadata["mystnb"] = {"image": {"alt": alt}}


def joined(outputs):
    """The outputs, what was printed in one go as one: a line stays where it stood, above or below a figure."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def language_of(source):
    """The language that a lesson is written in: "de" for lessons/de/11_raises.py, "" for English."""
    return "" if source.parent.name == "lessons" else source.parent.name


def twins(source):
    """The two notebooks of a lesson, of a translated one the learner's: pairs (path, whether it is the solved twin)."""
    name = source.with_suffix(".ipynb").name
    if language_of(source):
        return ((ROOT / "notebooks" / language_of(source) / name, False),)
    return (ROOT / "notebooks" / name, False), (ROOT / "notebooks" / "solved" / name, True)


def text(book):
    """What a notebook says, less what it prints: its cells' kinds, sources, tags, folds and exercises."""
    return [
        (cell.cell_type, cell.source, *(cell.metadata.get(name) for name in ("tags", "jupyter", "exercise")))
        for cell in book.cells
    ]


def stale(source):
    """The notebooks of a lesson that are missing or do not say what the lesson says."""
    return [
        path
        for path, solved in twins(source)
        if not path.exists() or text(nbformat.read(path, 4)) != text(notebook(source, solved))
    ]


def build(source):
    """None; writes both notebooks of a lesson, executed."""
    for path, solved in twins(source):
        path.parent.mkdir(parents=True, exist_ok=True)
        book = notebook(source, solved)
        execute(book, path.parent)
        path.write_text(nbformat.writes(book) + "\n", encoding="utf-8", newline="\n")
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} KiB")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("lessons", nargs="*", metavar="LESSON", help="names as in lessons/, all when left out")
    arguments.add_argument("--check", action="store_true")
    asked = arguments.parse_args()
    folder = ROOT / "lessons"
    sources = {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.py"))}
    unknown = set(asked.lessons) - set(sources)
    if unknown:
        sys.exit(f"no such lesson: {', '.join(sorted(unknown))}; there are {', '.join(sources)}")
    sources = [path for name, path in sources.items() if not asked.lessons or name in asked.lessons]
    if asked.check:
        old = [path.relative_to(ROOT).as_posix() for source in sources for path in stale(source)]
        sys.exit(f"not what the lesson says: {', '.join(old)}; run python tools/build.py" if old else 0)
    for source in sources:
        build(source)


if __name__ == "__main__":
    main()
