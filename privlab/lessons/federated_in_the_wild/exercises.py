"""Exercises of lesson 54: unbiased weights, an average through a secure sum, scores before learning, a repair of
three parts.
"""

import numpy as np

from privlab.lab.exercise import Quiz, exercise


@exercise(
    "Over many rounds a device is drawn `draws * probability` times a round. What weight makes its expected part "
    "`count / total`?",
    "Expected part = draws * probability * weight. Solve for the weight.",
    "Return count / total / (probability * draws).",
)
def weigh(count, probability, draws, total):
    return count / total / (probability * draws)


@weigh.check
def _(answer, verdict):
    """20 federations, fixed seed; the expectation is exact, so that a right answer always passes."""
    rng = np.random.default_rng(54)
    for _ in range(20):
        counts = rng.integers(1, 500, 6)
        probabilities = rng.dirichlet(np.ones(6))
        draws = int(rng.integers(1, 5))
        weights = [
            answer(int(count), float(probability), draws, int(counts.sum()))
            for count, probability in zip(counts, probabilities)
        ]
        if not all(isinstance(weight, (int, float, np.number)) for weight in weights):
            return verdict.wrong(f"a weight is a number, yours was {weights[0]!r}")
        parts = draws * probabilities * np.array(weights, dtype=float)
        wanted = counts / counts.sum()
        if not np.allclose(parts, wanted):
            worst = int(np.abs(parts - wanted).argmax())
            return verdict.wrong(
                f"a device with {counts[worst]} of {counts.sum()} letters, probability {probabilities[worst]:.3f} and "
                f"{draws} draws has an expected part of {parts[worst]:.3f}, and {wanted[worst]:.3f} of the "
                "letters"
            )
    return verdict.right("whoever is preferred counts less each time: in the mean it is the average of all letters")


