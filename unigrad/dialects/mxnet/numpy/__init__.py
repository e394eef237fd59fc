"""mxnet.np (mxnet.numpy): NumPy's functions on arrays of MXNet's kind, float32 unless another dtype is given."""

# ruff: noqa: F401, F403 - a namespace, filled from its modules

import math as _math

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet.notes import MISSING as _MISSING
from unigrad.dialects.mxnet.numpy import elementwise as _elementwise
from unigrad.dialects.mxnet.numpy import linalg, random
from unigrad.dialects.mxnet.numpy.arrays import ndarray
from unigrad.dialects.mxnet.numpy.choice import *
from unigrad.dialects.mxnet.numpy.creation import *
from unigrad.dialects.mxnet.numpy.joining import *
from unigrad.dialects.mxnet.numpy.methods import give_methods as _give_methods
from unigrad.dialects.mxnet.numpy.products import *
from unigrad.dialects.mxnet.numpy.reductions import *
from unigrad.dialects.mxnet.numpy.shapes import *
from unigrad.dialects.mxnet.numpy.shapes import direct as _direct
from unigrad.dtypes import bool_, float16, float32, float64, int8, int32, int64, uint8

_give_methods()
globals().update(_elementwise.functions())
_DIRECT = (
    "atleast_1d atleast_2d atleast_3d column_stack cross diagonal diff dstack ediff1d hstack interp kron nan_to_num "
    "polyval roll rot90 searchsorted trace tril triu vander vstack"
)
globals().update(_direct(_DIRECT.split()))
bool = bool_
pi, e, inf, nan, newaxis = _math.pi, _math.e, _math.inf, _math.nan, None
NAN = NaN = nan
PINF, NINF = inf, -inf
__getattr__ = _absent("mxnet.np", lambda: [name for name in globals() if not name.startswith("_")], _MISSING)
