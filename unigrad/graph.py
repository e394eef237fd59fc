"""The recorded graph: Tensor, Node, Leaf, and whether operations are being recorded.

A Tensor knows its node, a node its parents; nobody knows a Tensor. So a graph has no reference cycle, and every part of
it dies with the last value that needs it. Nodes are numbered as they are made, and a node is younger than its parents:
sorting by number is a topological order.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Collection, Iterable
from contextvars import ContextVar, Token
from operator import attrgetter
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeVar

GradReq = Literal["add", "write", "null"]
Form = tuple[ModuleType, tuple[int, ...], Any]
F = TypeVar("F", bound=Callable[..., Any])

next_id: Final = itertools.count(1).__next__
recording_flag: Final[ContextVar[bool]] = ContextVar("unigrad recording", default=True)


if TYPE_CHECKING:  # the members that these classes give to Tensor when their modules are imported
    from unigrad.imperative import Gradients
    from unigrad.operators import Operators

    class _Members(Operators, Gradients):
        __slots__ = ()
else:
    _Members = object


class Tensor(_Members):
    """An array of some backend, and the node that recorded how it was made.

    ``data`` is the backend's own array, ``xp`` the namespace of kernels that computes with it, ``node`` its place in the
    graph (None: a constant). ``form`` is (xp, shape, dtype) where that is known and the dtype is real floating: two operands with the
    *same* form object need no broadcasting, no promotion and no check. Operators and methods are in `unigrad.operators`.
    """

    __slots__ = ("__weakref__", "data", "form", "node", "xp")

    data: Any
    xp: ModuleType
    node: Node | Leaf | None
    form: Form | None


def make_tensor(data: Any, xp: ModuleType, node: Node | Leaf | None = None) -> Tensor:
    """A Tensor of a backend's own array. The class has no ``__init__``: it would cost more than the object."""
    tensor = Tensor()
    tensor.data = data
    tensor.xp = xp
    tensor.node = node
    tensor.form = None
    return tensor


def add_members(target: type, source: type) -> None:
    """Give `target` the members of `source`, but for those that every class has."""
    for name, member in vars(source).items():
        if name not in ("__module__", "__doc__", "__dict__", "__slots__", "__weakref__", "__qualname__"):
            setattr(target, name, member)


class Node:
    """One recorded operation: how to pull a cotangent back through it, its parents, and what that needs.

    ``pull`` is the variant of the primitive's rule for the operands that are tracked; ``parents`` are the nodes of those
    operands, in order; ``saved`` is what the rule's parameters named; ``options`` the keywords of the call.
    """

    __slots__ = ("id", "options", "parents", "pull", "saved", "xp")

    id: int
    pull: Pull
    parents: tuple[Node | Leaf, ...]
    saved: tuple[Any, ...]
    options: dict[str, Any] | None
    xp: ModuleType


class Leaf:
    """Where a gradient lands: made by ``attach_grad``, or by a transform for each of its inputs.

    ``grad`` is None until somebody looks at it or a gradient arrives; it is then one Tensor, which later gradients update.
    """

    __slots__ = ("dtype", "grad", "grad_req", "id", "shape", "xp")

    parents: ClassVar[tuple[Node | Leaf, ...]] = ()

    def __init__(self, xp: ModuleType, shape: tuple[int, ...], dtype: Any, grad_req: GradReq = "add") -> None:
        self.id = next_id()
        self.xp = xp
        self.shape = shape
        self.dtype = dtype
        self.grad_req: GradReq = grad_req
        self.grad: Tensor | None = None


class Pull:
    """One variant of a primitive's rule: ``run(xp, g, saved)`` gives a cotangent for each tracked parent.

    ``kept`` says what each entry of ``saved`` is: the index, among the tracked parents, of the node that an array belongs
    to (a tuple of them for a sequence of arrays); ``OUT`` for the node's own output, ``CONSTANT`` for an untracked array,
    ``PLAIN`` for what is no array. ``source`` is the text of ``run``, which is compiled when it first runs.
    """

    __slots__ = ("argument_names", "kept", "name", "run", "scope", "source")

    def __init__(
        self, name: str, source: str, scope: dict[str, Any], kept: tuple[Any, ...], argument_names: tuple[str, ...]
    ) -> None:
        self.name = name
        self.source = source
        self.scope = scope
        self.kept = kept
        self.argument_names = argument_names
        self.run: Callable[[ModuleType, Any, tuple[Any, ...]], tuple[Any, ...]] = self._first_run

    def _first_run(self, xp: ModuleType, g: Any, saved: tuple[Any, ...]) -> tuple[Any, ...]:
        exec(compile(self.source, f"<pull of {self.name}>", "exec"), self.scope)
        self.run = self.scope["pull"]
        return self.run(xp, g, saved)


