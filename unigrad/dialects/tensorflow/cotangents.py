"""The cotangents that a tape starts from: weights as they are given, and those of all rows of a Jacobian at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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


def unit_arrays(shape: tuple[int, ...], like: EagerTensor) -> EagerTensor:
    """The arrays of `shape` with one 1 and else zeros, along a first axis."""
    count = math.prod(shape)
    made: EagerTensor = F.reshape(F.eye(count, dtype=like.dtype), (count, *shape))
    return made


def all_at_once(pulled: Callable[[EagerTensor], Sequence[Any]], weights: EagerTensor) -> list[EagerTensor | None]:
    """What `pulled` gives for each of the `weights`, stacked for each source; None for one that no path leads to."""
    connected: list[bool] = []

    def row(g: ug.Tensor) -> list[Any]:
        found = pulled(F.adopt(g))
        connected[:] = [each is not None for each in found]
        return [each for each in found if each is not None]

    stacked = iter(F.adopt(ug.vmap(row)(weights)))
    return [next(stacked) if own else None for own in connected]
