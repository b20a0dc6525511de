"""Ways in which the letters of devices differ: in their mix, their number, their looks (lesson 54)."""
import numpy as np

from privlab.fl.devices import Devices, deal

KINDS = ("alike", "label", "quantity", "feature")


def partition(kind, pixels, labels, rng, devices=100, each=200, strength=0.1):
    """The `Devices` of one kind of difference.

    kind : "alike"; "label" for mixes of letters that differ; "quantity" for numbers of letters that differ; "feature" for
        looks that differ: the letters are sorted into 26 groups of like pictures, and the mixes of groups differ.
    pixels : float32 [n, 196]. labels : [n].
    devices, each : how many devices, and letters of each, in the mean.
    strength : float > 0, parameter of the Dirichlet distribution: the smaller, the more they differ.
    Raises ValueError for another kind or a strength that is not positive.
    Source: Lin et al. (2022), "FedNLP"; the groups of like pictures stand for its groups of like sentences, our reading.
    """
    if kind not in KINDS or not strength > 0:
        raise ValueError(f"the kind must be one of {', '.join(KINDS)} and the strength positive, got {kind!r} and {strength}")
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
    mixes = np.stack([np.bincount(devices.labels[devices.own(device)], minlength=classes) / devices.sizes[device]
                      for device in range(len(devices))])
    first, second = np.triu_indices(len(mixes), 1)
    middle = (mixes[first] + mixes[second]) / 2

    def entropy(mix):
        return -np.sum(mix * np.log2(np.maximum(mix, 1e-12)), axis=1)

    return float(np.mean(entropy(middle) - (entropy(mixes[first]) + entropy(mixes[second])) / 2))
