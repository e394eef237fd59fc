"""Array: what the arrays of both front ends, ``mx.nd`` and ``mx.np``, have in common: gradients, devices, indexing, writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

import unigrad as ug
from unigrad.dialects.mxnet import sweeps, writes
from unigrad.dialects.mxnet.arithmetic import OPERATORS
from unigrad.dialects.mxnet.context import Context, context_of, device_name
from unigrad.dialects.mxnet.errors import ArrayTypeError, ArrayValueError, GradReqError, as_mxnet
from unigrad.dialects.mxnet.flags import recording
from unigrad.dialects.mxnet.keys import index_key, whole
from unigrad.dialects.mxnet.views import contiguous, remember
from unigrad.errors import MissingName, UnigradError
from unigrad.graph import Leaf, make_tensor
from unigrad.interchange import Interchange
from unigrad.methods import Methods
from unigrad.operators import Operators


class Array(ug.Tensor):
    """The base of ``mx.np.ndarray`` and ``mx.nd.NDArray``; it has no state of its own."""

    __slots__ = ()

    _functions: ClassVar[ug.Functions]
    """The primitives for this class."""

    def attach_grad(  # type: ignore[override]
        self, grad_req: Any = "write", stype: str | None = None
    ) -> None:
        """Make this array a variable, with a gradient of zeros; whatever recorded it before is cut off.

        ``grad_req`` is ``"write"`` (each backward overwrites), ``"add"`` or ``"null"``; `GradReqError` for any other.
        """
        if grad_req not in ("write", "add", "null"):
            raise GradReqError(f"grad_req must be 'write', 'add' or 'null', not {grad_req!r}")
        if stype not in (None, "default"):
            raise ArrayValueError(f"there are no sparse gradients: stype must be 'default', not {stype!r}")
        # Integers have gradients of integers in MXNet, which unigrad's own attach_grad refuses.
        leaf = Leaf(self.xp, tuple(self.raw.shape), self.raw.dtype, grad_req)
        self.node = None if grad_req == "null" else leaf

    @property  # type: ignore[misc]
    def grad(self) -> Array | None:  # type: ignore[override]
        """The gradient's buffer, zeros before any arrives and updated in place; None without ``attach_grad``."""
        leaf = self.node
        if not isinstance(leaf, Leaf):
            return None
        if leaf.grad is None:
            leaf.grad = make_tensor(self.xp.zeros_like(self.raw), self.xp)
        return type(self)._functions.adopt(leaf.grad)  # type: ignore[no-any-return]

    def backward(  # type: ignore[override]
        self, out_grad: Any = None, retain_graph: bool = False, train_mode: bool = True
    ) -> None:
        """Gradients of this array (of the sum of its elements, weighed by `out_grad` if given) into the variables."""
        sweeps.backward([self], [out_grad], retain_graph, train_mode)

    def detach(self) -> Array:
        """The same values, as a constant."""
        return self._like(self.raw)

    def asnumpy(self) -> Any:
        """A NumPy array with the values, the caller's own; nothing is recorded."""
        return self.numpy().copy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.asnumpy()
        return array if dtype is None else array.astype(dtype)

    @property
    def ctx(self) -> Context:
        """Where the array lies."""
        return context_of(self.device)

    context = ctx

    @property
    def stype(self) -> str:
        """How the array is stored: always ``"default"``, there are no sparse arrays."""
        return "default"

    def as_in_ctx(self, ctx: Context) -> Array:
        """The array on a device, recorded; itself where it lies there already."""
        if ctx == self.ctx:
            return self
        moved: Array = type(self)._functions.to_device(self, device=device_name(ctx, self.backend))
        return moved

    as_in_context = as_in_ctx

    def copyto(self, other: Any) -> Array:
        """A copy on a device, or the values written into another array, which is returned."""
        if isinstance(other, Context):
            return self.as_in_ctx(other).copy()
        if not isinstance(other, Array):
            raise ArrayTypeError(f"copyto() takes an array or a context, not a '{type(other).__name__}'")
        writes.set_items(other, ..., self)
        return other

    def wait_to_read(self) -> None:
        """Nothing: the values are there, or the backend waits by itself when they are looked at."""

    def copy(self) -> Array:
        """The same values in another array, recorded."""
        copied: Array = type(self)._functions.positive(self)
        return copied

    def __getitem__(self, key: Any) -> Array:
        """The part at `key`: a view outside ``record()`` where it is one stretch of memory, else a copy."""
        if whole(key):
            return self
        key = index_key(key, tuple(self.raw.shape))
        try:
            part: Array = type(self)._functions.getitem(self, key=key)
        except UnigradError as error:
            raise as_mxnet(error) from error
        if not recording.get() and contiguous(key, tuple(self.raw.shape)):
            remember(part, self, key)
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        writes.set_items(self, key, value)

    def __len__(self) -> int:
        if not self.raw.shape:
            raise ArrayTypeError("an array without axes has no len(); use .size, or item() for its value")
        return int(self.raw.shape[0])

    def __bool__(self) -> bool:
        if self.size > 1:
            raise ArrayValueError("the truth value of an array of several elements is ambiguous; use .any() or .all()")
        return self.size == 1 and bool(self.item())

    def __float__(self) -> float:
        return float(self._scalar())

    def __int__(self) -> int:
        return int(self._scalar())

    def __contains__(self, value: Any) -> bool:
        return bool((self.detach() == value).asnumpy().any())

    def __deepcopy__(self, memo: dict[int, Any]) -> Array:
        return self._like(self.xp.copy(self.raw))

    def __dlpack__(self, **options: Any) -> Any:
        return ug.Tensor.__dlpack__(self.detach(), **options)

    def zero_(self) -> Array:
        """Zeros, in place."""
        writes.set_items(self, ..., 0)
        return self

    def __reduce__(self) -> Any:
        made, parts = ug.Tensor.__reduce__(self.detach())
        return _unpickled, (type(self), made, parts)

    def _scalar(self) -> Any:
        if self.size != 1:
            raise ArrayTypeError(f"only an array of one element stands for a number, not one of shape {self.shape}")
        return self.item()

    def _like(self, data: Any) -> Array:
        """A constant of this class with a raw array of the same shape and dtype."""
        made = make_tensor(data, self.xp)
        made.form = self.form
        return type(self)._functions.adopt(made)  # type: ignore[no-any-return]


