"""Programs: what a traced function did, as instructions on values whose shapes and dtypes are known.

A program is data: inputs, instructions (a kernel's name, its operands, its options, what it makes) and outputs. It is in
single assignment, so that every instruction is known by what it makes; kernels have no side effects, so that what nobody
uses need not run, and what is there already need not run again.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

NumberIn = Callable[[Any], "float | None"]


class Value:
    """An array that is known when the program runs; ``dtype`` is the library's own, ``device`` where the library says it."""

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape = shape
        self.dtype = dtype


class Known:
    """An array that was known when the program was written, and is part of it; ``recipe`` says how it is made of little."""

    __slots__ = ("array", "recipe")

    def __init__(self, array: Any, recipe: Any = None) -> None:
        self.array = array
        self.recipe = recipe


@dataclass(frozen=True, eq=False)
class Instruction:
    """One call of a kernel; operands and options may hold values, known arrays, and containers of them."""

    kernel: str
    operands: tuple[Any, ...]
    options: dict[str, Any]
    outs: tuple[Value, ...]
    several: bool = False
    """Whether the kernel gives a tuple."""
    function: Callable[..., Any] | None = None
    """What to call, where it is none of the library's kernels but was made for this program."""

    def values(self) -> Iterator[Value]:
        """The values that it reads, one as often as it reads it."""
        return values_in((self.operands, self.options))


@dataclass
class Program:
    """``instructions`` that turn ``inputs`` into ``outputs``, each of which is a value or a known array."""

    inputs: list[Value]
    outputs: list[Value | Known] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)

    def simplified(self, number_in: NumberIn = lambda array: None) -> Program:
        """The same program without copies, products with ones, repetitions, and what no output needs.

        ``number_in`` gives the number that all elements of a known array are, or None.
        """
        return _without_dead(_scattered_once(_without_repetition(self, number_in)))

    def split(self, late: Sequence[Value], first: int) -> tuple[Program, Program]:
        """Two programs in turn: the first makes `first` outputs without the inputs `late`, and what the second needs of it.

        The second takes what the first one gives beyond those outputs, then `late`, and makes the other outputs.
        """
        waiting = set(late)
        for instruction in self.instructions:
            if any(value in waiting for value in instruction.values()):
                waiting.update(instruction.outs)
        after = [each for each in self.instructions if each.outs[0] in waiting]
        before = [each for each in self.instructions if each.outs[0] not in waiting]
        read = [value for each in after for value in each.values()]
        read += [each for each in self.outputs[first:] if isinstance(each, Value)]
        carried = list(dict.fromkeys(value for value in read if value not in waiting))
        early = [value for value in self.inputs if value not in late]
        head = Program(early, [*self.outputs[:first], *carried], before)
        tail = Program([*carried, *late], self.outputs[first:], after)
        return head.simplified(), tail.simplified()

    def text(self, dtype_name: Callable[[Any], str] = str, name: str = "program") -> str:
        """The program for a reader: a line an instruction, with the shape and dtype of what it makes."""
        names = _Names()
        given = ", ".join(f"{names[value]}: {_type(value, dtype_name)}" for value in self.inputs)
        lines = [f"{name}({given}):"]
        for each in self.instructions:
            made = ", ".join(names[out] for out in each.outs)
            call = f"    {made} = {each.kernel}({', '.join(_arguments(each, names))})"
            lines.append(f"{call:<60}  # {', '.join(_type(out, dtype_name) for out in each.outs)}")
        lines.append(f"    return {', '.join(_shown(out, names) for out in self.outputs) or 'nothing'}")
        return "\n".join(lines)


def values_in(tree: Any) -> Iterator[Value]:
    """The values in containers of operands."""
    if isinstance(tree, Value):
        yield tree
    elif isinstance(tree, (tuple, list)):
        for each in tree:
            yield from values_in(each)
    elif isinstance(tree, dict):
        yield from values_in(tuple(tree.values()))
    elif isinstance(tree, slice):
        yield from values_in((tree.start, tree.stop, tree.step))


