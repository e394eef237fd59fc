"""The trace level: arrays that stand for those of a later run, and kernels that write a program.

A traced array holds what it is in the run that is being watched, for its shape and dtype, and the `Value` that it is in the
program; an array that the function's arguments have no part in has none, and is known to the program as it is. What would
need the numbers of a traced array is refused: they differ from run to run.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

from unigrad.errors import InPlaceError, TraceError
from unigrad.graph import Tensor, make_tensor
from unigrad.places import at_line
from unigrad.recording import recording_flag
from unigrad.virtual.arithmetic import Holding
from unigrad.virtual.levels import PLAIN, READING, Level, Namespace
from unigrad.virtual.program import Instruction, Known, Program, Value, replaced
from unigrad.virtual.recipes import Recipe, recipe_of

_LIKE: Final = frozenset("zeros_like ones_like".split())
"""Kernels whose results do not depend on the numbers of their operands."""

_OPEN_SHAPES: Final = frozenset("nonzero unique_all unique_counts unique_inverse unique_values".split())


class Taken(NamedTuple):
    """A Tensor from outside that a program is what it is by, and what it was: its array, and whether it was tracked."""

    reference: weakref.ref[Tensor]
    raw: Any
    tracked: bool

    def has_changed(self) -> bool:
        """Whether it is gone, holds another array, or is tracked now, so that a gradient has to flow to it."""
        x = self.reference()
        if x is None or x.raw is not self.raw:
            return True
        return x.node is not None and not self.tracked and recording_flag.get() is not None


class TracedArray(Holding):
    """An array of the run that is watched, and its ``value`` in the program; None: it does not depend on the arguments."""

    __slots__ = ("recipe", "value")

    def __init__(self, data: Any, value: Value | None, xp: TraceNamespace, recipe: Recipe | None = None) -> None:
        self.data = data
        self.value = value
        self.xp: TraceNamespace = xp
        self.recipe = recipe

    @property
    def device(self) -> Any:
        """The library's own device: of a tracer of the library's, too."""
        return self.xp.device_of(self)

    def __repr__(self) -> str:
        return f"<traced array of shape {self.shape}, {self.xp.dtype_name(self.dtype)}>"

    def __bool__(self) -> bool:
        if self.value is None:
            return bool(self.data)
        raise self.no_value("a condition on an array")

    def no_value(self, what: str) -> TraceError:
        """The error for what would need the numbers."""
        return no_value(what)


def no_value(what: str) -> TraceError:
    """The error for what would need the numbers of an array that a later run will have."""
    return TraceError(
        f"under jit {what} has no answer: the program is written once, for all values of its arguments; "
        f"use where() for a choice, or name the argument in static_argnames{at_line()}"
    )


class TraceLevel(Level):
    """A level that writes one program; once it is closed, its arrays are refused wherever they have escaped to."""

    def __init__(self) -> None:
        super().__init__()
        self.program = Program([])
        self.makers: list[Callable[[], Tensor]] = []
        self._taken: dict[int, Taken] = {}
        self._places: dict[int, tuple[Any, Any]] = {}  # what those had besides their arrays, until the run is over

    def make_namespace(self, inner: ModuleType | Namespace) -> TraceNamespace:
        """Kernels that compute with those of `inner`, and write down what they do."""
        return TraceNamespace(self, inner)

    def new_value(self, raw: Any) -> Value:
        """A value like `raw`."""
        return Value(tuple(raw.shape), raw.dtype)

    def new_input(self, raw: Any, xp: ModuleType) -> TracedArray:
        """`raw` as what the program's next input is in this run."""
        value = self.new_value(raw)
        self.program.inputs.append(value)
        return TracedArray(raw, value, self.namespace(xp))  # type: ignore[arg-type]

    def renewed(self, make: Callable[[], Tensor]) -> Tensor:
        """What `make` gives: a further input of the program, had anew for each run, as random numbers and what may be assigned are."""
        self.makers.append(make)
        x = make()
        return make_tensor(self.new_input(x.raw, x.xp), self.namespace(x.xp))  # type: ignore[arg-type]

    def take_in(self, x: Tensor) -> None:
        """Note that the program holds the array of `x`."""
        self.use(x)

    def total(self, data: Any, xp: Any, mapped: bool) -> Any:
        """No array leaves the level: raises `TraceError` for the gradient of one that is neither an argument nor made of one."""
        raise TraceError(
            "a function under jit asks for the gradient of a Tensor that is none of its arguments, and no run of the program "
            f"would give it; pass it as an argument, or use grad() on a function of it{at_line()}"
        )

    def use(self, x: Tensor) -> None:
        """Note that the program is what it is by the array of `x`, a Tensor from outside."""
        noted = self._taken.get(id(x))
        if noted is None or noted.reference() is not x:  # a Tensor that is gone leaves its place to another
            self._taken[id(x)] = Taken(weakref.ref(x), x.raw, x.node is not None)
            self._places[id(x)] = x.form, x.node

    def taken(self) -> list[Taken]:
        """The Tensors from outside that the program depends on, as far as anybody still has them."""
        return [each for each in self._taken.values() if each.reference() is not None]

    def restore_written(self) -> bool:
        """As for every level, and what was changed to something that no argument has a part in."""
        found = super().restore_written()
        places, self._places = self._places, {}
        for each in self.taken():
            x = each.reference()
            if x is not None and x.raw is not each.raw and id(x) in places:
                x.raw, (x.form, x.node), found = each.raw, places[id(x)], True
        return found

    def check_open(self) -> None:
        """Raise `TraceError` once the program is written."""
        if self.closed:
            raise _escaped()