def take_over(array_class: type[Array]) -> None:
    """Let what `array_class` inherits from Tensor be recorded by this dialect's flag, and give its arrays."""
    for name, member in [*vars(Operators).items(), *vars(Methods).items(), *vars(Interchange).items()]:
        if callable(member) and getattr(array_class, name) is member and name not in _AS_THEY_ARE:
            setattr(array_class, name, array_class._functions.composed(member))
    if array_class.mT is Methods.mT:
        setattr(array_class, "mT", property(array_class._functions.matrix_transpose))  # noqa: B010


_AS_THEY_ARE = frozenset(
    "__iter__ __index__ __complex__ __copy__ __hash__ __repr__ __str__ __format__ __array_namespace__ __dlpack_device__ item numpy "
    "tolist to_backend".split()
)
"""What gives no array, or asks the class's own methods."""


def _unpickled(array_class: type[Array], make: Callable[..., ug.Tensor], parts: tuple[Any, ...]) -> Any:
    return array_class._functions.adopt(make(*parts))


def _no_hooks(name: str) -> property:
    def missing(self: Array) -> NoReturn:
        raise MissingName(f"'{type(self).__name__}' has no '{name}': MXNet has no hooks on gradients", name=name)

    return property(missing)


for _word in ("register_hook", "register_post_accumulate_grad_hook", "retain_grad"):
    setattr(Array, _word, _no_hooks(_word))
for _word in OPERATORS:
    setattr(Array, f"__i{_word}__", writes.in_place(f"__{_word}__"))
