"""Many devices: how many letters each has, and how their letters differ (lesson 54)."""

from dataclasses import dataclass

import numpy as np

PIXELS = 14 * 14
BLOCK = 4096  # pictures that are shrunk at a time, to keep memory small


@dataclass(frozen=True)
class Devices:
    """The letters of all devices: rows of the arrays that lie on no server.

    pixels : float32 [n, 196], shrunken pictures (`shrunk`).  labels : int64 [n].
    rows : int64 [letters], the rows of the first device, then of the second, and so on.
    sizes : int64 [devices], how many rows each has.
    """

    pixels: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    sizes: np.ndarray

    def __len__(self):
        return len(self.sizes)

    @property
    def first(self):
        """Where in `rows` each device's letters begin."""
        return np.cumsum(self.sizes) - self.sizes

    def own(self, device):
        """The rows of one device."""
        start = self.first[device]
        return self.rows[start : start + self.sizes[device]]

    def period(self, number, periods):
        """The devices as they are in one of several periods of equal length: each has that part of its letters alone.

        number : int from 0.  A device may have no letter in a period.
        """
        parts = [
            own[len(own) * number // periods : len(own) * (number + 1) // periods]
            for own in map(self.own, range(len(self)))
        ]
        return Devices(self.pixels, self.labels, np.concatenate(parts), np.array([len(part) for part in parts]))


def shrunk(images):
    """Pictures of 14 x 14 pixels, float32 [n, 196] around 0: the means of 2 x 2 pixels of uint8 [n, 28, 28]."""
    parts = [
        images[start : start + BLOCK].astype(np.float32).reshape(-1, 14, 2, 14, 2).mean((2, 4))
        for start in range(0, len(images), BLOCK)
    ]
    return (np.concatenate(parts).reshape(-1, PIXELS) / 255 - 0.17) * 2


def heavy_tailed_sizes(devices, letters, exponent=1.1):
    """How many letters each device has, int64 [devices], from many to few: the k-th has k^-exponent times the first's.

    letters : int, about as many as all have together; none has fewer than one.
    Raises ValueError when there are fewer letters than devices.
    Source: Zipf's law, which use of devices and of words follows roughly.
    """
    if not 0 < devices <= letters:
        raise ValueError(f"each of {devices} devices needs a letter, there are {letters}")
    shares = np.arange(1, devices + 1) ** -float(exponent)
    return np.maximum(1, np.floor(shares / shares.sum() * letters)).astype(np.int64)


def deal(pixels, labels, sizes, rng, skew=None):
    """The `Devices` that letters are dealt to at random, none twice.

    sizes : whole numbers [devices], at least 1 each.
    skew : None for devices alike, or the parameter of the Dirichlet distribution that each device's mix of letters is
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
    rows = rng.permutation(len(labels))[: sizes.sum()] if skew is None else _skewed(labels, sizes, rng, skew)
    return Devices(pixels, labels, rows, sizes)


def _skewed(labels, sizes, rng, skew):
    """Each device draws its letters in the proportions of its mix, from what is left of each letter."""
    classes = labels.max() + 1
    piles = [rng.permutation(np.flatnonzero(labels == each)) for each in range(classes)]
    left = np.array([len(pile) for pile in piles])
    prior, dealt = left / left.sum(), []
    for size in sizes:
        mix, mine = rng.dirichlet(skew * classes * np.maximum(prior, 1e-9)), []
        while missing := size - sum(map(len, mine)):
            chances = mix * (left > 0)
            chances = chances / chances.sum() if chances.sum() > 1e-9 else left / left.sum()
            for label, wanted in enumerate(np.minimum(rng.multinomial(missing, chances), left)):
                mine.append(piles[label][left[label] - wanted : left[label]])
                left[label] -= wanted
        dealt.append(rng.permutation(np.concatenate(mine)))  # shuffled: a period must not be a part of the alphabet
    return np.concatenate(dealt)


KINDS = ("alike", "label", "quantity", "feature")


def partition(kind, pixels, labels, rng, devices=100, each=200, strength=0.1):
    """The `Devices` of one kind of difference.

    kind : "alike"; "label" for mixes of letters that differ; "quantity" for numbers of letters that differ; "feature"
    for
        looks that differ: the letters are sorted into 26 groups of like pictures, and the mixes of groups differ.
    pixels : float32 [n, 196]. labels : [n].
    devices, each : how many devices, and letters of each, in the mean.
    strength : float > 0, parameter of the Dirichlet distribution: the smaller, the more they differ.
    Raises ValueError for another kind or a strength that is not positive.
    Source: Lin et al. (2022), "FedNLP"; the groups of like pictures stand for its groups of like sentences, our
    reading.
    """
    if kind not in KINDS or not strength > 0:
        raise ValueError(
            f"the kind must be one of {', '.join(KINDS)} and the strength positive, got {kind!r} and {strength}"
        )
    sizes = np.full(devices, each)
    if kind == "quantity":
        sizes = np.maximum(2, np.floor(rng.dirichlet(np.full(devices, strength)) * devices * each)).astype(np.int64)
    if kind != "feature":
        return deal(pixels, labels, sizes, rng, strength if kind == "label" else None)
    dealt = deal(pixels, looks(pixels, rng), sizes, rng, strength)
    return Devices(pixels, np.asarray(labels).astype(np.int64), dealt.rows, dealt.sizes)


def looks(pixels, rng, groups=26, directions=16):
    """The group of like pictures that each belongs to, int64 [n]: k-means on the main directions of the pixels."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA

    state = int(rng.integers(2**31))
    seen = PCA(directions, random_state=state).fit_transform(pixels)
    return KMeans(groups, n_init=1, random_state=state).fit_predict(seen).astype(np.int64)


def divergence(devices, classes=26):
    """How much the mixes of letters of two devices differ, in bits from 0 to 1: the mean Jensen-Shannon divergence."""
    mixes = np.stack(
        [
            np.bincount(devices.labels[devices.own(device)], minlength=classes) / devices.sizes[device]
            for device in range(len(devices))
        ]
    )
    first, second = np.triu_indices(len(mixes), 1)
    middle = (mixes[first] + mixes[second]) / 2

    def entropy(mix):
        return -np.sum(mix * np.log2(np.maximum(mix, 1e-12)), axis=1)

    return float(np.mean(entropy(middle) - (entropy(mixes[first]) + entropy(mixes[second])) / 2))
