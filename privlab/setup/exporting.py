"""How a lesson's pictures keep their text alternative when a notebook becomes a page."""

import html
from typing import Any

from nbconvert.preprocessors import Preprocessor


class Alternatives(Preprocessor):
    """Gives each picture the alternative that its notebook holds: nbconvert's own templates leave it out."""

    def preprocess_cell(self, cell: Any, resources: dict, index: int) -> tuple[Any, dict]:
        """The cell, with `<img alt=...>` for each picture that has an alternative, and the resources as they were."""
        for output in cell.get("outputs", []):
            metadata = output.get("metadata", {}).get("image/png", {})
            picture = output.get("data", {}).get("image/png")
            if picture and metadata.get("alt"):
                alt, source = html.escape(metadata["alt"]), f"data:image/png;base64,{picture.strip()}"
                width = f'width="{metadata["width"]}"' if metadata.get("width") else ""
                shown = f'<img alt="{alt}" {width} style="max-width: 100%; height: auto" src="{source}">'
                output["data"] = {"text/html": shown, "text/plain": metadata["alt"]}
        return cell, resources
