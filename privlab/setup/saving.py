"""What a saved lesson keeps: pictures, lines, folding questions, what its reader has done; and no live figure.

An extension of the Jupyter server. A live figure ends with its kernel, and JupyterLab then shows an error in its place,
not the picture beside it; so it is left out of the file, while the page that is open keeps it.
"""

import contextlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

SETTINGS = Path(__file__).parent / "jupyter"
VIEW = "application/vnd.jupyter.widget-view+json"
ALTERNATIVES = "privlab.setup.exporting.Alternatives"


def without_views(book: dict[str, Any]) -> None:
    """Takes the live figures out of a notebook's outputs, and their state out of its metadata."""
    book.get("metadata", {}).pop("widgets", None)
    for cell in book.get("cells", []):
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)


def with_progress(book: dict[str, Any], name: str) -> None:
    """Notes in a lesson's metadata what its reader has done in it, so that one file can be handed in.

    name : of the file, `11_raises.ipynb`. The progress is read where `PRIVLAB_PROGRESS` says.
    """
    topic = re.match(r"\d\d_(\w+)", name)
    with contextlib.suppress(OSError, ValueError, KeyError, AttributeError):
        done = json.loads(Path(os.environ["PRIVLAB_PROGRESS"]).read_text(encoding="utf-8"))
        if topic:
            mine = {
                part: {id: entry for id, entry in entries.items() if id.startswith(f"{topic[1]}.")}
                for part, entries in done.items()
                if isinstance(entries, dict)
            }
            book.setdefault("metadata", {})["privlab"] = {part: entries for part, entries in mine.items() if entries}


def before_saving(model: dict[str, Any], path: str = "", **_: Any) -> None:
    """The hook that the server calls with all that is saved.

    path : of the file, below the folder that is served.
    """
    if model.get("type") == "notebook" and isinstance(model.get("content"), dict):
        without_views(model["content"])
        with_progress(model["content"], path.rpartition("/")[2])


def tell_jupyter() -> None:
    """Lays the settings of saving and exporting where every Jupyter of this environment reads them.

    So `jupyter nbconvert` keeps text alternatives when it is called by hand. A wheel brings the same files. An
    environment that cannot be written, or that has such settings, stays as it is.
    """
    for file in (SETTINGS / "jupyter_nbconvert_config.json", *(SETTINGS / "jupyter_server_config.d").glob("*.json")):
        there = Path(sys.prefix, "etc", "jupyter", file.relative_to(SETTINGS))
        with contextlib.suppress(OSError):
            if not there.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                there.write_bytes(file.read_bytes())


def _load_jupyter_server_extension(server):
    server.contents_manager.register_pre_save_hook(before_saving)
    exporter = server.config.HTMLExporter  # JupyterLab's menu; the command line has the settings beside this file
    exporter.preprocessors = [*exporter.get("preprocessors", []), ALTERNATIVES]


def _jupyter_server_extension_points():
    return [{"module": "privlab.setup.saving"}]
