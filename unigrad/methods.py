"""Methods: what a Tensor says of itself, and NumPy's methods, in the spelling of the primitives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad import primitives
from unigrad.backend import Backend
from unigrad.conversion import format_of
from unigrad.dtypes import DType
from unigrad.graph import Tensor, add_members, as_tensor
from unigrad.operators import assign


class Methods:
    """The members that every Tensor gets for its shape and its values."""

    __slots__ = ()

    @property
    def data(self) -> Any:
        """The backend's own array."""
        return as_tensor(self).raw

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(as_tensor(self).raw.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(as_tensor(self).raw.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for length in as_tensor(self).raw.shape:
            size *= length
        return size

    @property
    def dtype(self) -> DType:
        """The number format, the same object on every backend; equal to its name and to any library's own."""
        return format_of(as_tensor(self).raw.dtype)

    @property
    def backend(self) -> Backend:
        """The backend that holds the array."""
        return as_tensor(self).xp.__backend__  # type: ignore[no-any-return]

    @property
    def device(self) -> Any:
        """Where the array lies, in the backend's own words."""
        x = as_tensor(self)
        return x.xp.device_of(x.raw)

    @property
    def T(self) -> Tensor:  # noqa: N802 - the standard's name
        """The array with its axes in reverse order."""
        x = as_tensor(self)
        return primitives.permute_dims(x, axes=tuple(reversed(range(x.ndim))))

    @property
    def mT(self) -> Tensor:  # noqa: N802 - the standard's name
        """The array with its last two axes exchanged."""
        return primitives.matrix_transpose(as_tensor(self))

    def detach(self) -> Tensor:
        """The values as a constant: no gradient flows through it."""
        return primitives.stop_gradient(as_tensor(self))

    def zero_(self) -> Tensor:
        """Zeros, in place."""
        x = as_tensor(self)
        return assign(x, primitives.zeros_like(x))

    def copy(self) -> Tensor:
        """The same values in another Tensor, recorded."""
        return primitives.positive(as_tensor(self))

    def astype(self, dtype: Any, copy: bool = True) -> Tensor:
        """The array in another dtype; recorded between floating dtypes."""
        return primitives.astype(as_tensor(self), dtype, copy=copy)

    def reshape(self, *shape: Any) -> Tensor:
        """The same elements in another shape, given as numbers or as one tuple."""
        return primitives.reshape(as_tensor(self), shape=shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Tensor:
        """The array with its axes in the order given, reversed if none is."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return primitives.permute_dims(as_tensor(self), axes=order) if order else self.T

    def flatten(self) -> Tensor:
        """All elements along one axis."""
        return primitives.reshape(as_tensor(self), shape=(-1,))

    ravel = flatten

    def squeeze(self, axis: Any = None) -> Tensor:
        """The array without axes of length 1."""
        return primitives.squeeze(as_tensor(self), axis)

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """The array with two axes exchanged."""
        return primitives.swapaxes(as_tensor(self), axis1, axis2)

    def repeat(self, repeats: int, axis: int | None = None) -> Tensor:
        """Each element several times in a row."""
        return primitives.repeat(as_tensor(self), repeats, axis=axis)

    def take(self, indices: Any, axis: int | None = None) -> Tensor:
        """The sub-arrays at the positions `indices`."""
        return primitives.take(as_tensor(self), indices, axis=axis)

    def dot(self, other: Any) -> Tensor:
        """NumPy's product of vectors and matrices."""
        return primitives.dot(as_tensor(self), other)

    def conj(self) -> Tensor:
        """The complex conjugate."""
        return primitives.conj(as_tensor(self))

    def round(self, decimals: int = 0) -> Tensor:
        """The nearest whole numbers, or those with so many decimals."""
        return primitives.around(as_tensor(self), decimals)

    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        """The values kept within bounds."""
        return primitives.clip(as_tensor(self), min, max)

    def sum(self, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
        """Sum over `axis`, computed in `dtype` where one is given."""
        if dtype is None:
            return primitives.sum(as_tensor(self), axis=axis, keepdims=keepdims)
        return _typed(primitives.sum, as_tensor(self), dtype, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
        """Mean over `axis`, computed in `dtype` where one is given."""
        if dtype is None:
            return primitives.mean(as_tensor(self), axis=axis, keepdims=keepdims)
        return _typed(primitives.mean, as_tensor(self), dtype, axis=axis, keepdims=keepdims)

    def prod(self, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
        """Product over `axis`, computed in `dtype` where one is given."""
        if dtype is None:
            return primitives.prod(as_tensor(self), axis=axis, keepdims=keepdims)
        return _typed(primitives.prod, as_tensor(self), dtype, axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Largest element over `axis`."""
        return primitives.max(as_tensor(self), axis=axis, keepdims=keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Smallest element over `axis`."""
        return primitives.min(as_tensor(self), axis=axis, keepdims=keepdims)

    def ptp(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """The largest element over `axis` less the smallest."""
        return primitives.ptp(as_tensor(self), axis=axis, keepdims=keepdims)

    def var(self, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """Variance over `axis`."""
        return primitives.var(as_tensor(self), axis=axis, correction=ddof, keepdims=keepdims)

    def std(self, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """Standard deviation over `axis`."""
        return primitives.std(as_tensor(self), axis=axis, correction=ddof, keepdims=keepdims)

    def cumsum(self, axis: int | None = None) -> Tensor:
        """Running sum along `axis`, of the flattened array if there is none."""
        x = as_tensor(self)
        return primitives.cumulative_sum(self.flatten() if axis is None else x, axis=0 if axis is None else axis)

    def cumprod(self, axis: int | None = None) -> Tensor:
        """Running product along `axis`, of the flattened array if there is none."""
        x = as_tensor(self)
        return primitives.cumulative_prod(self.flatten() if axis is None else x, axis=0 if axis is None else axis)

    def argsort(self, axis: int = -1, *, descending: bool = False, stable: bool = True) -> Tensor:
        """The positions that put the elements in order along `axis`; equal elements keep their order."""
        return primitives.argsort(as_tensor(self), axis=axis, descending=descending, stable=stable)

    def nonzero(self) -> tuple[Tensor, ...]:
        """The positions of the elements that are not zero, an array for each axis."""
        return primitives.nonzero(as_tensor(self))

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """The diagonal `offset` over two axes, along a new last axis."""
        return primitives.diagonal(as_tensor(self), offset=offset, axis1=axis1, axis2=axis2)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """The sum of the diagonal `offset` over two axes."""
        return primitives.trace(as_tensor(self), offset=offset, axis1=axis1, axis2=axis2)

    def searchsorted(self, v: Any, side: str = "left") -> Tensor:
        """Where the elements of `v` belong in this sorted vector."""
        return primitives.searchsorted(as_tensor(self), v, side=side)

    def compress(self, condition: Any, axis: int | None = None) -> Tensor:
        """The sub-arrays along `axis` where `condition` holds."""
        return primitives.compress(condition, as_tensor(self), axis=axis)

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Where the largest element stands."""
        return primitives.argmax(as_tensor(self), axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Where the smallest element stands."""
        return primitives.argmin(as_tensor(self), axis=axis, keepdims=keepdims)

    def all(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Whether every element holds."""
        return primitives.all(as_tensor(self), axis=axis, keepdims=keepdims)

    def any(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Whether some element holds."""
        return primitives.any(as_tensor(self), axis=axis, keepdims=keepdims)


def _typed(reduce: Callable[..., Tensor], x: Tensor, dtype: Any, **options: Any) -> Tensor:
    """A reduction, computed in `dtype`, which the result has too."""
    return primitives.astype(reduce(primitives.astype(x, dtype), **options), dtype)


add_members(Tensor, Methods)
