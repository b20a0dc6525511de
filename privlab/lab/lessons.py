"""The lessons of the course, in order: the one list that the map, `start`, `progress` and the doctor read."""

from typing import NamedTuple


class Lesson(NamedTuple):
    """One lesson: `name` of its files, `title`, counted `minutes` (see its test), whether it reads `letters`, packages
    it needs.
    """

    name: str
    title: str
    minutes: int
    letters: bool = False
    requires: tuple = ()

    @property
    def number(self) -> str:
        """The two digits that open the name, "11" for `11_raises`."""
        return self.name[:2]

    @property
    def topic(self) -> str:
        """The name without its number, which names its folder in `privlab.lessons`: "raises" for `11_raises`."""
        return self.name[3:]


LESSONS = (
    Lesson("00_start_here", "Start here", 20),
    Lesson("11_raises", "Four raises and no secrets told", 65, requires=("mpyc",)),
    Lesson("12_what_a_result_reveals", "What a result reveals", 65, letters=True, requires=("mpyc", "nacl")),
    Lesson("13_when_a_party_cheats", "When a party cheats", 80, requires=("mpyc", "nacl")),
    Lesson("21_randomized_response", "A poll nobody can hold against you", 55, requires=("opendp",)),
    Lesson("22_laplace_mechanism", "Noise that keeps a promise", 65, requires=("opendp",)),
    Lesson("23_composition_and_selection", "Every answer costs", 75, requires=("mpyc", "dp_accounting", "opendp")),
    Lesson("24_reconstruction", "Counts that give the table back", 75, requires=("sklearn",)),
    Lesson("31_circuits_and_depth", "Computing on what you cannot read", 75, requires=("tenseal",)),
    Lesson("32_encrypted_training", "Training on pictures nobody sees", 75, requires=("tenseal",)),
    Lesson("41_membership_inference", "Was your letter in the training set?", 85, letters=True, requires=("torch",)),
    Lesson(
        "42_private_training",
        "Learning from letters without keeping any",
        100,
        letters=True,
        requires=("torch", "opacus"),
    ),
    Lesson("51_gradient_inversion", "Letters stolen from gradients", 90, letters=True, requires=("torch",)),
    Lesson(
        "52_secure_aggregation", "The sum and nothing but the sum", 80, letters=True, requires=("torch", "cryptography")
    ),
    Lesson(
        "53_global_model_attack",
        "The model that sorts its clients' letters",
        80,
        letters=True,
        requires=("torch", "cryptography"),
    ),
    Lesson(
        "54_federated_in_the_wild",
        "Devices as they are",
        75,
        letters=True,
        requires=("torch", "sklearn", "cryptography"),
    ),
    Lesson(
        "55_beyond_one_machine",
        "Beyond one machine",
        75,
        letters=True,
        requires=("flwr", "cryptography", "dp_accounting"),
    ),
    Lesson("61_canary_extraction", "The PIN in the weights", 65, requires=("torch",)),
    Lesson("62_measuring_fairness", "Fair words and unfair answers", 80, requires=("torch",)),
    Lesson("63_role_reversal", "A nurse may be he, a queen is she", 60, requires=("torch",)),
    Lesson("90_capstone", "Three clinics and one reader", 70, requires=("torch", "cryptography")),
)


def lesson(name: str) -> Lesson:
    """The lesson of that name (`11_raises`, or its number `11`). Raises ValueError for a name not on the map."""
    for known in LESSONS:
        if name in (known.name, known.number):
            return known
    raise ValueError(f"there is no lesson {name!r}; the lessons are {', '.join(known.name for known in LESSONS)}")
