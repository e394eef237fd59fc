"""Fusion: chains of elementwise instructions of a program as one instruction each, a loop that the backend compiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from unigrad.virtual.program import Instruction, Known, Program, Value

_WORTHWHILE: Final = 3
"""How many instructions a loop has to replace."""


def fused(program: Program, xp: Any) -> Program | None:
    """`program` with its chains as loops; None where it has none, or the backend makes none."""
    forms = xp.scalar_forms()
    if not forms:
        return None
    chains: list[list[Instruction]] = []
    for each in program.instructions:
        kind = _kind(each, xp) if each.kernel in forms else None
        if kind is not None and chains and chains[-1] and _kind(chains[-1][0], xp) == kind:
            chains[-1].append(each)
        else:
            chains.append([each])
    long = [_is_long(chain, xp, forms) for chain in chains]
    if not any(long):
        return None
    read_by = _readers(program)
    instructions: list[Instruction] = []
    for place, chain in enumerate(chains):
        instructions += [_loop(chain, read_by, xp, forms, f"loop{place}")] if long[place] else chain
    return Program(program.inputs, program.outputs, instructions)


def _is_long(chain: Sequence[Instruction], xp: Any, forms: Any) -> bool:
    """Whether a loop is worth it for a chain: for many functions, or for one that is slow otherwise."""
    if _kind(chain[0], xp) is None or chain[0].kernel not in forms:
        return False
    dtype = xp.dtype_name(chain[0].outs[0].dtype)
    return len(chain) >= _WORTHWHILE or any(xp.is_worth_a_loop(each.kernel, dtype) for each in chain)


def _kind(each: Instruction, xp: Any) -> Any:
    """The shape and floating dtype of an elementwise instruction whose operands are such arrays, or numbers; None for another."""
    if each.several or each.options or each.function:
        return None
    shape = each.outs[0].shape
    operands = [_array_of(operand) for operand in each.operands]
    arrays = [operand for operand in operands if operand is not None]
    dtypes = {array.dtype for array in (*arrays, each.outs[0]) if xp.dtype_name(array.dtype) != "bool"}
    names = {xp.dtype_name(dtype) for dtype in dtypes}
    if not shape or len(dtypes) != 1 or not names <= {"float32", "float64"}:
        return None
    if any(tuple(array.shape) not in (shape, ()) for array in arrays):
        return None
    if any(
        array is None and type(operand) not in (int, float)
        for array, operand in zip(operands, each.operands, strict=True)
    ):
        return None
    return shape, dtypes.pop()


def _array_of(operand: Any) -> Any:
    return operand if isinstance(operand, Value) else operand.array if isinstance(operand, Known) else None


def _readers(program: Program) -> dict[Value, list[Instruction | None]]:
    """The instructions that read each value; None for the program's outputs."""
    readers: dict[Value, list[Instruction | None]] = {}
    for each in program.instructions:
        for value in each.values():
            readers.setdefault(value, []).append(each)
    for output in program.outputs:
        if isinstance(output, Value):
            readers.setdefault(output, []).append(None)
    return readers


class _Loop:
    """The lines of one loop, and what its names stand for."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._names: dict[Any, str] = {}
        self.arrays: dict[str, Any] = {}
        self.numbers: dict[str, Any] = {}
        self.constants: dict[str, float] = {}
        self.lines: list[str] = []

    def add(self, each: Instruction, form: str) -> None:
        """Write the line of an instruction."""
        words = [self.name(operand) for operand in each.operands]
        self._names[each.outs[0]] = word = f"v{len(self._names)}"
        self.lines.append(f"{word} = {form.format(*words)}")

    def name(self, operand: Any) -> str:
        """The name of an operand: one that no line has made comes from outside."""
        key = operand if isinstance(operand, Value) else (type(operand), id(_array_of(operand)), repr(operand))
        if key not in self._names:
            self._names[key] = word = f"v{len(self._names)}"
            array = _array_of(operand)
            if array is None:
                self.constants[word] = operand
            else:
                (self.arrays if tuple(array.shape) == self._shape else self.numbers)[word] = operand
        return self._names[key]


def _loop(
    chain: Sequence[Instruction], read_by: dict[Value, list[Instruction | None]], xp: Any, forms: Any, name: str
) -> Instruction:
    """One instruction for a chain."""
    shape, dtype = _kind(chain[0], xp)
    loop = _Loop(shape)
    for each in chain:
        loop.add(each, forms[each.kernel])
    within = set(chain)
    outs = [value for each in chain for value in each.outs if any(r not in within for r in read_by.get(value, ()))]
    made = {loop.name(out): out.dtype for out in outs}
    function = xp.looped(loop.lines, list(loop.arrays), list(loop.numbers), made, loop.constants, dtype)
    operands = (*loop.arrays.values(), *loop.numbers.values())
    return Instruction(name, operands, {}, tuple(outs), several=True, function=function)
