"""Tensor: torch's, which is unigrad's Tensor with torch's attributes."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad import settings
from unigrad.dialects.torch import retained
from unigrad.dialects.torch.errors import GradientError, IndexFault, LibraryError, SizeError
from unigrad.dialects.torch.formats import Size, device, device_of, dtype, format_of
from unigrad.dialects.torch.functions import Functions
from unigrad.dialects.torch.history import GradFn, is_leaf_place
from unigrad.dialects.torch.values import Values


class Tensor(Values):
    """An array of the backend in force, with torch's methods and attributes; ``raw`` is the backend's own array.

    ``data`` is another tensor, as in torch (`unigrad.dialects.torch.shared`).
    """

    __slots__ = ()
    __module__ = "torch"

    def __init__(self, *given: Any) -> None:
        if given:
            _fill(self, given)

    @property
    def shape(self) -> Any:
        """The length of each axis."""
        return Size(self.raw.shape)

    def size(self, dim: int | None = None) -> Any:  # type: ignore[override]
        """The shape, or the length of one axis."""
        shape = self.shape
        return shape if dim is None else shape[in_range(dim, len(shape))]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.raw.shape)

    def dim(self) -> int:
        """The number of axes."""
        return len(self.raw.shape)

    ndimension = dim

    def numel(self) -> int:
        """The number of elements."""
        return self.shape.numel()  # type: ignore[no-any-return]

    nelement = numel

    @property
    def dtype(self) -> dtype:
        """The number format."""
        return format_of(self.raw.dtype)

    @property
    def device(self) -> device:
        """Where the tensor lies."""
        return device_of(self.xp.device_of(self.raw))

    @property
    def itemsize(self) -> int:
        """How many bytes an element takes."""
        return self.dtype.itemsize

    def element_size(self) -> int:
        """How many bytes an element takes."""
        return self.dtype.itemsize

    is_cuda = property(lambda self: self.device.type == "cuda")
    layout = "torch.strided"

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to or through this tensor."""
        return bool(self.node)

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Make this tensor a leaf that collects gradients, or a constant; returns it."""
        if requires_grad == bool(self.node):
            return self
        if not requires_grad and not self.is_leaf:
            raise GradientError(
                "only a leaf's requires_grad can be changed; use detach() for a constant with these values"
            )
        if not requires_grad:
            self.node = None
            return self
        if self.dtype.kind not in ("real", "complex"):
            raise GradientError(
                f"only tensors of floating point and complex dtype can require gradients, not {self.dtype}; convert with .float()"
            )
        ug.Tensor.attach_grad(self)
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this tensor."""
        return not self.node or is_leaf_place(self.node)

    @property
    def grad_fn(self) -> GradFn | None:
        """The operation that made this tensor, if it was recorded."""
        return None if self.is_leaf else GradFn(self.node)

    @property
    def grad(self) -> Any:
        """The gradient that has arrived here, None before any has."""
        if not self.is_leaf:
            return retained.gradient(self)
        gradient = self.node.grad if self.node else None  # type: ignore[union-attr]
        if gradient is not None and type(gradient) is not Tensor:
            gradient.__class__ = Tensor
        return gradient

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is None and self.is_leaf:
            if self.node:
                self.node.grad = None  # type: ignore[union-attr]
            return
        if not self.node or not self.is_leaf:
            raise GradientError("this tensor does not require grad and keeps none; call requires_grad_() first")
        if not isinstance(value, ug.Tensor):
            raise ug.ArgumentError(f"a gradient is a Tensor or None, not {type(value).__name__}")
        if tuple(value.raw.shape) != tuple(self.raw.shape):
            raise SizeError(f"a gradient must have the shape {self.shape} of its tensor, not {Size(value.raw.shape)}")
        self.node.grad = value  # type: ignore[union-attr]

    def detach(self) -> Tensor:
        """These values as a constant: no gradient flows through it."""
        return constant(self.raw, self)

    def detach_(self) -> Tensor:
        """Cut this tensor off from what it was computed from."""
        if self.node and not self.is_leaf:
            self.node = None
        return self

    def numpy(self, *, force: bool = False) -> Any:
        """The values as a NumPy array that cannot be written. Raises for a tensor that requires grad, unless `force`."""
        if self.node and not force:
            raise GradientError(
                "can't call numpy() on a Tensor that requires grad; use tensor.detach().numpy() instead"
            )
        return self.xp.read_only_view(self.raw)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __dir__(self) -> list[str]:
        return [name for name in object.__dir__(self) if name not in ("attach_grad", "to_backend", "raw")]

    def __copy__(self) -> Tensor:
        other = constant(self.raw, self)
        other.node = self.node
        return other

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise LibraryError("only tensors that the user made (leaves) can be copied deeply; use detach() first")
        other = constant(self.xp.copy(self.raw), self)
        if self.requires_grad:
            other.requires_grad_()
            other.grad = None if self.grad is None else constant(self.grad.raw, self.grad)
        return other

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise LibraryError("only leaves can be pickled; use detach() first")
        return _unpickled, (self.dtype.name, self.xp.to_numpy(self.raw), self.requires_grad)


F = Functions(Tensor)
ug.set_operators(Tensor, F)


def constant(array: Any, like: Any) -> Tensor:
    """A tensor that nothing was recorded of, with an array of the backend of `like`."""
    made = Tensor()
    made.raw = array
    made.xp = like.xp
    made.node = None
    made.form = like.form if array is like.raw else None
    return made


def in_range(dim: int, ndim: int) -> int:
    """`dim` counted from the front. Raises `IndexFault`."""
    bound = max(ndim, 1)
    if not -bound <= dim < bound:
        raise IndexFault(f"dimension out of range (expected to be in range of [{-bound}, {bound - 1}], but got {dim})")
    return dim % bound


def _fill(tensor: Tensor, given: tuple[Any, ...]) -> None:
    """The old constructor: lengths for an array that is to be filled, or a list of values in the default dtype."""
    if all(isinstance(each, int) for each in given):
        source = ug.asarray(settings.host().zeros(given), settings.get_default_dtype())
    else:
        source = ug.array(given[0], settings.get_default_dtype())
    tensor.raw, tensor.xp, tensor.node, tensor.form = source.raw, source.xp, None, None


def _unpickled(name: str, array: Any, requires_grad: bool) -> Tensor:
    made: Tensor = F.adopt(ug.array(array, name))
    return made.requires_grad_(requires_grad)
