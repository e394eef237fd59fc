"""An optimizer: how parameters, their gradients and a state become the next parameters and the next state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import optree

from unigrad import primitives
from unigrad.conversion import NUMBERS, constant, format_of, is_complex, namespace_of
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.creation import astype, full_like

State = dict[str, Any]
Rate = Any
"""A number, a scalar Tensor, or a schedule: a function of the number of updates before this one."""


@dataclass(frozen=True, eq=False)  # known by identity, so that a compiler can take one as a constant
class Optimizer:
    """``init(params)`` gives the first state, ``update(params, gradients, state)`` the next parameters and state.

    Both are pure: they change nothing that they are given. The parameters are arrays or numbers in nested containers, and
    new ones come in the same. The state is a dict: ``"step"``, the number of updates so far as a float64 Tensor, and beside
    it, under the names in ``slots``, containers like the parameters'. Complex parameters move as their two parts do, which
    their slots have along a first axis. An update is recorded as any other computation is, if what it is given is tracked.
    """

    name: str
    learning_rate: Rate
    rule: Callable[..., tuple[Tensor, ...]] = field(repr=False)
    """``(x, g, *slots, *coefficients)`` of one array to ``(x, *slots)``."""
    coefficients: Callable[[Any, Tensor], tuple[Any, ...]] = field(repr=False)
    """``(rate, step)`` to the scalars of this update, the first of which is step 1, in float64."""
    slots: Mapping[str, float] = field(repr=False)
    """The name of each slot and the number that it starts as."""

    def __post_init__(self) -> None:
        rate = self.learning_rate
        if callable(rate) or isinstance(rate, Tensor):
            return
        if not isinstance(rate, Real):
            raise ArgumentError(
                f"'{self.name}' takes a learning_rate that is a number, a Tensor or a schedule, not '{type(rate).__name__}'"
            )
        at_least_zero(self.name, learning_rate=float(rate))

    def init(self, params: Any) -> State:
        """The state before the first update. Raises `DTypeError` for a parameter that is not of a floating dtype."""
        leaves, structure = optree.tree_flatten(params)
        arrays = self._arrays(leaves, structure)
        state: State = {"step": _counter(arrays)}
        for name, start in self.slots.items():
            state[name] = optree.tree_unflatten(structure, [full_like(_parts(x), start) for x in arrays])
        return state

    def update(self, params: Any, gradients: Any, state: State) -> tuple[Any, State]:
        """The parameters after one step, and the state for the next.

        ``gradients`` has the containers, shapes and dtypes of ``params``. Raises `ArgumentError` for other containers or for
        a state that is not of this optimizer's ``init``, `ShapeError` and `DTypeError` for a gradient that does not fit.
        """
        leaves, structure = optree.tree_flatten(params)
        arrays = self._arrays(leaves, structure)
        given = self._fitting(arrays, self._flattened(gradients, structure, "gradients"), structure)
        if not isinstance(state, dict):
            raise ArgumentError(f"'{self.name}' needs the state that its init gave, not a '{type(state).__name__}'")
        missing = [name for name in ("step", *self.slots) if name not in state]
        if missing:
            raise ArgumentError(f"'{self.name}' needs the state that its init gave; this one lacks '{missing[0]}'")
        slots = [self._slots(arrays, state[name], structure, f"state[{name!r}]") for name in self.slots]
        step = state["step"] + 1
        coefficients = self.coefficients(self._rate(state["step"]), step)
        results = [self._moved(x, g, old, coefficients) for x, g, *old in zip(arrays, given, *slots, strict=True)]
        columns = [[result[place] for result in results] for place in range(1 + len(slots))]
        moved, *kept = (optree.tree_unflatten(structure, column) for column in columns)
        return moved, {"step": step, **dict(zip(self.slots, kept, strict=True))}

    def _moved(self, x: Tensor, g: Tensor, old: list[Tensor], coefficients: tuple[Any, ...]) -> tuple[Tensor, ...]:
        point = _parts(x)
        scalars = [astype(each, point.dtype) if isinstance(each, Tensor) else each for each in coefficients]
        moved, *new = self.rule(point, _parts(g), *old, *scalars)
        return (moved[0] + 1j * moved[1] if is_complex(x.raw.dtype) else moved, *new)

    def _rate(self, step: Tensor) -> Any:
        rate = self.learning_rate(step) if callable(self.learning_rate) else self.learning_rate
        if isinstance(rate, Real):
            return float(rate)
        rate = rate if isinstance(rate, Tensor) else constant(rate, step.xp)
        if tuple(rate.shape) != ():
            raise ShapeError(f"'{self.name}' needs a learning rate that is a scalar, not of shape {tuple(rate.shape)}")
        return astype(rate, "float64")

    def _arrays(self, leaves: list[Any], structure: Any) -> list[Tensor]:
        xp = namespace_of(leaves)
        arrays = [x if isinstance(x, Tensor) else constant(x, xp, copy=True) for x in leaves]
        for x, accessor in zip(arrays, structure.accessors(), strict=True):
            if format_of(x.raw.dtype).kind not in ("real", "complex"):
                raise DTypeError(
                    f"'{self.name}' needs parameters of a floating dtype; {accessor.codify('params')} is of '{x.dtype}'"
                )
        return arrays

    def _flattened(self, tree: Any, structure: Any, what: str) -> list[Any]:
        try:
            leaves: list[Any] = structure.flatten_up_to(tree)
        except ValueError as error:
            raise ArgumentError(f"'{self.name}' needs {what} in the containers of params: {error}") from error
        return leaves

    def _slots(self, params: list[Tensor], tree: Any, structure: Any, what: str) -> list[Any]:
        """The arrays of a slot, which are as those that `init` makes."""
        leaves = self._flattened(tree, structure, what)
        for x, slot in zip(params, leaves, strict=True):
            shape = (2, *x.shape) if is_complex(x.raw.dtype) else tuple(x.shape)
            found = tuple(getattr(slot, "shape", ()))
            if found != shape:
                raise ShapeError(
                    f"'{self.name}' needs the state that its init gave for these parameters; {what} has an array of shape "
                    f"{found} for a parameter of shape {tuple(x.shape)}"
                )
        return leaves

    def _fitting(self, params: list[Tensor], gradients: list[Any], structure: Any) -> list[Tensor]:
        fitting = []
        for x, given, accessor in zip(params, gradients, structure.accessors(), strict=True):
            place = accessor.codify("gradients")
            if given is None:
                raise ArgumentError(f"'{self.name}' needs a gradient for each parameter; {place} is None; give zeros")
            dtype = x.dtype if type(given) in NUMBERS else None
            g = given if isinstance(given, Tensor) else constant(given, x.xp, dtype=dtype)
            if tuple(g.shape) != tuple(x.shape):
                raise ShapeError(
                    f"'{self.name}' needs gradients of the parameters' shapes; "
                    f"{place} is of shape {tuple(g.shape)} for {tuple(x.shape)}"
                )
            if g.dtype != x.dtype:
                raise DTypeError(
                    f"'{self.name}' needs gradients of the parameters' dtypes; {place} is '{g.dtype}' for '{x.dtype}'"
                )
            fitting.append(g)
        return fitting


def at_least_zero(optimizer: str, **values: float) -> None:
    """Raise `ArgumentError` for a value below 0."""
    for name, value in values.items():
        if not value >= 0:
            raise ArgumentError(f"'{optimizer}' takes {name} of 0 or more; got {value}")


def below_one(optimizer: str, **values: float) -> None:
    """Raise `ArgumentError` for a value that is not in [0, 1)."""
    for name, value in values.items():
        if not 0 <= value < 1:
            raise ArgumentError(f"'{optimizer}' takes {name} from 0 to below 1; got {value}")


def _parts(x: Tensor) -> Tensor:
    """`x`, or the real and the imaginary part of complex numbers along a first axis."""
    return primitives.stack([primitives.real(x), primitives.imag(x)]) if is_complex(x.raw.dtype) else x


def _counter(arrays: list[Tensor]) -> Tensor:
    xp = namespace_of(arrays)
    return constant(0.0, xp, dtype="float64", device=xp.device_of(arrays[0].raw) if arrays else None)
