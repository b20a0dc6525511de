"""What is said to hide a canary, and what it costs: defenses in training, and the attacker who knows them (lesson 61)."""
import numpy as np

from privlab.text.canaries import planted
from privlab.text.commands import Commands
from privlab.text.learning import train
from privlab.text.private_tagger import train_privately

EPOCHS = 20
# what each defense changes in `train`; the first three together are what the paper says all but removes the secret
DEFENSES = {
    "none": {},
    "dropout": {"dropout": 0.5},
    "early": {"epochs": 5},
    "characters": {"characters": 30},
    "combined": {"dropout": 0.5, "epochs": 8, "characters": 30},
    "decay": {"decay": 1.0},
}


def defended(defense, codes, repetitions, seed, deduplicate=False):
    """Assistants trained with a defense, `Taggers`, each on a training set with its own code planted.

    defense : a key of DEFENSES.  codes : whole numbers [models, 4].  repetitions : an int, or one for each model.
    seed : whole number.  deduplicate : whether repeated commands are left out first.
    Raises ValueError for a defense that is not there.
    """
    if defense not in DEFENSES:
        raise ValueError(f"there is no defense {defense!r}; there are {', '.join(DEFENSES)}")
    data = planted(codes, repetitions, seed)
    return train(deduplicated(data) if deduplicate else data, seed + 1, **{"epochs": EPOCHS, **DEFENSES[defense]})


def defended_privately(codes, repetitions, seed, noise, size, steps, batch, deduplicate=False):
    """Assistants trained by DP-SGD, `Taggers`; arguments as in `defended` and `train_privately`."""
    data = planted(codes, repetitions, seed, size)
    return train_privately(deduplicated(data) if deduplicate else data, seed + 1, noise, steps, batch)


def deduplicated(data):
    """The training sets without any command's second copy, `Commands`, cut to the size of the smallest.

    data : `Commands`, a stack [models, n, ...]. Two commands are copies when all their words are equal: one that says the
    same in other words stays.
    Source: Lee et al. (2022); Kandpal, Wallace and Raffel (2022), for the text of language models.
    """
    first = [np.sort(np.unique(words, axis=0, return_index=True)[1]) for words in data.words]
    keep = np.array([places[:min(map(len, first))] for places in first])
    return Commands(*(part[np.arange(len(keep))[:, None], keep] for part in data))


def calibrated(losses, shadow_losses):
    """How much likelier each code is than to assistants that never saw it, floats [models, codes], less is likelier.

    The attacker trains shadow models with secrets of their own and takes off what they find likely anyway.
    losses : floats [models, codes].  shadow_losses : floats [shadows, codes].
    Source: Carlini et al. (2022) calibrate membership so; on canaries it is our reading.
    """
    return np.log(losses) - np.log(shadow_losses).mean(0)
