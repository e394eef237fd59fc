"""mxnet.nd.random (mxnet.random): random arrays of ``mx.nd``, from the stream that ``mx.np.random`` draws from too."""

from __future__ import annotations

from typing import Any

import unigrad as ug
import unigrad.numpy as unp
from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet.context import device_name
from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.legacy import G, NDArray
from unigrad.dialects.mxnet.notes import MISSING as _MISSING
from unigrad.dialects.mxnet.numpy.random import seed
from unigrad.dialects.mxnet.writes import put

__all__ = ["exponential", "normal", "randint", "randn", "seed", "shuffle", "uniform"]


def _drawn(name: str, shape: Any, dtype: Any, ctx: Any) -> NDArray:
    size = (shape,) if isinstance(shape, int) else tuple(shape)
    numbers = G.adopt(getattr(unp.random, name)(size=size, dtype=format_for(dtype)))
    return numbers if ctx is None else G.to_device(numbers, device=device_name(ctx))  # type: ignore[no-any-return]


def _shape(shape: Any, *parameters: Any) -> Any:
    given = [parameter.shape for parameter in parameters if isinstance(parameter, ug.Tensor)]
    return shape if shape is not None else given[0] if given else (1,)


@translated
def normal(
    loc: Any = 0, scale: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **_: Any
) -> Any:
    """Numbers of the normal distribution; one, in shape (1,), unless a shape is given."""
    numbers = loc + scale * _drawn("normal", _shape(shape, loc, scale), dtype, ctx)
    return numbers if out is None else put(out, numbers)


@translated
def uniform(
    low: Any = 0, high: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None, **_: Any
) -> Any:
    """Numbers spread evenly over [low, high)."""
    numbers = low + (high - low) * _drawn("uniform", _shape(shape, low, high), dtype, ctx)
    return numbers if out is None else put(out, numbers)


def randn(*shape: int, loc: Any = 0, scale: Any = 1, **options: Any) -> Any:
    """`normal`, with the lengths as arguments."""
    return normal(loc, scale, shape or None, **options)


@translated
def exponential(scale: Any = 1, shape: Any = None, dtype: Any = None, ctx: Any = None, **_: Any) -> Any:
    """Numbers of the exponential distribution with mean `scale`."""
    return scale * _drawn("exponential", _shape(shape, scale), dtype, ctx)


@translated
def randint(low: int, high: int, shape: Any = None, dtype: Any = "int32", ctx: Any = None, **_: Any) -> Any:
    """Whole numbers from `low` to below `high`, int32."""
    size = (1,) if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
    numbers = G.astype(G.adopt(unp.random.randint(low, high, size)), format_for(dtype))
    return numbers if ctx is None else G.to_device(numbers, device=device_name(ctx))


def shuffle(data: NDArray, **_: Any) -> Any:
    """The sub-arrays along the first axis in random order, as a new array."""
    return G.take(data, G.adopt(unp.random.permutation(len(data))), axis=0)


__getattr__ = _absent("mxnet.nd.random", lambda: __all__, _MISSING)
