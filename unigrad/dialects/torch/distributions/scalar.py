"""Distributions of single numbers: normal, uniform, yes or no, one of several."""

from __future__ import annotations

import math
from typing import Any

from unigrad.dialects.torch import sampling
from unigrad.dialects.torch.creation import as_tensor
from unigrad.dialects.torch.formats import get_default_dtype
from unigrad.dialects.torch.searching import gather
from unigrad.dialects.torch.shaping import broadcast_shapes
from unigrad.dialects.torch.tensor import F, Tensor


def _floating(value: Any) -> Any:
    return value if isinstance(value, Tensor) else as_tensor(value, get_default_dtype())


class Normal:
    """The normal distribution with mean `loc` and standard deviation `scale`."""

    def __init__(self, loc: Any, scale: Any) -> None:
        self.loc, self.scale = _floating(loc), _floating(scale)
        self._shape = tuple(broadcast_shapes(self.loc.shape, self.scale.shape))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Numbers drawn, recorded as a function of `loc` and `scale`."""
        noise = sampling.drawn(None, "normal", 0.0, 1.0, size=(*sample_shape, *self._shape), like=self.loc)
        return F.add(self.loc, F.multiply(self.scale, noise))  # type: ignore[no-any-return]

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Numbers drawn."""
        return self.rsample(sample_shape).detach()

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the density at `value`."""
        z = F.divide(F.subtract(value, self.loc), self.scale)
        return F.subtract(F.multiply(F.square(z), -0.5), F.add(F.log(self.scale), 0.5 * math.log(2 * math.pi)))  # type: ignore[no-any-return]


class Uniform:
    """The uniform distribution over [low, high)."""

    def __init__(self, low: Any, high: Any) -> None:
        self.low, self.high = _floating(low), _floating(high)
        self._shape = tuple(broadcast_shapes(self.low.shape, self.high.shape))

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Numbers drawn."""
        share = sampling.drawn(None, "uniform", 0.0, 1.0, size=(*sample_shape, *self._shape), like=self.low)
        return F.add(self.low, F.multiply(F.subtract(self.high, self.low), share)).detach()  # type: ignore[no-any-return]


class Bernoulli:
    """One with probability `probs`, else zero."""

    def __init__(self, probs: Any) -> None:
        self.probs = _floating(probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Zeros and ones drawn."""
        return sampling.bernoulli(F.broadcast_to(self.probs, shape=(*sample_shape, *self.probs.shape)))

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of `value`."""
        yes, no = (
            F.multiply(value, F.log(self.probs)),
            F.multiply(F.subtract(1, value), F.log(F.subtract(1, self.probs))),
        )
        return F.add(yes, no)  # type: ignore[no-any-return]


class Categorical:
    """One of several outcomes, with the probabilities `probs` or with `logits` along the last axis."""

    def __init__(self, probs: Any = None, logits: Any = None) -> None:
        self.logits = F.log_softmax(logits if probs is None else F.log(probs), axis=-1)
        self.probs = F.exp(self.logits)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Numbers of outcomes drawn."""
        count = math.prod(sample_shape)
        rows = F.reshape(self.probs.detach(), shape=(-1, self.probs.shape[-1]))
        drawn = F.matrix_transpose(sampling.multinomial(rows, count, replacement=True))
        return F.reshape(drawn, shape=(*sample_shape, *self.probs.shape[:-1]))  # type: ignore[no-any-return]

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability of the outcomes `value`."""
        logits = F.broadcast_to(self.logits, shape=(*value.shape, self.logits.shape[-1]))
        return F.squeeze(gather(logits, -1, F.expand_dims(value, axis=-1)), -1)  # type: ignore[no-any-return]
