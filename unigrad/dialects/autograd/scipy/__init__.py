"""autograd.scipy: special functions, linear algebra and distributions, as far as unigrad has them."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.notes import SCIPY
from unigrad.dialects.autograd.scipy import linalg, special, stats

__all__ = ["linalg", "special", "stats"]

__getattr__ = absent("autograd.scipy", lambda: __all__, SCIPY)
