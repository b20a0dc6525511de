"""What a cell of code puts on slides."""

from nbformat.v4 import new_code_cell, new_output

from privlab.setup.slides.cells import MOST_CODE, Outputs, taught


def shown(*outputs):
    return Outputs(new_code_cell("show(draw)", outputs=list(outputs)))


def test_outputs_by_their_kinds():
    out = shown(
        new_output("display_data", {"image/png": "", "text/plain": "Bars"}),
        new_output("stream", text="50 people\n✓ it holds\n"),
        new_output("display_data", {"text/html": "<p>kept</p>", "text/plain": "You kept no guess of this."}),
    )
    assert [picture.line for picture in out.pictures] == ["50 people"] and out.ticks == ["it holds"]
    assert out.printed == out.html == "" and not out.is_empty()


def test_what_only_asks_its_reader_is_left_out():
    verdict = {"text/html": "<p>○</p>", "text/plain": "○ raises.share: not tried yet"}
    assert shown(new_output("execute_result", verdict)).is_empty()
    assert shown(new_output("stream", text="(from here on with the course's own share, until yours ...)\n")).is_empty()


def test_a_table_below_a_figure_is_no_line_of_it():
    rows = "\n".join(f"row {number}" for number in range(4))
    out = shown(
        new_output("display_data", {"image/png": "", "text/plain": "Bars"}),
        new_output("stream", text=f"the line\n{rows}\n"),
    )
    assert out.pictures[0].line == "the line" and out.printed == rows


def test_code_is_shown_without_what_only_tells():
    source = 'a = mpc.share\nx = f(1)\nclaim("so", x)\nuse("raises.share", share)\nprint(x)'
    assert taught(source) == "x = f(1)\nprint(x)"
    assert taught('claim("so",\n      True)') == ""
    long = "\n".join(f"x{number} = {number}" for number in range(MOST_CODE + 5))
    assert taught(long).splitlines()[-1] == "# ... and 5 more lines" and len(taught(long).splitlines()) == MOST_CODE + 1
