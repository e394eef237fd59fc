"""Quantiles: elements by their rank, between neighbours by any of NumPy's methods; with NaN, or passing over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from unigrad import dtypes, settings
from unigrad.card import composition
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.primitives import choices as _choices
from unigrad.primitives import constant as _constant
from unigrad.primitives.axes import axes_in_range, refuse_empty
from unigrad.primitives.choices import maximum, minimum, where
from unigrad.primitives.constant import isnan, logical_not
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.indexing import take_along_axis
from unigrad.primitives.manipulation import expand_dims, permute_dims, reshape, stack
from unigrad.primitives.reduction import reduced, sum
from unigrad.primitives.sorting import sort
from unigrad.samples import NAN, Array, at, sample

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]

DISTINCT = Array((3, 4), distinct=True)


def _stepped(m: Any, place: Any, on_step: Any) -> Any:
    """The place behind, and where ``place`` is whole, ``on_step`` behind it: the discontinuous methods."""
    low = m.floor(place)
    return low + m.where(place == low, on_step, 1.0)


def _shifted(alpha: float, beta: float) -> Callable[[Any, Any, float], Any]:
    """The continuous methods of Hyndman and Fan (1996), "Sample quantiles in statistical packages"."""
    return lambda _m, n, q: n * q + (alpha + q * (1 - alpha - beta)) - 1


def _closest(m: Any, n: Any, q: float) -> Any:
    place = n * q - 1.5
    return _stepped(m, place, m.where(m.floor(place) % 2 == 1, 0.0, 1.0))


#: Where among ``n`` elements in order the ``q``-quantile stands, a fraction being a way towards the next; ``m`` has the functions.
_PLACES: Final[dict[str, Callable[[Any, Any, float], Any]]] = {
    "linear": lambda _m, n, q: (n - 1) * q,
    "lower": lambda m, n, q: m.floor((n - 1) * q),
    "higher": lambda m, n, q: m.ceil((n - 1) * q),
    "nearest": lambda m, n, q: m.round((n - 1) * q),
    "midpoint": lambda m, n, q: 0.5 * (m.floor((n - 1) * q) + m.ceil((n - 1) * q)),
    "inverted_cdf": lambda m, n, q: m.ceil(n * q - 1),
    "averaged_inverted_cdf": lambda m, n, q: _stepped(m, n * q - 1, 0.5),
    "closest_observation": _closest,
    "interpolated_inverted_cdf": _shifted(0, 1),
    "hazen": _shifted(0.5, 0.5),
    "weibull": _shifted(0, 0),
    "median_unbiased": _shifted(1 / 3, 1 / 3),
    "normal_unbiased": _shifted(3 / 8, 3 / 8),
}


class _Functions:
    """What the methods ask for, of Tensors."""

    floor, ceil, round, where = _constant.floor, _constant.ceil, _constant.round, _choices.where


def _some_rows(name: str, x: Any, axis: Any) -> tuple[Tensor, tuple[int, ...]]:
    """`rows` of floating numbers, at least one in each. Raises `ShapeError`."""
    x = _floating(x)
    refuse_empty(name, x.shape, axis)
    return rows(x, axis)


def rows(x: Tensor, axis: Any) -> tuple[Tensor, tuple[int, ...]]:
    """``x`` with the axes ``axis`` (None: all) flattened into a last one, and its shape with these at length 1."""
    shape = tuple(x.shape)
    axes = tuple(range(len(shape))) if axis is None else axes_in_range(axis, len(shape))
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    count = 1
    for i in axes:
        count *= shape[i]
    lines = reshape(permute_dims(x, axes=rest + axes), shape=(*(shape[i] for i in rest), count))
    return lines, tuple(1 if i in axes else n for i, n in enumerate(shape))


def _floating(x: Any) -> Tensor:
    x = asarray(x)
    return x if x.dtype.kind == "real" else astype(x, settings.get_default_dtype())


def _wanted(name: str, q: Any, method: str, top: int) -> Any:
    """``q``, from 0 to `top`, as parts of 1 on the host, checked."""
    host = settings.host()
    wanted = host.asarray(q.tolist() if isinstance(q, Tensor) else q)
    if not (host.all(wanted >= 0) and host.all(wanted <= top)):
        raise ArgumentError(f"'{name}' takes q from 0 to {top}; got {q!r}")
    if method not in _PLACES:
        raise ArgumentError(f"'{name}' takes method={', '.join(map(repr, _PLACES))}; got {method!r}")
    return wanted / top


QUANTILES = [
    *reduced(DISTINCT),
    sample(Array((2, 3, 2), distinct=True), axis=(0, 2)),
]
METHODS = [
    sample(Array((5, 2), distinct=True), smooth=smooth, q=q, axis=0, method=method)
    for method in _PLACES
    if method != "linear"
    # The second are places at which some methods jump from one element to the next: rounding decides in a compiled program.
    for q, smooth in (((0.0, 0.35, 0.45, 0.65, 1.0), True), ((0.3, 0.5, 0.6), False))
]


def _each(rows: Tensor, kept: tuple[int, ...], wanted: Any, keepdims: bool, one: Callable[[float], Tensor]) -> Tensor:
    """What ``one`` gives for each of the ``wanted``, in the shape of the result."""
    shape = kept if keepdims else tuple(rows.shape[:-1])
    parts = [reshape(one(float(q)), shape=shape) for q in settings.host().ravel(wanted)]
    return parts[0] if wanted.ndim == 0 else reshape(stack(parts), shape=(*wanted.shape, *shape))


@composition(
    samples=[
        *(sample(*each.arrays, **{**each.options, "q": q}) for q in (0.5, 0.3) for each in QUANTILES),
        sample(DISTINCT, q=(0.0, 0.25, 1.0), axis=1),
        *METHODS,
    ],
    conventions=[
        at([1.0, 2.0, 3.0, 4.0], q=0.5, slope=[0.0, 0.5, 0.5, 0.0], why="exists", agree="jax torch", autograd="error"),
        at(
            [2.0, 2.0, 2.0],
            q=0.5,
            slope=[0.0, 1.0, 0.0],
            why="the stable permutation",
            agree="jax torch",
            autograd="error",
        ),
    ],
)
def quantile(x, /, q, axis=None, keepdims=False, method="linear") -> Tensor:
    """The ``q``-quantile over ``axis``, between neighbours by the ``method`` (one of NumPy's); a NaN among the elements is the result.

    ``q`` is a constant from 0 to 1, or an array of these, whose shape then comes first. Raises `ArgumentError` for other
    ``q``, `ShapeError` where there are no elements.
    """
    return _quantile("quantile", x, q, axis, keepdims, method)


def _quantile(name: str, x: Any, q: Any, axis: Any, keepdims: bool, method: str = "linear", top: int = 1) -> Tensor:
    lines, kept = _some_rows(name, x, axis)
    wanted = _wanted(name, q, method, top)
    ordered = sort(lines)
    last = ordered[..., -1]
    lacking = isnan(last)
    return _each(lines, kept, wanted, keepdims, lambda q: where(lacking, last, _at(ordered, q, method)))


def _at(ordered: Tensor, q: float, method: str) -> Tensor:
    n = ordered.shape[-1]
    found = float(_PLACES[method](settings.host(), n, q))
    place = 0.0 if found < 0 else float(n - 1) if found > n - 1 else found
    low = int(place)
    below, weight = ordered[..., low], place - low
    return below if weight == 0 else below + (ordered[..., low + 1] - below) * weight


@composition(
    samples=[
        *(sample(*each.arrays, **{**each.options, "q": 0.3}) for each in QUANTILES),
        sample(DISTINCT, q=(0.0, 0.25, 1.0), axis=1),
        *METHODS,
    ]
)
def nanquantile(x, /, q, axis=None, keepdims=False, method="linear") -> Tensor:
    """`quantile` of what is not NaN; NaN where all are."""
    return _nanquantile("nanquantile", x, q, axis, keepdims, method)


def _nanquantile(name: str, x: Any, q: Any, axis: Any, keepdims: bool, method: str = "linear", top: int = 1) -> Tensor:
    lines, kept = _some_rows(name, x, axis)
    wanted = _wanted(name, q, method, top)
    ordered = sort(lines)  # what is NaN comes last
    count = sum(astype(logical_not(isnan(lines)), dtypes.float64), axis=-1)
    return _each(lines, kept, wanted, keepdims, lambda q: _among(ordered, count, q, method))


def _among(ordered: Tensor, count: Tensor, q: float, method: str) -> Tensor:
    """The quantile of the first ``count`` elements of each line."""
    last = maximum(count - 1, 0.0)
    place = maximum(minimum(_PLACES[method](_Functions, count, q), last), 0.0)
    low = _constant.floor(place)
    below, above = (_picked(ordered, each) for each in (low, minimum(low + 1, last)))
    return below + (above - below) * astype(place - low, ordered.dtype)


def _picked(ordered: Tensor, place: Tensor) -> Tensor:
    index = astype(expand_dims(place, axis=-1), dtypes.int64)
    return take_along_axis(ordered, index, axis=-1)[..., 0]


PERCENTILES = [
    sample(DISTINCT, q=50),
    sample(DISTINCT, q=(10.0, 90.0), axis=0, keepdims=True),
    sample(DISTINCT, q=40.0, axis=1, method="lower"),
]


@composition(samples=PERCENTILES)
def percentile(x, /, q, axis=None, keepdims=False, method="linear") -> Tensor:
    """`quantile`, with ``q`` from 0 to 100."""
    return _quantile("percentile", x, q, axis, keepdims, method, top=100)


@composition(samples=PERCENTILES)
def nanpercentile(x, /, q, axis=None, keepdims=False, method="linear") -> Tensor:
    """`nanquantile`, with ``q`` from 0 to 100."""
    return _nanquantile("nanpercentile", x, q, axis, keepdims, method, top=100)


@composition(
    samples=[*QUANTILES, sample(Array((5,), distinct=True))],
    conventions=[
        at(
            [1.0, 2.0, 3.0, 4.0],
            slope=[0.0, 0.5, 0.5, 0.0],
            why="exists: the mean of the middle two",
            value=2.5,
            agree="jax",
            autograd="error",
            torch=[0.0, 1.0, 0.0, 0.0],
        ),
        at(
            [2.0, 2.0, 2.0],
            slope=[0.0, 1.0, 0.0],
            why="the stable permutation",
            agree="jax",
            autograd="error",
            torch=[1 / 3, 1 / 3, 1 / 3],
        ),
        at(
            [1.0, 2.0, 2.0, 4.0],
            slope=[0.0, 0.5, 0.5, 0.0],
            why="the stable permutation",
            agree="jax torch",
            autograd="error",
        ),
        at(
            [1.0, NAN, 2.0],
            slope=[0.0, 1.0, 0.0],
            why="the NaN is the result, and carries the slope",
            agree="torch",
            autograd="error",
            jax=[0.0, 0.0, 0.0],
        ),
    ],
)
def median(x, /, axis=None, keepdims=False) -> Tensor:
    """The middle element over ``axis`` in order, or the mean of the middle two."""
    return _quantile("median", x, 0.5, axis, keepdims)


@composition(
    samples=[*QUANTILES, sample(Array((5,), distinct=True))],
    conventions=[
        at(
            [2.0, NAN, 2.0, 2.0],
            slope=[0.0, 0.0, 1.0, 0.0],
            why="the stable permutation of what is not NaN",
            agree="jax",
            autograd="error",
            torch=[1 / 3, 0.0, 1 / 3, 1 / 3],
        )
    ],
)
def nanmedian(x, /, axis=None, keepdims=False) -> Tensor:
    """`median` of what is not NaN; NaN where all are."""
    return _nanquantile("nanmedian", x, 0.5, axis, keepdims)
