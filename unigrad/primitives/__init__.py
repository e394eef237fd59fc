"""The primitives, one family a file: each stands on a card, and the card is the only place that knows it.

This package is also a namespace like a backend's ``xp``: a rule that is run with it computes with Tensors, and is
recorded itself. Primitives that other packages declare are found here too, for their own rules.
"""

from typing import Any

from unigrad.card import REGISTRY as _REGISTRY
from unigrad.primitives import activation, attention, convolution, layers, loss, normalization, pooling, sliding
from unigrad.primitives import arithmetic as _arithmetic
from unigrad.primitives import assembly as _assembly
from unigrad.primitives import bessel as _bessel
from unigrad.primitives import calculus as _calculus
from unigrad.primitives import choices as _choices
from unigrad.primitives import choosing as _choosing
from unigrad.primitives import closeness as _closeness
from unigrad.primitives import constant as _constant
from unigrad.primitives import creation as _creation
from unigrad.primitives import curves as _curves
from unigrad.primitives import decomposition as _decomposition
from unigrad.primitives import editing as _editing
from unigrad.primitives import eigen as _eigen
from unigrad.primitives import errorfunctions as _errorfunctions
from unigrad.primitives import exponentials as _exponentials
from unigrad.primitives import fft as _fft  # its names belong to unigrad.numpy.fft
from unigrad.primitives import gammas as _gammas
from unigrad.primitives import gaps as _gaps
from unigrad.primitives import grids as _grids
from unigrad.primitives import incomplete as _incomplete
from unigrad.primitives import indexing as _indexing
from unigrad.primitives import layout as _layout
from unigrad.primitives import linalg as _linalg
from unigrad.primitives import magnitudes as _magnitudes
from unigrad.primitives import manipulation as _manipulation
from unigrad.primitives import matrices as _matrices
from unigrad.primitives import nn as _nn
from unigrad.primitives import norms as _norms
from unigrad.primitives import padding as _padding
from unigrad.primitives import polynomials as _polynomials
from unigrad.primitives import products as _products
from unigrad.primitives import quantiles as _quantiles
from unigrad.primitives import ranges as _ranges
from unigrad.primitives import reduction as _reduction
from unigrad.primitives import rounding as _rounding
from unigrad.primitives import running as _running
from unigrad.primitives import sets as _sets
from unigrad.primitives import solving as _solving
from unigrad.primitives import sorting as _sorting
from unigrad.primitives import special as _special
from unigrad.primitives import spectra as _spectra
from unigrad.primitives import spreads as _spreads
from unigrad.primitives import statistics as _statistics
from unigrad.primitives import trigonometry as _trigonometry
from unigrad.primitives.arithmetic import *
from unigrad.primitives.assembly import *
from unigrad.primitives.bessel import *
from unigrad.primitives.calculus import *
from unigrad.primitives.choices import *
from unigrad.primitives.choosing import *
from unigrad.primitives.closeness import *
from unigrad.primitives.constant import *
from unigrad.primitives.creation import *
from unigrad.primitives.curves import *
from unigrad.primitives.decomposition import *
from unigrad.primitives.editing import *
from unigrad.primitives.eigen import *
from unigrad.primitives.errorfunctions import *
from unigrad.primitives.exponentials import *
from unigrad.primitives.gammas import *
from unigrad.primitives.gaps import *
from unigrad.primitives.grids import *
from unigrad.primitives.incomplete import *
from unigrad.primitives.indexing import *
from unigrad.primitives.layout import *
from unigrad.primitives.linalg import *
from unigrad.primitives.magnitudes import *
from unigrad.primitives.manipulation import *
from unigrad.primitives.matrices import *
from unigrad.primitives.nn import *
from unigrad.primitives.norms import *
from unigrad.primitives.padding import *
from unigrad.primitives.polynomials import *
from unigrad.primitives.products import *
from unigrad.primitives.quantiles import *
from unigrad.primitives.ranges import *
from unigrad.primitives.reduction import *
from unigrad.primitives.rounding import *
from unigrad.primitives.running import *
from unigrad.primitives.sets import *
from unigrad.primitives.solving import *
from unigrad.primitives.sorting import *
from unigrad.primitives.special import *
from unigrad.primitives.spectra import *
from unigrad.primitives.spreads import *
from unigrad.primitives.statistics import *
from unigrad.primitives.trigonometry import *

__all__: list[str] = []
__all__ += _assembly.__all__
__all__ += _bessel.__all__
__all__ += _calculus.__all__
__all__ += _choosing.__all__
__all__ += _closeness.__all__
__all__ += _constant.__all__
__all__ += _creation.__all__
__all__ += _curves.__all__
__all__ += _decomposition.__all__
__all__ += _spectra.__all__
__all__ += _editing.__all__
__all__ += _eigen.__all__
__all__ += _arithmetic.__all__
__all__ += _magnitudes.__all__
__all__ += _exponentials.__all__
__all__ += _trigonometry.__all__
__all__ += _choices.__all__
__all__ += _errorfunctions.__all__
__all__ += _gammas.__all__
__all__ += _gaps.__all__
__all__ += _grids.__all__
__all__ += _incomplete.__all__
__all__ += _indexing.__all__
__all__ += _layout.__all__
__all__ += _linalg.__all__
__all__ += _manipulation.__all__
__all__ += _matrices.__all__
__all__ += _nn.__all__
__all__ += _norms.__all__
__all__ += _padding.__all__
__all__ += _polynomials.__all__
__all__ += _products.__all__
__all__ += _quantiles.__all__
__all__ += _ranges.__all__
__all__ += _reduction.__all__
__all__ += _running.__all__
__all__ += _spreads.__all__
__all__ += _rounding.__all__
__all__ += _sets.__all__
__all__ += _solving.__all__
__all__ += _sorting.__all__
__all__ += _special.__all__
__all__ += _statistics.__all__


def __getattr__(name: str) -> Any:
    if name not in _REGISTRY:
        raise AttributeError(f"there is no primitive {name!r}")
    return _REGISTRY[name].function
