"""`course.py data FILE_OR_FOLDER`: the letters of EMNIST in every form in which they lie on people's disks."""

import gzip
import struct
import zipfile

import numpy as np
import pytest

from privlab.data import DataError, letter_files, letters
from privlab.data.emnist_download import MEMBERS
from privlab.data.emnist_letters import KEYS
from tests.data.small_letters import small_letters

STORED = {  # pictures transposed, as the official files have them
    name: array.transpose(0, 2, 1) if array.ndim == 3 else array for name, array in small_letters().items()
}
IDX = {
    MEMBERS[name].removesuffix(".gz"): struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape)
    + array.tobytes()
    for name, array in STORED.items()
}
NAMED = {"x_train": "train_images", "y_train": "train_labels", "x_test": "test_images", "y_test": "test_labels"}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIVLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PRIVLAB_DATA", raising=False)


def npz(folder):
    np.savez(folder / "emnist_letters.npz", **small_letters())
    return folder


def npz_of_other_names(folder):
    np.savez(folder / "mine.npz", **{NAMED[name]: array for name, array in STORED.items()})
    return folder / "mine.npz"


def torchvision(folder, compressed=True):
    raw = folder / "EMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, data in IDX.items():
        file = raw / name.removeprefix("gzip/")
        file.with_name(file.name + ".gz" * compressed).write_bytes(gzip.compress(data) if compressed else data)
    return folder


def unpacked(folder):
    return torchvision(folder, compressed=False) / "EMNIST"


def one_of_the_files(folder):
    return sorted((torchvision(folder) / "EMNIST" / "raw").iterdir())[0]


def official_zip(folder):
    with zipfile.ZipFile(folder / "gzip.zip", "w") as archive:
        archive.writestr("gzip/emnist-byclass-train-images-idx3-ubyte.gz", b"others")
        for name, data in IDX.items():
            archive.writestr(f"{name}.gz", gzip.compress(data))
    return folder / "gzip.zip"


def folder_of_the_zip(folder):
    return official_zip(folder).parent


def kaggle(folder):
    for part in ("train", "test"):
        table = np.column_stack([STORED[f"y_{part}"], STORED[f"x_{part}"].reshape(-1, 784)])
        np.savetxt(folder / f"emnist-letters-{part}.csv", table, fmt="%d", delimiter=",")
    return folder


def matlab(folder):
    io = pytest.importorskip("scipy.io")
    parts = {
        part: {"images": STORED[f"x_{part}"].reshape(-1, 784), "labels": STORED[f"y_{part}"][:, None]}
        for part in ("train", "test")
    }
    io.savemat(folder / "emnist-letters.mat", {"dataset": parts})
    return folder / "emnist-letters.mat"


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [npz, npz_of_other_names, torchvision, unpacked, one_of_the_files, official_zip, folder_of_the_zip, kaggle, matlab],
)
def test_letters_are_taken_into_the_cache_upright(form, tmp_path):
    (tmp_path / "given ö").mkdir()
    path, turned = letter_files.take(form(tmp_path / "given ö"))
    assert turned == ([] if form is npz else ["transposed"])
    found = letters()
    assert found.source == "emnist" and path.parent == tmp_path / "cache"
    assert (found.train.images == small_letters()["x_train"]).all()
    assert (found.test.labels + 1 == small_letters()["y_test"]).all()


def broken_gz(folder):
    file = one_of_the_files(folder)
    file.write_bytes(file.read_bytes()[:100])
    return file


def three_of_four(folder):
    one_of_the_files(folder).unlink()
    return folder


def text(folder):
    (folder / "letters.txt").write_text("abc")
    return folder / "letters.txt"


def no_zip(folder):
    (folder / "gzip.zip").write_bytes(b"PK")
    return folder / "gzip.zip"


def idx_of_floats(folder):
    """Numbers of another kind, whose bytes are as many as those of letters would be."""
    file = sorted((torchvision(folder, compressed=False) / "EMNIST" / "raw").iterdir())[0]
    data = bytearray(file.read_bytes())
    data[2] = 13
    file.write_bytes(bytes(data))
    return file


class Code:
    """What runs when it is read as a pickle."""

    def __reduce__(self):
        return (print, ("code that came with letters has run",))


def npz_with_code(folder):
    arrays = small_letters() | {"y_test": np.array([Code()] * len(small_letters()["y_test"]), dtype=object)}
    np.savez(folder / "emnist_letters.npz", **arrays)
    return folder


def test_three_arrays_of_four_are_none(tmp_path):
    np.savez(tmp_path / "three.npz", **{name: array for name, array in small_letters().items() if name != "y_test"})
    assert letter_files.of_npz((tmp_path / "three.npz").read_bytes()) is None


def test_nothing_in_a_file_is_run(tmp_path, capsys):
    with pytest.raises(DataError, match="an npz with x_train"):
        letter_files.take(npz_with_code(tmp_path))
    assert "has run" not in capsys.readouterr().out


@pytest.mark.parametrize("form", [broken_gz, three_of_four, idx_of_floats, text, no_zip, lambda folder: folder])
def test_what_holds_no_letters_is_told_of_in_a_sentence_and_leaves_the_cache(form, tmp_path):
    (tmp_path / "given").mkdir()
    path = form(tmp_path / "given")
    with pytest.raises(DataError, match="an npz with x_train") as error:
        letter_files.take(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)
    assert not list(tmp_path.glob("cache/*.npz"))


def test_every_array_has_a_name():
    assert set(KEYS) == set(STORED) == set(NAMED)
