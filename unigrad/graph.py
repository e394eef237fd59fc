"""The recorded graph: Tensor, Node, Leaf, and the walk from a node to where it came from.

A Tensor knows its node, a node its parents; nobody knows a Tensor. So a graph has no reference cycle, and every part of
it dies with the last value that needs it. Nodes are numbered as they are made, and a node is younger than its parents:
sorting by number is a topological order.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

GradReq = Literal["add", "write", "null"]
Form = tuple[ModuleType, tuple[int, ...], Any, dict[float, Any]]

next_id: Final = itertools.count(1).__next__


if TYPE_CHECKING:  # the members that these classes give to Tensor when their modules are imported
    from unigrad.imperative import Gradients
    from unigrad.interchange import Interchange
    from unigrad.methods import Methods
    from unigrad.operators import Operators

    class _Members(Operators, Methods, Interchange, Gradients):
        __slots__ = ()
else:
    _Members = object


class Tensor(_Members):
    """An array of some backend, and the node that recorded how it was made.

    ``raw`` is the backend's own array, ``xp`` the namespace of kernels that computes with it, ``node`` its place in the
    graph (None: a constant). ``form`` is (xp, shape, dtype, numbers) where that is known and the dtype is real floating: two
    operands with the *same* form object need no broadcasting, no promotion and no check. ``numbers`` holds the Python
    numbers that were met beside arrays of this backend and dtype, as the library takes them fastest; there is one for each
    backend and dtype. Its operators and methods are in `unigrad.operators`, `unigrad.methods`,
    `unigrad.interchange` and `unigrad.imperative`.
    """

    __slots__ = ("__weakref__", "form", "node", "raw", "xp")

    raw: Any
    xp: ModuleType
    node: Node | Leaf | None
    form: Form | None


def make_tensor(raw: Any, xp: ModuleType, node: Node | Leaf | None = None) -> Tensor:
    """A Tensor of a backend's own array. The class has no ``__init__``: it would cost more than the object."""
    tensor = Tensor()
    tensor.raw = raw
    tensor.xp = xp
    tensor.node = node
    tensor.form = None
    return tensor


def class_beside(array_class: type[Tensor]) -> type[Tensor]:
    """The class for arrays beside those of `array_class`: itself, or the nearest above it whose objects hold no more than a Tensor."""
    return next(each for each in array_class.__mro__ if each.__basicsize__ == Tensor.__basicsize__)


def placed(x: Tensor, node: Node | Leaf | None) -> Tensor:
    """The array of `x` at another place in the graph, as a Tensor of its class."""
    tensor = make_tensor(x.raw, x.xp, node)
    tensor.form = x.form
    tensor.__class__ = class_beside(type(x))
    return tensor


def as_tensor(member: Any) -> Tensor:
    """The ``self`` of a member that is given to Tensor, for the type checker."""
    return member  # type: ignore[no-any-return]


def add_members(target: type, source: type) -> None:
    """Give `target` the members of `source`, but for those that every class has."""
    for name, member in vars(source).items():
        if name not in ("__module__", "__doc__", "__dict__", "__slots__", "__weakref__", "__qualname__"):
            setattr(target, name, member)


class Node:
    """One recorded operation: how to pull a cotangent back through it, its parents, and what that needs.

    ``pull`` is the variant of the primitive's rule for the operands that are tracked; ``parents`` are the nodes of those
    operands, in order; ``saved`` is what the rule's parameters named; ``options`` the keywords of the call. A tuple for each
    would cost as much as the node, and more when the garbage collector walks over a long graph. So what is stored is the
    ``first`` parent, the ``rest`` (None, the second one, or a tuple of the second and further ones), and ``held``: the one
    value that is saved, or a tuple of several. ``g`` and ``own`` belong to the sweep that is under way (see
    `unigrad.reverse`), ``mark`` to `ancestors`.
    """

    __slots__ = ("first", "g", "held", "id", "mark", "options", "own", "pull", "rest", "xp")

    id: int
    pull: Pull
    first: Node | Leaf
    rest: Any
    held: Any
    options: dict[str, Any] | None
    xp: ModuleType
    g: Any
    own: bool
    mark: int | None

    @property
    def parents(self) -> tuple[Node | Leaf, ...]:
        """The nodes of the tracked operands, in order; none once the node is freed."""
        if self.first is GONE:
            return ()
        if type(self.rest) is tuple:
            return (self.first, *self.rest)
        return (self.first,) if self.rest is None else (self.first, self.rest)

    @property
    def saved(self) -> tuple[Any, ...]:
        """What the rule's parameters named."""
        return (self.held,) if len(self.pull.kept) == 1 else self.held


class Leaf:
    """Where a gradient lands: made by ``attach_grad``, or by a transform for each of its inputs.

    ``complex`` says whether its numbers are: then the gradient is the conjugate of the cotangent that arrives.

    ``grad`` is None until somebody looks at it or a gradient arrives; it is then one Tensor, which later gradients update.
    ``hooks`` is what `unigrad.hooks` has put there, if anything.
    """

    __slots__ = ("complex", "dtype", "g", "grad", "grad_req", "hooks", "id", "mark", "own", "shape", "xp")

    parents: ClassVar[tuple[()]] = ()

    def __init__(
        self, xp: ModuleType, shape: tuple[int, ...], dtype: Any, grad_req: GradReq = "add", complex: bool = False
    ) -> None:
        self.id = next_id()
        self.xp = xp
        self.shape = shape
        self.dtype = dtype
        self.grad_req: GradReq = grad_req
        self.complex = complex
        self.grad: Tensor | None = None
        self.hooks: Any = None
        self.g: Any = None
        self.own = False
        self.mark: int | None = None


