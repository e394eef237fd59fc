"""mxnet.np.linalg: norms, equations and factorizations."""

from typing import Any as _Any

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet.errors import translated as _translated
from unigrad.dialects.mxnet.notes import MISSING as _MISSING
from unigrad.dialects.mxnet.numpy.arrays import F as _F
from unigrad.dialects.mxnet.numpy.arrays import ndarray as _ndarray

_NAMES = "cholesky det eigh eigvalsh inv lstsq matrix_power matrix_rank multi_dot pinv qr slogdet solve"
globals().update({_name: _translated(getattr(_F, _name)) for _name in _NAMES.split() if hasattr(_F, _name)})


@_translated
def norm(x: _ndarray, ord: _Any = None, axis: _Any = None, keepdims: bool = False) -> _Any:
    """The norm of vectors or matrices; of the flat array where neither `ord` nor `axis` is given."""
    return _F.norm(x, ord=ord, axis=axis, keepdims=keepdims)


if hasattr(_F, "svd"):

    @_translated
    def svd(a: _ndarray) -> tuple[_Any, _Any, _Any]:
        """Singular values and vectors ``(U, L, V)``, the reduced form, as MXNet gives it."""
        return tuple(_F.svd(a, full_matrices=False))


__getattr__ = _absent("mxnet.np.linalg", lambda: [name for name in globals() if not name.startswith("_")], _MISSING)
