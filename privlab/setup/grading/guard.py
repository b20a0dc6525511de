"""What an answer may do while it is graded: compute, and draw random numbers; nothing that reaches the grader.

Four layers, of which each may fail: code that names what no answer needs is refused before it runs; built-in functions
that lead elsewhere are replaced, and no attribute of a module, a function or a class of others can be set; a hook of
Python's own, which cannot be taken off, refuses files, processes and the network while an answer's code is running; and
the course's own functions are compared, after the verdict, with what they were before.

Not a wall against everything: Python has no such wall. It keeps marks honest; a machine with secrets needs one of its
own to grade on.
"""

import ast
import builtins
import hashlib
import importlib
import os
import random
import secrets
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FILE = "<answer"  # how the file names of answers' code begin
# Of Python's own modules those that compute; `os` and `sys` are facades with what computing needs of them.
MODULES = set(
    "__future__ abc array base64 binascii bisect cmath collections contextlib copy dataclasses datetime decimal enum "
    "fractions functools hashlib heapq hmac itertools json logging math numbers operator os queue random re secrets "
    "statistics string struct sys textwrap time types typing uuid warnings zlib".split()
)
PACKAGES = set(
    "numpy scipy torch opacus tenseal mpyc opendp dp_accounting private_set_intersection nacl cryptography sklearn "
    "networkx gmpy2 Crypto pandas matplotlib tqdm privlab".split()
)
OF_OS = ("urandom", "getrandom", "cpu_count", "getpid", "linesep")
OF_SYS = ("maxsize", "byteorder", "float_info", "int_info", "hash_info", "version", "version_info")
COURSE_S_OWN = ("use", "solution")  # would answer with the course's solution
NO_NAMES = set(
    "eval exec compile input breakpoint globals vars locals exit quit help get_ipython __import__ __builtins__ "
    "__loader__ __spec__ __build_class__".split()
)
NO_ATTRIBUTES = set(
    "sys os posix modules builtins gc inspect ctypes ctypeslib importlib subprocess socket threading multiprocessing "
    "attrgetter methodcaller Formatter get_field exercises cpp_extension hub memmap tofile "
    "fromfile load_library open_memmap testing".split()
)
NO_DUNDERS = {
    f"__{word}__"
    for word in "globals code closure builtins subclasses bases base mro dict traceback loader spec import "
    "getattribute setattr delattr reduce reduce_ex wrapped self func defaults kwdefaults module".split()
} | {"mro"}
NO_PREFIXES = ("f_", "tb_", "gi_", "cr_", "ag_", "co_")
RANDOM_FILES = ("/dev/urandom", "/dev/random")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
EVENTS = (
    "os.fork os.forkpty os.exec os.posix_spawn os.spawn os.system os.startfile os.kill os.killpg os.putenv os.remove "
    "os.rename os.rmdir os.mkdir os.link os.symlink os.truncate os.chmod os.chown os.setxattr shutil. subprocess. "
    "socket. pty. ftplib. http. smtplib. urllib. webbrowser. sqlite3. ctypes.call ctypes.string_at gc. "
    "sys._current_frames sys.settrace sys.setprofile sys.addaudithook code.__new__ signal. syslog."
).split()


class Refused(Exception):
    """An answer does what none may; the message is a sentence that says what."""


def compiled(source: str, file: str) -> types.CodeType:
    """The code of a cell of a learner's, which sets no attribute without asking.

    Raises Refused when it names what no answer needs, and SyntaxError.
    """
    tree = ast.parse(source)
    own = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_name(node.value, "self", "cls")
    } | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        why = _offence(node, own, bound)
        if why:
            raise Refused(f"line {getattr(node, 'lineno', 1)} of your code {why}, which no answer may: leave it out")
    tree = ast.fix_missing_locations(_Asking().visit(tree))
    return compile(tree, file, "exec")


def _is_name(node, *names):
    return isinstance(node, ast.Name) and node.id in names


