"""Stand-ins for what a page's Python gets from Pyodide's distribution, which no test may reach: a numpy that has just
what the check of `raises.estimate` touches, and a scipy that is empty.
"""

import hashlib
import io
import json
import zipfile

NUMPY = '''
import contextlib, random as _random, sys, types

class Kind(type):
    """Anything that is named and not used: a type, a function, a number."""
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Kind(name, (Something,), {})
    def __getitem__(cls, key):
        return cls
    def __call__(cls, *arguments, **named):
        return cls

class Something(metaclass=Kind):
    pass

for _name in "add radd sub rsub mul rmul truediv rtruediv pow rpow neg matmul mod rshift lshift".split():
    setattr(Kind, f"__{_name}__", lambda cls, *other: cls)

def __getattr__(name):
    return getattr(Something, name)

def errstate(**_):
    return contextlib.nullcontext()

class Generator:
    def __init__(self, seed):
        self._drawn = _random.Random(seed)
    def integers(self, low, high=None, size=None):
        low, high = (0, low) if high is None else (low, high)
        drawn = [self._drawn.randrange(low, high) for _ in range(size or 1)]
        return drawn if size else drawn[0]

def _module(name):
    made = sys.modules[f"numpy.{name}"] = types.ModuleType(f"numpy.{name}")
    made.__getattr__ = __getattr__
    return made

random, typing, linalg = _module("random"), _module("typing"), _module("linalg")
lib, fft, polynomial = _module("lib"), _module("fft"), _module("polynomial")
lib.stride_tricks = _module("lib.stride_tricks")
random.default_rng, random.Generator = Generator, Generator
'''
SCIPY = """
import sys, types
import numpy

def _module(name):
    made = sys.modules[f"scipy.{name}"] = types.ModuleType(f"scipy.{name}")
    made.__getattr__ = numpy.__getattr__
    return made

stats, special, optimize, sparse = map(_module, ("stats", "special", "optimize", "sparse"))
"""
CODE = {"numpy": NUMPY, "scipy": SCIPY}


def wheel(name, version):
    """A wheel with the stand-in for a package, as bytes."""
    about = f"{name}-{version}.dist-info"
    with io.BytesIO() as content:
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(f"{name}/__init__.py", CODE[name])
            archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{about}/RECORD", "")
        return content.getvalue()


def distribution(locked, folder):
    """The text of a pyodide-lock.json that pins the stand-ins, which are laid into a folder.

    locked : the text of the real one.
    """
    lock = json.loads(locked)
    for name in CODE:
        package = lock["packages"][name]
        content = wheel(name, package["version"])
        (folder / package["file_name"]).write_bytes(content)
        package["sha256"] = hashlib.sha256(content).hexdigest()
    return json.dumps(lock)
