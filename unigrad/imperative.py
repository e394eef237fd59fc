"""The imperative interface: ``attach_grad``, ``backward`` and ``grad``, which leave gradients on the Tensors themselves.

A sweep first finishes and then hands its gradients over, so that an exception or an interrupt leaves none half-written.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, cast

from unigrad import hooks
from unigrad.conversion import constant, format_of, is_complex, mixed
from unigrad.errors import ArgumentError, DTypeError, NotRecorded, ShapeError
from unigrad.graph import GradReq, Leaf, Tensor, add_members, ancestors, make_tensor
from unigrad.inference import check_reached
from unigrad.recording import pause
from unigrad.reverse import conjugate, free, sweep, sweep_by_table, sweep_recorded


class Gradients:
    """The members that every Tensor gets for gradients."""

    __slots__ = ()

    def attach_grad(self, grad_req: GradReq = "add") -> Tensor:
        """Make this Tensor a leaf, at which gradients arrive; returns it.

        ``grad_req`` says what happens to them: ``"add"`` adds each to ``grad``, ``"write"`` puts it in place of the
        last, ``"null"`` keeps none. What recorded the Tensor before is cut off. The gradient of complex numbers has as its
        parts the slopes along theirs: it points where the outcome rises fastest. Raises `DTypeError` for integers.
        """
        x = cast(Tensor, self)
        if grad_req not in ("add", "write", "null"):
            raise ArgumentError(f"grad_req must be 'add', 'write' or 'null', not {grad_req!r}")
        require_floating(x, "attach_grad()")
        if grad_req == "null":
            x.node = None
        else:
            x.node = Leaf(x.xp, tuple(x.raw.shape), x.raw.dtype, grad_req, is_complex(x.raw.dtype))
        return x

    @property
    def grad(self) -> Tensor | None:
        """The gradient that has arrived here, zeros before any has; None for a Tensor with neither ``attach_grad`` nor ``retain_grad``."""
        x = cast(Tensor, self)
        place: Any = x.node
        if not isinstance(place, Leaf):
            place = hooks.retained(x)
            if place is None:
                return None
        if place.grad is None:
            place.grad = make_tensor(x.xp.zeros_like(x.raw), x.xp)
        found: Tensor = place.grad
        return found

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        x = cast(Tensor, self)
        if not isinstance(x.node, Leaf):
            raise NotRecorded("this Tensor has no gradient to set; call attach_grad() first")
        x.node.grad = None if value is None else weights_for(x, value, "a gradient")

    def zero_grad(self) -> None:
        """Make the gradient zeros, in the same Tensor that ``grad`` has been giving."""
        x = cast(Tensor, self)
        place: Any = x.node if isinstance(x.node, Leaf) else hooks.retained(x)
        if place is None:
            raise NotRecorded("this Tensor has no gradient to zero; call attach_grad() first")
        if place.grad is not None:
            place.grad.raw, place.grad.node = x.xp.zeros_like(x.raw), None

    def retain_grad(self) -> Tensor:
        """Keep the gradient of this recorded Tensor in its ``grad`` too, where the gradients of several sweeps add up; returns it.

        A leaf keeps its gradient anyway. Raises `NotRecorded` for a constant.
        """
        x = cast(Tensor, self)
        hooks.retain(x)
        return x

    def register_hook(self, hook: Callable[[Tensor], Any]) -> hooks.Handle:
        """Call ``hook(gradient)`` when the gradient of this Tensor has arrived, all its uses added up.

        What it returns, a Tensor of the same shape and dtype, goes on in its place; None changes nothing. Hooks run in the
        order in which they were registered, at a leaf before its ``grad`` is written; they are recorded where the sweep is.
        ``remove()`` of what this returns takes the hook away. Raises `NotRecorded` for a constant; in the sweep
        `ArgumentError`, `ShapeError` or `DTypeError` for what the hook returns.
        """
        return hooks.Handle(hooks.hooks_at(cast(Tensor, self), "register_hook()").before, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], Any]) -> hooks.Handle:
        """Call ``hook(x)`` with this leaf when a sweep has written its ``grad``; for an update in place, for example.

        ``remove()`` of what this returns takes the hook away. Raises `NotRecorded` for a Tensor without ``attach_grad``.
        """
        x = cast(Tensor, self)
        if not isinstance(x.node, Leaf):
            raise NotRecorded("register_post_accumulate_grad_hook() needs a Tensor with attach_grad()")
        found = hooks.hooks_at(x, "register_post_accumulate_grad_hook()")
        found.tensor = weakref.ref(x)
        return hooks.Handle(found.after, hook)

    def backward(self, weights: Any = None, *, retain_graph: bool = False, create_graph: bool = False) -> None:
        """Pull a cotangent back from here and leave the gradient of every leaf it reaches in that leaf's ``grad``.

        Without `weights` the cotangent is ones: the gradient is that of the sum of the elements. `weights`, of this
        Tensor's shape and dtype, weigh the elements instead; they are needed where it is complex. The graph gives its saved
        values back unless `retain_graph`; with `create_graph` the sweep is recorded (and the graph kept), so that gradients
        can be differentiated.
        Raises `NotRecorded`, `GraphFreed`, `ShapeError`, `DTypeError`.
        """
        backward(cast(Tensor, self), weights, retain_graph=retain_graph, create_graph=create_graph)


def backward(outputs: Any, cotangents: Any = None, *, retain_graph: bool = False, create_graph: bool = False) -> None:
    """Pull cotangents back from one output or several, and leave each leaf's gradient in its ``grad``.

    `outputs` is a Tensor or a sequence of them, `cotangents` as many Tensors (or numbers, lists), None meaning ones. The
    rest is as in `Tensor.backward`; `ArgumentError` where the numbers of outputs and cotangents differ.
    """
    heads = _heads(outputs, cotangents, "backward()")
    nodes, ends, early = ancestors(heads)
    if early:
        check_reached(ends, "backward()")
    if _at_other_levels(heads):
        raise ArgumentError(
            "backward() has cotangents that differ from example to example, and a leaf outside has one gradient; "
            "use ug.gradients(), or call backward() outside vmap"
        )
    if create_graph:
        _deliver_recorded(sweep_recorded(nodes, dict(heads), goals=()))
    else:
        _deliver(sweep(nodes, ends, {node: g.raw for node, g in heads.items()}, keep=retain_graph))


def gradients(
    outputs: Any,
    inputs: Any,
    cotangents: Any = None,
    *,
    allow_unused: bool = False,
    retain_graph: bool | None = None,
    create_graph: bool = False,
) -> list[Tensor | None]:
    """The gradients with respect to `inputs`, leaves or recorded Tensors, given the cotangents of `outputs`; no ``grad`` is touched.

    Each is a Tensor or a sequence of them; the result is a list with an entry for each input. An input that no output
    depends on raises `NotRecorded`, or with `allow_unused` has None. The graph is kept with `retain_graph`, which is what
    `create_graph` says unless it is given. Hooks at the inputs, and at what lies between, are called. Outputs and cotangents
    are those of `backward`, and so are the errors; `NotRecorded` for an input that is a constant.
    """
    wanted: list[Tensor] = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    for x in wanted:
        if not isinstance(x, Tensor):
            raise ArgumentError(
                f"a gradient is asked for a '{type(x).__name__}'; inputs are Tensors with attach_grad()"
            )
        if not x.node:
            raise NotRecorded("a gradient is asked for a Tensor that is a constant; call attach_grad() on it first")
    heads = _heads(outputs, cotangents, "gradients()")
    nodes, ends, early = ancestors(heads)
    if early:
        check_reached(ends, "gradients()")
    places = {x.node for x in wanted}
    if create_graph or _at_other_levels(heads):
        with nullcontext() if create_graph else pause():
            arrived: dict[Any, Tensor] = sweep_recorded(nodes, dict(heads), places, through=True)
            found = {place: _at(place, arrived[place]) for place in places if place in arrived}
        for node in () if create_graph or retain_graph else nodes:
            free(node)
    else:
        heads_raw, keep = {node: g.raw for node, g in heads.items()}, bool(retain_graph)
        if all(isinstance(place, Leaf) for place in places):
            raw = sweep(nodes, ends, heads_raw, keep)
        else:
            raw = sweep_by_table(nodes, heads_raw, keep, places)
        with pause():
            found = {x.node: _at(x.node, make_tensor(raw[x.node], x.xp)) for x in wanted if x.node in raw}
    for position, x in enumerate(wanted):
        if x.node not in found and not allow_unused:
            raise NotRecorded(
                f"no output depends on input {position}; leave it out, or give allow_unused=True to get None for it"
            )
    return [found.get(x.node) for x in wanted]


def _at_other_levels(heads: dict[Any, Tensor]) -> bool:
    """Whether a cotangent is of a virtual backend that its node is not of, so that only rules on Tensors bring both together."""
    return any(g.xp is not node.xp for node, g in heads.items())


def _at(place: Any, cotangent: Tensor) -> Tensor:
    """The gradient at the place of an input; at a leaf its hooks are yet to be called."""
    gradient = conjugate(cotangent)
    return hooks.replaced_at(place, gradient) if isinstance(place, Leaf) else gradient


def mark_variables(variables: Any, gradients: Any = None, grad_reqs: GradReq | Sequence[GradReq] = "add") -> None:
    """Make each of `variables`, a Tensor or a sequence of them, a leaf, as ``attach_grad`` does.

    `gradients`, as many Tensors of their shapes and dtypes, are what their ``grad`` gives from now on: gradients that arrive
    update these. ``grad_reqs`` is one of ``"add"``, ``"write"`` and ``"null"``, or one for each. Raises `ArgumentError` where
    the numbers differ, `ShapeError` and `DTypeError` for a gradient that does not fit.
    """
    single = isinstance(variables, Tensor)
    xs: list[Tensor] = [variables] if single else list(variables)
    given = [gradients] if single else [None] * len(xs) if gradients is None else list(gradients)
    reqs = [grad_reqs] * len(xs) if isinstance(grad_reqs, str) else list(grad_reqs)
    if not len(xs) == len(given) == len(reqs):
        raise ArgumentError(
            f"mark_variables got {len(xs)} variables, {len(given)} gradients and {len(reqs)} grad_reqs; give as many of each"
        )
    for x in xs:
        if not isinstance(x, Tensor):
            raise ArgumentError(
                f"mark_variables takes Tensors, not a '{type(x).__name__}'; make one with unigrad.numpy.asarray"
            )
    buffers = [None if g is None else weights_for(x, g, "a gradient") for x, g in zip(xs, given, strict=True)]
    for x, buffer, req in zip(xs, buffers, reqs, strict=True):
        x.attach_grad(req)
        if buffer is not None and req != "null":
            x.grad = buffer


def _heads(outputs: Any, cotangents: Any, what: str) -> dict[Any, Tensor]:
    """The cotangent of each output's node, for the function `what`; a node that is several outputs gets their sum."""
    single = isinstance(outputs, Tensor)
    outs: list[Tensor] = [outputs] if single else list(outputs)
    given = [cotangents] if single else [None] * len(outs) if cotangents is None else list(cotangents)
    if len(given) != len(outs):
        raise ArgumentError(
            f"there are {len(outs)} outputs and {len(given)} cotangents; give one, or None, for each output"
        )
    heads: dict[Any, Tensor] = {}
    for y, weights in zip(outs, given, strict=True):
        if not isinstance(y, Tensor):
            raise ArgumentError(f"an output is a '{type(y).__name__}'; outputs are Tensors")
        if y.node is None:
            raise NotRecorded(
                f"{what} on a Tensor that was not recorded: it does not depend on any Tensor with attach_grad(), "
                "or it was computed under pause() or detached"
            )
        g = _ones(y, what) if weights is None else conjugate(weights_for(y, weights, "the weights"))
        heads[y.node] = heads[y.node] + g if y.node in heads else g
    return heads


