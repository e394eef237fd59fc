"""autograd.numpy: NumPy's names over unigrad's primitives, float64 by default, on whatever backend is in force."""

from __future__ import annotations

import math as _math
from typing import Any as _Any

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.autograd import notes as _notes
from unigrad.dialects.autograd import scalars as _scalars
from unigrad.dialects.autograd.arrays import dtype_of as _dtype_of
from unigrad.dialects.autograd.arrays import ndarray
from unigrad.dialects.autograd.numpy import analysis as _analysis
from unigrad.dialects.autograd.numpy import creation as _creation
from unigrad.dialects.autograd.numpy import elementwise as _elementwise
from unigrad.dialects.autograd.numpy import fft, linalg, random
from unigrad.dialects.autograd.numpy import host as _host
from unigrad.dialects.autograd.numpy import joining as _joining
from unigrad.dialects.autograd.numpy import methods as _methods  # noqa: F401 - gives the arrays their methods
from unigrad.dialects.autograd.numpy import reductions as _reductions
from unigrad.dialects.autograd.numpy import shapes as _shapes
from unigrad.dialects.autograd.numpy import splitting as _splitting
from unigrad.dialects.autograd.numpy import straight as _straight

e, inf, nan, pi, euler_gamma, newaxis = _math.e, _math.inf, _math.nan, _math.pi, 0.5772156649015329, None


def dtype(spec: _Any) -> _Any:
    """The dtype that `spec` stands for."""
    return _dtype_of(spec)


def issubdtype(arg1: _Any, arg2: _Any) -> bool:
    """Whether a dtype is another, or of an abstract type such as ``floating``."""
    name, found = getattr(arg2, "__name__", str(arg2)), _dtype_of(arg1)
    if found is not None and name in _scalars.KINDS:
        return found.kind in _scalars.KINDS[name]
    return bool(found == _dtype_of(arg2))


_FUNCTIONS: dict[str, _Any] = {
    **_host.FUNCTIONS,
    **_elementwise.ELEMENTWISE,
    **_straight.FUNCTIONS,
    **{
        name: getattr(module, name)
        for module in (_analysis, _creation, _elementwise, _host, _joining, _reductions, _shapes, _splitting)
        for name in module.NAMES
    },
    **_scalars.TYPES,
}
_FUNCTIONS["asanyarray"] = _FUNCTIONS["ascontiguousarray"] = _FUNCTIONS["asarray"]
globals().update(_FUNCTIONS)

__all__ = [  # noqa: PLE0604 - the tables' names
    "dtype",
    "e",
    "euler_gamma",
    "fft",
    "inf",
    "issubdtype",
    "linalg",
    "nan",
    "ndarray",
    "newaxis",
    "pi",
    "random",
    *_FUNCTIONS,
    *_host.PLAIN,
]

_missing = _absent("autograd.numpy", lambda: __all__, _notes.NUMPY)


def __getattr__(name: str) -> _Any:
    # What makes no arrays is NumPy's own, looked up on the host when it is asked for.
    return _host.plain(name) if name in _host.PLAIN else _missing(name)
