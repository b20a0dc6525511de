"""A small transformer for commands, many of them at once: every weight has a leading axis of models (lesson 54)."""
import numpy as np

WIDTH, BLOCKS = 32, 2


class Transformer:
    """The shape of a network: `words` it knows, `longest` input, `outputs` a place, and whether a place sees later ones.

    Its weights stand in one row; `size` is how many.
    Source: Vaswani et al. (2017), two blocks of one head, normalisation before each part.
    """

    def __init__(self, words, longest, outputs, causal=False):
        self.longest, self.causal = longest, causal
        block = ((WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, 2 * WIDTH), (1, 2 * WIDTH), (2 * WIDTH, WIDTH))
        self.shapes = ((words, WIDTH), (longest, WIDTH), *block * BLOCKS, (WIDTH, outputs), (1, outputs))
        self.places = np.cumsum([0, *(rows * columns for rows, columns in self.shapes)])
        self.size = int(self.places[-1])

    def parts(self, weights):
        """The weights as tensors [..., rows, columns]. weights : tensor [..., size]."""
        return [weights[..., start:stop].unflatten(-1, shape)
                for start, stop, shape in zip(self.places, self.places[1:], self.shapes)]

    def first(self, seed):
        """First weights, float32 [size]; the biases are 0. seed : whole number."""
        import torch

        generator, weights = torch.Generator().manual_seed(seed), torch.zeros(self.size)
        for number, part in enumerate(self.parts(weights)):
            if len(part) > 1:
                inputs = WIDTH if number < 2 else len(part)  # a word's vector is looked up, not multiplied
                part.normal_(0, inputs**-0.5, generator=generator)
        return weights

    def scores(self, weights, words):
        """Scores [models, n, longest, outputs] for commands int64 [models, n, longest]; 0 is no word. weights : [models, size]."""
        import torch

        models, count, _ = words.shape
        parts = self.parts(weights)
        first = parts[0].shape[1] * torch.arange(models).view(-1, 1, 1)
        state = torch.nn.functional.embedding(words + first, parts[0].reshape(-1, WIDTH)) + parts[1][:, None]
        hidden = (words == 0)[:, :, None, :]
        if self.causal:
            hidden = hidden | torch.ones(self.longest, self.longest, dtype=torch.bool).triu(1)

        def times(seen, matrix):
            return (seen.flatten(1, 2) @ matrix).unflatten(1, (count, self.longest))

        def normal(seen):
            return torch.nn.functional.layer_norm(seen, (WIDTH,))

        for start in range(2, 2 + 5 * BLOCKS, 5):
            asks, keys, values = times(normal(state), parts[start]).chunk(3, -1)
            attention = (asks @ keys.transpose(-1, -2) / WIDTH**0.5).masked_fill(hidden, -1e4).softmax(-1)
            state = state + times(attention @ values, parts[start + 1])
            inner = (times(normal(state), parts[start + 2]) + parts[start + 3][:, None]).relu()
            state = state + times(inner, parts[start + 4])
        return times(normal(state), parts[-2]) + parts[-1][:, None]