def _ones(y: Tensor, what: str) -> Tensor:
    if is_complex(y.raw.dtype):
        raise DTypeError(
            f"{what} on a Tensor of dtype '{y.dtype}' needs weights; or take real(), imag() or abs() of it first"
        )
    return make_tensor(y.xp.ones_like(y.raw), y.xp)


def _deliver(arrived: dict[Leaf, Any]) -> None:
    hooked = [leaf for leaf in arrived if leaf.hooks is not None]
    if hooked:
        with pause():  # all of them before any gradient is written
            for leaf in hooked:
                gradient = conjugate(make_tensor(arrived[leaf], leaf.xp))
                arrived[leaf] = conjugate(leaf.hooks.replaced(gradient)).raw
    for leaf, cotangent in arrived.items():
        g = leaf.xp.conj(cotangent) if leaf.complex else cotangent
        grad = leaf.grad
        if grad is None:
            leaf.grad = make_tensor(g, leaf.xp)
        else:
            grad.raw = g if leaf.grad_req == "write" else grad.raw + g
            grad.node = None
    if hooked:
        hooks.run_after(hooked)


def _deliver_recorded(arrived: dict[Any, Tensor]) -> None:
    found = {leaf: hooks.replaced_at(leaf, conjugate(cotangent)) for leaf, cotangent in arrived.items()}
    for leaf, g in found.items():
        if leaf.grad is None:
            leaf.grad = make_tensor(g.raw, leaf.xp, g.node)
            continue
        total = g if leaf.grad_req == "write" else leaf.grad + g
        leaf.grad.raw, leaf.grad.node = total.raw, total.node
    hooks.run_after(found)


