"""What goes wrong with data, said in one sentence."""


class DataError(RuntimeError):
    """Data that is missing, broken or cannot be fetched; the message is one sentence that says what to do."""
