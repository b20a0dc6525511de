"""Letters and digits: real ones where they are at hand, drawn ones everywhere."""
from privlab.data.cache import render
from privlab.data.errors import DataError
from privlab.data.letters import data_in_use, letters, public_letters

__all__ = ["DataError", "data_in_use", "letters", "public_letters", "render"]
