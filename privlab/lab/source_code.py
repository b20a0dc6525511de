"""A function of the library, shown as code to read where a lesson teaches what it does."""

import ast
import inspect
import textwrap
from collections.abc import Callable

from privlab.lab.checks import Text
from privlab.language import translate


def source(function: Callable) -> Text:
    """The code of a function of the library, as it runs, to be read: of its docstring the first sentence stays.

    Raises TypeError in one sentence for what has no Python source, such as a number or a function of numpy.
    """
    function = inspect.unwrap(function) if callable(function) else function
    try:
        code = textwrap.dedent(inspect.getsource(function))
    except (TypeError, OSError):
        raise TypeError(f"source shows a function that is written in Python, got {function!r}") from None
    node = ast.parse(code).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    lines = code.splitlines()
    said = ast.get_docstring(node)
    if said:
        first, indent = translate(said.split("\n\n")[0]), " " * node.body[0].col_offset
        lines[node.body[0].lineno - 1 : node.body[0].end_lineno] = textwrap.indent(
            f'"""{first}"""', indent
        ).splitlines()
    text = "\n".join(lines[node.lineno - 1 :])
    return Text(text, f"```python\n{text}\n```")
