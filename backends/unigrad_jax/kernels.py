"""The JAX backend's own kernels: what JAX spells or does differently from the standard, and the glue.

Loading this module turns on ``jax_enable_x64``: the same program has to have the same dtypes on every backend, and JAX
would otherwise make float32 of what is given as float64. Every kernel takes tracers, so programs run in ``jax.jit``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.linalg
import jax.scipy.special
import numpy

from unigrad_jax.activation import gelu, log_sigmoid, selu, silu  # noqa: F401
from unigrad_jax.convolution import conv, conv_transpose, conv_weight, max_pool, overlap_add, sum_pool, windows  # noqa: F401
from unigrad_jax.differentiation import own_vjp  # noqa: F401
from unigrad_jax.special import (
    corrected_digamma,
    corrected_polygamma,
    corrected_rel_entr,
    corrected_zeta,
    exact_gammainc,
    exact_gammaincc,
    exact_log_ndtr,
)

jax.config.update("jax_enable_x64", True)

relu, sigmoid = jax.nn.relu, jax.nn.sigmoid
softmax, log_softmax, logsumexp = jax.nn.softmax, jax.nn.log_softmax, jax.nn.logsumexp
vector_norm = jnp.linalg.vector_norm
moveaxis, repeat = jnp.moveaxis, jnp.repeat
expm = jax.scipy.linalg.expm
gamma, gammaln = jax.scipy.special.gamma, jax.scipy.special.gammaln
betainc, gammainc, gammaincc = jax.scipy.special.betainc, exact_gammainc, exact_gammaincc
digamma, polygamma, zeta = corrected_digamma, corrected_polygamma, corrected_zeta
erf, erfc, erfinv = jax.scipy.special.erf, jax.scipy.special.erfc, jax.scipy.special.erfinv
erfcx, log_expit = jax.scipy.special.erfcx, jax.nn.log_sigmoid
i0, i0e, i1, i1e = jax.scipy.special.i0, jax.scipy.special.i0e, jax.scipy.special.i1, jax.scipy.special.i1e
entr, logit, log_ndtr = jax.scipy.special.entr, jax.scipy.special.logit, exact_log_ndtr
ndtr, ndtri = jax.scipy.special.ndtr, jax.scipy.special.ndtri
rel_entr, xlog1py, xlogy = corrected_rel_entr, jax.scipy.special.xlog1py, jax.scipy.special.xlogy


def tile(x: Any, *, repetitions: Any) -> Any:
    """``x`` laid side by side, ``repetitions`` times along each axis."""
    return jnp.tile(x, repetitions)


def solve_triangular(x1: Any, x2: Any, *, lower: bool = False) -> Any:
    """The solution of ``x1 @ x = x2``, of ``x1`` one triangle; JAX itself broadcasts no stacks."""
    columns = x2[:, None] if x2.ndim == 1 else x2
    stack = jnp.broadcast_shapes(x1.shape[:-2], columns.shape[:-2])
    x1, columns = (jnp.broadcast_to(each, (*stack, *each.shape[-2:])) for each in (x1, columns))
    result = jax.scipy.linalg.solve_triangular(x1, columns, lower=lower)
    return result[..., 0] if x2.ndim == 1 else result


def convolve(x1: Any, x2: Any, *, mode: str = "full") -> Any:
    """The convolution of two vectors of one dtype, in that dtype, where JAX makes floats of integers."""
    return jnp.convolve(x1, x2, mode=mode, preferred_element_type=x1.dtype)


def trace(x: Any, *, offset: int = 0) -> Any:
    """The sum of the diagonal of the matrices in the last two axes."""
    return jnp.sum(jnp.diagonal(x, offset, -2, -1), axis=-1)


def astype(x: Any, *, dtype: Any) -> Any:
    """``x`` in another dtype."""
    return x.astype(dtype)


def searchsorted(x1: Any, x2: Any, *, side: str = "left", sorter: Any = None) -> Any:
    """Where each of ``x2`` belongs in the sorted ``x1``, in int64, where JAX takes the smallest dtype that will do."""
    return jnp.searchsorted(x1, x2, side=side, sorter=sorter).astype(jnp.int64)


def cumulative_prod(x: Any, *, axis: int | None = None) -> Any:
    """The running products along ``axis``, small integers widened."""
    wide = jnp.prod(x, axis=()).dtype
    return jnp.cumulative_prod(x, axis=axis, dtype=wide)


def getitem(x: Any, *, key: Any) -> Any:
    """``x[key]``; raises `IndexError` for an index out of range, which JAX would move to the edge without a word."""
    key = _key(key)
    _check(x.shape, key)
    return x[key]


def index_set(x: Any, values: Any, *, key: Any) -> Any:
    """A copy of ``x`` with ``values`` at ``x[key]``."""
    key = _key(key)
    _check(x.shape, key)
    while getattr(values, "shape", ())[:1] == (1,) and values.ndim > jax.eval_shape(lambda: x[key]).ndim:
        values = values[0]  # NumPy allows more leading axes of length 1 than the place has, JAX does not
    return x.at[key].set(values)


def scatter(g: Any, *, key: Any, shape: Any) -> Any:
    """Zeros of ``shape`` with ``g`` added at ``[key]``, as often as a place is named."""
    margins = _margins(key, shape)
    if margins is not None:  # XLA joins padding with what is around it, and an addition at some places not always
        return jax.lax.pad(g, jnp.zeros((), g.dtype), margins)
    return jnp.zeros(shape, g.dtype).at[_key(key)].add(g)


def _margins(key: Any, shape: tuple[int, ...]) -> list[tuple[int, int, int]] | None:
    """What has to be put before, behind and between the elements at ``[key]``; None where it is more than slices forward."""
    entries = key if type(key) is tuple else (key,)
    if not all(type(each) is slice for each in entries):
        return None
    ranges = [range(length)[entry] for entry, length in zip(entries, shape, strict=False)]
    if not all(each.step > 0 and each for each in ranges):
        return None
    margins = [(each[0], length - 1 - each[-1], each.step - 1) for each, length in zip(ranges, shape, strict=False)]
    return margins + [(0, 0, 0)] * (len(shape) - len(entries))


def _key(key: Any) -> Any:
    """The key with lists as arrays, which JAX asks for."""
    if type(key) is tuple:
        return tuple(map(_key, key))
    return numpy.asarray(key, dtype=None if key else numpy.int64) if type(key) is list else key


def _check(shape: tuple[int, ...], key: Any) -> None:
    """Look for indices out of range, as far as they are known."""
    entries = key if type(key) is tuple else (key,)
    taken = sum(_length(each) for each in entries)
    axis = 0
    for each in entries:
        if each is Ellipsis:
            axis += len(shape) - taken
        elif _length(each):
            # Too many indices are JAX's to refuse.
            if axis < len(shape):
                _check_one(shape[axis], axis, each)
            axis += _length(each)


def _check_one(n: int, axis: int, entry: Any) -> None:
    if type(entry) is slice or isinstance(entry, jax.core.Tracer):
        return
    known = numpy.asarray(entry)
    if known.dtype == bool or not known.size:
        return
    low, high = int(known.min()), int(known.max())
    if low < -n or high >= n:
        wrong = low if low < -n else high
        raise IndexError(f"index {wrong} is out of bounds for axis {axis} with size {n}")


def _length(entry: Any) -> int:
    """How many axes of the array one entry of a key takes up."""
    if entry is None or entry is Ellipsis or type(entry) is bool:
        return 0
    return entry.ndim if str(getattr(entry, "dtype", "")) == "bool" else 1


def _on_device(create: Callable[..., Any]) -> Callable[..., Any]:
    """A function of JAX's that makes an array, taking the name of a device too."""

    def kernel(*args: Any, device: Any = None, **options: Any) -> Any:
        return create(*args, device=_device(device), **options)

    kernel.__name__ = kernel.__qualname__ = create.__name__
    kernel.__doc__ = f"``jax.numpy.{create.__name__}``, on the device of this name."
    return kernel


