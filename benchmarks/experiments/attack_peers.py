"""`fl.attack` beside what public libraries do by default, on the same models and batches (lesson 51).

Their default is matching: Adam on the cosine distance of the gradients with total variation, signs of its gradient,
labels known, 24,000 steps or a minute. It is written anew here, plainly.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks import figure
from privlab import fl
from privlab.data import letters
from privlab.fl.any_model.prior_matching import variation
from privlab.fl.gradients.metrics import RECOVERED

BATCH, HIDDEN, STEPS, SECONDS = 4, 128, 24_000, 60
QUICK = 5  # seconds of matching in the quick form


def pictures(name: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int, str]:
    """A batch of pictures [B, channels, height, width] from 0 to 1, their labels, the number of classes, the source."""
    if name == "letters":
        both = letters()
        chosen = rng.choice(len(both.test.images), BATCH, replace=False)
        return both.test.images[chosen, None] / 255, both.test.labels[chosen].astype(int), 26, both.source
    if name == "digits":
        from sklearn.datasets import load_digits

        digits = load_digits()
        chosen = rng.choice(len(digits.images), BATCH, replace=False)
        return digits.images[chosen, None] / 16, digits.target[chosen], 10, "digits"
    from sklearn.datasets import load_sample_images

    scene = load_sample_images().images[0].transpose(2, 0, 1) / 255  # a temple in China, [3, 427, 640]
    corners = [(int(rng.integers(395)), int(rng.integers(608))) for _ in range(BATCH)]
    patches = np.stack([scene[:, top : top + 32, left : left + 32] for top, left in corners])
    return patches, rng.integers(10, size=BATCH), 10, "patches"


def network(shape: tuple[int, ...], classes: int, seed: int) -> Any:
    """A dense ReLU network with default first weights, in 32 bits, as clients have it."""
    import torch

    torch.manual_seed(seed)
    wide = int(np.prod(shape))
    return torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(wide, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, classes)
    )


def by_default(model: Any, sent: list, shape: tuple[int, ...], labels: Any, seconds: float) -> np.ndarray:
    """What matching as the public libraries do it has after so many seconds, [B, *shape]."""
    import torch

    samples = torch.randn(len(labels), *shape, requires_grad=True)
    optimiser = torch.optim.Adam([samples], lr=0.1)
    falls = torch.optim.lr_scheduler.MultiStepLR(optimiser, [STEPS * part // 8 for part in (3, 5, 7)], 0.1)
    length, begun = sum((part**2).sum() for part in sent).sqrt(), time.perf_counter()
    for _ in range(STEPS):
        if time.perf_counter() - begun > seconds:
            break
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(samples), labels)
        mine = torch.autograd.grad(loss, list(model.parameters()), create_graph=True)
        dot = sum((one * other).sum() for one, other in zip(mine, sent))
        apart = 1 - dot / (sum((part**2).sum() for part in mine).sqrt() * length)
        (apart + 1e-4 * variation(samples)).backward(inputs=[samples])
        samples.grad.sign_()
        optimiser.step()
        falls.step()
        with torch.no_grad():
            samples.clamp_(0, 1)
    return samples.detach().numpy()


def run(trials: int, seconds: float, seed: int) -> Iterator[dict]:
    """The share of pictures recovered and the seconds, ours beside matching by default, for each set of pictures."""
    import torch

    for name in ("letters", "digits", "patches"):
        ours, theirs, spent, theirs_spent = [], [], [], []
        for trial in range(trials):
            rng = np.random.default_rng((seed, trial))
            images, kinds, classes, data = pictures(name, rng)
            model = network(images.shape[1:], classes, int(rng.integers(2**31)))
            truth, labels = torch.as_tensor(images, dtype=torch.float32), torch.as_tensor(kinds, dtype=torch.int64)
            loss = torch.nn.functional.cross_entropy
            sent = torch.autograd.grad(loss(model(truth), labels), list(model.parameters()))
            begun = time.perf_counter()
            report = fl.attack(model, loss, sent, images.shape[1:], seconds=seconds)
            spent.append(time.perf_counter() - begun)
            ours.append((report.best.errors(images) < RECOVERED).mean() if report.best else 0.0)
            begun = time.perf_counter()
            found = by_default(model, list(sent), images.shape[1:], labels, seconds)
            theirs_spent.append(time.perf_counter() - begun)
            errors = fl.any_model.Attempt("theirs", True, "", found).errors(images)
            theirs.append((errors < RECOVERED).mean())
        about = f"rate, {trials} batches of {BATCH}"
        yield figure(f"attack_{name}_recovered", float(np.mean(ours)), about, float(np.mean(theirs)), data)
        yield figure(f"attack_{name}_seconds", float(np.median(spent)), "s", float(np.median(theirs_spent)), data)
