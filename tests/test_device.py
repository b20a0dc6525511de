"""The device in use, and what happens when a GPU has no memory left."""
import pytest
import torch

from privlab import device


@pytest.fixture
def gpu(monkeypatch):
    """A machine that says it has a GPU."""
    monkeypatch.setenv("PRIVLAB_DEVICE", "")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)


def test_the_cpu_can_be_asked_for(gpu, monkeypatch):
    assert device.device() == "cuda"
    monkeypatch.setenv("PRIVLAB_DEVICE", "CPU")
    assert device.device() == "cpu"


def test_a_gpu_without_memory_is_left_with_one_sentence(gpu, capsys):
    used = []

    @device.cpu_when_full
    def work(number):
        used.append(device.device())
        if used[-1] == "cuda":
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return 2 * number

    assert work(4) == 8 and used == ["cuda", "cpu"]
    assert capsys.readouterr().err == "The GPU has no memory left: from here on everything is computed on the CPU.\n"
    assert work(5) == 10 and used[2:] == ["cpu"]


def test_another_error_is_not_hidden(gpu):
    @device.cpu_when_full
    def work():
        raise ValueError("no letters")

    with pytest.raises(ValueError, match="no letters"):
        work()
