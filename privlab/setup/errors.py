"""The one error of this room."""


class SetupError(Exception):
    """What stands in the way, and what to do about it: one sentence for the reader, without a traceback."""
