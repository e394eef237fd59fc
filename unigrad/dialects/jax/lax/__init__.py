"""``jax.lax``: JAX's primitives, and its control flow, which runs eagerly here."""
# ruff: noqa: F403 - a namespace, filled from the families

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax.lax import control as _control
from unigrad.dialects.jax.lax import operations as _operations
from unigrad.dialects.jax.lax import parallel as _parallel
from unigrad.dialects.jax.lax import reducing as _reducing
from unigrad.dialects.jax.lax import shaping as _shaping
from unigrad.dialects.jax.lax import slicing as _slicing
from unigrad.dialects.jax.lax import spectral as _spectral
from unigrad.dialects.jax.lax.control import *
from unigrad.dialects.jax.lax.operations import *
from unigrad.dialects.jax.lax.parallel import *
from unigrad.dialects.jax.lax.reducing import *
from unigrad.dialects.jax.lax.shaping import *
from unigrad.dialects.jax.lax.slicing import *
from unigrad.dialects.jax.lax.spectral import *
from unigrad.dialects.jax.notes import MISSING as _MISSING

__all__: list[str] = []
__all__ += _control.__all__
__all__ += _operations.__all__
__all__ += _parallel.__all__
__all__ += _slicing.__all__
__all__ += _reducing.__all__
__all__ += _shaping.__all__
__all__ += _spectral.__all__

__getattr__ = _absent("jax.lax", lambda: __all__, _MISSING)
