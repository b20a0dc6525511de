"""Letters and digits: real ones where they are at hand, drawn and small ones everywhere."""

from privlab.data.digit_images import digits
from privlab.data.drawn_cache import render
from privlab.data.emnist_download import fetch
from privlab.data.emnist_letters import data_in_use, letters, public_letters
from privlab.data.types import DataError

__all__ = ["DataError", "data_in_use", "digits", "fetch", "letters", "public_letters", "render"]
