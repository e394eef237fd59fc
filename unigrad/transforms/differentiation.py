"""Differentiation: one run of a function on inputs of its own, and the sweep back to them.

Every input is wrapped afresh: a constant becomes a leaf, a Tensor that is tracked outside becomes an identity node above
it. So an inner gradient ends at its own inputs, whatever lies below them, and nesting is correct by construction: there
are no levels, and no perturbation to confuse. Where the run reaches anything tracked outside, the sweep is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from numbers import Integral
from types import ModuleType
from typing import Any, Final

import optree

from unigrad import settings
from unigrad.conversion import (
    NUMBERS,
    at_open_levels,
    constant,
    form_of,
    format_of,
    is_complex,
    lifted_to,
    namespace_of,
    open_levels,
)
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.forward import push, push_recorded
from unigrad.graph import Leaf, Node, Tensor, ancestors, leading_to, make_tensor
from unigrad.inference import check_reached
from unigrad.observing import observers
from unigrad.pulls import make_pull
from unigrad.recorder import add_node
from unigrad.recording import pause, record, recording_flag
from unigrad.reverse import conjugate, sweep, sweep_recorded
from unigrad.virtual.above import batch_above, pull_batched, push_batched

IDENTITY: Final = make_pull("input", ["g"], ["t0"])
"""The node that stands between a function's input and the graph outside."""


