"""tensorflow_probability.distributions: what a lesson on chance draws from."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import random
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.creation import lengths_of
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor

__all__ = ["Multinomial", "Normal", "Uniform"]


class Multinomial:
    """Counts of the outcomes of `total_count` trials, with the probabilities `probs` or the `logits`, a vector."""

    def __init__(self, total_count: Any, logits: Any = None, probs: Any = None, **_: Any) -> None:
        self.total_count = int(convert(total_count).numpy())
        weights = F.softmax(convert(logits), axis=-1) if probs is None else convert(probs)
        self.probs = weights / F.sum(weights, axis=-1, keepdims=True)

    def mean(self) -> EagerTensor:
        """The expected counts."""
        return self.probs * float(self.total_count)

    def sample(self, sample_shape: Any = (), seed: Any = None) -> EagerTensor:
        """Counts in the dtype of the probabilities, of shape ``sample_shape + probs.shape``."""
        shape, outcomes = lengths_of(sample_shape), self.probs.shape[-1]
        rows = 1
        for length in shape:
            rows *= length
        drawn = random.categorical(F.log(self.probs)[None, :], rows * self.total_count, seed=seed)
        trials = F.reshape(drawn, shape=(*shape, self.total_count, 1))
        hits = F.equal(trials, F.arange(outcomes, dtype="int64"))
        return F.sum(F.astype(hits, self.probs.dtype), axis=-2)


class Normal:
    """The normal distribution with mean `loc` and standard deviation `scale`."""

    def __init__(self, loc: Any, scale: Any, **_: Any) -> None:
        self.loc, self.scale = convert(loc, like="float32"), convert(scale, like="float32")

    def sample(self, sample_shape: Any = (), seed: Any = None) -> EagerTensor:
        """Numbers of the distribution, of shape ``sample_shape`` before that of the parameters."""
        own = F.add(self.loc, self.scale)
        return random.normal((*lengths_of(sample_shape), *own.shape), seed=seed) * self.scale + self.loc


class Uniform:
    """Numbers spread evenly over [`low`, `high`)."""

    def __init__(self, low: Any = 0.0, high: Any = 1.0, **_: Any) -> None:
        self.low, self.high = convert(low, like="float32"), convert(high, like="float32")

    def sample(self, sample_shape: Any = (), seed: Any = None) -> EagerTensor:
        """Numbers of the distribution, of shape ``sample_shape`` before that of the bounds."""
        own = F.add(self.low, self.high)
        drawn = random.uniform((*lengths_of(sample_shape), *own.shape), seed=seed)
        return drawn * (self.high - self.low) + self.low


__getattr__ = absent("tensorflow_probability.distributions", lambda: __all__)