def replaced(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Containers of operands with ``change(leaf)`` for each leaf."""
    if isinstance(tree, (tuple, list)):
        return type(tree)([replaced(each, change) for each in tree])
    if isinstance(tree, dict):
        return {word: replaced(each, change) for word, each in tree.items()}
    if isinstance(tree, slice):
        return slice(*(replaced(each, change) for each in (tree.start, tree.stop, tree.step)))
    return change(tree)


_SAME: Final = frozenset(("copy", "enter"))
"""Kernels that give what they are given, as far as a program can tell: nothing in it writes to its arrays."""
_ARITHMETIC: Final = frozenset(("add", "subtract", "multiply", "divide"))
"""Kernels that take a number for an array of it."""
_SHAPING: Final = frozenset(("reshape", "broadcast_to", "astype"))
"""Kernels that give what they are given where it has the shape and the dtype already."""


def _without_repetition(program: Program, number_in: NumberIn) -> Program:
    """Copies become what they are copies of, and a call that was made before becomes its result."""
    same: dict[Any, Any] = {}
    made: dict[Any, Instruction] = {}
    reshaped: dict[Any, Any] = {}  # the array that each reshaped one has the elements of
    kept = []

    def current(leaf: Any) -> Any:
        return same.get(leaf, leaf) if isinstance(leaf, Value) else leaf

    for each in program.instructions:
        operands, options = replaced(each.operands, current), replaced(each.options, current)
        if each.kernel == "reshape" and operands[0] in reshaped:
            operands = (reshaped[operands[0]],)
        if each.kernel in _ARITHMETIC:
            operands = _with_numbers(operands, each.outs[0], number_in)
        copied = _copied(each.kernel, operands, each.outs[0])
        if copied is not None:
            same[each.outs[0]] = copied
            continue
        key = (each.kernel, _key(operands), _key(options))
        if key in made:
            same.update(zip(each.outs, made[key].outs, strict=True))
            continue
        if each.kernel == "reshape":
            reshaped[each.outs[0]] = operands[0]
        made[key] = Instruction(each.kernel, operands, options, each.outs, each.several)
        kept.append(made[key])
    return Program(program.inputs, replaced(program.outputs, current), kept)


def _copied(kernel: str, operands: tuple[Any, ...], out: Value) -> Value | None:
    """The operand that the result of a call is equal to, if there is one."""
    x = operands[0] if operands else None
    if kernel in _SAME and isinstance(x, Value):
        return x
    if kernel in _SHAPING and isinstance(x, Value) and (x.shape, x.dtype) == (out.shape, out.dtype):
        return x
    if kernel == "multiply":
        for x, other in (operands, operands[::-1]):
            one = type(other) in (int, float) and other == 1
            if isinstance(x, Value) and (x.shape, x.dtype) == (out.shape, out.dtype) and one:
                return x
    return None


def _with_numbers(operands: tuple[Any, ...], out: Value, number_in: NumberIn) -> tuple[Any, ...]:
    """The operands, a known array of one number as the number where that says the same."""
    if not any(isinstance(x, Value) and (x.shape, x.dtype) == (out.shape, out.dtype) for x in operands):
        return operands
    numbers = (number_in(x.array) if isinstance(x, Known) and x.array.dtype == out.dtype else None for x in operands)
    return tuple([x if number is None else number for x, number in zip(operands, numbers, strict=True)])


def _scattered_once(program: Program) -> Program:
    """Sums of two arrays that are each scattered to the same slices become one sum, scattered: each element is added once."""
    uses = Counter(values_in((program.outputs, *((each.operands, each.options) for each in program.instructions))))
    scattered: dict[Value, Instruction] = {}  # which nobody else looks at
    kept = []
    for each in program.instructions:
        parts = [scattered[x] for x in each.operands if isinstance(x, Value) and x in scattered]
        if each.kernel == "add" and len(parts) == 2 and _same_place(*parts):
            addends = tuple([part.operands[0] for part in parts])
            total = Value(addends[0].shape, addends[0].dtype)
            kept.append(Instruction("add", addends, {}, (total,)))
            last = Instruction("scatter", (total,), parts[0].options, each.outs)
        else:
            last = each
        kept.append(last)
        if last.kernel == "scatter" and isinstance(last.operands[0], Value) and uses[last.outs[0]] == 1:
            scattered[last.outs[0]] = last
    return Program(program.inputs, program.outputs, kept)


def _same_place(one: Instruction, other: Instruction) -> bool:
    """Whether two calls of ``scatter`` put arrays of one kind to the same slices."""
    key = one.options["key"]
    if not all(type(entry) is slice for entry in (key if type(key) is tuple else (key,))):
        return False  # a place may be named more than once
    return bool(_key(one.options) == _key(other.options) and one.operands[0].dtype == other.operands[0].dtype)


def _without_dead(program: Program) -> Program:
    """Only what some output needs."""
    needed = set(values_in(program.outputs))
    kept = []
    for each in reversed(program.instructions):
        if any(out in needed for out in each.outs):
            needed.update(each.values())
            kept.append(each)
    return Program(program.inputs, program.outputs, kept[::-1])


def _key(tree: Any) -> Any:
    """What two calls share that give the same: a hashable stand-in for operands. Numbers of different types differ."""
    if isinstance(tree, (tuple, list)):
        return (type(tree), *map(_key, tree))
    if isinstance(tree, dict):
        return tuple((word, _key(each)) for word, each in tree.items())
    if isinstance(tree, slice):
        return (slice, _key(tree.start), _key(tree.stop), _key(tree.step))
    if isinstance(tree, Known):
        return (Known, id(tree.array))
    if isinstance(tree, (float, complex)):  # 0.0 and -0.0 are equal, and not the same
        return (type(tree), repr(tree))
    try:
        hash(tree)
    except TypeError:
        return (type(tree), id(tree))
    return (type(tree), tree)


class _Names(dict[Value, str]):
    """Names for values in the order in which they are met: a to z, then a1 to z1, and so on."""

    def __missing__(self, value: Value) -> str:
        turn, letter = divmod(len(self), 26)
        self[value] = name = string.ascii_lowercase[letter] + (str(turn) if turn else "")
        return name


def _arguments(instruction: Instruction, names: _Names) -> Iterable[str]:
    yield from (_shown(each, names) for each in instruction.operands)
    yield from (f"{word}={_shown(each, names)}" for word, each in instruction.options.items())


def _shown(tree: Any, names: _Names) -> str:
    if isinstance(tree, Value):
        return names[tree]
    if isinstance(tree, Known):
        shape = "×".join(map(str, tree.array.shape))
        return f"<known {shape or 'number'}>" if tree.array.shape else f"<{tree.array}>"
    if isinstance(tree, list):
        return f"[{', '.join(_shown(each, names) for each in tree)}]"
    if isinstance(tree, tuple):
        return f"({', '.join(_shown(each, names) for each in tree)}{',' * (len(tree) == 1)})"
    if isinstance(tree, slice):
        parts = [("" if each is None else _shown(each, names)) for each in (tree.start, tree.stop)]
        return ":".join([*parts, _shown(tree.step, names)] if tree.step is not None else parts)
    return repr(tree)


def _type(value: Value, dtype_name: Callable[[Any], str]) -> str:
    return f"{dtype_name(value.dtype)}[{','.join(map(str, value.shape))}]"
