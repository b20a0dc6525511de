"""One core for small matrices: a second one costs more than it gives."""
from contextlib import contextmanager


@contextmanager
def one_thread():
    """A context in which torch uses one core; what was set before comes back at its end."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
