"""The course's attackers, each run against what three clinics chose (lesson 90). Everything seeded here is for show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from privlab.arrays import Booleans, Floats, Images, Integers, Letters
from privlab.device import one_thread
from privlab.dp.audit import Audit, lower_bound
from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.metrics import RECOVERED, matched
from privlab.fl.gradients.models import dense_network
from privlab.fl.imprint import planted_layer
from privlab.fl.imprint.adaptive import steal
from privlab.fl.secagg.additive import as_gradient
from privlab.fl.simulation.client_selection import calls, selection_probabilities, watcher_score
from privlab.lessons.capstone.scenario import CLINICS, ROUNDS, Choice, Clinics, public_features
from privlab.lessons.capstone.training import HIDDEN, Dense, Head, follow, train
from privlab.ml.dpsgd.ghost_clipping import bookkept_sum
from privlab.ml.membership.attacks import in_turn, likelihood_ratios, log_odds
from privlab.ml.membership.metrics import advantage
from privlab.mpc.additive import add_vectors, share_vector
from privlab.mpc.fixed_point import decode, encode

BITS, LARGEST, PLANTED = 40, 16, 300  # digits after the point; letters that are tried to be inverted, and to be sorted
POOL, SHADOWS = 200, 8
HONEST = 2  # of the three clinics: the third may take its own noise off again


@dataclass(frozen=True)
class Loot:
    """What an attack on pictures brought: which of the true letters came back [n], the pictures, and the truth."""

    back: Booleans
    pictures: Images
    truth: Letters


def attacked_letters(
    choice: Choice, clinics: Clinics, rng: np.random.Generator, *, most: int | None = None
) -> list[Integers]:
    """The indices of the letters that are attacked, tablet by tablet: with "plain" those of the called tablet that
    brings the fewest, since the server picks its victim; else a whole round's.

    most  about how many letters of a sum are attacked; the tablets beyond are left out of it.
    """
    used, _ = clinics.round(choice, rng)
    used = [min(used, key=len)] if choice.aggregation == "plain" else used
    within = int(np.searchsorted(np.cumsum([len(letters) for letters in used]), most or np.inf))
    return used[: max(1, within)]


def what_the_server_sees(choice: Choice, updates: Sequence[Floats], rng: np.random.Generator) -> tuple[Floats, float]:
    """One tablet's update, or the sum of all and the noise in it: [numbers] and a standard deviation.

    updates  [clients, numbers].  With "plain" the update bears no noise, since the noise is the server's own.
    With "secure sum" each is cut into three shares, the clinics add up what they hold, and the server sees the three
    sums' sum.
    Not secure because the noise is seeded, and floats: a release takes the shares of
    `privlab.fl.secagg.distributed_dp`.
    """
    if choice.aggregation == "plain":
        return np.asarray(updates[0]), 0.0
    held = np.zeros((CLINICS, len(updates[0])), np.uint64)
    for update in updates:
        held += share_vector(encode(update, BITS, parties=len(updates)), CLINICS)
    noise = choice.noise_std * rng.standard_normal(len(updates[0]))
    return decode(add_vectors(held), BITS) + noise, choice.noise_std


@one_thread()
def invert(choice: Choice, clinics: Clinics, rng: np.random.Generator) -> Loot:
    """The `Loot` of the exact inversion: of one tablet's update where it lies open, else of the sum.

    A tablet that holds public features sends no gradient of a layer that sees pixels: nothing comes back then.
    """
    used = attacked_letters(choice, clinics, rng)
    truth = clinics.images[np.concatenate(used)]
    if choice.public_start or len(truth) > 10 * LARGEST:  # hopeless: no more than sixteen are tried
        return _loot(np.zeros((0, 28, 28)), truth)
    model = dense_network(int(rng.integers(2**31)), hidden=HIDDEN)
    seen, _ = what_the_server_sees(choice, [_sum(model, letters, choice, clinics) for letters in used], rng)
    return _loot(
        invert_relu_layer(as_gradient(seen, model), model, rng, max_samples=LARGEST, sets=20_000).images, truth
    )


@one_thread()
def plant(choice: Choice, clinics: Clinics, rng: np.random.Generator) -> Loot:
    """The `Loot` of a planted layer, amplified a thousand times and read by one who knows max norm and noise.

    It has two neurons for each letter, at least 144. Of a sum of many, about 300 letters are attacked.
    """
    used = attacked_letters(choice, clinics, rng, most=PLANTED)
    truth = clinics.images[np.concatenate(used)]
    if choice.public_start:
        return _loot(np.zeros((0, 28, 28)), truth)
    plan = planted_layer.plan(clinics.test_images, bins=max(144, 2 * len(truth)) // 3, groups=3, rng=rng)
    model = planted_layer.network(plan, rng, amplification=1000)
    seen, noise_std = what_the_server_sees(choice, [_sum(model, letters, choice, clinics) for letters in used], rng)
    stolen = steal(as_gradient(seen, model), plan, noise_std)
    return Loot(stolen.recovered(truth), stolen.nearest(truth), truth)


@one_thread()
def recognise(choice: Choice, clinics: Clinics, rng: np.random.Generator) -> tuple[Booleans, int]:
    """Which of a round's letters are recognised by one who has them in a list [n], and how many of 800 strangers are.

    The gradient of a last layer is a sum of (features of a letter) x (its error): it spans the features of all its
    letters, of 25 at most, and no others. So a suspect whose features lie in the span was there.
    """
    used, model = attacked_letters(choice, clinics, rng), Head(clinics)
    updates = [model.clipped_sum(letters, choice.max_norm).double().cpu().numpy() for letters in used]
    seen, noise_std = what_the_server_sees(choice, updates, rng)
    left, values, _ = np.linalg.svd(seen.reshape(-1, 26), full_matrices=False)
    noise_alone = noise_std * (len(left) ** 0.5 + 26**0.5)
    span = left[:, values > max(1e-6 * values[0], 1.5 * noise_alone)]

    def inside(rows):
        rows = rows.double().cpu().numpy()
        return np.linalg.norm(rows - rows @ span @ span.T, axis=1) < 0.05

    return inside(clinics.rows[np.concatenate(used)]), int(inside(clinics.test_rows).sum())


@one_thread()
def membership(
    choice: Choice, clinics: Clinics, rng: np.random.Generator, *, noise_std: float | None = None, worst: bool = True
) -> float:
    """The advantage of the likelihood-ratio attack on the model as it is released, 0..1.

    Eight models are trained, each on the letters that its own coins name, and attacked in turn with the others as its
    shadows, who do not see those coins. Of a letter that all seven of them hold, or none does, the attacker learns
    nothing: 1 of 64. Where only the letter read is released, the attacker is told no more than right or wrong.
    noise_std  as of `train`.
    worst      whether about 100 of 200 letters are trained on alone, all in all 30 rounds. That is the worst case which
               the budget covers, and not what the clinics do; with False each model is trained as they do, on about
               half of each tablet's letters.
    """
    labels = clinics.test_labels[:POOL] if worst else clinics.labels
    inside = rng.random((SHADOWS, len(labels))) < 0.5
    released = []
    for number, members in enumerate(inside):
        if worst:
            model = (Head if choice.public_start else Dense)(clinics)
            model.hold(clinics.test_images[:POOL], labels, clinics.test_rows[:POOL])
            rounds = [(np.flatnonzero(members), False)] * ROUNDS
            follow(model, rounds, choice, len(labels) / 2, seed=number, noise_std=noise_std)
            scores = model.scores()[:POOL]
        else:
            sizes = np.array([members[clinics.letters_of(tablet)].sum() for tablet in range(len(clinics.sizes))])
            half = replace(clinics, images=clinics.images[members], labels=labels[members], sizes=sizes)
            scores = train(choice, half, seed=number, noise_std=noise_std).scores(clinics.images)
        released.append(scores.cpu().numpy())
    scores = np.array(released)
    odds = log_odds(scores, labels) if choice.released != "letters" else (scores.argmax(2) == labels).astype(float)
    return advantage(in_turn(_where_known, odds, inside), inside)


def _where_known(own, shadows, members):
    """The likelihood ratios [n], 0 for a letter that all shadow models hold, or none."""
    known = members.any(axis=0) & ~members.all(axis=0)
    ratios = np.zeros(len(own))
    ratios[known] = likelihood_ratios(own[known], shadows[:, known], members[:, known])
    return ratios


def audit_noise(*, max_norm: float, noise_std: float, rng: np.random.Generator, honest: int = HONEST) -> Audit:
    """An `Audit` of a training's noise: one letter as loud as the max norm, in every round or in none, and the sum of
    what came.

    noise_std  of each clinic's share of the noise in a round.
    honest     how many clinics' shares stay; the others side with the auditor.
    """

    def releases(present, count, rng):
        shares = noise_std * rng.standard_normal((count, ROUNDS, honest))
        return (present * max_norm + shares.sum(axis=2)).sum(axis=1)

    return lower_bound(releases, 0.0, 1.0, samples=8_000, seed=int(rng.integers(2**31)))


def watch(choice: Choice, clinics: Clinics, rng: np.random.Generator) -> float:
    """How well a watcher of the calls tells the busiest tenth of the tablets, 0..1; 0.5 is a guess; mean of 20
    trainings.
    """
    probabilities = selection_probabilities(clinics.sizes, float(choice.selection == "activity"))
    called = [calls(probabilities, rng, rounds=ROUNDS, count=choice.clients) for _ in range(20)]
    return float(np.mean([watcher_score(clinics.sizes, counts) for counts in called]))


def _sum(model, indices, choice, clinics):
    """The clipped sum of some letters' gradients, [numbers]."""
    import torch

    like = next(model.parameters())
    pixels = torch.as_tensor(clinics.images[indices] / 255)[:, None].to(like)
    parts = bookkept_sum(model, pixels, torch.as_tensor(clinics.labels[indices]).to(like.device), choice.max_norm)
    return np.concatenate([part.cpu().numpy().ravel() for part in parts])


