"""``jax.nn.initializers``: functions that make functions ``init(key, shape, dtype)``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.jax import random
from unigrad.dialects.jax.arrays import Array
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.numpy import creation
from unigrad.errors import ShapeError

__all__ = [
    "constant",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "ones",
    "orthogonal",
    "truncated_normal",
    "uniform",
    "variance_scaling",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]

Initializer = Callable[..., Array]


def zeros(key: Any, shape: Any, dtype: Any = float) -> Array:
    """Zeros; an initializer itself."""
    return creation.zeros(shape, dtype)


def ones(key: Any, shape: Any, dtype: Any = float) -> Array:
    """Ones; an initializer itself."""
    return creation.ones(shape, dtype)


def constant(value: Any, dtype: Any = float) -> Initializer:
    """One value everywhere."""
    return lambda key, shape, dtype=dtype: creation.full(shape, value, dtype)


def normal(stddev: Any = 1e-2, dtype: Any = float) -> Initializer:
    """Normal numbers of this standard deviation."""
    return lambda key, shape, dtype=dtype: random.normal(key, shape, dtype) * stddev


def uniform(scale: Any = 1e-2, dtype: Any = float) -> Initializer:
    """Numbers spread evenly over [0, scale)."""
    return lambda key, shape, dtype=dtype: random.uniform(key, shape, dtype) * scale


def truncated_normal(stddev: Any = 1e-2, dtype: Any = float, lower: float = -2.0, upper: float = 2.0) -> Initializer:
    """Normal numbers between bounds, which count standard deviations."""
    return lambda key, shape, dtype=dtype: random.truncated_normal(key, lower, upper, shape, dtype) * stddev


def orthogonal(scale: float = 1.0, column_axis: int = -1, dtype: Any = float) -> Initializer:
    """Orthogonal matrices, all axes but one flattened."""

    def init(key: Any, shape: Any, dtype: Any = dtype) -> Array:
        if len(shape) < 2 or column_axis not in (-1, len(shape) - 1):
            raise ShapeError("orthogonal here needs two axes at least, and its columns in the last one")
        columns = shape[-1]
        rows = math.prod(shape) // columns
        found: Array = scale * random.orthogonal(key, rows, dtype=dtype, m=columns)
        return found.reshape(shape)

    return init


def variance_scaling(
    scale: float,
    mode: str,
    distribution: str,
    in_axis: Any = -2,
    out_axis: Any = -1,
    batch_axis: Any = (),
    dtype: Any = float,
) -> Initializer:
    """Numbers whose variance is `scale` over the number of inputs, of outputs, or their mean ("fan_in", "fan_out", "fan_avg")."""

    def init(key: Any, shape: Any, dtype: Any = dtype) -> Array:
        lengths = tuple(shape)
        if len(lengths) < 2:
            raise ShapeError(
                f"Can't compute input and output sizes of a {len(lengths)}-dimensional weights tensor. Must be at least 2D."
            )
        inputs, outputs = _fans(lengths, in_axis, out_axis, batch_axis)
        sizes = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}
        if mode not in sizes:
            raise ShapeError(f"invalid mode for variance scaling initializer: {mode}; there are {', '.join(sizes)}")
        return _drawn(distribution, key, lengths, dtype, scale / sizes[mode])

    return init


def _fans(shape: tuple[int, ...], in_axis: Any, out_axis: Any, batch_axis: Any) -> tuple[float, float]:
    def size(axis: Any) -> int:
        return math.prod(shape[each] for each in ((axis,) if isinstance(axis, int) else axis))

    field = math.prod(shape) / size(in_axis) / size(out_axis) / size(batch_axis)
    return size(in_axis) * field, size(out_axis) * field


def _drawn(distribution: str, key: Any, shape: tuple[int, ...], dtype: Any, variance: float) -> Array:
    if distribution == "truncated_normal":  # cut off at two standard deviations, which are made up for
        return random.truncated_normal(key, -2.0, 2.0, shape, dtype) * (math.sqrt(variance) / 0.87962566103423978)
    if distribution == "normal":
        return random.normal(key, shape, dtype) * math.sqrt(variance)
    if distribution == "uniform":
        return random.uniform(key, shape, dtype, -1) * math.sqrt(3 * variance)
    raise ShapeError(
        f"invalid distribution for variance scaling initializer: {distribution}; there are truncated_normal, normal, uniform"
    )


def _scaled(scale: float, mode: str, distribution: str, doc: str) -> Callable[..., Initializer]:
    def make(in_axis: Any = -2, out_axis: Any = -1, batch_axis: Any = (), dtype: Any = float) -> Initializer:
        return variance_scaling(scale, mode, distribution, in_axis, out_axis, batch_axis, dtype)

    make.__doc__ = doc
    return make


glorot_uniform = xavier_uniform = _scaled(1.0, "fan_avg", "uniform", "Uniform numbers (Glorot and Bengio 2010).")
glorot_normal = xavier_normal = _scaled(1.0, "fan_avg", "truncated_normal", "Normal ones (Glorot and Bengio 2010).")
lecun_uniform = _scaled(1.0, "fan_in", "uniform", "Uniform numbers (LeCun et al. 1998).")
lecun_normal = _scaled(1.0, "fan_in", "truncated_normal", "Normal numbers (LeCun et al. 1998).")
he_uniform = kaiming_uniform = _scaled(2.0, "fan_in", "uniform", "Uniform numbers (He et al. 2015).")
he_normal = kaiming_normal = _scaled(2.0, "fan_in", "truncated_normal", "Normal numbers (He et al. 2015).")

__getattr__ = absent("jax.nn.initializers", lambda: __all__, MISSING)
