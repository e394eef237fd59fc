"""unigrad.numpy: the primitives in the array API standard's and in NumPy's spelling."""

import math as _math

from unigrad.dtypes import (
    bfloat16,
    bool_,
    complex64,
    complex128,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
)
from unigrad.graph import Tensor as ndarray
from unigrad.numpy import fft, linalg, random
from unigrad.numpy.inspection import array_namespace_info as __array_namespace_info__
from unigrad.numpy.inspection import can_cast, finfo, iinfo, isdtype, promote_types, result_type
from unigrad.numpy.spelling import *
from unigrad.numpy.totals import *  # after the spelling, whose primitives have some of these names
from unigrad.settings import resolve_dtype as dtype

__array_api_version__ = "2024.12"

bool = bool_
half, single, double = float16, float32, float64
int_ = intp = int64
csingle, cdouble = complex64, complex128
e, inf, nan, pi, newaxis = _math.e, _math.inf, _math.nan, _math.pi, None
euler_gamma = 0.5772156649015329
