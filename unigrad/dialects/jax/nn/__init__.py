"""``jax.nn``: activations, softmax and one-hot vectors."""
# ruff: noqa: F403 - a namespace, filled from the families

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax.nn import activations as _activations
from unigrad.dialects.jax.nn import initializers
from unigrad.dialects.jax.nn import normalising as _normalising
from unigrad.dialects.jax.nn.activations import *
from unigrad.dialects.jax.nn.normalising import *
from unigrad.dialects.jax.notes import MISSING as _MISSING

__all__ = ["initializers"]
__all__ += _activations.__all__
__all__ += _normalising.__all__

__getattr__ = _absent("jax.nn", lambda: __all__, _MISSING)
