"""Derivatives against finite differences: both modes, any order, and which entry disagrees.

A function is looked at as one of real coordinates: the elements of its floating inputs and outputs, of complex ones both
parts. Its Jacobian is then a matrix of real numbers, by differences, by pushes and by pulls.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import optree

from unigrad import primitives, settings
from unigrad.conversion import constant, format_of, is_complex, namespace_of
from unigrad.errors import ArgumentError, GradientMismatch
from unigrad.graph import Tensor
from unigrad.primitives.creation import astype
from unigrad.recording import pause
from unigrad.transforms.differentiation import output_tensors
from unigrad.transforms.pullback import vjp
from unigrad.transforms.pushforward import linearize

Leaves = Callable[..., list[Tensor]]
"""A function of arrays that gives a list of arrays."""
Labelled = Callable[..., tuple[list[Tensor], list[str]]]
"""One that says besides what each is called."""

STEP = 6e-6
"""The cube root of float64's precision, at which a central difference's two errors are of a size."""
TOLERANCES = {"float64": 1e-6, "complex128": 1e-6, "float32": 2e-3, "complex64": 2e-3, "float16": 1e-2}
"""Those of JAX's ``check_grads``, but for float64, where the differences are exact to about 1e-9."""
COARSEST = 1e-1
MODES = {"fwd": "forward", "rev": "reverse"}
SHOWN = 5


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 2,
    modes: str | Sequence[str] = ("fwd", "rev"),
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
) -> None:
    """Compare all derivatives of `f` at ``args`` up to ``order`` with central differences; those must run in float64.

    `f` gives Tensors, in any containers; ``args`` is a tuple of its arguments, arrays or containers of them, of which the
    floating and complex ones are moved. From the second order on, the derivative of every mode along a fixed random
    direction is checked in every mode. ``eps`` is the step, by default 6e-6 times an entry that is larger than 1. A number
    passes within ``atol + rtol * |difference|``; both are by default 1e-6 for float64, 2e-3 for float32, 1e-2 for float16
    and 0.1 for bfloat16, of the coarsest input.

    Raises `GradientMismatch`, an `AssertionError`, whose message names argument, container path and entry, and gives both
    numbers; `ArgumentError` for other modes, an order below 1, or nothing to differentiate.
    """
    if not isinstance(args, (tuple, list)):
        raise ArgumentError(f"check_grads needs args as a tuple of arguments, not '{type(args).__name__}'")
    if not isinstance(order, int) or order < 1:
        raise ArgumentError(f"check_grads needs an order of 1 or more, not {order!r}")
    modes = (modes,) if isinstance(modes, str) else tuple(modes)
    if not modes or not set(modes) <= set(MODES):
        raise ArgumentError(f"check_grads takes the modes 'fwd' and 'rev', one or both, not {modes!r}")
    inputs = _Inputs(tuple(args))
    tolerance = max(TOLERANCES.get(x.dtype.name, COARSEST) for x in inputs.arrays)
    bounds = _Bounds(tolerance if atol is None else atol, tolerance if rtol is None else rtol, eps)
    name = getattr(f, "__name__", type(f).__name__)
    _check(functools.partial(inputs.run, f), inputs, order, modes, bounds, f"'{name}'")


class _Bounds(NamedTuple):
    """How near a derivative has to be to the difference, and the step of that."""

    atol: float
    rtol: float
    eps: float | None


