"""Rules that put many updates together, for a server that does not trust every device (lesson 54)."""
import numpy as np


def clipped(learnt, norm=None):
    """The updates, none longer than `norm`, or than their median length. learnt : float32 tensor [devices, weights]."""
    lengths = learnt.norm(dim=1, keepdim=True)
    norm = lengths.median() if norm is None else norm
    return learnt * (norm / lengths.clamp(min=1e-9)).clamp(max=1)


def combine(learnt, share, rule, liars=4):
    """The one update that a server makes of many, a tensor [weights].

    learnt : float32 tensor [devices, weights]. share : float [devices], how much each counts; the last three ignore it.
    rule : "mean"; "clip", the mean of updates cut to their median length; "median" of each weight; "trimmed", the mean of
        each weight without its `liars` largest and smallest; "multi-Krum", the mean of all but `liars` updates, those that
        lie nearest to the others.
    liars : int, how many the server expects at most.
    Raises ValueError for another rule and when too few devices are left.
    Source: Blanchard et al. (2017) for multi-Krum; Yin et al. (2018) for median and trimmed mean; Sun et al. (2019) for clip.
    Not secure because each rule bounds what it was made for: see the attacks of lesson 54. All but the mean need every
    single update, which a secure sum hides.
    """
    import torch

    if rule not in ("mean", "clip", "median", "trimmed", "multi-Krum"):
        raise ValueError(f'the rule must be "mean", "clip", "median", "trimmed" or "multi-Krum", got {rule!r}')
    if rule in ("trimmed", "multi-Krum") and len(learnt) <= 2 * liars + 2:
        raise ValueError(f"{rule} with {liars} liars needs more than {2 * liars + 2} devices, got {len(learnt)}")
    if rule == "median":
        return learnt.median(0).values
    if rule == "trimmed":
        return learnt.sort(0).values[liars:-liars].mean(0)
    if rule == "multi-Krum":
        distances = torch.cdist(learnt, learnt).square().sort(1).values[:, 1:len(learnt) - liars - 1].sum(1)
        return learnt[distances.argsort()[:len(learnt) - liars]].mean(0)
    share = torch.as_tensor(np.asarray(share, dtype=np.float32))
    return share @ (clipped(learnt) if rule == "clip" else learnt)