class Differentiation:
    """What a function made of its inputs, and how to pull cotangents back to them."""

    __slots__ = ("aux", "inputs", "nested", "out", "outside", "structures", "what")

    def __init__(
        self,
        f: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        argnums: int | Sequence[int],
        has_aux: bool,
        what: str,
        copy: bool,
    ) -> None:
        """Run `f` with the arguments at `argnums` wrapped; with `copy` foreign buffers are copied, as the graph will outlive the call."""
        self.what = what
        self.outside = recording_flag.get()
        self.nested = False  # whether an input is tracked outside
        self.inputs: list[Tensor] = []
        self.structures: list[Any] = []
        self.aux: Any = None
        given = list(args)
        places = positions(argnums, len(args), what)
        first = args[places[0]] if len(places) == 1 else None
        if hasattr(first, "dtype"):  # the usual case: one array, no container to look into
            xp = first.xp if type(first) is Tensor else namespace_of((first,))
            given[places[0]] = tensor = self._wrap(first, xp, copy, what, places[0])
            self.inputs.append(tensor)
            self.structures.append(None)
        else:
            xp = self._wrap_all(given, places, copy, what)
        self.out: Any = _run(f, given, kwargs, xp)
        if has_aux:
            self.out, aux = _with_aux(self.out, what)
            self.aux = optree.tree_map(self.released, aux)

    def _wrap_all(self, given: list[Any], places: tuple[int, ...], copy: bool, what: str) -> ModuleType:
        """Put fresh inputs at `places` of `given`; returns their kernels."""
        wrapped = [(position, *_leaves(given[position])) for position in places]
        xp = namespace_of([leaf for _, leaves, _ in wrapped for leaf in leaves])
        for position, leaves, structure in wrapped:
            inputs = [self._wrap(leaf, xp, copy, what, position) for leaf in leaves]
            self.inputs += inputs
            self.structures.append(structure)
            given[position] = _tree(inputs, structure)
        return xp

    def _wrap(self, value: Any, xp: ModuleType, copy: bool, what: str, position: int) -> Tensor:
        given = isinstance(value, Tensor)
        outer = value if given else constant(value, xp, copy=copy)
        if not given and not copy:
            for observer in observers.get():
                observer.shared(outer.raw, xp, f"argument {position} of the function that {what} was given")
        if outer.xp is not xp:
            outer = lifted_to(xp, outer)
        if open_levels.get():
            outer = at_open_levels(outer)
            xp, given = outer.xp, True
        form = outer.form or form_of(outer)
        if form is None and not is_complex(outer.raw.dtype):
            raise DTypeError(
                f"{what} needs inputs of a floating dtype, not '{format_of(outer.raw.dtype)}'; "
                "cast with astype('float32'), or leave the argument out of argnums"
            )
        tensor = make_tensor(outer.raw, xp) if given else outer
        tensor.form = form
        if outer.node is None or not self.outside:
            tensor.node = Leaf(xp, tuple(outer.raw.shape), outer.raw.dtype) if form is None else Leaf(*form[:3])
        else:
            self.nested = True
            tensor.node = add_node(IDENTITY, (outer.node,), (), xp)
        return tensor

    def pull(self, heads: list[tuple[Any, Tensor]], keep: bool) -> list[Tensor]:
        """The gradients with respect to the inputs, given (node, weights) for each output; with `keep` it can be done again."""
        cotangents = _added(heads)
        nodes, ends, recorded = self._reach(cotangents)
        goals: set[Any] = {tensor.node for tensor in self.inputs}
        if not recorded and not (recording_flag.get() and any(g.node is not None for g in cotangents.values())):
            if all(g.xp is node.xp for node, g in cotangents.items()):
                return self._pull_raw(nodes, ends, {node: g.raw for node, g in cotangents.items()}, keep)
            arrived = self._pull_from_above(leading_to(nodes, goals), cotangents, goals)
        else:
            arrived = sweep_recorded(leading_to(nodes, goals), cotangents, goals)
        return [conjugate(arrived[x.node]) if x.node in arrived else zeros_of(x) for x in self.inputs]

    @staticmethod
    def _pull_from_above(nodes: list[Node], cotangents: dict[Any, Tensor], goals: set[Any]) -> dict[Any, Tensor]:
        """What arrives at the goals of cotangents of a virtual backend; in general the rules on Tensors bring both sides together."""
        batch = batch_above(list(cotangents.values()), nodes)
        if batch is not None:
            arrived = pull_batched(nodes, cotangents, goals, batch)
            return {node: make_tensor(g, batch) for node, g in arrived.items()}
        with pause():
            return sweep_recorded(nodes, cotangents, goals)

    def pull_one(self, out: Tensor) -> list[Tensor]:
        """`pull` for one output whose cotangent is ones, once."""
        nodes, ends, recorded = self._reach((out.node,))
        ones = out.xp.ones_like(out.raw)
        if recorded:
            return self.pull([(out.node, make_tensor(ones, out.xp))], keep=False)
        return self._pull_raw(nodes, ends, {out.node: ones}, keep=False)

    def _pull_raw(self, nodes: list[Node], ends: list[Any], cotangents: dict[Any, Any], keep: bool) -> list[Tensor]:
        arrived = sweep(nodes, ends, cotangents, keep)
        found = [make_tensor(arrived[x.node], x.xp) if x.node in arrived else zeros_of(x) for x in self.inputs]
        for place, x in enumerate(self.inputs):
            if x.form is None:  # complex
                found[place] = conjugate(found[place])
        return found

    def push(self, outs: Sequence[Tensor], tangents: Sequence[Tensor]) -> list[Tensor]:
        """The tangents of `outs`, given one for each input; the graph is kept."""
        nodes, _, recorded = self._reach({out.node: None for out in outs if out.node is not None})
        nodes.reverse()
        if recorded or (recording_flag.get() and any(t.node is not None for t in tangents)):
            pushed: Any = push_recorded(nodes, {x.node: t for x, t in zip(self.inputs, tangents, strict=True)})
        elif any(t.xp is not x.xp for x, t in zip(self.inputs, tangents, strict=True)):
            pushed = self._push_from_above(nodes, {x.node: t for x, t in zip(self.inputs, tangents, strict=True)})
        else:
            raw = push(nodes, {x.node: t.raw for x, t in zip(self.inputs, tangents, strict=True)})
            pushed = {out.node: make_tensor(raw[out.node], out.xp) for out in outs if out.node in raw}
        return [pushed[out.node] if out.node in pushed else zeros_of(out) for out in outs]

    @staticmethod
    def _push_from_above(nodes: list[Node], tangents: dict[Any, Tensor]) -> dict[Any, Tensor]:
        """As `_pull_from_above`, of tangents."""
        batch = batch_above(list(tangents.values()), nodes)
        pushed = None if batch is None else push_batched(nodes, tangents, batch)
        if pushed is not None:
            return {node: make_tensor(t, batch) for node, t in pushed.items()}
        with pause():
            return push_recorded(nodes, tangents)

    def released(self, value: Any) -> Any:
        """`value` as the caller may have it: a Tensor that depends on nothing outside is a constant there."""
        if not isinstance(value, Tensor) or not value.node:
            return value
        return value if self._reach([value.node])[2] else make_tensor(value.raw, value.xp)

    def _reach(self, roots: Collection[Any]) -> tuple[list[Node], list[Any], bool]:
        """The nodes between `roots` and the inputs, where their paths end, and whether they reach anything tracked outside."""
        if not self.inputs:
            return *ancestors(roots)[:2], False
        oldest: Any = self.inputs[0].node
        nodes, ends, early = ancestors(roots, oldest.id)
        if early:
            check_reached(ends, self.what)
        return nodes, ends, self.nested or (early and self.outside)

    def shaped(self, cotangents: list[Tensor], single: bool) -> Any:
        """The inputs' cotangents in the containers that the inputs came in."""
        if single and self.structures[0] is None:
            return cotangents[0]
        trees, start = [], 0
        for structure in self.structures:
            count = 1 if structure is None else structure.num_leaves
            trees.append(_tree(cotangents[start : start + count], structure))
            start += count
        return trees[0] if single else tuple(trees)


