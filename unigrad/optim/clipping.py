"""Clipping: gradients in nested containers, kept within bounds before an optimizer takes them."""

from __future__ import annotations

import functools
from typing import Any

import optree

from unigrad.conversion import constant, is_complex, namespace_of
from unigrad.dtypes import promote
from unigrad.errors import ArgumentError, DTypeError
from unigrad.graph import Tensor
from unigrad.primitives.choices import clip, maximum
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.magnitudes import real
from unigrad.primitives.manipulation import stack
from unigrad.primitives.reduction import vector_norm


def clip_by_value(gradients: Any, limit: float) -> Any:
    """The gradients with each element kept within ``-limit`` and ``limit``.

    Raises `DTypeError` for complex numbers, which have no order, and `ArgumentError` for a limit that is not above 0.
    """
    _positive("clip_by_value", "limit", limit)
    leaves, structure = _flattened(gradients)
    for x in leaves:
        if is_complex(x.raw.dtype):
            raise DTypeError("'clip_by_value' takes real gradients; complex ones can be clipped by their global norm")
    return optree.tree_unflatten(structure, [clip(x, -limit, limit) for x in leaves])


def clip_by_global_norm(gradients: Any, max_norm: float) -> Any:
    """The gradients times one number, so that their `global_norm` is at most ``max_norm``; shorter ones stay as they are.

    Torch's ``clip_grad_norm_`` adds 1e-6 to the norm, and so ends up a little shorter. Pascanu et al. (2013). Raises
    `ArgumentError` for a norm that is not above 0.
    """
    _positive("clip_by_global_norm", "max_norm", max_norm)
    leaves, structure = _flattened(gradients)
    factor = max_norm / maximum(global_norm(leaves), max_norm)
    return optree.tree_unflatten(structure, [x * astype(factor, real(x).dtype) for x in leaves])


def global_norm(gradients: Any) -> Tensor:
    """The Euclidean norm of all elements of all gradients, a scalar Tensor of the widest of their dtypes; of none it is 0."""
    leaves, _ = _flattened(gradients)
    if not leaves:
        return asarray(0.0)
    norms = [vector_norm(x) for x in leaves]
    widest = functools.reduce(promote, (norm.dtype for norm in norms))
    return vector_norm(stack([astype(norm, widest) for norm in norms]))


def _flattened(gradients: Any) -> tuple[list[Tensor], Any]:
    leaves, structure = optree.tree_flatten(gradients)
    xp = namespace_of(leaves)
    return [x if isinstance(x, Tensor) else constant(x, xp, copy=True) for x in leaves], structure


def _positive(function: str, name: str, value: float) -> None:
    if not value > 0:
        raise ArgumentError(f"'{function}' takes {name} above 0; got {value}")
