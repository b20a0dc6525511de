"""An extension of Sphinx: names of sections as JupyterLab makes them, and what the theme lacks."""

import re
from typing import Any

_EMPTY_HEADER = re.compile(r'<th class="head">(?:<p>\s*</p>)?</th>')


def slug(title: str) -> str:
    """The name of a section in links, as JupyterLab has it: "3.-Shares-that-tell-nothing"."""
    return title.replace(" ", "-")


def setup(app: Any) -> dict[str, bool]:
    """Tells Sphinx that captions of the map are headings of the second level, an empty corner of a table is none."""

    def levels(app, page, template, context, doctree):
        if "body" in context:
            context["body"] = _EMPTY_HEADER.sub("<td></td>", context["body"])
        if "furo_navigation_tree" in context:
            tree = context["furo_navigation_tree"]
            context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')

    app.connect("html-page-context", levels, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
