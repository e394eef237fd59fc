"""The cotangents that a tape starts from, and the Jacobians that are made of what arrives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.graph import make_tensor


def weights_of(y: EagerTensor, given: Any) -> ug.Tensor:
    """The cotangent of `y`: ones, or what is given, as far as it can be broadcast."""
    if given is None:
        return make_tensor(y.xp.ones_like(y.raw), y.xp)
    g = convert(given, like=y.dtype)
    if g.dtype is not y.dtype:
        raise InvalidArgumentError(f"output_gradients have dtype {g.dtype!r}, and the target {y.dtype!r}; use tf.cast")
    if g.shape == y.shape:
        return g
    try:
        return F.broadcast_to(g, y.shape)
    except (ug.ShapeError, InvalidArgumentError) as error:
        raise InvalidArgumentError(
            f"output_gradients have the shape {g.shape}, which does not fit the target's {y.shape}"
        ) from error


def unit_arrays(shape: tuple[int, ...], like: EagerTensor) -> list[EagerTensor]:
    """The arrays of `shape` with one 1 and else zeros."""
    count = math.prod(shape)
    units = F.eye(count, dtype=like.dtype)
    return [F.reshape(units[i], shape) for i in range(count)]


def stacked(rows: Sequence[Any], y: EagerTensor, source: Any, zeros: bool) -> Any:
    """The rows of a Jacobian as one array, `y` being the target; where one is not connected zeros, or None."""
    shape = (*y.shape, *source.shape)
    if any(row is None for row in rows) or not rows:
        return F.zeros(shape, dtype=source.dtype) if zeros else None
    return F.reshape(F.stack(list(rows)), shape)
