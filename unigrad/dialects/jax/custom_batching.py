"""jax.custom_batching: functions that are mapped in a way of their own."""

from __future__ import annotations

import functools
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.jax import notes
from unigrad.dialects.jax.arrays import F
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.transforms import Function

__all__ = ["sequential_vmap"]


def sequential_vmap(f: Function) -> Function:
    """`f`, which under `vmap` is called once for each example; derivatives pass through."""
    callable_only(f)

    def adopted(*args: Any, **kwargs: Any) -> Any:
        return f(*F.adopt(args), **F.adopt(kwargs))

    run = ug.sequential_vmap(adopted)

    @functools.wraps(f)
    def one_by_one(*args: Any, **kwargs: Any) -> Any:
        return F.adopt(run(*args, **kwargs))

    return one_by_one


__getattr__ = absent("jax.custom_batching", lambda: __all__, notes.MISSING)
