"""The library's reference: docstrings as the course writes them become paragraphs and lists."""

from docutils.core import publish_doctree

from privlab import dp
from privlab.dp import laplace
from privlab.setup.site import library


def test_a_docstring_becomes_paragraphs_and_a_list_of_its_arguments():
    made = library.restructured(laplace.scale.__doc__.replace("\n    ", "\n"))
    first, arguments, raises = made.split("\n\n")[:3]
    assert first == "The scale of the noise that makes a release epsilon-private: sensitivity / epsilon."
    assert arguments.startswith("- ``sensitivity``: the most that one person can change the value")
    assert arguments.endswith("(l1).") and raises.startswith("Raises ValueError")


def test_a_face_becomes_a_list_of_its_rooms():
    made = library.restructured(dp.__doc__)
    assert made.count("\n- ``") + made.startswith("- ``") >= 10 and "- ``laplace``: noise on a number" in made


def test_marks_are_letters_and_code_is_code():
    made = library.restructured("A *star*, a trailing_ and `code_`.\n\n*given : any of a|b.")
    text = publish_doctree(made, settings_overrides={"report_level": 2, "halt_level": 2}).astext()
    assert text == "A *star*, a trailing_ and code_.\n\n*given: any of a|b."


def test_every_public_module_of_the_library_is_shown_once():
    shown = [name for room in library.ROOMS for name in library.modules(room)]
    assert len(shown) == len(set(shown))
    assert {"privlab.dp", "privlab.dp.laplace", "privlab.fl.imprint.peeling", "privlab.he.ckks.client"} <= set(shown)
    assert not any("programs" in name for name in shown)