asarray, zeros, ones, full = map(_on_device, (jnp.asarray, jnp.zeros, jnp.ones, jnp.full))
arange = _on_device(jnp.arange)


def eye(n_rows: int, n_cols: int | None = None, *, k: int = 0, dtype: Any = float, device: Any = None) -> Any:
    """The standard's ``eye``: zeros, with ones on one diagonal."""
    made = _identity(n_rows, n_rows if n_cols is None else n_cols, k, jnp.dtype(dtype))
    return made if device is None else jax.device_put(made, _device(device))


@functools.partial(jax.jit, static_argnums=(0, 1, 2, 3))
def _identity(n_rows: int, n_columns: int, k: int, dtype: Any) -> Any:
    """As a choice between two numbers, which the CPU makes several of at once; `jax.numpy.eye` turns booleans into them."""
    row, column = (jax.lax.broadcasted_iota(jnp.int32, (n_rows, n_columns), axis) for axis in (0, 1))
    return jnp.where(row + k == column, jnp.ones((), dtype), jnp.zeros((), dtype))


def linspace(
    start: Any, stop: Any, num: int = 50, *, dtype: Any = None, device: Any = None, endpoint: bool = True
) -> Any:
    """``num`` numbers at equal distances, found in double precision as on the other backends."""
    exact = jnp.linspace(start, stop, num, endpoint=endpoint, dtype=jnp.float64, device=_device(device))
    return exact if dtype is None else exact.astype(dtype)


