"""Names that are read aloud for what Jupyter's widgets leave unnamed: handles of sliders, number boxes, pictures."""

import functools
from pathlib import Path
from typing import Any

import ipywidgets as widgets

VIEW = "application/vnd.jupyter.widget-view+json"
CODE = Path(__file__).with_suffix(".js")
CLASS = "privlab-live"  # of the box in which it names


def view_of(widget: widgets.Widget) -> dict[str, Any]:
    """The live widget as one of the forms of an output, beside its picture and its text."""
    return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}}


def spoken(box: widgets.Box, alt: str = "") -> bool:
    """Names what is in the box: sliders and number boxes by the label of their row, the picture by its alternative.

    False, and nothing happens, where `anywidget` is missing.
    """
    try:
        import anywidget  # noqa: F401  looked for at every call, its class is made once
    except ImportError:
        return False
    box.add_class(CLASS)
    box.children = (*box.children, _names()(alt=alt))
    return True


@functools.cache
def _names():
    """The class of what names."""
    import anywidget
    import traitlets

    class Names(anywidget.AnyWidget):
        """Unseen; it names what stands beside it in the browser."""

        _esm = CODE.read_text(encoding="utf-8")
        alt = traitlets.Unicode().tag(sync=True)

    return Names
