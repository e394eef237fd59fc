"""The imperative interface: ``attach_grad``, ``backward`` and ``grad``, which leave gradients on the Tensors themselves.

A sweep first finishes and then hands its gradients over, so that an exception or an interrupt leaves none half-written.
"""

from __future__ import annotations

from typing import Any, cast

from unigrad.conversion import constant, format_of, is_complex, mixed
from unigrad.errors import ArgumentError, DTypeError, NotRecorded, ShapeError
from unigrad.graph import GradReq, Leaf, Tensor, add_members, ancestors, make_tensor
from unigrad.reverse import conjugate, sweep, sweep_by_table, sweep_recorded


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
        """The gradient that has arrived here, zeros before any has; None for a Tensor without ``attach_grad``."""
        x = cast(Tensor, self)
        leaf = x.node
        if not isinstance(leaf, Leaf):
            return None
        if leaf.grad is None:
            leaf.grad = make_tensor(x.xp.zeros_like(x.raw), x.xp)
        return leaf.grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        x = cast(Tensor, self)
        if not isinstance(x.node, Leaf):
            raise NotRecorded("this Tensor has no gradient to set; call attach_grad() first")
        x.node.grad = None if value is None else weights_for(x, value, "a gradient")

    def zero_grad(self) -> None:
        """Make the gradient zeros, in the same Tensor that ``grad`` has been giving."""
        x = cast(Tensor, self)
        if not isinstance(x.node, Leaf):
            raise NotRecorded("this Tensor has no gradient to zero; call attach_grad() first")
        if x.node.grad is not None:
            x.node.grad.raw, x.node.grad.node = x.xp.zeros_like(x.raw), None

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
    heads = _heads(outputs, cotangents)
    nodes, ends, _ = ancestors(heads)
    if create_graph:
        _deliver_recorded(sweep_recorded(nodes, dict(heads), goals=()))
    else:
        _deliver(sweep(nodes, ends, {node: g.raw for node, g in heads.items()}, keep=retain_graph))


def gradients(
    outputs: Any, inputs: Any, cotangents: Any = None, *, retain_graph: bool = False, create_graph: bool = False
) -> list[Tensor | None]:
    """The cotangents of `inputs`, leaves or recorded Tensors, given those of `outputs`; no ``grad`` is touched.

    None for an input that no output depends on. Outputs and cotangents are those of `backward`, and so are the errors;
    `NotRecorded` for an input that is tracked nowhere.
    """
    wanted: list[Tensor] = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    for x in wanted:
        if x.node is None:
            raise NotRecorded("a gradient is asked for a Tensor that is a constant; call attach_grad() on it first")
    heads = _heads(outputs, cotangents)
    nodes, ends, _ = ancestors(heads)
    if create_graph:
        arrived: dict[Any, Any] = sweep_recorded(nodes, dict(heads), {x.node for x in wanted}, through=True)
        return [conjugate(arrived[x.node]) if x.node in arrived else None for x in wanted]
    if all(isinstance(x.node, Leaf) for x in wanted):
        raw = sweep(nodes, ends, {node: g.raw for node, g in heads.items()}, keep=retain_graph)
    else:
        raw = sweep_by_table(nodes, {node: g.raw for node, g in heads.items()}, retain_graph, {x.node for x in wanted})
    return [conjugate(make_tensor(raw[x.node], x.xp)) if x.node in raw else None for x in wanted]


def _heads(outputs: Any, cotangents: Any) -> dict[Any, Tensor]:
    """The cotangent of each output's node; a node that is several outputs gets their sum."""
    single = isinstance(outputs, Tensor)
    outs: list[Tensor] = [outputs] if single else list(outputs)
    given = [cotangents] if single else [None] * len(outs) if cotangents is None else list(cotangents)
    if len(given) != len(outs):
        raise ArgumentError(
            f"there are {len(outs)} outputs and {len(given)} cotangents; give one, or None, for each output"
        )
    heads: dict[Any, Tensor] = {}
    for y, weights in zip(outs, given, strict=True):
        if y.node is None:
            raise NotRecorded(
                "backward() on a Tensor that was not recorded: it does not depend on any Tensor with attach_grad(), "
                "or it was computed under pause() or detached"
            )
        g = _ones(y) if weights is None else conjugate(weights_for(y, weights, "the weights"))
        heads[y.node] = heads[y.node] + g if y.node in heads else g
    return heads


def _ones(y: Tensor) -> Tensor:
    if is_complex(y.raw.dtype):
        raise DTypeError(
            f"backward() on a Tensor of dtype '{y.dtype}' needs weights; or take real(), imag() or abs() of it first"
        )
    return make_tensor(y.xp.ones_like(y.raw), y.xp)


def _deliver(arrived: dict[Leaf, Any]) -> None:
    for leaf, cotangent in arrived.items():
        g = leaf.xp.conj(cotangent) if leaf.complex else cotangent
        grad = leaf.grad
        if grad is None:
            leaf.grad = make_tensor(g, leaf.xp)
        else:
            grad.raw = g if leaf.grad_req == "write" else grad.raw + g
            grad.node = None


def _deliver_recorded(arrived: dict[Any, Tensor]) -> None:
    for leaf, cotangent in arrived.items():
        g = conjugate(cotangent)
        if leaf.grad is None:
            leaf.grad = make_tensor(g.raw, leaf.xp, g.node)
            continue
        total = g if leaf.grad_req == "write" else leaf.grad + g
        leaf.grad.raw, leaf.grad.node = total.raw, total.node


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
