"""Language: assistants that learn commands, what their weights remember, and whom words favour (lessons 61 to 63).

Words are rows of a vocabulary: a text is int64 [n, length], a word's vector float [d]. Many small models of one shape
stand in a stack, whose arrays begin with an axis of models. A skew is planted: how much more often men hold a job.
PAIRS of gender words, such as he and she, are exchanged where roles are reversed.

assistant      commands with intents and tags; a secret planted in them, and read out of the weights again.
fairness       whom word vectors and classifiers favour, how sure a test may be, and what repairs change.
role_reversal  a language model that takes a nurse for a she, and students that learn from the reversed world.
"""

from privlab.text import assistant, fairness, role_reversal
from privlab.text.role_reversal.corpus import PAIRS

__all__ = ["PAIRS", "assistant", "fairness", "role_reversal"]
