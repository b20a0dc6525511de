"""Which cells hang on an exercise is found, through what they make."""

from nbformat.v4 import new_code_cell

from benchmarks.styles import hanging_on


def test_cells_hang_on_a_name_and_on_what_such_cells_make():
    cells = list(map(new_code_cell, ["b = share(3)", "print(c)", "def d():\n    return b", "%time share(1)", "d()"]))
    cells.append(new_code_cell("share = d", metadata={"exercise": "raises.other"}))
    assert hanging_on("share", cells) == ["b = share(3)", "def d():\n    return b", "d()"]
