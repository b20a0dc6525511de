"""Letters and digits: real ones where they are at hand, drawn and small ones everywhere.

n letters; images uint8 [n, 28, 28], white ink 255 on black 0; labels [n], 0 to 25 for a to z; writers [n].

letters, public_letters, digits     what a lesson reads: a `Split` of `train` and `test`, or `Pictures`
data_in_use, fetch, render          which letters these are, real ones fetched, drawn ones made
pictures                            letters as pictures, for the figures of several lessons
letter_from_strokes                 a letter of the reader's own, of the strokes of a pen
drawn                               how letters are drawn: glyphs, fonts, writers, rasterizer
"""

from privlab.data import pictures
from privlab.data.digit_images import digits
from privlab.data.drawn_cache import render
from privlab.data.emnist_download import fetch
from privlab.data.emnist_letters import data_in_use, letters, public_letters
from privlab.data.own_letter import letter_from_strokes
from privlab.data.types import DataError

__all__ = [
    "pictures",
    "DataError",
    "data_in_use",
    "digits",
    "fetch",
    "letter_from_strokes",
    "letters",
    "public_letters",
    "render",
]
