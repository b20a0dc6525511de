"""The pictures of lesson 90."""

from privlab.lab.style import new_figure
from privlab.lessons.capstone.figures import as_typed, draw_board
from privlab.lessons.capstone.scenario import Choice


def test_the_board_says_its_choice_as_one_would_type_it():
    _, axes = new_figure((7.5, 3.9))
    chosen = dict(aggregation="secure sum", epsilon="3", max_norm=0.25, clients=15, batch="all", public_start="yes")
    rest = dict(selection="uniform", released="letters", to="clinics", letters_a_clinic=1_000)
    line = draw_board(axes, **chosen, **rest)
    typed = line.splitlines()[-1].removeprefix("to copy: ")
    assert typed.startswith("Choice(aggregation='secure sum', epsilon=3.0, max_norm=0.25, batch=")
    assert eval(typed, {"Choice": Choice}).public_start is True
    assert as_typed(Choice()) == "Choice()" and as_typed(eval(typed, {"Choice": Choice})) == typed
