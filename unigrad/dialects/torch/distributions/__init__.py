"""torch.distributions, as far as lessons draw from it."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.torch.distributions import multinomial
from unigrad.dialects.torch.distributions.multinomial import Multinomial
from unigrad.dialects.torch.distributions.scalar import Bernoulli, Categorical, Normal, Uniform

__all__ = ["Bernoulli", "Categorical", "Multinomial", "Normal", "Uniform", "multinomial"]
__getattr__ = absent("torch.distributions", lambda: __all__)