class _Inputs:
    """The arguments: which of their leaves are moved, and what each is called."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        tree: Any = args
        self.leaves, self.structure = optree.tree_flatten(tree)
        xp = namespace_of(self.leaves)
        tensors = [x if isinstance(x, Tensor) else constant(x, xp, copy=True) for x in self.leaves]
        self.places = [i for i, x in enumerate(tensors) if _differentiable(x)]
        if not self.places:
            raise ArgumentError("check_grads needs an argument of a floating dtype; cast one with astype('float64')")
        self.arrays = [tensors[i] for i in self.places]
        accessors = self.structure.accessors()
        self.names = [f"argument {accessors[i][0].entry}{_path(accessors[i][1:])}" for i in self.places]

    def run(self, f: Callable[..., Any], *arrays: Tensor) -> tuple[list[Tensor], list[str]]:
        """The differentiable outputs of `f`, and what each is called."""
        leaves = list(self.leaves)
        for place, x in zip(self.places, arrays, strict=True):
            leaves[place] = x
        outs, structure = output_tensors(f(*self.structure.unflatten(leaves)), "check_grads")
        kept = [i for i, out in enumerate(outs) if _differentiable(out)]
        accessors = structure.accessors()
        return [outs[i] for i in kept], [f"output{_path(accessors[i])}" for i in kept]


def _check(f: Labelled, inputs: _Inputs, order: int, modes: Sequence[str], bounds: _Bounds, what: str) -> None:
    """Check the derivative of `f`, which is called `what`, and up to `order` of the derivative's."""
    with pause():
        outs, labels = f(*inputs.arrays)
    rows, columns = _coordinate_names(labels, outs), _coordinate_names(inputs.names, inputs.arrays)
    if not rows or not columns:
        return
    outs_of: Leaves = lambda *arrays: f(*arrays)[0]
    wanted = _differences(outs_of, inputs.arrays, bounds.eps)
    for mode in modes:
        derivative = f"the {MODES[mode]} derivative of {what}"
        found = (_pushed if mode == "fwd" else _pulled)(outs_of, inputs.arrays)
        wrong = _disagreeing(found, wanted, bounds)
        if wrong:
            head = f"check_grads: differences contradict {len(wrong)} of {len(rows) * len(columns)} entries of {derivative}"
            lines = [
                f"  {columns[column]}, {rows[row]}: {a:.9g} by {MODES[mode]} mode, {b:.9g} by differences"
                for row, column, a, b in wrong[:SHOWN]
            ]
            more = [f"  and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
            raise GradientMismatch("\n".join([head, *lines, *more]))
        if order > 1:
            along = (
                _along_a_tangent(outs_of, inputs, labels)
                if mode == "fwd"
                else _along_a_cotangent(outs_of, inputs, outs)
            )
            _check(along, inputs, order - 1, modes, bounds, derivative)


def _disagreeing(
    found: list[list[float]], wanted: list[list[float]], bounds: _Bounds
) -> list[tuple[int, int, float, float]]:
    """(row, column, found, wanted) of each entry that is out of bounds, the furthest first."""
    wrong = [
        (row, column, a, b)
        for row, pairs in enumerate(zip(found, wanted, strict=True))
        for column, (a, b) in enumerate(zip(*pairs, strict=True))
        if not abs(a - b) <= bounds.atol + bounds.rtol * abs(b)  # not: a NaN is no agreement
    ]
    return sorted(wrong, key=lambda each: -abs(each[2] - each[3]))


# -- three Jacobians, as lists of rows


def _differences(f: Leaves, arrays: Sequence[Tensor], eps: float | None) -> list[list[float]]:
    """By central differences, in float64."""
    wide = [astype(x, "complex128" if is_complex(x.raw.dtype) else "float64") for x in arrays]
    columns = []
    with pause():
        for place, x in enumerate(wide):
            for unit, value in zip(_units(x), _coordinates(x), strict=True):
                step = max(1.0, abs(value)) * STEP if eps is None else eps
                ahead, behind = (
                    _all_coordinates(f(*wide[:place], x + sign * step * unit, *wide[place + 1 :])) for sign in (1, -1)
                )
                columns.append([(a - b) / (2 * step) for a, b in zip(ahead, behind, strict=True)])
    return _transposed(columns)


def _pushed(f: Leaves, arrays: Sequence[Tensor]) -> list[list[float]]:
    """Column by column, by pushes."""
    _, push = linearize(f, *arrays)
    zeros = [primitives.zeros_like(x) for x in arrays]
    return _transposed(
        [
            _all_coordinates(push(*zeros[:place], unit, *zeros[place + 1 :]))
            for place, x in enumerate(arrays)
            for unit in _units(x)
        ]
    )


def _pulled(f: Leaves, arrays: Sequence[Tensor]) -> list[list[float]]:
    """Row by row, by pulls."""
    outs, pullback = vjp(f, *arrays)
    zeros = [primitives.zeros_like(out) for out in outs]
    return [
        _all_coordinates(pullback([*zeros[:place], unit, *zeros[place + 1 :]]))
        for place, out in enumerate(outs)
        for unit in _units(out)
    ]


# -- derivatives along a direction, for the orders above


def _along_a_tangent(f: Leaves, inputs: _Inputs, labels: list[str]) -> Labelled:
    directions = [_normal(x, seed) for seed, x in enumerate(inputs.arrays)]

    def derivative(*arrays: Tensor) -> tuple[list[Tensor], list[str]]:
        _, push = linearize(f, *arrays)
        return push(*(astype(t, x.dtype) for t, x in zip(directions, arrays, strict=True))), labels

    return derivative


def _along_a_cotangent(f: Leaves, inputs: _Inputs, outs: list[Tensor]) -> Labelled:
    directions = [_normal(out, seed) for seed, out in enumerate(outs)]
    named = [f"gradient of {name}" for name in inputs.names]

    def derivative(*arrays: Tensor) -> tuple[list[Tensor], list[str]]:
        outs, pullback = vjp(f, *arrays)
        return list(pullback([astype(g, out.dtype) for g, out in zip(directions, outs, strict=True)])), named

    return derivative


def _normal(x: Tensor, seed: int) -> Tensor:
    """Normal random numbers in the shape of `x`, complex if it is."""
    draw = settings.host().generator(seed)
    shape = tuple(x.raw.shape)
    values = draw.normal(0.0, 1.0, shape)
    if is_complex(x.raw.dtype):
        values = values + 1j * draw.normal(0.0, 1.0, shape)
    return constant(settings.host().asarray(values), x.xp, device=x.xp.device_of(x.raw))


# -- coordinates


def _differentiable(x: Tensor) -> bool:
    return format_of(x.raw.dtype).kind in ("real", "complex")


def _coordinates(x: Tensor) -> list[float]:
    """The elements in order, of complex ones the real parts, then the imaginary ones."""
    parts = [primitives.real(x), primitives.imag(x)] if is_complex(x.raw.dtype) else [x]
    return [float(each) for part in parts for each in primitives.reshape(part, shape=(-1,)).tolist()]


def _all_coordinates(tensors: Sequence[Tensor]) -> list[float]:
    return [each for x in tensors for each in _coordinates(x)]


def _units(x: Tensor) -> Iterator[Tensor]:
    """The unit vectors of the coordinates of `x`."""
    host, shape = settings.host(), tuple(x.raw.shape)
    size = math.prod(shape)
    for factor in (1.0, 1j) if is_complex(x.raw.dtype) else (1.0,):
        for row in factor * host.eye(size):
            yield constant(host.reshape(row, shape=shape), x.xp, dtype=x.dtype, device=x.xp.device_of(x.raw))


def _coordinate_names(labels: Sequence[str], tensors: Sequence[Tensor]) -> list[str]:
    return [f"{label}{entry}" for label, x in zip(labels, tensors, strict=True) for entry in _entries(x)]


def _entries(x: Tensor) -> list[str]:
    """What the coordinates of `x` are called, behind its own name."""
    shape = tuple(x.raw.shape)
    size = math.prod(shape)
    places = [f" at {_index(i, shape)}" if shape else "" for i in range(size)]
    if not is_complex(x.raw.dtype):
        return places
    return [f"{place}{part}" for part in (" (real part)", " (imaginary part)") for place in places]


def _index(position: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    index = []
    for length in reversed(shape):
        position, place = divmod(position, length)
        index.append(place)
    return tuple(reversed(index))


def _path(accessor: Any) -> str:
    return "".join(entry.codify("") for entry in accessor)


def _transposed(columns: list[list[float]]) -> list[list[float]]:
    return [list(row) for row in zip(*columns, strict=True)]
