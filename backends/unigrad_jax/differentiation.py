"""JAX's own differentiation, to compare unigrad's rules with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax


def own_vjp(
    function: Callable[..., Sequence[Any]], primals: Sequence[Any], cotangents: Sequence[Any]
) -> tuple[list[Any], list[Any]]:
    """The values of ``function``, a sequence of arrays, and by JAX's ``vjp`` the gradient for each of ``primals``.

    JAX pulls back the conjugates of gradients.
    """
    outs, pull = jax.vjp(lambda *raw: list(function(*raw)), *primals)
    return outs, [g.conj() for g in pull([g.conj() for g in cotangents])]
