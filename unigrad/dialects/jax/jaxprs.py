"""Jaxprs: a traced program in JAX's notation, of unigrad's primitives."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from unigrad.dialects.jax.arrays import format_of
from unigrad.dialects.jax.precision import public_dtype
from unigrad.virtual.program import Instruction, Known, Program, Value, replaced, values_in

_SHORT: Final = {"float": "f", "int": "i", "uint": "u", "complex": "c", "bfloat": "bf", "bool": "bool"}


class ShapedArray:
    """A shape and a dtype."""

    def __init__(self, shape: tuple[int, ...], native: Any) -> None:
        self.shape = tuple(shape)
        self._name = format_of(native).name
        self.dtype = public_dtype(format_of(native))

    def short(self) -> str:
        """The dtype in JAX's abbreviation, and the shape: ``f32[3,2]``."""
        letters = self._name.rstrip(string.digits)
        return f"{_SHORT[letters]}{self._name.removeprefix(letters)}[{','.join(map(str, self.shape))}]"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShapedArray) and (self.shape, self._name) == (other.shape, other._name)

    def __hash__(self) -> int:
        return hash((self.shape, self._name))

    def __repr__(self) -> str:
        return f"{self._name}[{','.join(map(str, self.shape))}]"


@dataclass(frozen=True, eq=False)
class Var:
    """An array that is known when the program runs."""

    aval: ShapedArray


@dataclass(frozen=True, eq=False)
class Literal:
    """A number in the program."""

    val: Any
    aval: ShapedArray


@dataclass(frozen=True)
class Primitive:
    """A function of the library below."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class JaxprEqn:
    """One call: ``outvars = primitive[params] invars``."""

    invars: list[Var | Literal]
    outvars: list[Var]
    primitive: Primitive
    params: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Jaxpr:
    """A program; ``constvars`` stand for arrays from outside."""

    constvars: list[Var]
    invars: list[Var]
    outvars: list[Var | Literal]
    eqns: list[JaxprEqn]

    def __str__(self) -> str:
        names = _Names()
        given = [" ".join(names.typed(each) for each in some) for some in (self.constvars, self.invars)]
        lines = [f"{{ lambda {given[0]}; {given[1]}. let"]
        for each in self.eqns:
            params = " ".join(f"{word}={names.inside(value)}" for word, value in each.params.items())
            call = " ".join([f"{each.primitive}{f'[{params}]' if params else ''}", *map(names.of, each.invars)])
            lines.append(f"    {' '.join(map(names.typed, each.outvars))} = {call}")
        outs = ", ".join(map(names.of, self.outvars)) + "," * (len(self.outvars) == 1)
        return "\n".join([*lines, f"  in ({outs}) }}"]) if self.eqns else f"{lines[0]}  in ({outs}) }}"

    __repr__ = __str__


@dataclass(frozen=True, eq=False)
class ClosedJaxpr:
    """A program and the arrays from outside that it holds."""

    jaxpr: Jaxpr
    consts: list[Any]

    @property
    def eqns(self) -> list[JaxprEqn]:
        """The calls."""
        return self.jaxpr.eqns

    @property
    def in_avals(self) -> list[ShapedArray]:
        """What goes in."""
        return [each.aval for each in self.jaxpr.invars]

    @property
    def out_avals(self) -> list[ShapedArray]:
        """What comes out."""
        return [each.aval for each in self.jaxpr.outvars]

    def __str__(self) -> str:
        return str(self.jaxpr)

    __repr__ = __str__


class _Names:
    """Names in the order in which they are met: a to z, then ba, bb and so on, as JAX has them."""

    def __init__(self) -> None:
        self._names: dict[Var, str] = {}

    def of(self, x: Var | Literal) -> str:
        """The name of a variable, or a number with its type."""
        if isinstance(x, Literal):
            return f"{x.val}:{x.aval.short()}"
        if x not in self._names:
            self._names[x] = _numbered(len(self._names))
        return self._names[x]

    def typed(self, x: Var) -> str:
        """The name of a variable with its type."""
        return f"{self.of(x)}:{x.aval.short()}"

    def inside(self, value: Any) -> str:
        """A parameter, with the names of variables in it."""
        if isinstance(value, (Var, Literal)):
            return self.of(value)
        if isinstance(value, tuple):
            return f"({','.join(map(self.inside, value))}{',' * (len(value) == 1)})"
        return str(value)


def _numbered(place: int) -> str:
    rest, letter = divmod(place, 26)
    return (_numbered(rest) if rest else "") + string.ascii_lowercase[letter]


@dataclass
class _Translation:
    """The variables for a program's values, and those for its arrays from outside."""

    of_array: Callable[[Any], Any]
    variables: dict[Value, Var] = field(default_factory=dict)
    constants: dict[int, tuple[Var, Any]] = field(default_factory=dict)

    def variable(self, value: Value) -> Var:
        """The variable for a value."""
        return self.variables.setdefault(value, Var(ShapedArray(value.shape, value.dtype)))

    def leaf(self, leaf: Any) -> Any:
        """What an operand is: a variable, a number of an array without axes, or itself."""
        if isinstance(leaf, Value):
            return self.variable(leaf)
        if not isinstance(leaf, Known):
            return leaf
        aval = ShapedArray(leaf.array.shape, leaf.array.dtype)
        if not aval.shape:
            return Literal(self.of_array(leaf.array).item(), aval)
        return self.constants.setdefault(id(leaf.array), (Var(aval), self.of_array(leaf.array)))[0]

    def equation(self, each: Instruction) -> JaxprEqn:
        """An instruction as JAX has it: its arrays and numbers on the right, all else among the parameters."""
        number = ShapedArray((), next((x.dtype for x in values_in(each.operands)), each.outs[0].dtype))
        invars: list[Any] = []
        params = {}
        for place, operand in enumerate(_flat(each.operands)):
            found = self.leaf(operand)
            if type(found) in (bool, int, float, complex):
                found = Literal(number.dtype.type(found), number)
            if isinstance(found, (Var, Literal)):
                invars.append(found)
            else:
                params[f"operand{place}"] = found
        params.update((word, replaced(value, self.leaf)) for word, value in each.options.items())
        return JaxprEqn(invars, [self.variable(out) for out in each.outs], Primitive(each.kernel), params)


def _flat(operands: Any) -> Iterator[Any]:
    for each in operands:
        if isinstance(each, (tuple, list)):
            yield from _flat(each)
        else:
            yield each


def jaxpr_of(program: Program, of_array: Callable[[Any], Any]) -> ClosedJaxpr:
    """`program` in JAX's terms; ``of_array`` makes an Array of one of the library's."""
    translation = _Translation(of_array)
    invars = [translation.variable(each) for each in program.inputs]
    eqns = [translation.equation(each) for each in program.instructions]
    outvars = [translation.leaf(each) for each in program.outputs]
    constants = list(translation.constants.values())
    return ClosedJaxpr(Jaxpr([var for var, _ in constants], invars, outvars, eqns), [array for _, array in constants])
