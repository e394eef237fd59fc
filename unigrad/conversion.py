"""Conversion: a Tensor from whatever a caller hands over, and the namespace of kernels that a call computes with."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from contextvars import ContextVar
from types import ModuleType
from typing import Any, Final

from unigrad import dtypes, plugins, settings
from unigrad.backend import when_built
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError, DTypeError, MixedBackends, NotRecorded, ShapeError
from unigrad.graph import Form, Node, Tensor, make_tensor
from unigrad.recording import recording_flag

NUMBERS: Final = frozenset({bool, int, float, complex})


@functools.cache
def format_of(native: Any) -> DType:
    """The DType of a library's own dtype."""
    return dtypes.dtype(native)


def native_dtype(xp: ModuleType, spec: object) -> Any:
    """The backend's own dtype for `spec` (None: the default dtype)."""
    chosen = settings.get_default_dtype() if spec is None else settings.resolve_dtype(spec)
    return xp.native_dtype(chosen.name)


def is_complex(native: Any) -> bool:
    """Whether a library's own dtype is one of complex numbers."""
    return format_of(native).kind == "complex"


def form_of(tensor: Tensor) -> Form | None:
    """The tensor's form, found once: None where the dtype is not real floating."""
    if tensor.form is None:
        data = tensor.raw
        if format_of(data.dtype).kind == "real":
            tensor.form = form_at(tensor.xp, tuple(data.shape), data.dtype, _numbers(tensor.xp, data.dtype))
    return tensor.form


_KEPT: Final = 256
"""How many numbers, and how many forms, are kept for each backend and dtype."""


class Numbers(dict[float, Any]):
    """The numbers met beside arrays of one backend and dtype, and the ``forms`` of such arrays by shape: one object for each."""

    __slots__ = ("forms",)

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[tuple[int, ...], Form] = {}


def form_at(xp: ModuleType, shape: tuple[int, ...], dtype: Any, numbers: Any) -> Form:
    """The form of arrays of this shape: the same object each time, as long as it is kept."""
    forms: dict[tuple[int, ...], Form] = numbers.forms
    form = forms.get(shape)
    if form is None:
        if len(forms) >= _KEPT:
            forms.clear()
        forms[shape] = form = (xp, shape, dtype, numbers)
    return form


def _numbers(xp: ModuleType, dtype: Any) -> Numbers:
    """The table of this dtype; it lies in the namespace, and goes with it."""
    tables: dict[Any, Numbers] = vars(xp).setdefault("__numbers__", {})
    found = tables.get(dtype)
    if found is None:
        found = tables[dtype] = Numbers()
    return found


def beside(form: Form, number: float) -> Any:
    """`number` as the library takes it fastest beside an array of `form`: NumPy and Torch would convert it each time anew.

    Zeros stay numbers, as 0.0 and -0.0 are one key, and so does what not every floating dtype holds.
    """
    xp, _, dtype, numbers = form
    made = xp.number_beside(number, dtype=dtype) if 0 < abs(number) < 6e4 else None
    if made is None:
        return number
    if len(numbers) >= _KEPT:
        numbers.clear()
    numbers[number] = made
    return made


def _introduce_tensor(xp: ModuleType) -> None:
    """Tell a library that has transformations of its own (JAX) that a Tensor is a container of one array."""
    if hasattr(xp, "register_container"):
        xp.register_container(Tensor, _flattened, lambda namespace, children: make_tensor(children[0], namespace))


def _flattened(tensor: Tensor) -> tuple[tuple[Any], ModuleType]:
    if isinstance(tensor.node, Node) and recording_flag.get():
        raise NotRecorded(
            "a recorded Tensor would lose its graph in another library's transformation; use x.detach() for a constant"
        )
    return (tensor.raw,), tensor.xp


when_built.append(_introduce_tensor)


def namespace_of(operands: Iterable[Any]) -> ModuleType:
    """The kernels for these operands: their Tensors' backend, else their arrays', else the one in force.

    NumPy arrays go with any backend. Raises `MixedBackends` when two backends meet.
    """
    found: ModuleType | None = None
    for operand in operands:
        if isinstance(operand, Tensor):
            xp = operand.xp
        else:
            backend = None if type(operand) in NUMBERS else plugins.backend_of_type(type(operand))
            if backend is None or backend.name == "numpy":
                continue
            xp = backend.xp
        if found is None:
            found = xp
        elif found is not xp:
            found = _joined(found, xp)
    return settings.choice().xp if found is None else found


def _joined(first: ModuleType, second: ModuleType) -> ModuleType:
    """The namespace that computes with operands of two: of two libraries there is none."""
    for xp, other in ((first, second), (second, first)):
        if hasattr(xp, "__join__"):
            joined: ModuleType = xp.__join__(other)
            return joined
    raise mixed(first, second)


class DeeperIndex(Exception):
    """Says, where a function was called, that its option is at more levels than its arrays, which have to rise to `xp`."""

    def __init__(self, xp: ModuleType) -> None:
        super().__init__("an index is at more levels than the array")
        self.xp = xp


