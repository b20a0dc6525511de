"""Many devices: how many letters each has, and how their letters differ (lesson 54)."""

from dataclasses import dataclass

import numpy as np

from privlab.arrays import Integers, Labels, Letters, Rows

PIXELS = 14 * 14
BLOCK = 4096  # pictures that are shrunk at a time, to keep memory small
STRENGTH = 0.1  # of the Dirichlet distribution that differences are drawn from; the smaller, the more they differ


@dataclass(frozen=True)
class Devices:
    """The letters of all devices: rows of the arrays that lie on no server.

    pixels  [n, 196], float32, shrunken pictures (`shrunk`); or commands, where text is learnt.
    rows    [letters], the rows of the first device, then of the second, and so on.
    sizes   [devices], how many rows each has.
    """

    pixels: Rows | Integers
    labels: Labels
    rows: Integers
    sizes: Integers

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def starts(self) -> Integers:
        """Where in `rows` each device's letters begin."""
        return np.cumsum(self.sizes) - self.sizes

    def rows_of(self, device: int) -> Integers:
        """The rows of one device."""
        start = self.starts[device]
        return self.rows[start : start + self.sizes[device]]

    def period(self, number: int, *, periods: int) -> "Devices":
        """The devices as they are in one of several periods of equal length: each has that part of its letters alone.

        number  from 0.  A device may have no letter in a period.
        """
        parts = [
            own[len(own) * number // periods : len(own) * (number + 1) // periods]
            for own in map(self.rows_of, range(len(self)))
        ]
        return Devices(self.pixels, self.labels, np.concatenate(parts), np.array([len(part) for part in parts]))


def shrunk(images: Letters) -> Rows:
    """Pictures of 14 x 14 pixels, float32 [n, 196] around 0: the means of 2 x 2 pixels."""
    parts = [
        images[start : start + BLOCK].astype(np.float32).reshape(-1, 14, 2, 14, 2).mean((2, 4))
        for start in range(0, len(images), BLOCK)
    ]
    return (np.concatenate(parts).reshape(-1, PIXELS) / 255 - 0.17) * 2


def heavy_tailed_sizes(*, devices: int, letters: int) -> Integers:
    """How many letters each device has, [devices], from many to few: the k-th has k^-1.1 times the first's.

    letters  about as many as all have together; none has fewer than one.
    Raises ValueError when there are fewer letters than devices.
    Source: Zipf's law, which use of devices and of words follows roughly.
    """
    if not 0 < devices <= letters:
        raise ValueError(f"each of {devices} devices needs a letter, there are {letters}")
    heights = np.arange(1, devices + 1) ** -1.1
    return np.maximum(1, np.floor(heights / heights.sum() * letters)).astype(np.int64)


def deal(
    pixels: Rows | Integers, labels: Labels, sizes: Integers, rng: np.random.Generator, *, skew: float | None = None
) -> Devices:
    """The `Devices` that letters are dealt to at random, none twice.

    sizes  [devices], at least 1 each.
    skew   None for devices alike, or the parameter of the Dirichlet distribution that each device's mix of letters is
           drawn from, around the mix of all: the smaller, the less alike.
    Raises ValueError for a device without a letter and when there are too few letters.
    Source: Hsu, Qi and Brown (2019) for the Dirichlet mixes.
    """
    sizes = np.asarray(sizes, dtype=np.int64)
    if not len(sizes) or sizes.min() < 1 or sizes.sum() > len(labels):
        raise ValueError(
            f"every device needs a letter: {len(labels)} letters cannot be dealt to {len(sizes)} devices that "
            f"ask for {sizes.sum()}, the fewest {sizes.min(initial=0)}"
        )
    labels = np.asarray(labels).astype(np.int64)
    rows = rng.permutation(len(labels))[: sizes.sum()] if skew is None else _skewed(labels, sizes, skew, rng)
    return Devices(pixels, labels, rows, sizes)


def _skewed(labels, sizes, skew, rng):
    """Each device draws its letters in the proportions of its mix, from what is left of each letter."""
    classes = labels.max() + 1
    piles = [rng.permutation(np.flatnonzero(labels == label)) for label in range(classes)]
    left = np.array([len(pile) for pile in piles])
    prior, dealt = left / left.sum(), []
    for size in sizes:
        mix, own = rng.dirichlet(skew * classes * np.maximum(prior, 1e-9)), []
        while missing := size - sum(map(len, own)):
            probabilities = mix * (left > 0)
            total = probabilities.sum()
            probabilities = probabilities / total if total > 1e-9 else left / left.sum()
            for label, wanted in enumerate(np.minimum(rng.multinomial(missing, probabilities), left)):
                own.append(piles[label][left[label] - wanted : left[label]])
                left[label] -= wanted
        dealt.append(rng.permutation(np.concatenate(own)))  # shuffled: a period must not be a part of the alphabet
    return np.concatenate(dealt)


KINDS = ("alike", "label", "quantity", "feature")


def partition(
    pixels: Rows, labels: Labels, kind: str, rng: np.random.Generator, *, devices: int = 100, letters_each: int = 200
) -> Devices:
    """The `Devices` of one kind of difference.

    kind          "alike"; "label" for mixes of letters that differ; "quantity" for numbers of letters that differ;
                  "feature" for looks that differ: the letters are sorted into 26 groups of like pictures, and the
                  mixes of groups differ.
    letters_each  in the mean.
    Raises ValueError for another kind.
    Source: Lin et al. (2022), "FedNLP"; the groups of like pictures stand for its groups of like sentences, our
    reading.
    """
    if kind not in KINDS:
        raise ValueError(f"the kind must be one of {', '.join(KINDS)}, got {kind!r}")
    sizes = np.full(devices, letters_each)
    if kind == "quantity":
        shares = rng.dirichlet(np.full(devices, STRENGTH))
        sizes = np.maximum(2, np.floor(shares * devices * letters_each)).astype(np.int64)
    if kind != "feature":
        return deal(pixels, labels, sizes, rng, skew=STRENGTH if kind == "label" else None)
    dealt = deal(pixels, _looks(pixels, rng), sizes, rng, skew=STRENGTH)
    return Devices(pixels, np.asarray(labels).astype(np.int64), dealt.rows, dealt.sizes)


def _looks(pixels, rng):
    """The group of like pictures that each belongs to, [n]: k-means on the main directions of the pixels."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA

    state = int(rng.integers(2**31))
    seen = PCA(16, random_state=state).fit_transform(pixels)
    return KMeans(26, n_init=1, random_state=state).fit_predict(seen).astype(np.int64)


def divergence(devices: Devices) -> float:
    """How much the mixes of letters of two devices differ, in bits from 0 to 1: the mean Jensen-Shannon divergence."""
    mixes = np.stack(
        [
            np.bincount(devices.labels[devices.rows_of(device)], minlength=26) / devices.sizes[device]
            for device in range(len(devices))
        ]
    )
    first, second = np.triu_indices(len(mixes), 1)
    middle = (mixes[first] + mixes[second]) / 2

    def entropy(mix):
        return -np.sum(mix * np.log2(np.maximum(mix, 1e-12)), axis=1)

    return float(np.mean(entropy(middle) - (entropy(mixes[first]) + entropy(mixes[second])) / 2))
