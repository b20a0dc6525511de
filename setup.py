"""Puts the notebooks, which stand beside the package in the repository, into what is installed."""

import pathlib
import shutil

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithNotebooks(build_py):
    """As setuptools builds a package, and the folder `notebooks` in it."""

    def run(self):
        super().run()
        if not self.editable_mode:
            shutil.copytree("notebooks", pathlib.Path(self.build_lib, "privlab", "notebooks"), dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithNotebooks})
