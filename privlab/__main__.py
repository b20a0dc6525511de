"""privlab COMMAND, or python -m privlab COMMAND

lab [words for JupyterLab]      opens the course in JupyterLab; also without a command
test [words for pytest]         runs the whole suite
doctor                          says what this machine has and which lessons can run here
data [FILE_OR_FOLDER]           takes letters from there, or fetches them (--whole: in one piece), and reports
benchmarks NAME...              measures figures of the course
reset LESSON                    restores one lesson and keeps the old copy
grade FOLDER [--exercises FILE] marks handed-in notebooks (--csv OUT: the table of marks)
site [LESSON...]                builds the website into build/site (--pdf, --epub: a book beside it)
slides LESSON [--pdf]           writes slides of a lesson, and a handout, into build/slides
"""

import importlib
import io
import os
import sys

from privlab.setup.errors import SetupError

COMMANDS = {
    "lab": "lab",
    "test": "suite",
    "doctor": "doctor",
    "data": "letters",
    "benchmarks": "figures",
    "reset": "reset",
    "grade": "grade",
    "site": "site",
    "slides": "slides",
}


def main(words: list[str] | None = None) -> int:
    """The exit status of a command, an int.

    words : list of str, the command and what goes with it; those of the command line when left out.
    """
    words = sys.argv[1:] if words is None else words
    asked = words[:1] in (["-h"], ["--help"])
    if not asked and (not words or words[0].startswith("-")):
        words = ["lab", *words]
    if words[0] not in COMMANDS:
        print(__doc__.strip(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    os.environ["PYTHONUTF8"] = "1"  # for kernels and all that is started, whatever letters the system writes
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    command = importlib.import_module(f"privlab.setup.{COMMANDS[words[0]]}")
    try:
        return command.main(words[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
