"""autograd.scipy.stats: distributions, as far as unigrad has what they are composed of."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.notes import SCIPY
from unigrad.dialects.autograd.scipy.stats import multivariate_normal, norm

__all__ = ["multivariate_normal", "norm"]

_reasons = {name.removeprefix("stats."): reason for name, reason in SCIPY.items() if name.startswith("stats.")}
__getattr__ = absent("autograd.scipy.stats", lambda: __all__, _reasons)
