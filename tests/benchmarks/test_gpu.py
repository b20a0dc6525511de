"""The benchmark of a GPU: what it does without one, and where memory or time are short."""

import subprocess
import sys

import numpy as np
import pytest

from benchmarks import gpu
from privlab.data.types import Pictures, Split
from tests.fl.made_up_letters import made_up
from tests.house.modules import ROOT

LETTERS = Split(made_up(500, 1), made_up(300, 2))


@pytest.fixture
def made_up_letters(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")
    monkeypatch.setattr(gpu, "letters_at_hand", lambda: LETTERS)


def quick(letters, seed, there):
    """A part that takes no time."""
    found = yield from gpu.side_by_side("quick", lambda: 7, there, letters.source)
    assert found == {"cpu": 7}


def test_without_a_gpu_the_cpu_s_seconds_stand_alone(made_up_letters, monkeypatch, capsys):
    monkeypatch.setattr(gpu, "PARTS", (gpu.Part("quick", 0.1, 1, quick),))
    ours, cpu = gpu.run()
    assert (ours["name"], ours["value"], ours["reference"]) == ("gpu_quick_seconds", None, cpu["value"])
    assert cpu["name"] == "gpu_quick_seconds_cpu" and 0 <= cpu["value"] < 1 and cpu["data"] == "drawn"
    said = capsys.readouterr().err
    assert "no GPU that torch can use" in said and "quick: up to 0.1 GiB and 1 s" in said


def test_what_there_is_no_time_memory_or_package_for_is_left_out_and_named(made_up_letters, monkeypatch, capsys):
    def lacking(letters, seed, there):
        raise ImportError("No module named 'scipy'")
        yield

    parts = (gpu.Part("long", 0.1, 90, quick), gpu.Part("lacking", 0.1, 1, lacking), gpu.Part("quick", 0.1, 1, quick))
    monkeypatch.setattr(gpu, "PARTS", parts)
    assert len(list(gpu.run(minutes=1))) == 2
    said = capsys.readouterr().err
    assert "long: left out, it may take 90 s, and 60 s are left" in said and "lacking: left out, No module" in said
    import torch

    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (2**30, 2**40))
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda: None)
    assert gpu._left_out(gpu.Part("large", 4, 1, quick), 60, there=True) == (
        "it may take 4 GiB, and 1.0 GiB of the GPU are free"
    )


def test_letters_that_come_back_are_counted_byte_for_byte():
    truth = LETTERS.test.images[:3]
    pictures = truth[[2, 0]] / 255
    pictures[0, 3, 3] += 2 / 255
    assert gpu.exact(pictures, truth) == 1 and gpu.exact(truth / 255 + 1e-4, truth) == 3


@pytest.mark.slow
@pytest.mark.parametrize("part", ["matching", "imprint", "private steps", "shadows"])
def test_every_part_comes_to_something_on_the_cpu(part, made_up_letters, monkeypatch):
    for name, few in (("STEPS", 2), ("SHADOWS", 2), ("ASKED", 200)):
        monkeypatch.setattr(gpu, name, few)
    (work,) = (each.work for each in gpu.PARTS if each.name == part)
    figures = list(work(LETTERS, 1, False))
    assert figures[0]["value"] is None and figures[1]["value"] > 0 and all(each["unit"] for each in figures)
    exact = [each for each in figures if "exact" in each["name"]]
    assert all(each["value"] > 0.9 * int(each["unit"].split()[-1]) for each in exact)


def test_handwriting_needs_no_font_and_no_package():
    """Neither benchmark nor letters load what a bare machine lacks."""
    code = (
        "import sys; import benchmarks.gpu as gpu; gpu.WRITERS = gpu.TEST_WRITERS = 1\n"
        "from privlab.data import emnist_letters; from types import SimpleNamespace\n"
        "emnist_letters.data_in_use = lambda: SimpleNamespace(source='drawn')\n"
        "assert len(gpu.letters_at_hand().test) == 52\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    heavy = {"HersheyFonts", "platformdirs", "filelock", "IPython", "matplotlib", "cryptography", "nacl", "sklearn"}
    assert not heavy & set(done.stdout.split())


def test_real_letters_are_taken_where_they_are(monkeypatch):
    from types import SimpleNamespace

    from privlab.data import emnist_letters

    real = Split(*(Pictures(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8), None, "emnist") for _ in range(2)))
    monkeypatch.setattr(emnist_letters, "data_in_use", lambda: SimpleNamespace(source="emnist"))
    monkeypatch.setattr(emnist_letters, "letters", lambda: real)
    assert gpu.letters_at_hand() is real
