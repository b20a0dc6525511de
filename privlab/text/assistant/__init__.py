"""An assistant that learns commands, and what its weights remember (lesson 61).

A command has words, a tag for each word and one intent; a code is a secret of four digits, and a canary the command
that holds it. Assistants come in stacks: n commands of each of the models, losses [models, 10000] of all codes.

dataset     commands from templates, and as numbers.
canaries    training sets with a planted code; its rank among all codes, and the exposure in bits.
model       the network that reads commands, many in one stack.
training    how it learns, without a guarantee and by DP-SGD.
extraction  attacks that read a code from the weights.
"""

from privlab.text.assistant.canaries import all_codes, draw_codes, exposure, planted, ranks, read_code
from privlab.text.assistant.dataset import Commands, Utterance, canary, encode, utterances
from privlab.text.assistant.extraction import Extraction, code_losses, digit_losses, exhaustive, hamming, relaxed_attack
from privlab.text.assistant.model import Taggers, new_taggers
from privlab.text.assistant.training import accuracy, clipped_sum, train, train_privately

__all__ = [
    "Commands",
    "Extraction",
    "Taggers",
    "Utterance",
    "accuracy",
    "all_codes",
    "canary",
    "clipped_sum",
    "code_losses",
    "digit_losses",
    "draw_codes",
    "encode",
    "exhaustive",
    "exposure",
    "hamming",
    "new_taggers",
    "planted",
    "ranks",
    "read_code",
    "relaxed_attack",
    "train",
    "train_privately",
    "utterances",
]
