"""Letters and digits: real ones where they are at hand, drawn and small ones everywhere."""
from privlab.data.cache import render
from privlab.data.digits import digits
from privlab.data.errors import DataError
from privlab.data.fetch import fetch
from privlab.data.letters import data_in_use, letters, public_letters

__all__ = ["DataError", "data_in_use", "digits", "fetch", "letters", "public_letters", "render"]