def changed_in_place(what: str = "a Tensor from outside") -> InPlaceError:
    """The error for a function that changes what is not its own."""
    return InPlaceError(
        f"a function under jit changes {what} in place, which a later run of its program would not do; "
        "give the new value back as a result"
    )


class TraceNamespace(Namespace):
    """Kernels on traced arrays."""

    level: TraceLevel

    def __init__(self, level: TraceLevel, inner: Any) -> None:
        super().__init__(level, inner)
        self.keeps_constants = True

    def make_kernel(self, name: str, inner: Any) -> Any:
        """The kernel that also writes down what it does."""
        if name == "number_beside":  # a program shows numbers; who runs it sees how they are fastest
            return lambda value, *, dtype: None
        if not callable(inner) or name in PLAIN:
            return inner
        if name in READING:
            return lambda x, *operands, **options: inner(_read(x), *operands, **options)
        if name == "device_of":
            return lambda x: inner(x.data)
        if name == "is_traced":
            return lambda x: isinstance(x, TracedArray) and (x.value is not None or inner(x.data))

        def kernel(*operands: Any, **options: Any) -> Any:
            self.level.check_open()
            _refuse_open_shapes(name, operands, options)
            return self._logged(name, operands, options, inner(*_bare(operands), **_bare(options)))

        return kernel

    def operate(self, name: str, compute: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
        """What an operator gives: the kernel of the same meaning, which a program can name."""
        return getattr(self, name)(*operands)

    def constant(self, data: Any) -> TracedArray:
        """An array that is the same in every run."""
        return TracedArray(data, None, self)

    def _logged(self, name: str, operands: tuple[Any, ...], options: dict[str, Any], out: Any) -> Any:
        """What a kernel gave, as traced arrays, and the instruction that makes it where the arguments have a part in it."""
        several = isinstance(out, tuple)
        made = out if several else (out,)
        known = name in _LIKE or not _depends((operands, options))
        if known and not any(map(self.__inner__.is_traced, made)):
            if several:
                return tuple(map(self.constant, made))
            recipe = recipe_of(name, replaced(operands, as_operand), replaced(options, as_operand), out)
            return TracedArray(out, None, self, recipe)
        outs = tuple(map(self.level.new_value, made))
        self.level.program.instructions.append(
            Instruction(name, replaced(operands, as_operand), replaced(options, as_operand), outs, several)
        )
        arrays = tuple(TracedArray(data, value, self) for data, value in zip(made, outs, strict=True))
        return arrays if several else arrays[0]


def _refuse_open_shapes(name: str, operands: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Raise `TraceError` where the shape of the result would depend on numbers that are not known."""
    if name in _OPEN_SHAPES and _depends(operands):
        raise no_value(f"'{name}', whose shape depends on the values,")
    if name == "getitem" and any(_is_mask(each) for each in options["key"]):
        raise no_value("indexing by a condition, whose shape depends on the values,")


def _is_mask(entry: Any) -> bool:
    return isinstance(entry, TracedArray) and entry.value is not None and entry.xp.dtype_name(entry.dtype) == "bool"


def _bare(tree: Any) -> Any:
    return replaced(tree, lambda leaf: leaf.data if isinstance(leaf, TracedArray) else leaf)


def as_operand(leaf: Any) -> Any:
    """A kernel's operand as the program has it."""
    if isinstance(leaf, TracedArray):
        return Known(leaf.data, leaf.recipe) if leaf.value is None else leaf.value
    return Known(leaf) if hasattr(leaf, "dtype") and hasattr(leaf, "shape") else leaf


def _depends(tree: Any) -> bool:
    if isinstance(tree, TracedArray):
        return tree.value is not None
    if isinstance(tree, (tuple, list)):
        return any(map(_depends, tree))
    if isinstance(tree, dict):
        return any(map(_depends, tree.values()))
    return isinstance(tree, slice) and _depends((tree.start, tree.stop, tree.step))


def _read(x: Any) -> Any:
    if not isinstance(x, TracedArray):
        return x
    if x.value is not None:
        x.xp.level.check_open()
        raise no_value("what reads the values")
    return x.data


def _escaped() -> TraceError:
    return TraceError(
        "this Tensor stood for an argument while a function was traced by jit, and has escaped from it; "
        "give it back as a result instead of keeping it outside"
    )
