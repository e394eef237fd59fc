"""Auditing: unigrad's gradients against those of a library that differentiates itself, and which rule is not as its own."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import optree

from unigrad import primitives, settings
from unigrad.card import REGISTRY
from unigrad.conversion import constant, format_of, is_complex
from unigrad.graph import Node, Tensor, ancestors, make_tensor
from unigrad.recording import pause, record
from unigrad.reverse import lifted
from unigrad.transforms.comparison import Comparison, OwnCheck, OwnGap, RuleFault
from unigrad.transforms.differentiation import Differentiation
from unigrad.virtual.levels import opened
from unigrad.virtual.nearness import Tolerance, gap
from unigrad.virtual.pair import Engine, PairArray, PairLevel, PairNamespace
from unigrad.virtual.surroundings import rule_text

if TYPE_CHECKING:
    from unigrad.transforms.comparing import Program

CUT: Final = "its library goes on where detach() or pause() ends unigrad's; every rule by itself agrees with its own"
"""What remains where gradients differ and no rule does."""

Weights = Sequence[tuple[Any, str]]
"""An array on the host and the name of its dtype, for each floating result."""


def check_own(
    engine: Engine, program: Program, comparison: Comparison, weights: Weights, tolerance: Tolerance
) -> OwnCheck:
    """Compare the gradients of a comparison on one backend with those that its library finds itself."""
    if not hasattr(engine.xp, "own_vjp"):
        return OwnCheck(engine.name, reason="its library differentiates nothing itself")
    arrays = program.on(engine.xp)

    def function(*raw: Any) -> list[Any]:
        given = arrays | dict(zip(program.tracked, raw, strict=True))
        with settings.use_backend(engine.xp.__backend__):
            out = program.run({place: make_tensor(array, engine.xp) for place, array in given.items()})
        return [each.raw for each in floating_leaves(out)]

    cotangents = [_native(array, dtype, engine.xp) for array, dtype in weights]
    try:
        values, gradients = engine.xp.own_vjp(function, [arrays[place] for place in program.tracked], cotangents)
    except Exception as error:  # noqa: BLE001 - a library may refuse what it cannot differentiate in any way it likes
        return OwnCheck(engine.name, reason=f"its library cannot differentiate this: {_in_a_line(error)}")
    before = [x for x in optree.tree_leaves(comparison.values[engine.name]) if hasattr(x, "dtype")]
    kept = [x for x in before if x.dtype.kind in "fc" or x.dtype.name == "bfloat16"]
    if any(
        _gap(engine, a, b, dtype, tolerance)[0].beyond for a, b, (_, dtype) in zip(values, kept, weights, strict=True)
    ):
        return OwnCheck(engine.name, reason="by itself the program gives other values; seed what it draws at random")
    gaps = tuple(
        _own_gap(engine, name, ours, theirs, program.arrays[place][1], tolerance)
        for name, ours, theirs, place in zip(
            program.names, comparison.gradients[engine.name], gradients, program.tracked, strict=True
        )
    )
    if all(each.agrees for each in gaps):
        return OwnCheck(engine.name, gaps)
    fault, unchecked = faulty_rule(engine, program, weights, tolerance)
    reason = "" if fault or unchecked else CUT
    return OwnCheck(engine.name, gaps, fault, unchecked, reason)


def floating_leaves(tree: Any) -> list[Tensor]:
    """The real and complex floating Tensors of a container."""
    tensors = (x for x in optree.tree_leaves(tree) if isinstance(x, Tensor))
    return [x for x in tensors if format_of(x.raw.dtype).kind in ("real", "complex")]


def _native(array: Any, dtype: str, xp: Any) -> Any:
    return xp.from_numpy(array, dtype=xp.native_dtype(dtype), device=None, copy=True)


def _in_a_line(error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}"


def _gap(engine: Engine, raw: Any, host: Any, dtype: str, tolerance: Tolerance) -> tuple[Any, Any]:
    theirs = engine.xp.to_numpy(raw)
    return gap(host, theirs, dtype, tolerance), theirs


def _own_gap(engine: Engine, name: str, ours: Any, theirs: Any, dtype: str, tolerance: Tolerance) -> OwnGap:
    apart, host = _gap(engine, theirs, ours, dtype, tolerance)
    return OwnGap(name, not apart.beyond, apart.error, apart.entry, ours, host.copy())


_WITHOUT_RULES: Final = frozenset(("input", "output", "astype"))
"""Nodes that hand cotangents on, in another dtype at most."""


class _Kernel(NamedTuple):
    """A kernel as it was called: what the node that is recorded next stands for."""

    name: str
    compute: Callable[..., Any]
    operands: tuple[Any, ...]
    options: dict[str, Any]


class _Watching(PairLevel):
    """A run on one library that remembers its kernels."""

    def __init__(self, engine: Engine, tolerance: Tolerance) -> None:
        super().__init__([engine], tolerance)
        self.kernels: list[_Kernel] = []

    def run(
        self,
        xp: PairNamespace,
        name: str,
        kernels: Sequence[Callable[..., Any]],
        operands: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Any:
        """The result of one kernel."""
        self.kernels.append(_Kernel(name, kernels[0], operands, options))
        return super().run(xp, name, kernels, operands, options)

    def kernel_of(self, node: Node) -> _Kernel | None:
        """The last kernel before a node was recorded, if it is the node's."""
        position = bisect.bisect_left(self._stamps, node.id)
        found = self.kernels[position - 1] if position else None
        return found if found and found.name == node.pull.name and node.pull.name in REGISTRY else None


