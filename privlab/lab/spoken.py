"""Names that are read aloud for what Jupyter's widgets leave unnamed: handles of sliders, number boxes, pictures."""

from pathlib import Path

import ipywidgets as widgets

VIEW = "application/vnd.jupyter.widget-view+json"
CODE = Path(__file__).with_suffix(".js")
CLASS = "privlab-live"  # of the box in which it names


def spoken(box: widgets.Box, alt: str = "") -> bool:
    """Names what is in the box: sliders and number boxes by the label of their row, the picture by its alternative.

    False, and nothing happens, where `anywidget` is missing.
    """
    try:
        import anywidget
        import traitlets
    except ImportError:
        return False

    class Names(anywidget.AnyWidget):
        """Unseen; it names what stands beside it in the browser."""

        _esm = CODE.read_text(encoding="utf-8")
        alt = traitlets.Unicode().tag(sync=True)

    box.add_class(CLASS)
    box.children = (*box.children, Names(alt=alt))
    return True
