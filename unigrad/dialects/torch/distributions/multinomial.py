"""Multinomial: how often each outcome comes in so many trials."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.torch import sampling
from unigrad.dialects.torch.nn.functional import one_hot
from unigrad.dialects.torch.tensor import F, Tensor

__all__ = ["Multinomial"]


class Multinomial:
    """Counts of the outcomes of `total_count` trials with the probabilities `probs` (or `logits`), a vector."""

    def __init__(self, total_count: int = 1, probs: Any = None, logits: Any = None) -> None:
        weights = F.softmax(logits, axis=-1) if probs is None else probs
        self.total_count = int(total_count)
        self.probs = F.divide(weights, F.sum(weights, axis=-1, keepdims=True))

    @property
    def mean(self) -> Tensor:
        """The expected counts."""
        return F.multiply(self.probs, self.total_count)  # type: ignore[no-any-return]

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Counts, in the dtype of the probabilities; `sample_shape` of them."""
        shape = tuple(sample_shape)
        count, trials = self.probs.shape[-1], self.total_count
        number = 1
        for n in shape:
            number *= n
        outcomes = sampling.multinomial(self.probs, number * trials, replacement=True)
        rows = F.reshape(outcomes, shape=(*shape, trials))
        return F.astype(F.sum(one_hot(rows, count), axis=-2), self.probs.dtype)  # type: ignore[no-any-return]


__getattr__ = absent("torch.distributions.multinomial", lambda: __all__)
