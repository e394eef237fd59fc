"""The fallback kernels: what a backend may lack, written once over the names of the array API standard.

Each takes the kernel namespace ``xp`` first, so that it runs on any backend (and calls that backend's own kernels for
its parts). They are the last place where a kernel is looked for; see `unigrad.backend`.
"""

from __future__ import annotations

from unigrad.fallbacks import activation as _activation
from unigrad.fallbacks import bessel as _bessel
from unigrad.fallbacks import convolution as _convolution
from unigrad.fallbacks import decomposition as _decomposition
from unigrad.fallbacks import einsum as _einsum
from unigrad.fallbacks import elementwise as _elementwise
from unigrad.fallbacks import fft as _fft
from unigrad.fallbacks import gamma as _gamma
from unigrad.fallbacks import host as _host
from unigrad.fallbacks import indexing as _indexing
from unigrad.fallbacks import linalg as _linalg
from unigrad.fallbacks import manipulation as _manipulation
from unigrad.fallbacks import normalization as _normalization
from unigrad.fallbacks import pooling as _pooling
from unigrad.fallbacks import reduction as _reduction
from unigrad.fallbacks import special as _special

_families = (
    _activation,
    _bessel,
    _convolution,
    _decomposition,
    _einsum,
    _elementwise,
    _fft,
    _gamma,
    _host,
    _indexing,
    _linalg,
    _manipulation,
    _normalization,
    _pooling,
    _reduction,
    _special,
)
globals().update({name: getattr(family, name) for family in _families for name in family.__all__})
__all__ = [name for family in _families for name in family.__all__]