def _offence(node, own, bound):
    """What a node of the syntax does that no answer may, or None."""
    if isinstance(node, ast.Name) and node.id in NO_NAMES and node.id not in own | bound:
        return f"uses {node.id}"
    if isinstance(node, ast.Call) and _is_name(node.func, *COURSE_S_OWN) and node.func.id not in own | bound:
        return f"takes the course's own answer by {node.func.id}"
    if isinstance(node, ast.Attribute):
        return _attribute_offence(node.attr, own, _is_name(node.value, "self", "cls"))
    if isinstance(node, ast.Import | ast.ImportFrom):
        module = getattr(node, "module", None) or ""
        for alias in node.names:
            name = f"{module}.{alias.name}" if module else alias.name
            within = [_attribute_offence(part, set(), False) for part in name.split(".")[1:]]
            if any(within):
                return next(filter(None, within))
            if not importable(module or alias.name) or (module.startswith("privlab") and not importable(name)):
                return f"imports {name}"
    return None


def _attribute_offence(name, own, of_self):
    if name in own and name not in NO_DUNDERS:
        return None
    if name in NO_ATTRIBUTES or name in NO_DUNDERS or name.startswith(NO_PREFIXES):
        return f"reaches for {name}"
    if name.strip("_") in NO_ATTRIBUTES | {"function", "source", "getframe", "exit"} and not of_self:
        return f"reaches for {name}"
    return None


def _asked_for(name):
    """Whether a name is handed out only after a look at the thing that has it."""
    return name in ("reference", "judge") or name.startswith("_") and not name.startswith("__")


def importable(name: str) -> bool:
    """Whether an answer may import that module. Of the course it may what a lesson imports: no exercise, no check."""
    parts = name.split(".")
    if parts[0] == "privlab":
        return not (
            {"exercises", "setup", "checks", "exercise", "apart", "progress_file", "processes"} & set(parts[1:])
            or any(part.endswith("_checks") for part in parts)
        )
    return parts[0] in MODULES | PACKAGES


class _Asking(ast.NodeTransformer):
    """`a.b = c` becomes `_may_change(a).b = c`, also where an attribute is deleted, and `a._b` `_may_read(a)._b`."""

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Store | ast.Del):
            node.value = ast.Call(ast.Name("_may_change", ast.Load()), [node.value], [])
        elif _asked_for(node.attr):
            node.value = ast.Call(ast.Name("_may_read", ast.Load()), [node.value], [])
        return node


def may_change(thing: Any) -> Any:
    """The thing itself, when an answer may set attributes of it. Raises Refused for what belongs to others."""
    if isinstance(thing, types.ModuleType | types.BuiltinFunctionType):
        raise Refused(
            f"your code changes {getattr(thing, '__name__', thing)} itself, which no answer may: leave it out"
        )
    if isinstance(thing, type | types.FunctionType | types.MethodType):
        if thing.__module__ != "__main__":
            raise Refused(f"your code changes {thing.__name__} itself, which no answer may: leave it out")
    elif type(thing).__module__.startswith(("privlab.lab", "privlab.setup")):
        raise Refused("your code changes what grades it, which no answer may: leave it out")
    return thing


def may_read(thing: Any) -> Any:
    """The thing itself, when an answer may read what is private of it. Raises Refused for modules and the grader."""
    if isinstance(thing, types.ModuleType | types.FunctionType | types.BuiltinFunctionType | types.MethodType):
        raise Refused(f"your code reaches into {getattr(thing, '__name__', thing)}, which no answer may: leave it out")
    if type(thing).__module__.startswith(("privlab.lab", "privlab.setup")):
        raise Refused("your code reaches into what grades it, which no answer may: leave it out")
    return thing


def safe_builtins() -> dict[str, Any]:
    """The built-in functions for an answer's code: those that lead to files, code or other people's names are ours."""
    kept = {name: value for name, value in vars(builtins).items() if name not in NO_NAMES}
    kept["__build_class__"] = builtins.__build_class__

    def checked(name):
        if isinstance(name, str):
            name = str.__add__("", name)  # a plain one, whatever a class of the answer's says of itself
            why = _attribute_offence(name, set(), True)
            if why:
                raise Refused(f"your code {why}, which no answer may: leave it out")
        return name

    def safe_getattr(thing, name, *default):
        name = checked(name)
        if isinstance(name, str) and _asked_for(name):
            may_read(thing)
        return getattr(thing, name, *default)

    def safe_setattr(thing, name, value):
        setattr(may_change(thing), checked(name), value)

    def safe_delattr(thing, name):
        delattr(may_change(thing), checked(name))

    def safe_import(name, scope=None, local=None, names=(), level=0):
        if level or not importable(name):
            raise Refused(f"your code imports {name}, which no answer may: leave it out")
        if name in ("os", "sys"):
            return _facade(name)
        return importlib.__import__(name, {}, {}, names or (), 0)

    kept |= {"getattr": safe_getattr, "setattr": safe_setattr, "delattr": safe_delattr, "__import__": safe_import}
    kept |= {"_may_change": may_change, "_may_read": may_read, "open": _safe_open, "input": _nobody_answers}
    return kept