def faulty_rule(
    engine: Engine, program: Program, weights: Weights, tolerance: Tolerance
) -> tuple[RuleFault | None, tuple[str, ...]]:
    """The first rule of a reverse sweep whose cotangents are not those that the library itself finds for the kernel.

    And the names of the rules before it that could not be compared.
    """
    level = _Watching(engine, tolerance)
    xp: Any = level.namespace(engine.xp)
    tensors = {place: make_tensor(PairArray(raw, (), xp), xp) for place, raw in program.on(engine.xp).items()}

    def flat(*inputs: Tensor) -> Any:
        return program.run(tensors | dict(zip(program.tracked, inputs, strict=True)))

    with settings.computing_with(xp), opened(level), record():
        inputs = [tensors[place] for place in program.tracked]
        run = Differentiation(flat, inputs, {}, range(len(inputs)), False, "compare", copy=False)
        cotangents: dict[Any, Any] = {}
        unchecked: dict[str, None] = {}
        for out, (array, dtype) in zip(floating_leaves(run.out), weights, strict=True):
            if out.node is not None:
                g = constant(array, xp, dtype=dtype)
                cotangents[out.node] = cotangents[out.node] + g if out.node in cotangents else g
    with settings.computing_with(xp), pause():
        for node in ancestors(cotangents)[0]:
            if node not in cotangents:
                continue
            g = cotangents.pop(node)
            parts = node.pull.run(primitives, g, lifted(node))
            fault = _fault(level, node, g, parts) if node.xp is xp else False
            if isinstance(fault, RuleFault):
                return fault, tuple(unchecked)
            if not fault:
                unchecked[node.pull.name] = None
            for parent, part in zip(node.parents, parts, strict=True):
                cotangents[parent] = cotangents[parent] + part if parent in cotangents else part
    return None, tuple(unchecked)


def _fault(level: _Watching, node: Node, g: Tensor, parts: Sequence[Tensor]) -> RuleFault | bool:
    """The disagreement of a node's cotangents with the library's own; True where they agree, False where none can be told."""
    if node.pull.name in _WITHOUT_RULES:
        return True
    kernel = level.kernel_of(node)
    places = _places(node, kernel, len(parts))
    if kernel is None or not places:
        return False
    engine = level.engines[0]
    operands = _bare(kernel.operands)

    def function(*raw: Any) -> list[Any]:
        return [kernel.compute(*_put(operands, places, raw), **_bare_options(kernel.options))]

    try:
        primals = [_at(operands, place) for place in places]
        _, own = engine.xp.own_vjp(function, primals, [_conjugate(engine, _bare(g.raw))])
    except Exception:  # noqa: BLE001 - as above: what the library cannot differentiate says nothing of the rule
        return False
    for argument, part, theirs in zip(_names(node, len(parts)), parts, own, strict=True):
        ours, own_part = (engine.xp.to_numpy(x) for x in (_bare(part.raw), _conjugate(engine, theirs)))
        if ours.shape != own_part.shape:
            ours = settings.host().broadcast_to(ours, shape=own_part.shape)
        apart = gap(ours, own_part, str(format_of(theirs.dtype)), level.tolerance)
        if apart.beyond:
            place = level.place_of(node)
            text = rule_text(node, argument)
            return RuleFault(
                node.pull.name, argument, text, place, ours.copy(), own_part.copy(), apart.error, apart.entry
            )
    return True


def _conjugate(engine: Engine, raw: Any) -> Any:
    return engine.xp.conj(raw) if is_complex(raw.dtype) else raw


def _names(node: Node, count: int) -> tuple[str, ...]:
    names = node.pull.argument_names
    return names * count if len(names) == 1 else names


def _places(node: Node, kernel: _Kernel | None, count: int) -> list[tuple[int, ...]]:
    """Where the node's parents stand among the kernel's operands; empty where that cannot be told."""
    if kernel is None:
        return []
    card = REGISTRY[kernel.name]
    if card.sequence:
        return [(0, i) for i in range(count)] if len(kernel.operands[0]) == count else []
    return [(card.arrays.index(name),) for name in node.pull.argument_names]


def _at(operands: Any, place: tuple[int, ...]) -> Any:
    for position in place:
        operands = operands[position]
    return operands


def _put(operands: tuple[Any, ...], places: Sequence[tuple[int, ...]], raw: Sequence[Any]) -> list[Any]:
    given: list[Any] = [list(each) if isinstance(each, (tuple, list)) else each for each in operands]
    for place, array in zip(places, raw, strict=True):
        if len(place) == 1:
            given[place[0]] = array
        else:
            given[place[0]][place[1]] = array
    return given


def _bare(value: Any) -> Any:
    if isinstance(value, PairArray):
        return value.data
    return type(value)(map(_bare, value)) if type(value) in (tuple, list) else value


def _bare_options(options: dict[str, Any]) -> dict[str, Any]:
    return {word: _bare(value) for word, value in options.items()}
