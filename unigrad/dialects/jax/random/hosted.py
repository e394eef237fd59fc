"""What is computed on the host: at once, or, of arrays whose numbers are not known yet, wherever they will be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad import DType, settings
from unigrad.dialects.jax.arrays import Array, F, cast, strong


def is_known(x: Any) -> bool:
    """Whether the numbers of an array are there: not under jit and eval_shape, nor where they differ from example to example."""
    return not (isinstance(x, ug.Tensor) and x.xp.is_traced(x.raw))


def host(x: Any, dtype: DType | None = None) -> Any:
    """An array or a number as a host array, in `dtype` if given; as an Array where its numbers are not known."""
    given = strong(x, "a parameter").detach()
    if not is_known(given):
        return given if dtype is None else cast(given, dtype)
    values = given.numpy()
    return values if dtype is None else values.astype(settings.host().native_dtype(dtype.name))


def on_backend(values: Any) -> Array:
    """A host array as an Array on the backend in force."""
    made: Array = F.asarray(settings.host().asarray(values))
    return made


def computed(function: Callable[..., Any], *given: Any) -> Array:
    """What `function` of host arrays gives, as an Array.

    Where one of `given` is not known, it is called later, for each example; what it gives is like what it gives of ones.
    """
    if all(map(is_known, given)):
        return on_backend(function(*given))
    native = settings.host()
    ones = [native.ones(x.shape, dtype=x.dtype.name) if not is_known(x) else x for x in given]
    with native.errstate(all="ignore"):
        like = native.asarray(function(*ones))
    made: Array = F.adopt(ug.pure_callback(function, ug.ShapeDtype(like.shape, like.dtype.name), *given))
    return made