def _safe_open(file, mode="r", buffering=-1):
    """`open` for the system's random numbers, which are a file on some systems, and for nothing else."""
    if type(file) is type(mode) is str and file in RANDOM_FILES and mode == "rb":
        return open(file, mode, buffering)
    raise Refused("your code opens a file, which no answer may: leave it out")


def _nobody_answers(*_):
    raise Refused("your code asks for input, which nobody gives while it is graded: leave it out")


def _facade(name):
    """What computing needs of `os` or `sys`, each name looked up when it is used: checks watch some of them."""
    real, names = (os, OF_OS) if name == "os" else (sys, OF_SYS)
    facade = types.ModuleType(name)

    def found(attribute):
        if attribute in names:
            return getattr(real, attribute)
        raise Refused(f"your code uses {name}.{attribute}, which no answer may: leave it out")

    facade.__getattr__ = found
    return facade


def watch(scratch: Path, readable: tuple[Path, ...]) -> None:
    """From here on files, processes and the network are refused to code of this process that an answer runs.

    scratch : the folder that may be written.  readable : folders that may be read.
    What libraries load while they are first used is read as ever. The hook stays until the process ends.
    """
    inside = str(scratch) + os.sep
    roots = tuple(str(path) + os.sep for path in readable)

    def hook(event, arguments):
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, str | bytes):
                if _by_an_answer():
                    raise PermissionError("an answer opens no files")
                return
            name = os.path.abspath(os.fsdecode(path))
            writes = bool(flags & WRITING) and name != os.devnull
            allowed = name.startswith((inside,) if writes else (inside, *roots)) or name in (os.devnull, *RANDOM_FILES)
            if not allowed and _by_an_answer():
                raise PermissionError("an answer opens no files")
        elif event == "pickle.find_class":
            if str(arguments[0]).split(".")[0] in ("os", "posix", "nt", "subprocess", "sys", "builtins", "ctypes"):
                if arguments[1] in vars(builtins) and arguments[1] not in NO_NAMES | {"getattr"}:
                    return
                if _by_an_answer():
                    raise PermissionError("an answer loads no code")
        elif event.startswith(tuple(EVENTS)) and _by_an_answer():
            raise PermissionError("an answer has no files, processes or network")

    sys.addaudithook(hook)


def _by_an_answer():
    """Whether an answer's code is running, or has called what is running."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith(FILE):
            return True
        frame = frame.f_back
    return False


def unchanged() -> Callable[[], str | None]:
    """A function that names what of the course or of Python has been replaced since, or gives None."""
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == "privlab" and module]
    modules += [builtins, random, secrets, hashlib, importlib, np, np.random, np.linalg, sys.modules["math"]]
    before = {}
    for module in modules:
        for name, value in list(vars(module).items()):
            if not name.startswith("__") and isinstance(value, FIXED):
                before[module.__name__, name] = vars(module), name, value, _inside(value)

    def changed() -> str | None:
        for (module, name), (scope, key, value, inside) in before.items():
            if scope.get(key) is not value or _inside(value) != inside:
                return f"{module}.{name}"
        return None

    return changed


FIXED = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)


def _inside(value):
    """What can be put in the place of a function's or a course's class's insides without replacing it."""
    if isinstance(value, types.FunctionType):
        return value.__code__, value.__defaults__, tuple((value.__kwdefaults__ or {}).items())
    if isinstance(value, type) and value.__module__.startswith("privlab."):
        return tuple(
            (name, id(held)) for name, held in vars(value).items() if callable(held) or hasattr(held, "__func__")
        )
    return None