OUT: Final = -1
PLAIN: Final = -2
CONSTANT: Final = -3


def is_recording() -> bool:
    """Whether operations on tracked Tensors are recorded, in this thread or asyncio task."""
    return recording_flag.get()


class Recording:
    """A scope in which recording is on or off; a context manager, and a decorator for functions.

    The flag is the context's own: threads and asyncio tasks do not see each other's. Decorating a generator function
    sets the flag for each of its steps, never for the caller in between; an ``async def`` keeps it while it is awaited.
    """

    def __init__(self, on: bool) -> None:
        self._on = on
        self._tokens: list[Token[bool]] = []

    def __enter__(self) -> None:
        self._tokens.append(recording_flag.set(self._on))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        token = self._tokens.pop()
        try:
            recording_flag.reset(token)
        except ValueError:  # closed in another context than it was opened in (an async generator's finaliser)
            recording_flag.set(True if token.old_value is Token.MISSING else token.old_value)

    def __call__(self, function: F) -> F:
        """`function`, run with the flag set."""
        if inspect.isgeneratorfunction(function):
            return _each_step(function, self._on)
        if inspect.iscoroutinefunction(function):
            return _while_awaited(function, self._on)

        @functools.wraps(function)
        def scoped(*args: Any, **kwargs: Any) -> Any:
            with Recording(self._on):
                return function(*args, **kwargs)

        return scoped  # type: ignore[return-value]


def record() -> Recording:
    """A scope in which operations on tracked Tensors are recorded (the default outside any scope)."""
    return Recording(True)


def pause() -> Recording:
    """A scope in which nothing is recorded: results are constants."""
    return Recording(False)


def _while_awaited(function: F, on: bool) -> F:
    @functools.wraps(function)
    async def scoped(*args: Any, **kwargs: Any) -> Any:
        with Recording(on):
            return await function(*args, **kwargs)

    return scoped  # type: ignore[return-value]


def _each_step(function: F, on: bool) -> F:
    @functools.wraps(function)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        generator = function(*args, **kwargs)
        resume: Callable[[], Any] = functools.partial(next, generator)
        while True:
            try:
                with Recording(on):
                    value = resume()
            except StopIteration as stop:
                return stop.value
            try:
                sent = yield value
                resume = functools.partial(generator.send, sent)
            except GeneratorExit:
                with Recording(on):
                    generator.close()
                raise
            except BaseException as error:  # noqa: BLE001 - whatever the caller throws belongs to the generator
                resume = functools.partial(generator.throw, error)

    return scoped  # type: ignore[return-value]


def ancestors(roots: Iterable[Node | Leaf], floor: int = 0) -> tuple[list[Node], bool]:
    """The nodes that `roots` were made from, themselves included, youngest first; leaves and nodes older than `floor` left out.

    Also says whether any was left out for its age. Iterative: a chain of a million nodes is an ordinary case.
    """
    seen = set(roots)
    found: list[Node] = [root for root in seen if type(root) is Node]
    add, append = seen.add, found.append
    cut, sorted_so_far, last = False, len(found) < 2, next_id()
    for node in found:  # grows while it is read
        for parent in node.parents:
            if parent in seen:
                continue
            age = parent.id
            if age < floor:
                cut = True
                continue
            add(parent)
            if type(parent) is Node:
                append(parent)
                if age > last:
                    sorted_so_far = False
                last = age
    if not sorted_so_far:
        found.sort(key=attrgetter("id"), reverse=True)
    return found, cut


def leading_to(nodes: list[Node], goals: Collection[Node | Leaf]) -> list[Node]:
    """Those of `nodes` (youngest first) from which some goal can be reached, the goals among them included."""
    leads = set(goals)
    for node in reversed(nodes):
        if node not in leads and any(parent in leads for parent in node.parents):
            leads.add(node)
    return [node for node in nodes if node in leads]