def _loot(pictures, truth):
    pictures = np.clip(np.nan_to_num(pictures), 0, 1)
    return Loot(
        matched(pictures, truth)[0] < RECOVERED if len(pictures) else np.zeros(len(truth), bool), pictures, truth
    )


LEARNED, UPDATES = 3_000, 60  # public letters; updates that are drawn from


@one_thread()
def outlines(choice: Choice, clinics: Clinics, rng: np.random.Generator) -> tuple[Images, Letters, Booleans]:
    """Pictures drawn from sixty updates of one letter each, the true letters, and whether each picture names its
    letter.

    choice  with a public start, "plain" and a batch of 1.  The pictures are [60, 28, 28] from 0 to 1; a letter is named
            when of all letters on the tablets it is the one next to the picture.
    The map from features to pixels is ridge regression on public letters. The update is features times error, of rank
    1: its first left singular vector is the features, up to a sign that their constant column tells.
    Raises ValueError for a choice whose updates are not of one letter.
    """
    from privlab.data.emnist_letters import cached

    if not choice.public_start or choice.batch != 1 or choice.aggregation != "plain":
        raise ValueError(
            "outlines are drawn from the update of one letter: take a plain choice with a public start and a batch of "
            f"1, got {choice}"
        )
    public = cached("public").images[:LEARNED]
    rows, pixels = public_features()[0].rows(public).double().cpu().numpy(), public.reshape(len(public), -1) / 255
    mean, weight = pixels.mean(axis=0), 1e-3 * np.eye(rows.shape[1])
    to_pixels = np.linalg.solve(rows.T @ rows + weight, rows.T @ (pixels - mean))
    model = Head(clinics)
    indices = np.array([attacked_letters(choice, clinics, rng)[0][0] for _ in range(UPDATES)])
    features = np.array([_features(model.clipped_sum([index], choice.max_norm)) for index in indices])
    pictures = np.clip(features @ to_pixels + mean, 0, 1)
    own = clinics.images.reshape(len(clinics.images), -1) / 255
    apart = (own**2).sum(axis=1) - 2 * pictures @ own.T  # squared distances, but for the pictures' own lengths
    return pictures.reshape(-1, 28, 28), clinics.images[indices], apart.argmin(axis=1) == indices


def _features(update):
    """The features of the one letter in an update [numbers] of a last layer."""
    features = np.linalg.svd(update.double().cpu().numpy().reshape(-1, 26), full_matrices=False)[0][:, 0]
    return features * np.sign(features[-1])
