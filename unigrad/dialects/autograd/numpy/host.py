"""Functions without a derivative, computed by NumPy on the host: tests, positions, sets, windows, and plain facts.

Those whose values could have had a slope refuse an array that is being differentiated, as autograd does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad import settings
from unigrad.dialects.autograd.arrays import F, asarray, holds_array, ndarray, on_backend

WHOLE: Final = (
    "allclose argwhere array_equal array_equiv bincount bitwise_count diag_indices digitize flatnonzero gcd in1d indices isclose "
    "isin isneginf isposinf isreal iscomplex ix_ lcm lexsort mask_indices ravel_multi_index searchsorted tri tril_indices "
    "tril_indices_from triu_indices triu_indices_from unravel_index"
).split()
"""Those that give integers, booleans or patterns."""

VALUES: Final = (
    "bartlett blackman geomspace hamming hanning histogram histogram2d histogram_bin_edges i0 intersect1d kaiser logspace "
    "nanargmax nanargmin nancumprod nancumsum nanmedian nanpercentile nanquantile "
    "poly polyadd polyder polyfit polyint polymul polysub roots "
    "setdiff1d setxor1d spacing union1d unique unwrap"
).split()
"""Those that give numbers, of which no gradient is known here."""

PLAIN: Final = (
    "array2string array_repr array_str broadcast_shapes can_cast errstate finfo format_float_positional format_float_scientific "
    "geterr get_printoptions iinfo isscalar ndenumerate ndindex printoptions seterr set_printoptions"
).split()
"""Those that make no arrays."""


def _plain(value: Any) -> Any:
    if isinstance(value, ug.Tensor):
        return value.detach().numpy()
    if isinstance(value, (list, tuple)) and holds_array(value):
        return type(value)(map(_plain, value))
    return value


def given_back(value: Any) -> Any:
    """NumPy's arrays as the dialect's, in tuples too; a scalar, as NumPy has them, becomes an array without axes."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(given_back, value)) if type(value) in (tuple, list) else tuple(map(given_back, value))
    return on_backend(value) if hasattr(value, "dtype") and value.dtype.kind in "biufc" else value


def _tracked(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_tracked, value))
    return isinstance(value, ug.Tensor) and value.node is not None


def on_host(name: str, differentiable: bool) -> Callable[..., Any]:
    """NumPy's function `name` for the dialect's arrays; `MissingRule` for a tracked one where a slope would be lost."""

    def run(*args: Any, **kwargs: Any) -> Any:
        if differentiable and any(map(_tracked, (*args, *kwargs.values()))):
            raise ug.MissingRule(f"VJP of {name} wrt argnums (0,) not defined; use getval(x) where a constant is meant")
        function = getattr(settings.host(), name)
        return given_back(function(*map(_plain, args), **{word: _plain(value) for word, value in kwargs.items()}))

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"NumPy's `{name}`, on the host; without a derivative."
    return run


FUNCTIONS: Final[dict[str, Any]] = {
    **{name: on_host(name, differentiable=False) for name in WHOLE},
    **{name: on_host(name, differentiable=True) for name in VALUES},
}
"""The functions that take and give arrays."""


def shape(a: Any) -> tuple[int, ...]:
    """The length of each axis."""
    return asarray(a).shape


def ndim(a: Any) -> int:
    """The number of axes."""
    return asarray(a).ndim


def size(a: Any, axis: int | None = None) -> int:
    """The number of elements, or the length of an axis."""
    x = asarray(a)
    return x.size if axis is None else x.shape[axis]


def iscomplexobj(x: Any) -> bool:
    """Whether the array's dtype is complex."""
    return asarray(x).dtype.kind == "complex"


def isrealobj(x: Any) -> bool:
    """Whether the array's dtype is not complex."""
    return not iscomplexobj(x)


def result_type(*args: Any) -> Any:
    """The dtype that an operation on these would give."""
    host = settings.host()
    named = [host.dtype(each.dtype.name) if isinstance(each, ug.Tensor) else each for each in args]
    return ug.dtypes.dtype(host.result_type(*(host.dtype(n.name) if isinstance(n, ug.DType) else n for n in named)))


def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> ndarray:
    """What `func1d` makes of each line along `axis`, recorded."""
    x = F.moveaxis(asarray(arr), axis, -1)
    lines = F.reshape(x, (-1, x.shape[-1]))
    results = [asarray(func1d(line, *args, **kwargs)) for line in lines]
    made = F.reshape(F.stack(results), (*x.shape[:-1], *results[0].shape))
    turned: ndarray = F.moveaxis(made, -1, axis) if results[0].ndim == 1 else made
    return turned


NAMES = "apply_along_axis iscomplexobj isrealobj ndim result_type shape size".split()


def plain(name: str) -> Any:
    """NumPy's own function for what makes no arrays, taking the dialect's."""
    function = getattr(settings.host(), name)
    if isinstance(function, type) and name not in ("finfo", "iinfo"):
        return function

    def run(*args: Any, **kwargs: Any) -> Any:
        # A dtype, or a scalar type, of the dialect stands for NumPy's of that name.
        named = [ug.dtypes.name_of(each) if isinstance(each, (ug.DType, type)) else _plain(each) for each in args]
        return function(*named, **kwargs)

    return run
