"""What the features in an update still have of a letter: its shape, drawn by a linear map that was learned in public (lesson 90)."""
import numpy as np

from privlab.device import one_thread
from privlab.fl.clinics import public_features
from privlab.fl.clinics_attacks import called
from privlab.fl.clinics_training import Head

LEARNED = 3_000  # public letters


@one_thread()
def outlines(choice, clinics, rng, count=60):
    """Pictures drawn from `count` updates of one letter each, the true letters, and whether each picture names its letter.

    choice : with a public start, "plain" and a batch of 1.  The pictures are floats [count, 28, 28] from 0 to 1, the truth
    uint8; a letter is named, bool [count], when of all letters on the tablets it is the one next to the picture.
    The map from features to pixels is ridge regression on public letters. The update is features times error, of rank 1:
    its first left singular vector is the features, up to a sign that their constant column tells.
    Raises ValueError for a choice whose updates are not of one letter.
    """
    from privlab.data.letters import cached

    if not choice.public_start or choice.batch != 1 or choice.aggregation != "plain":
        raise ValueError(f"outlines are drawn from the update of one letter: take a plain choice with a public start and a batch of 1, got {choice}")
    public = cached("public").images[:LEARNED]
    rows, pixels = public_features()[0].rows(public).double().cpu().numpy(), public.reshape(len(public), -1) / 255
    mean, weight = pixels.mean(axis=0), 1e-3 * np.eye(rows.shape[1])
    to_pixels = np.linalg.solve(rows.T @ rows + weight, rows.T @ (pixels - mean))
    model, places, found = Head(clinics), np.array([called(choice, clinics, rng)[0][0] for _ in range(count)]), []
    for place in places:
        update = model.clipped_sum([place], choice.clip).double().cpu().numpy().reshape(-1, 26)
        features = np.linalg.svd(update, full_matrices=False)[0][:, 0]
        found.append(features * np.sign(features[-1]))
    pictures, own = np.clip(np.array(found) @ to_pixels + mean, 0, 1), clinics.images.reshape(len(clinics.images), -1) / 255
    apart = (own**2).sum(axis=1) - 2 * pictures @ own.T  # squared distances, but for the pictures' own lengths
    return pictures.reshape(-1, 28, 28), clinics.images[places], apart.argmin(axis=1) == places
