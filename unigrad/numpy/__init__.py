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
from unigrad.numpy import linalg, random
from unigrad.numpy.spelling import *

bool = bool_
e, inf, nan, pi, newaxis = _math.e, _math.inf, _math.nan, _math.pi, None