GONE: Final = Leaf(ModuleType("gone"), (), None, "null")
"""What a node has for a parent once a sweep has freed it."""


class Pull:
    """One variant of a primitive's rules, as functions written out for it (`unigrad.pulls` is their writer).

    ``run(xp, g, saved)`` gives a cotangent for each tracked parent; ``step(node, g)`` computes the same on raw arrays and
    adds each to what its parent has got so far. ``push(xp, tangents, saved, options)`` gives the result's tangent from the
    parents', of which some may be `None`; it is `None` itself where only transposing ``run`` can say it. ``kept`` says
    what each entry of ``saved`` is: the index, among the tracked parents, of the node that an array belongs to (a tuple of
    them for a sequence of arrays); ``OUT`` for the node's own output, ``CONSTANT`` for an untracked array, ``NUMBER`` for a
    Python number beside an array, ``PLAIN`` for what is no array; ``saved`` are the rule's parameters that named them, where
    that is known. ``sources`` are the texts of the functions, each compiled
    when it first runs.
    """

    __slots__ = ("argument_names", "kept", "name", "push", "run", "saved", "scope", "sources", "step")

    def __init__(
        self,
        name: str,
        sources: dict[str, str],
        scope: dict[str, Any],
        kept: tuple[Any, ...],
        argument_names: tuple[str, ...],
        saved: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.sources = sources
        self.scope = scope
        self.kept = kept
        self.argument_names = argument_names
        self.saved = saved
        self.run: Callable[[ModuleType, Any, tuple[Any, ...]], tuple[Any, ...]] = self._first_run
        self.step: Callable[[Node, Any], None] = self._first_step
        self.push: Callable[..., Any] | None = self._first_push if "push" in sources else None

    def _first_run(self, xp: ModuleType, g: Any, saved: tuple[Any, ...]) -> tuple[Any, ...]:
        self.run = self._compiled("run")
        return self.run(xp, g, saved)

    def _first_step(self, node: Node, g: Any) -> None:
        self.step = self._compiled("step")
        self.step(node, g)

    def _first_push(self, xp: ModuleType, tangents: tuple[Any, ...], saved: tuple[Any, ...], options: Any) -> Any:
        self.push = push = self._compiled("push")
        return push(xp, tangents, saved, options)

    def _compiled(self, word: str) -> Any:
        exec(compile(self.sources[word], f"<{word} of the pull of {self.name}>", "exec"), self.scope)
        return self.scope[word]


class HookedPull(Pull):
    """The pull of a node whose cotangent is waited for: ``hooks.arrived(g)`` gives what goes on to the `inner` pull."""

    __slots__ = ("hooks", "inner")

    def __init__(self, inner: Pull, hooks: Any) -> None:
        super().__init__(inner.name, inner.sources, inner.scope, inner.kept, inner.argument_names)
        self.inner = inner
        self.hooks = hooks
        self.run = lambda xp, g, saved: inner.run(xp, hooks.arrived(g), saved)
        self.step = lambda node, g: inner.step(node, hooks.arrived_raw(g, node.xp))
        self.push = None if inner.push is None else lambda *given: inner.push(*given)  # type: ignore[misc]


class _Unrecorded(Node):
    """The place of results that were to be recorded, and were not: see `unigrad.inference`."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


UNRECORDED: Final = _Unrecorded()
"""What `recording_flag` is in an inference mode, and the node of its results: false, as the flag, and older than every node."""
UNRECORDED.id = -1
UNRECORDED.pull = Pull("inference_mode", {}, {}, (), ())
UNRECORDED.first, UNRECORDED.rest, UNRECORDED.held, UNRECORDED.options = GONE, None, (), None
UNRECORDED.xp, UNRECORDED.g, UNRECORDED.own, UNRECORDED.mark = GONE.xp, None, False, None

OUT: Final = -1
PLAIN: Final = -2
CONSTANT: Final = -3
NUMBER: Final = -4


def ancestors(roots: Iterable[Node | Leaf], floor: int = 0) -> tuple[list[Node], list[Node | Leaf], bool]:
    """The nodes that `roots` were made from, themselves included, youngest first, where these paths end, and whether early.

    They end at leaves and, early, at what is older than `floor`. Iterative: a chain of a million nodes is an ordinary case.
    What was seen is marked, as a set would take longer. Another thread that walks over the same nodes may replace a mark; a
    node is then listed twice, and a sweep that finds no cotangent at the second place passes over it.
    """
    turn = next_id()
    found: list[Any] = []
    ends: list[Any] = []
    for root in roots:
        if root.mark is not turn:
            root.mark = turn
            (ends if root.id < floor or type(root) is Leaf else found).append(root)
    for node in found:  # grows while it is read
        parent, rest = node.first, node.rest
        if parent.mark is not turn:
            parent.mark = turn
            (ends if parent.id < floor or type(parent) is Leaf else found).append(parent)
        if rest is not None:
            for parent in rest if type(rest) is tuple else (rest,):
                if parent.mark is not turn:
                    parent.mark = turn
                    (ends if parent.id < floor or type(parent) is Leaf else found).append(parent)
    found.sort(key=attrgetter("id"), reverse=True)
    early = False
    for end in ends:
        early = early or end.id < floor
    return found, ends, early


def leading_to(nodes: list[Node], goals: Collection[Node | Leaf]) -> list[Node]:
    """Those of `nodes` (youngest first) from which some goal can be reached, the goals among them included."""
    leads = set(goals)
    for node in reversed(nodes):
        if node not in leads and any(parent in leads for parent in node.parents):
            leads.add(node)
    return [node for node in nodes if node in leads]
