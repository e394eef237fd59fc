"""The straight-line function of a program: Python source, a line an instruction, that calls the kernels one after the other.

Elementwise results are written into arrays whose last use has passed, where the library's functions take an ``out``: that
saves memory, and the time to get it. An array that somebody may still look at through another one, as through a view, is
alive as long as that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from math import isfinite
from typing import Any, Final

from unigrad.card import REGISTRY
from unigrad.conversion import beside, format_of
from unigrad.virtual.program import Instruction, Known, Program, Value, values_in

Run = Callable[..., tuple[Any, ...]]


def straight_line(program: Program, xp: Any, name: str = "program") -> Run:
    """The function of `program` on raw arrays of `xp`: it takes the inputs and gives a tuple of the outputs."""
    writer = _Writer(program, xp)
    source = writer.source()
    exec(compile(source, f"<{name} under jit>", "exec"), writer.scope)
    run: Run = writer.scope["run"]
    return run


_FRESH: Final = frozenset(
    "sum mean prod max min any all argmax argmin vector_norm logsumexp matmul vecdot tensordot where softmax log_softmax "
    "concat stack scatter index_set zeros_like ones_like standardize conv conv_transpose conv_weight".split()
)
"""Kernels whose results share no memory with their operands, besides those that take an ``out``."""


class _Writer:
    """The source of one function, and the names that it refers to."""

    def __init__(self, program: Program, xp: Any) -> None:
        self._program = program
        self._xp = xp
        self._names: dict[Value, str] = {}
        self._constants: dict[int, str] = {}
        self._ends = _ends(program, self._takes_out)
        self._dying: dict[int, list[Value]] = defaultdict(list)
        for value, end in self._ends.items():
            self._dying[end].append(value)
        # Buffers that may be written, by shape and dtype.
        self._free: dict[tuple[Any, Any], list[str]] = defaultdict(list)
        self._spare: list[str] = []  # names whose arrays nobody needs
        self._buffers = {each.outs[0] for each in program.instructions if self._takes_out(each)}
        self._wanted = _last_made(program, self._takes_out)
        self._count = 0
        self.scope: dict[str, Any] = {}

    def source(self) -> str:
        """The function's source."""
        for value in self._program.inputs:
            self._names[value] = self._new_name()
        given = ", ".join(self._names[value] for value in self._program.inputs)
        lines = [self._line(place, each) for place, each in enumerate(self._program.instructions)]
        outputs = "".join(f"{self._shown(each)}, " for each in self._program.outputs)
        return "\n    ".join([f"def run({given}):", *lines, f"return ({outputs})"]) + "\n"

    def _takes_out(self, instruction: Instruction) -> bool:
        """Whether the kernel can be told where to put its result."""
        if instruction.several or instruction.function or instruction.options or not instruction.outs[0].shape:
            return False
        return bool(self._xp.takes_out(getattr(self._xp, instruction.kernel)))

    def _line(self, place: int, each: Instruction) -> str:
        call = self._call(each)
        dying = [value for value in self._dying[place] if value in self._names]
        if not self._takes_out(each):
            self._release(dying, place)
            made = [self._name_for(out) for out in each.outs]
            return f"{', '.join(made)}{',' * each.several} = {call}"
        (out,) = each.outs
        # What dies here may be written at once: an elementwise function reads each element before it writes it.
        self._release([value for value in dying if value is not out], place)
        buffers = self._free[_format(out)]
        if buffers:
            self._names[out] = name = buffers.pop()
            line = f"{name} = {call[:-1]}, {name})"
        else:
            line = f"{self._name_for(out)} = {call}"
        if out in dying:
            self._release([out], place)
        return line

    def _call(self, each: Instruction) -> str:
        card = REGISTRY.get(each.kernel)
        numbers = self._takes_out(each) and card is not None
        operands = [self._beside(operand, each) if numbers else self._shown(operand) for operand in each.operands]
        if card is not None and card.operator and not each.options and _are_numbers(each):
            return (
                f"{card.operator}{operands[0]}"
                if len(operands) == 1
                else f"{operands[0]} {card.operator} {operands[1]}"
            )
        self.scope.setdefault(each.kernel, each.function or getattr(self._xp, each.kernel))
        options = [f"{word}={self._shown(value)}" for word, value in each.options.items()]
        return f"{each.kernel}({', '.join([*operands, *options])})"

    def _beside(self, operand: Any, each: Instruction) -> str:
        """An operand, a Python number as the library takes it fastest beside the arrays."""
        if type(operand) not in (int, float):
            return self._shown(operand)
        dtype = next((other.dtype for other in values_in(each.operands)), None)
        if dtype is None or format_of(dtype).kind != "real":
            return self._shown(operand)
        made = beside((self._xp, (), dtype, {}), operand)
        return self._shown(Known(made)) if hasattr(made, "dtype") else self._shown(operand)

    def _shown(self, tree: Any) -> str:
        if isinstance(tree, Value):
            return self._names[tree]
        if isinstance(tree, Known):
            return self._constant(tree.array)
        if isinstance(tree, list):
            return f"[{', '.join(map(self._shown, tree))}]"
        if type(tree) is tuple:
            return f"({''.join(f'{self._shown(each)}, ' for each in tree)})"
        if isinstance(tree, slice):
            return f"slice({self._shown(tree.start)}, {self._shown(tree.stop)}, {self._shown(tree.step)})"
        if tree is None or type(tree) in (bool, int, str) or (type(tree) is float and isfinite(tree)):
            return repr(tree)
        return self._constant(tree)

    def _constant(self, value: Any) -> str:
        name = self._constants.get(id(value))
        if name is None:
            name = self._constants[id(value)] = f"constant{len(self._constants)}"
            self.scope[name] = value
        return name

    def _release(self, values: list[Value], place: int) -> None:
        """Take note that nobody needs `values` after the instruction at `place`."""
        for value in values:
            name, kind = self._names[value], _format(value)
            if value in self._buffers and self._wanted.get(kind, -1) >= place:
                self._free[kind].append(name)
            else:
                self._spare.append(name)

    def _name_for(self, out: Value) -> str:
        self._names[out] = name = self._spare.pop() if self._spare else self._new_name()
        return name

    def _new_name(self) -> str:
        self._count += 1
        return f"t{self._count}"


def _format(value: Value) -> tuple[Any, Any]:
    return value.shape, value.dtype


def _are_numbers(each: Instruction) -> bool:
    """Whether all operands have no axes: then libraries are far faster with Python's operators."""
    return all(
        not operand.shape if isinstance(operand, Value) else type(operand) in (int, float) for operand in each.operands
    )


def _ends(program: Program, takes_out: Callable[[Instruction], bool]) -> dict[Value, int]:
    """The place of the last instruction that may look at each value; the outputs are alive at the end."""
    after = len(program.instructions)
    ends: dict[Value, int] = dict.fromkeys(values_in(program.outputs), after)
    for place in range(after - 1, -1, -1):
        each = program.instructions[place]
        fresh = each.function is not None or each.kernel in _FRESH or takes_out(each)
        last = place if fresh else max([place, *(ends.get(out, place) for out in each.outs)])
        for value in each.values():
            ends[value] = max(ends.get(value, place), last)
        for out in each.outs:
            ends.setdefault(out, place)
    return ends


def _last_made(program: Program, takes_out: Callable[[Instruction], bool]) -> dict[tuple[Any, Any], int]:
    """The place of the last instruction that could use a buffer of each shape and dtype."""
    return {_format(each.outs[0]): place for place, each in enumerate(program.instructions) if takes_out(each)}