open_levels: Final[ContextVar[tuple[Any, ...]]] = ContextVar("unigrad levels", default=())
"""The levels of virtual backends within which the caller's code is running; see `unigrad.virtual.levels`."""


def lifted_to(xp: ModuleType, x: Tensor) -> Tensor:
    """`x` in the namespace `xp`: itself, or, where `xp` is a virtual one above its own, what that makes of it."""
    if x.xp is xp:
        return x
    if _joined(xp, x.xp) is not xp:
        raise mixed(xp, x.xp)
    lifted: Tensor = xp.__lift__(x)
    return lifted


def at_open_levels(x: Tensor) -> Tensor:
    """`x` at every level that is open, so that a derivative with respect to it is one for each example, or traced."""
    xp = x.xp
    for level in open_levels.get():
        xp = _joined(level.namespace(xp.__backend__.xp), xp)
    return lifted_to(xp, x)


def mixed(first: ModuleType, second: ModuleType) -> MixedBackends:
    """The error for operands of two backends."""
    one, two = first.__backend__.name, second.__backend__.name
    return MixedBackends(
        f"the operands are on two backends, '{one}' and '{two}'; move one of them, for example with x.to_backend('{one}')"
    )


def constant(value: Any, xp: ModuleType, dtype: object = None, device: Any = None, copy: bool = False) -> Tensor:
    """`value` as an untracked Tensor on the backend of `xp`: an array, a number, or nested lists of numbers.

    What is given keeps its dtype; Python numbers take the default dtype, int64 or bool. With `copy` a buffer is never
    shared with the caller.
    """
    root = xp.__backend__.xp
    if root is not xp:  # a virtual backend: made below it, and lifted
        return lifted_to(xp, constant(value, root, dtype, device, copy or xp.keeps_constants))
    backend = plugins.backend_of_type(type(value))
    native = None if dtype is None else native_dtype(xp, dtype)
    if backend is not None and backend.xp is xp:
        data = xp.enter(value)
        if native is not None and data.dtype != native:
            _keep_parts(data.dtype, native)
            data = xp.astype(data, dtype=native)
        elif copy:
            data = xp.copy(data)
        return make_tensor(data if device is None else xp.to_device(data, device), xp)
    if backend is not None and backend.name != "numpy":
        raise mixed(xp, backend.xp)
    if backend is None and type(value) not in NUMBERS:
        value = _from_nested(value, xp)
    if type(value) in NUMBERS or isinstance(value, _Made):
        value, native = _made(value, xp, native)
    if native is not None:
        _keep_parts(value.dtype, native)
    return make_tensor(xp.from_numpy(value, dtype=native, device=_device(xp, device), copy=copy), xp)


def _keep_parts(given: Any, native: Any) -> None:
    """Raise `DTypeError` for complex numbers that would become real ones: libraries drop the imaginary part, some in silence."""
    if is_complex(given) and format_of(native).kind not in ("complex", "bool"):
        raise DTypeError(f"an array of '{format_of(given)}' as '{format_of(native)}' drops a part; use real() or abs()")


def _device(xp: ModuleType, device: Any) -> Any:
    if device is not None:
        return device
    chosen = settings.choice()
    return chosen.device if chosen.backend is xp.__backend__ else None


class _Made:
    """A host array that was made from Python numbers, so that its dtype is unigrad's to choose."""

    def __init__(self, array: Any) -> None:
        self.array = array


def _made(value: Any, xp: ModuleType, native: Any) -> tuple[Any, Any]:
    array = value.array if isinstance(value, _Made) else settings.host().asarray(value)
    if native is None:
        native = native_dtype(xp, made_dtype(format_of(array.dtype)))
    return array, native


def made_dtype(host: DType) -> DType:
    """The dtype that Python numbers take, given the one that NumPy found for them."""
    if host.kind == "real":
        return settings.get_default_dtype()
    if host.kind == "complex":
        return dtypes.complex64 if settings.get_default_dtype() is dtypes.float32 else dtypes.complex128
    return host if host.kind == "bool" else dtypes.int64


def _from_nested(value: Any, xp: ModuleType) -> Any:
    """A host array from lists, ranges and the like, or from anything with DLPack or ``__array__``."""
    if hasattr(value, "__array__") or hasattr(value, "__dlpack__"):
        return settings.host().asarray(value)
    if not isinstance(value, (list, tuple, range)):
        container = (
            "" if type(value).__module__ == "builtins" else "; if it contains some, see unigrad.register_container"
        )
        raise ArgumentError(
            f"cannot make a Tensor of a '{type(value).__name__}'; give an array, a number or nested lists of numbers{container}"
        )
    try:
        array = settings.host().asarray(value)
        format_of(array.dtype)
    except DTypeError as error:
        raise DTypeError(f"cannot make a Tensor of {value!r}: it holds something that is no number") from error
    except ValueError as error:
        raise ShapeError("cannot make a Tensor of nested lists of unequal lengths") from error
    return _Made(array) if _first(value) in NUMBERS or array.size == 0 else array


def _first(value: Any) -> type:
    while isinstance(value, (list, tuple, range)) and len(value):
        value = value[0]
    return type(value)
