"""python tools/classroom.py FOLDER: fills a folder with all that `course.py --wheels FOLDER` needs.

It serves machines like the one it was made on, without an NVIDIA GPU. Run it with the Python of .venv.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from privlab.data.cache_folder import cache_folder  # noqa: E402
from privlab.data.emnist_letters import FILE  # noqa: E402
from privlab.setup.packages import CPU_INDEX, pinned  # noqa: E402

LOCK = ROOT / "requirements.lock"


def download(folder, *words):
    """Whether pip downloaded what `words` ask for into the folder."""
    to = ["--find-links", folder, "--dest", folder]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--timeout", "10", *to, *words]
    return subprocess.run(command).returncode == 0


def letters(folder):
    """The files of letters copied from the cache into the folder, a list of paths."""
    files = [cache_folder() / FILE, *cache_folder().glob("drawn-*/*.npz")]
    copies = []
    for file in filter(Path.is_file, files):
        copies.append(Path(folder, file.relative_to(cache_folder())))
        copies[-1].parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copies[-1])
    return copies


def main(words):
    if len(words) != 1:
        sys.exit("Name one folder: python tools/classroom.py FOLDER")
    folder = words[0]
    torch = pinned("torch", [LOCK])
    if not download(folder, "--retries", "0", "--index-url", CPU_INDEX, torch):
        print("PyTorch's own index does not answer: taking the torch that pip finds, which may be a large one.")
    if not download(folder, "--requirement", str(LOCK)):
        sys.exit("Not all packages could be downloaded: check the network, then type the same command again.")
    print(f"{folder} holds the packages and {len(letters(folder))} files of letters.")


if __name__ == "__main__":
    main(sys.argv[1:])
