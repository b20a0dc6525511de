"""What is said to hide a canary, and what it costs: defenses in training, and the attacker who knows them."""

import numpy as np

from privlab.text.assistant.canaries import planted
from privlab.text.assistant.dataset import Commands
from privlab.text.assistant.training import train

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
    data = planted(codes, repetitions, seed=seed)
    data = deduplicated(data) if deduplicate else data
    return train(data, seed=seed + 1, **{"epochs": EPOCHS, **DEFENSES[defense]})


def deduplicated(data):
    """The training sets without any command's second copy, `Commands`, cut to the size of the smallest.

    data : `Commands`, a stack [models, n, ...]. Two commands are copies when all their words are equal: one that says
    the same in other words stays.
    Source: Lee et al. (2022); Kandpal, Wallace and Raffel (2022), for the text of language models.
    """
    first = [np.sort(np.unique(words, axis=0, return_index=True)[1]) for words in data.words]
    keep = np.array([rows[: min(map(len, first))] for rows in first])
    return Commands(*(part[np.arange(len(keep))[:, None], keep] for part in data))


def calibrated(losses):
    """How much likelier each code is to a model than to the others, floats [models, codes], less is likelier.

    An attacker who trains shadow models with secrets of their own takes off what any model finds likely. Here the other
    models of the stack serve as shadows, which know all other commands: more than an attacker has.
    losses : floats [models, codes] of models whose training sets differ in the secret alone.
    Raises ValueError for fewer than two models.
    Source: Carlini et al. (2022) calibrate membership so; for canaries it is our reading.
    """
    logs = np.log(losses)
    if len(logs) < 2:
        raise ValueError("calibration takes at least two models, one of them as the shadow of the other")
    return logs - logs.mean(0)
