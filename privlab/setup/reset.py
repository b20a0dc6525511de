"""`reset LESSON`: one lesson as the course has it, the reader's copy kept beside it."""

from privlab.lab.lessons import lesson
from privlab.setup.errors import SetupError
from privlab.setup.workbook import Workbook


def main(words: list[str]) -> int:
    """0, the exit status; says where the old copy lies.

    words : the lesson's name or number, alone.
    Raises SetupError when it is not a lesson.
    """
    if len(words) != 1:
        raise SetupError("Name one lesson, by name or number: `reset 11`.")
    try:
        name = lesson(words[0].removesuffix(".ipynb")).name
    except ValueError as error:
        raise SetupError(f"{str(error).capitalize()}.") from error
    kept = Workbook().reset(name)
    print(f"{name} is as the course has it." + (f" Your copy was kept as {kept.name}." if kept else ""))
    return 0