@exercise(
    "A model that has learnt letters knows them better than new ones. When are the letters of a period still new?",
    "For each period: score first, then learn, then forget. Keep the results of score alone.",
    "results = []; for batch in periods: results.append(score(batch)); learn(batch). Return results.",
)
def follow(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
    return results


class _Batch:
    """The letters of one period, of which a check can see whether anybody still holds them."""

    def __init__(self, number):
        self.number = number


@follow.check
def _(answer, verdict):
    """Four periods; nothing is random."""
    import weakref

    learnt, alive, kept = [], [], []

    def score(batch):
        return (90 if batch.number in learnt else 50, 100)

    def learn(batch):
        learnt.append(batch.number)

    def periods():
        for number in range(4):
            batch = _Batch(number)
            alive.append(weakref.ref(batch))
            yield batch
            del batch
            if number:
                kept.append(sum(reference() is not None for reference in alive[:-1]))

    results = answer(periods(), score, learn)
    if not isinstance(results, list) or len(results) != 4:
        return verdict.wrong(f"four periods give a list of four results, yours was {results!r}")
    if learnt != [0, 1, 2, 3]:
        return verdict.wrong(
            f"of the periods 0 to 3 the model learnt {learnt or 'none'}: it learnt nothing new from the others"
        )
    if any(result != (50, 100) for result in results):
        return verdict.wrong(
            "the score of a period comes from letters that the model has just learnt: 90 of 100 right, and of "
            "new ones 50"
        )
    if any(kept):
        return verdict.not_private(
            f"when the last period came, the letters of {kept[-1]} past ones were still there: they were to be deleted"
        )
    return verdict.right("each score is of letters the model had not seen, and no letter outlives its period")


@exercise(
    "The average by counts is a quotient of two sums: of count * update, and of counts. A sum is what a secure sum "
    "gives.",
    "Let each device send one vector: its update times its count, and the count as one more number at the end.",
    "total = secure_sum([np.append(count * update, count) for update, count in devices]); "
    "return total[:-1] / total[-1]",
)
def average(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    return total[:-1] / total[-1]


@average.check
def _(answer, verdict):
    """Three federations, fixed seed: a right answer always passes."""
    rng = np.random.default_rng(7)
    for size in (2, 5, 9):
        devices = [(rng.normal(size=4), int(rng.integers(1, 400))) for _ in range(size)]
        in_the_clear, summed = [], []

        def secure_sum(vectors):
            vectors = [np.asarray(vector, dtype=float) for vector in vectors]
            summed.append(len(vectors))
            return sum(vectors[1:], vectors[0])

        def tell(value):
            in_the_clear.append(value)
            return value

        wanted = np.average([update for update, _ in devices], axis=0, weights=[count for _, count in devices])
        result = np.asarray(answer(list(devices), secure_sum, tell), dtype=float)
        if result.shape != wanted.shape or not np.allclose(result, wanted):
            return verdict.wrong(
                f"of {size} devices with counts {[count for _, count in devices]} the average by counts is "
                f"{wanted.round(2)}, yours {result.round(2)}"
            )
        if in_the_clear:
            first = in_the_clear[0]
            said = int(first) if np.ndim(first) == 0 else np.round(first, 2)
            return verdict.not_private(
                f"{said} was told to the server in the clear; a secure sum can carry the counts too"
            )
        if not summed:
            return verdict.not_private("the average came about without a message: somebody must have had all updates")
        if min(summed) < size:
            return verdict.not_private(
                f"a sum over {min(summed)} of {size} devices was opened: the sum of one device is what "
                "it sent, and sums over parts can be subtracted from each other"
            )
    return verdict.right("the server learns the average and how many letters there are in all, of nobody how many")


@exercise(
    "Who claims 10,000 letters has the weight of a hundred. How much weight may anybody have, whatever is claimed?",
    "Cut each update to the length `norm`, and let each device count the same: then no claim matters.",
    "lengths = np.linalg.norm(updates, axis=1, keepdims=True); "
    "return (updates * np.minimum(1, norm / np.maximum(lengths, 1e-12))).mean(axis=0)",
)
def repair(updates, claims, norm):
    lengths = np.linalg.norm(updates, axis=1, keepdims=True)
    return (updates * np.minimum(1, norm / np.maximum(lengths, 1e-12))).mean(axis=0)


@repair.check
def _(answer, verdict):
    """20 devices, fixed seed: a right answer always passes. Honest updates first, then a Byzantine one in two ways."""
    rng = np.random.default_rng(9)
    updates, claims = rng.normal(size=(20, 8)), rng.integers(5, 100, 20).astype(float)
    norm = float(np.linalg.norm(updates, axis=1).max())
    result = np.asarray(answer(updates.copy(), claims.copy(), norm), dtype=float)
    if result.shape != (8,):
        return verdict.wrong(f"20 updates of 8 numbers make one of 8, yours has the shape {result.shape}")
    before = {
        "claims 10,000 letters": (updates, np.where(np.arange(20) == 3, 10_000, claims)),
        "sends an update a hundred times as long": (
            np.where(np.arange(20)[:, None] == 3, 100 * updates, updates),
            claims,
        ),
    }
    for what, (sent, said) in before.items():
        moved = np.linalg.norm(np.asarray(answer(sent.copy(), said.copy(), norm)) - result)
        if moved > 2.001 * norm / 20:
            return verdict.wrong(
                f"device 3 {what}: the result moves by {moved:.2f}, and one of 20 devices with updates of at "
                f"most {norm:.2f} may move it by {2 * norm / 20:.2f}"
            )
    if not np.allclose(result, updates.mean(axis=0)):
        return verdict.wrong("updates shorter than the norm are to stay as they are, and every device counts the same")
    long = np.where(np.arange(20)[:, None] == 3, 3 * updates, updates)
    cut = np.where(np.arange(20)[:, None] == 3, updates * norm / np.linalg.norm(updates[3]), updates)
    if not np.allclose(answer(long.copy(), claims.copy(), norm), cut.mean(axis=0)):
        return verdict.wrong(
            "an update that is too long is to be cut to the norm and not left out: an honest device may send one"
        )
    return verdict.right("a claim changes nothing, and no device moves the model by more than its part")


quiz1 = Quiz(
    id="federated_in_the_wild.quiz1",
    question="Devices are called by activity, and their updates go through a secure sum. What does somebody learn "
    "who sees only "
    "which device is called?",
    options=(
        ("Nothing: the sum hides the updates.", False, "It hides what was sent, not who was asked."),
        (
            "Roughly how many letters each device has.",
            True,
            "After 200 rounds the heaviest tenth stands out almost surely.",
        ),
        (
            "The letters of the devices that are called often.",
            False,
            "The list of calls holds no letter and no update.",
        ),
    ),
)


quiz2 = Quiz(
    id="federated_in_the_wild.quiz2",
    question="Why does a server that clips every update still fall to the device that claims 10,000 letters?",
    options=(
        (
            "Because the clip was too large.",
            False,
            "The attacker stays at the norm: a smaller clip makes all updates smaller.",
        ),
        ("Because it is called in every round.", False, "It is, but with equal weights it has one voice of twenty."),
        (
            "Because clipping bounds a length, and the claim buys weight.",
            True,
            "The weighted mean is nearly its update alone; the others hardly count.",
        ),
    ),
)