def require_floating(x: Tensor, what: str) -> None:
    """Raise `DTypeError` unless `x` has a real or complex floating dtype."""
    form = format_of(x.raw.dtype)
    if form.kind not in ("real", "complex"):
        raise DTypeError(f"{what} needs a floating dtype, not '{form}'; cast with astype('float32')")


def weights_for(y: Tensor, weights: Any, what: str) -> Tensor:
    """`weights` as a Tensor that fits `y`: its backend, shape and dtype; numbers and lists take the dtype."""
    if isinstance(weights, Tensor):
        given = weights
    else:
        untyped = isinstance(weights, (int, float, complex, list, tuple))
        given = constant(weights, y.xp, dtype=y.dtype if untyped else None, copy=True)
    if given.xp.__backend__ is not y.xp.__backend__:
        raise mixed(y.xp, given.xp)
    if tuple(given.raw.shape) != tuple(y.raw.shape):
        raise ShapeError(f"{what} must have the shape {tuple(y.shape)} of what they weigh, not {tuple(given.shape)}")
    if given.raw.dtype != y.raw.dtype:
        raise DTypeError(
            f"{what} must have the dtype '{y.dtype}' of what they weigh, not '{given.dtype}'; cast with astype"
        )
    return given


add_members(Tensor, Gradients)