def positions(argnums: int | Sequence[int], count: int, what: str) -> tuple[int, ...]:
    """`argnums` as positions counted from the front; `ArgumentError` where there is no such argument."""
    if type(argnums) is int and argnums == 0 and count:  # the usual case
        return (0,)
    given: tuple[Any, ...] = tuple(argnums) if isinstance(argnums, Collection) else (argnums,)
    for position in given:
        if not is_one(position):
            raise ArgumentError(f"{what}: argnums must be a whole number, or several, not {position!r}")
        if not -count <= position < count:
            raise ArgumentError(
                f"{what}: argnums={position} is out of range: the function was called with {count} positional arguments"
            )
    places = tuple(int(position) % count for position in given)
    if len(set(places)) < len(places):
        raise ArgumentError(f"{what}: argnums={argnums!r} names an argument twice")
    return places


def is_one(argnums: Any) -> bool:
    """Whether `argnums` is one whole number: then there is one gradient, and not a tuple of them."""
    return isinstance(argnums, (int, Integral))


def output_tensors(out: Any, what: str) -> tuple[list[Tensor], Any]:
    """The Tensors of a function's output, and the structure that they are in."""
    outs, structure = optree.tree_flatten(out)
    for each in outs:
        if not isinstance(each, Tensor):
            raise ArgumentError(
                f"{what} needs a function that gives Tensors, not '{type(each).__name__}'; use unigrad.numpy inside it"
            )
    return outs, structure


def scalar(out: Any, what: str) -> Tensor:
    """`out` as a real number of a function that is to have a gradient."""
    if type(out) is Tensor and out.form is not None and not out.form[1]:  # the usual case
        return out
    if type(out) in NUMBERS:
        return constant(out, settings.choice().xp)
    if not isinstance(out, Tensor):
        raise ArgumentError(
            f"{what} needs a function whose value is a Tensor, not '{type(out).__name__}'; use unigrad.numpy inside it"
        )
    if tuple(out.raw.shape) != ():
        raise ShapeError(
            f"{what} needs a function with a scalar value, not one of shape {tuple(out.shape)}; sum it up, or use vjp"
        )
    if format_of(out.raw.dtype).kind != "real":
        remedy = "; take real(), imag() or abs() of it, or use vjp" if is_complex(out.raw.dtype) else ""
        raise DTypeError(f"{what} needs a function with a real floating value, not '{out.dtype}'{remedy}")
    return out


def _leaves(tree: Any) -> tuple[list[Any], Any]:
    if isinstance(tree, Tensor) or hasattr(tree, "dtype"):
        return [tree], None
    if type(tree) in NUMBERS:
        return [tree], None
    leaves, structure = optree.tree_flatten(tree)
    return leaves, structure


def _tree(leaves: Sequence[Any], structure: Any) -> Any:
    return leaves[0] if structure is None else optree.tree_unflatten(structure, leaves)


def _run(f: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], xp: ModuleType) -> Any:
    """`f` with recording on, and the inputs' backend in force for the arrays that it makes."""
    if settings.choice().backend is not xp.__backend__:
        with settings.use_backend(xp.__backend__):
            return _run(f, args, kwargs, xp)
    if recording_flag.get():
        return f(*args, **kwargs)
    with record():
        return f(*args, **kwargs)


def _with_aux(result: Any, what: str) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        raise ArgumentError(
            f"{what} with has_aux=True needs a function that gives (value, aux), not '{type(result).__name__}'"
        )
    return result


def _added(heads: list[tuple[Any, Tensor]]) -> dict[Any, Tensor]:
    """The cotangents by node: a node that is several outputs gets their sum."""
    total: dict[Any, Tensor] = {}
    for node, weights in heads:
        g = conjugate(weights)
        total[node] = total[node] + g if node in total else g
    return total


def tensor_of(value: Any, copy: bool = False) -> Tensor:
    """`value` itself where it is a Tensor, else a constant of it on its own backend; with `copy` in memory of its own."""
    return value if isinstance(value, Tensor) else constant(value, namespace_of((value,)), copy=copy)


def zeros_of(tensor: Tensor) -> Tensor:
    """Zeros of the shape and dtype of `tensor`, a constant."""
    return make_tensor(tensor.xp.zeros_like(tensor.raw), tensor.xp)


def ones_of(tensor: Tensor) -> Tensor:
    """Ones of the shape and dtype of `tensor`, a constant."""
    return make_tensor(tensor.xp.ones_like(tensor.raw), tensor.xp)
