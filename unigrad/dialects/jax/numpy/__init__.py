"""``jnp``: NumPy's functions with JAX's rules, on whichever backend is in force."""
# ruff: noqa: F403, F405, N813 - a namespace, filled from the families

import math as _math

from unigrad import settings as _settings
from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax import members as _members  # noqa: F401 - gives Array its operators and methods
from unigrad.dialects.jax.arrays import Array as ndarray
from unigrad.dialects.jax.notes import MISSING as _MISSING
from unigrad.dialects.jax.numpy import calculus as _calculus
from unigrad.dialects.jax.numpy import comparing as _comparing
from unigrad.dialects.jax.numpy import creation as _creation
from unigrad.dialects.jax.numpy import elementwise as _elementwise
from unigrad.dialects.jax.numpy import fft, linalg
from unigrad.dialects.jax.numpy import joining as _joining
from unigrad.dialects.jax.numpy import manipulation as _manipulation
from unigrad.dialects.jax.numpy import positions as _positions
from unigrad.dialects.jax.numpy import products as _products
from unigrad.dialects.jax.numpy import ranges as _ranges
from unigrad.dialects.jax.numpy import rearranging as _rearranging
from unigrad.dialects.jax.numpy import reduction as _reduction
from unigrad.dialects.jax.numpy import running as _running
from unigrad.dialects.jax.numpy import scalars as _scalars
from unigrad.dialects.jax.numpy import searching as _searching
from unigrad.dialects.jax.numpy import statistics as _statistics
from unigrad.dialects.jax.numpy import vectors as _vectors
from unigrad.dialects.jax.numpy.calculus import *
from unigrad.dialects.jax.numpy.comparing import *
from unigrad.dialects.jax.numpy.creation import *
from unigrad.dialects.jax.numpy.elementwise import *
from unigrad.dialects.jax.numpy.joining import *
from unigrad.dialects.jax.numpy.manipulation import *
from unigrad.dialects.jax.numpy.positions import *
from unigrad.dialects.jax.numpy.products import *
from unigrad.dialects.jax.numpy.ranges import *
from unigrad.dialects.jax.numpy.rearranging import *
from unigrad.dialects.jax.numpy.reduction import *
from unigrad.dialects.jax.numpy.running import *
from unigrad.dialects.jax.numpy.scalars import *
from unigrad.dialects.jax.numpy.searching import *
from unigrad.dialects.jax.numpy.statistics import *
from unigrad.dialects.jax.numpy.vectors import *

bool = bool_
single, double, csingle, cdouble = float32, float64, complex64, complex128
uint = uint64
e, euler_gamma, inf, nan, pi, newaxis = _math.e, 0.5772156649015329, _math.inf, _math.nan, _math.pi, None
printoptions, set_printoptions = _settings.host().printoptions, _settings.host().set_printoptions

__all__ = ["bool", "e", "euler_gamma", "fft", "inf", "linalg", "nan", "ndarray", "newaxis", "pi"]
__all__ += ["cdouble", "csingle", "double", "printoptions", "set_printoptions", "single", "uint"]
__all__ += _creation.__all__
__all__ += _elementwise.__all__
__all__ += _manipulation.__all__
__all__ += _products.__all__
__all__ += _reduction.__all__
__all__ += _scalars.__all__
__all__ += _searching.__all__
__all__ += _vectors.__all__
__all__ += _running.__all__
__all__ += _statistics.__all__
__all__ += _joining.__all__
__all__ += _rearranging.__all__
__all__ += _ranges.__all__
__all__ += _positions.__all__
__all__ += _comparing.__all__
__all__ += _calculus.__all__

__getattr__ = _absent("jax.numpy", lambda: __all__, _MISSING)
