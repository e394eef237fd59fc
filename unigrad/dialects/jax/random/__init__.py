"""``jax.random``: random numbers of explicit keys, the same as JAX's for the same key."""
# ruff: noqa: F403 - a namespace, filled from the families

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax.notes import MISSING as _MISSING
from unigrad.dialects.jax.random import choices as _choices
from unigrad.dialects.jax.random import distributions as _distributions
from unigrad.dialects.jax.random import draws as _draws
from unigrad.dialects.jax.random import gammas as _gammas
from unigrad.dialects.jax.random import keys as _keys
from unigrad.dialects.jax.random.choices import *
from unigrad.dialects.jax.random.distributions import *
from unigrad.dialects.jax.random.draws import *
from unigrad.dialects.jax.random.gammas import *
from unigrad.dialects.jax.random.keys import *

__all__: list[str] = []
__all__ += _keys.__all__
__all__ += _draws.__all__
__all__ += _distributions.__all__
__all__ += _gammas.__all__
__all__ += _choices.__all__

__getattr__ = _absent("jax.random", lambda: __all__, _MISSING)
