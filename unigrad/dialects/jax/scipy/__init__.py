"""``jax.scipy``: its special functions."""

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax.notes import MISSING as _MISSING
from unigrad.dialects.jax.scipy import special

__all__ = ["special"]

__getattr__ = _absent("jax.scipy", lambda: __all__, _MISSING)