def to_numpy(data: Any) -> Any:
    """The array on the host, read-only."""
    return numpy.asarray(data)


def from_numpy(array: Any, *, dtype: Any = None, device: Any = None, copy: bool = False) -> Any:
    """A host array as one of JAX's; with ``copy``, never sharing memory."""
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return jnp.array(array, dtype=dtype, device=_device(device), copy=True if copy else None)


def copy(data: Any) -> Any:
    """The array itself, since nothing can change it."""
    return data


def native_dtype(name: str) -> Any:
    """The dtype of this name: every one of unigrad's is there."""
    return jnp.dtype(name)


def dtype_name(native: Any) -> str:
    """The name of a dtype: ``"float32"``."""
    return str(jnp.dtype(native).name)


def is_traced(data: Any) -> bool:
    """Whether the array is one of JAX's tracers."""
    return isinstance(data, jax.core.Tracer)


def device_of(data: Any) -> str | None:
    """The name of the device that holds the array; `None` for a tracer, and for an array spread over several."""
    if is_traced(data) or len(data.devices()) != 1:
        return None
    return _name(next(iter(data.devices())))


def to_device(data: Any, device: Any) -> Any:
    """The array on another device."""
    return jax.device_put(data, _device(device))


def abstractly(function: Callable[..., Any], arrays: Any) -> None:
    """Call ``function(*arrays)`` on tracers: what depends on them is not computed, and what does not is."""

    def known_now(*tracers: Any) -> None:
        with jax.ensure_compile_time_eval():
            function(*tracers)

    jax.eval_shape(known_now, *arrays)


def callback(operands: Any, *, of: Any) -> tuple[Any, ...]:
    """What a callback of unigrad's gives of the arrays; of tracers a call that XLA makes in each run."""
    if any(isinstance(x, jax.core.Tracer) for x in operands):
        alike = tuple(jax.ShapeDtypeStruct(shape, dtype.name) for shape, dtype in of.results)
        found: tuple[Any, ...] = jax.pure_callback(of, alike, *operands)
        return found
    return tuple(map(jnp.array, of(*operands)))


def compiled(function: Callable[..., Any], _arrays: Any) -> Any:
    """The function, compiled by XLA when it is first called."""
    return jax.jit(function)


def fuses() -> bool:
    """XLA makes one loop of elementwise functions."""
    return True


def devices() -> tuple[str, ...]:
    """The names of the devices, the one that new arrays are made on first."""
    known = [*jax.devices(), *(each for each in jax.devices("cpu") if each not in jax.devices())]
    return tuple(map(_name, known))


def register_container(
    cls: type, flatten: Callable[[Any], tuple[Any, Any]], unflatten: Callable[[Any, Any], Any]
) -> None:
    """Make ``cls`` a container that JAX's transformations look into."""
    jax.tree_util.register_pytree_node(cls, flatten, unflatten)


def _name(device: Any) -> str:
    """``"cpu"`` for the first CPU, ``"cuda:0"`` and the like for the others."""
    platform = "cuda" if device.platform == "gpu" else device.platform
    return platform if (platform, device.id) == ("cpu", 0) else f"{platform}:{device.id}"


def _device(name: Any) -> Any:
    """The device of this name; anything else (a device, a sharding, None) as it is."""
    if not isinstance(name, str):
        return name
    platform, _, place = name.partition(":")
    known = [each for each in jax.devices(platform) if not place or each.id == int(place)]
    if not known:
        raise ValueError(f"no device {name!r}; known: {', '.join(map(_name, jax.devices(platform)))}")
    return known[0]
