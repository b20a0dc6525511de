"""How many threads small networks get."""
import contextlib


@contextlib.contextmanager
def one_thread():
    """Context in which torch uses one thread: networks of this size are so small that several threads wait for each other."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
