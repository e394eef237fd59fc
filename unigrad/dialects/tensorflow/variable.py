"""Variable: an array that can be changed, and that tapes watch of their own accord."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from unigrad.arrayclass import OPERATORS, OTHERS
from unigrad.conversion import form_of
from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow import operators as _operators  # noqa: F401 - gives EagerTensor its operators
from unigrad.dialects.tensorflow.conversion import READABLE, adopted, convert, read
from unigrad.dialects.tensorflow.errors import ConversionError, OpError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.holding import Held, VariableMade, current_run, no_program
from unigrad.dialects.tensorflow.recording import active_tapes
from unigrad.dialects.tensorflow.shape import TensorShape
from unigrad.dialects.tensorflow.tensor import EagerTensor, Reference, text_of
from unigrad.dialects.tensorflow.variable_slice import VariableSlice
from unigrad.graph import Leaf, Node, make_tensor


class Variable:
    """An array that `assign` changes. Within a tape, what is computed from a trainable one can be differentiated."""

    __slots__ = (
        "__weakref__",
        "_name",
        "_shape",
        "_trainable",
        "_watchable",
        "constraint",
        "own",
    )

    __array_ufunc__ = None  # so that ndarray * Variable is left to the Variable
    __array_priority__ = 1000

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
    ) -> None:
        """A copy of `initial_value`, a tensor, an array, a number, nested lists, or a function that gives one of them.

        Without `dtype` it keeps its own. ``shape`` may have None where lengths may change. The arguments about scopes,
        devices and replicas have no meaning here.
        """
        if current_run() is not None:
            raise VariableMade("a program makes no tf.Variable")
        if initial_value is None:
            raise ConversionError("a tf.Variable needs its initial_value")
        given = initial_value() if callable(initial_value) else initial_value
        value = convert(given, dtype=dtype)
        self._shape = value.shape if shape is None else TensorShape(shape)
        self._trainable = trainable is not False
        self._name = name or "Variable"
        self.constraint = constraint
        self._watchable = self._trainable and (value.dtype.is_floating or value.dtype.is_complex)
        self.own = Held(_constant(value, None))

    def _held(self) -> Held:
        run = current_run()
        return self.own if run is None else run.held(self)

    @property
    def _value(self) -> EagerTensor:
        return self._held().value

    def _put(self, value: EagerTensor) -> None:
        """Hold the values of `value`, and nothing of its graph."""
        held = self._held()
        held.value = _constant(value, held.outside)
        held.cached = None

    def _read(self) -> EagerTensor:
        """The value as it is now; tracked where a tape that watches the variable is recording."""
        run = current_run()
        if run is None:
            held = self.own
        else:
            held = run.held(self)
            held.read = True
        tapes = active_tapes()
        if not tapes:
            return held.value
        cached = held.cached
        if cached is None or cached[0] is not tapes:
            cached = held.cached = (tapes, self._tracked(held, tapes))
        tensor: EagerTensor = cached[1]
        return tensor

    def _tracked(self, held: Held, tapes: Any) -> EagerTensor:
        seen = False
        for tape in tapes:
            if tape.watches_variables and self._watchable:
                tape.note(self)
                seen = True
            else:
                seen = seen or tape.has(self)
        value = held.value
        if not seen:
            return value
        tensor = make_tensor(value.raw, value.xp, self.place())
        tensor.form = value.form
        tensor.__class__ = EagerTensor
        return tensor  # type: ignore[return-value]

    def place(self) -> Node | Leaf:
        """The variable's place in the graph."""
        held = self._held()
        if held.place is None:
            held.place = Leaf(held.value.xp, tuple(held.value.raw.shape), held.value.raw.dtype)
        return held.place

    def forget_reads(self) -> None:
        """Have the next read look anew which tapes are watching."""
        self._held().cached = None

    def value(self) -> EagerTensor:
        """The values as a tensor, which later assignments do not change."""
        value = self._read()
        # A place of its own in the graph, so that a gradient can be asked for with respect to it.
        return value if value.node is None else F.reshape(value, value.shape)

    def read_value(self) -> EagerTensor:
        """The values as a tensor, which later assignments do not change."""
        return self.value()

    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Variable:
        """Hold `value` from now on. What was computed before keeps its gradient.

        Raises `ConversionError`, a ValueError, for another shape or for a tensor of another dtype.
        """
        self._assign(convert(value, dtype=self.dtype))
        return self

    def assign_add(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Variable:
        """Add `delta` to the values."""
        self._assign(F.add(self._value, convert(delta, dtype=self.dtype)))
        return self

    def assign_sub(self, delta: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Variable:
        """Subtract `delta` from the values."""
        self._assign(F.subtract(self._value, convert(delta, dtype=self.dtype)))
        return self

    def _assign(self, value: EagerTensor) -> None:
        if not self._shape.is_compatible_with(value.shape):
            raise ConversionError(
                f"Cannot assign value to variable '{self.name}': the variable has shape {self._shape}, "
                f"and the assigned value has shape {value.shape}; make another Variable for another shape"
            )
        if value.shape != self._value.shape:
            no_program("assigning a value of another shape")
            self.own.place = None  # a gradient has one shape
        self._put(value)

    def __getitem__(self, key: Any) -> VariableSlice:
        part = self._read()[key]
        piece = VariableSlice()
        piece.raw, piece.xp, piece.node, piece.form = part.raw, part.xp, part.node, part.form
        piece.variable, piece.key = self, key
        return piece

    def __iter__(self) -> Iterator[EagerTensor]:
        return iter(self._read())

    @property
    def shape(self) -> TensorShape:
        """The length of each axis."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """The length of each axis."""
        return self._shape

    @property
    def dtype(self) -> formats.DType:
        """The number format."""
        return self.own.value.dtype

    @property
    def name(self) -> str:
        """The name, with TensorFlow's output number."""
        return f"{self._name}:0"

    @property
    def trainable(self) -> bool:
        """Whether tapes watch it of their own accord."""
        return self._trainable

    @property
    def device(self) -> str:
        """Where the array lies."""
        return self.own.value.device

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._shape)

    def numpy(self) -> Any:
        """The values as a NumPy array of the caller's own."""
        return self._value.numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self._read().__array__(dtype, copy)

    def ref(self) -> Reference:
        """Something to have in sets and dictionaries in place of the variable."""
        return Reference(self)

    def __hash__(self) -> int:
        raise TypeError("a Variable cannot be hashed, as == compares elements; use v.ref() as the key")

    def __bool__(self) -> bool:
        return bool(self._value)

    def __int__(self) -> int:
        return int(self._value)

    def __float__(self) -> float:
        return float(self._value)

    def __index__(self) -> int:
        return self._value.__index__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        return Variable(self._value, trainable=self._trainable, name=self._name, shape=self._shape)

    def __repr__(self) -> str:
        facts = f"'{self.name}' shape={self._shape} dtype={self.dtype.name}"
        if current_run() is not None:
            return f"<tf.Variable {facts}>"
        return f"<tf.Variable {facts}, numpy={text_of(self._value, repr)}>"


def _constant(value: EagerTensor, place: Any) -> EagerTensor:
    """The values of `value` at a place of the graph, None for a constant."""
    made = make_tensor(value.raw, value.xp, place)
    form_of(made)
    return adopted(made)


class InPlaceRefused(OpError, RuntimeError):
    """``v += x``, which TensorFlow refuses."""


def _operator(name: str) -> Any:
    on_tensors = getattr(EagerTensor, name)
    return lambda self, *others: on_tensors(self._read(), *map(read, others))


def _refused(name: str, by: str) -> Any:
    def refuse(self: Variable, other: Any) -> NoReturn:
        raise InPlaceRefused(
            f"Variable {name} value not supported. Use {by} to modify the variable value and "
            f"variable = variable {name[0]} value to get a new tensor"
        )

    return refuse


READABLE.add(Variable)
for _name in OPERATORS:
    for _prefix in ("", "r"):
        setattr(Variable, f"__{_prefix}{_name}__", _operator(f"__{_prefix}{_name}__"))
for _name in OTHERS:
    setattr(Variable, f"__{_name}__", _operator(f"__{_name}__"))
for _word, _sign, _method in (
    ("add", "+=", "variable.assign_add(value)"),
    ("sub", "-=", "variable.assign_sub(value)"),
    ("mul", "*=", "variable.assign(variable * value)"),
    ("truediv", "/=", "variable.assign(variable / value)"),
    ("floordiv", "//=", "variable.assign(variable // value)"),
    ("pow", "**=", "variable.assign(variable ** value)"),
):
    setattr(Variable, f"__i{_word}__", _refused(_sign, _method))
