"""How a primitive is declared: one card says its name, its signature, its rules and its samples.

    @elementwise(dx1=lambda x2: x2, dx2=lambda x1: x1, samples=BINARY)
    def multiply(x1, x2, /):
        '''Product of ``x1`` and ``x2``, elementwise, with broadcasting.'''

The parameters before the ``/`` are arrays, the others options. **A rule's parameter names are its contract, and they
are what the graph saves**: an array argument by its name, ``<argument>_shape``, ``_dtype`` or ``_device`` (which
never keep the array alive), ``out``, an option by its name; ``g`` is the cotangent and ``xp`` the namespace to compute with. The names are
read once, here; a rule that names something that does not exist is a `CardError`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, ParamSpec, TypeVar

from unigrad.backend import need_kernel
from unigrad.errors import CardError
from unigrad.fastpath import make_function
from unigrad.graph import Tensor
from unigrad.samples import ENGINES, Convention, Sample

P = ParamSpec("P")
R = TypeVar("R")
Kind = Literal["elementwise", "linear", "constant", "primitive", "composition"]
Rule = Callable[..., Any]
Batching = Literal["stack", "example"] | Callable[..., Any] | None
Prepare = Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any]]

REGISTRY: Final[dict[str, Card]] = {}
BATCHING: Final = ("xp", "arrays", "mapped", "options")
"""What a batching rule takes: the kernels below, the operands' arrays, whether each has examples, and the options."""


@dataclass(frozen=True)
class Card:
    """All there is to know about one primitive; calling it runs and records it."""

    name: str
    kind: Kind
    doc: str
    module: str
    signature: inspect.Signature
    arrays: tuple[str, ...]
    options: tuple[str, ...]
    rules: Mapping[str, Rule | int]
    samples: tuple[Sample, ...]
    floating: bool = False
    """Whether the result is always floating, so that integers are cast to the default dtype first."""
    unpromoted: frozenset[str] = frozenset()
    """Array arguments whose dtype has no part in promotion: conditions, indices."""
    operator: str | None = None
    """Python's operator for the same function, which every library's arrays have: for one element it is far faster."""
    prepare: Prepare | None = None
    """Checks the options against the arrays, and gives them in the form that the kernel and the rules take."""
    real: bool = False
    """Whether the result is real whatever the argument is: a tangent is pushed to the real part of its product."""
    sequence: bool = False
    """Whether the one array argument is a sequence of arrays."""
    jvp: Mapping[str, Rule] = field(default_factory=dict)
    """The rules that push a tangent forward, where the kind does not say it."""
    batching: Batching = None
    """How `vmap` computes all examples at once, where the kind does not say it: see `primitive`."""
    conventions: tuple[Convention, ...] = ()
    """The gradients at singular points, which the suite *conventions* checks and docs/reference/conventions.md lists."""
    function: Callable[..., Any] = field(default=NotImplemented, compare=False)
    pulls: dict[Any, Any] = field(default_factory=dict, compare=False)
    """The variants of the rule that were needed so far, by the operands that are tracked."""

    @property
    def differentiable(self) -> tuple[str, ...]:
        """The array arguments that have a rule."""
        return tuple(name for name in self.arrays if self.rules.get(name, 0) != 0)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the primitive, and record it."""
        return self.function(*args, **kwargs)


def elementwise(
    *,
    samples: Iterable[Sample],
    floating: bool = False,
    unpromoted: Iterable[str] = (),
    prepare: Prepare | None = None,
    operator: str | None = None,
    real: bool = False,
    conventions: Iterable[Convention] = (),
    **partials: Rule | int,
) -> Callable[[Callable[P, Any]], Callable[P, Tensor]]:
    """A function of each element by itself; ``d<argument>=`` gives the partial derivative, or a number where it is constant.

    A partial that names ``g`` gives the product with it, where that is more than a multiplication: ``where`` must not
    multiply an infinite cotangent by zero. Broadcasting is undone by the kind. One partial an argument serves both modes,
    and complex numbers too where the function is holomorphic; ``real=True`` where the result is real all the same.
    """
    rules = {name.removeprefix("d"): rule for name, rule in partials.items()}
    return _declare(
        "elementwise",
        rules,
        samples,
        floating=floating,
        unpromoted=frozenset(unpromoted),
        prepare=prepare,
        operator=operator,
        real=real,
        conventions=tuple(conventions),
    )


def linear(
    *,
    transpose: Rule,
    samples: Iterable[Sample],
    prepare: Prepare | None = None,
    floating: bool = False,
    sequence: bool = False,
    batching: Batching = None,
    conventions: Iterable[Convention] = (),
) -> Callable[[Callable[P, Any]], Callable[P, Tensor]]:
    """A function that is linear in its first array argument; ``transpose=`` pulls a cotangent back.

    Where that argument is a sequence of arrays the transpose names ``index``, the position of the array that it is asked for.
    The push is the function itself. ``batching=`` is that of `primitive`.
    """
    return _declare(
        "linear",
        {"": transpose},
        samples,
        prepare=prepare,
        floating=floating,
        sequence=sequence,
        batching=batching,
        conventions=tuple(conventions),
    )


def constant(
    *,
    samples: Iterable[Sample],
    prepare: Prepare | None = None,
    operator: str | None = None,
    batching: Batching = None,
    conventions: Iterable[Convention] = (),
) -> Callable[[Callable[P, Any]], Callable[P, Tensor]]:
    """A function whose derivative is zero wherever there is one: comparisons, rounding, indices.

    Without options it is elementwise to `vmap`, unless ``batching=`` says otherwise, as for `primitive`.
    """
    return _declare(
        "constant", {}, samples, prepare=prepare, operator=operator, batching=batching, conventions=tuple(conventions)
    )


def primitive(
    *,
    vjp: Mapping[str, Rule],
    jvp: Mapping[str, Rule] = MappingProxyType({}),
    samples: Iterable[Sample],
    prepare: Prepare | None = None,
    floating: bool = False,
    unpromoted: Iterable[str] = (),
    sequence: bool = False,
    batching: Batching = None,
    conventions: Iterable[Convention] = (),
) -> Callable[[Callable[P, Any]], Callable[P, Tensor]]:
    """Any other function; by argument name, ``vjp=`` gives the rule that pulls a cotangent ``g`` back to that argument.

    ``jvp=`` gives the rule that pushes a tangent ``t`` of that argument forward: its contribution to the result's tangent.
    ``batching=`` says how `vmap` computes many examples: ``"stack"``, the kernel takes arrays with a further first axis and gives
    such; a function ``rule(xp, arrays, mapped, options)``, which gives the results with the examples along their first axis, of
    the arrays of which those that are `mapped` have theirs there; ``"example"``, the default, one example after another.
    """
    return _declare(
        "primitive",
        vjp,
        samples,
        prepare=prepare,
        floating=floating,
        unpromoted=frozenset(unpromoted),
        sequence=sequence,
        jvp=jvp,
        batching=batching,
        conventions=tuple(conventions),
    )


def composition(
    *, samples: Iterable[Sample], conventions: Iterable[Convention] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A function written with primitives: it needs no rule, and is listed so that its samples are run like theirs."""

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        arrays, options = _split(function.__name__, signature)
        card = Card(
            function.__name__,
            "composition",
            inspect.getdoc(function) or "",
            function.__module__,
            signature,
            arrays,
            options,
            dict.fromkeys(arrays, 1),
            tuple(samples),
            conventions=tuple(conventions),
            function=function,
        )
        _register(card)
        return function

    return declare


def _declare(
    kind: Kind, rules: Mapping[str, Rule | int], samples: Iterable[Sample], **facts: Any
) -> Callable[..., Any]:
    def declare(definition: Callable[..., Any]) -> Callable[..., Any]:
        name, signature = definition.__name__, inspect.signature(definition)
        arrays, options = _split(name, signature)
        named = {arrays[0] if argument == "" else argument: rule for argument, rule in rules.items()}
        card = Card(
            name,
            kind,
            inspect.getdoc(definition) or "",
            definition.__module__,
            signature,
            arrays,
            options,
            named,
            tuple(samples),
            **facts,
        )
        _check(card)
        object.__setattr__(card, "function", make_function(card, definition))
        _register(card)
        return card.function

    return declare


def _register(card: Card) -> None:
    if card.name in REGISTRY:
        raise CardError(
            f"there is a primitive '{card.name}' already, in {REGISTRY[card.name].module}; give this one another name"
        )
    _check_batching(card)
    _check_conventions(card)
    REGISTRY[card.name] = card
    need_kernel(card.name)


def _split(name: str, signature: inspect.Signature) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parameters = signature.parameters.values()
    arrays = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_ONLY)
    options = tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
    if not arrays or len(arrays) + len(options) < len(parameters):
        raise CardError(f"the signature of '{name}' must be arrays, a '/', then options; it is {signature}")
    return arrays, options


def parameters(rule: Rule) -> tuple[str, ...]:
    """The names of a rule's parameters, in order."""
    return tuple(inspect.signature(rule).parameters)


def _check(card: Card) -> None:
    for argument, rule in (*card.rules.items(), *card.jvp.items()):
        if argument not in card.arrays:
            raise CardError(
                f"'{card.name}' has a rule for '{argument}', which is none of its array arguments {card.arrays}"
            )
        if isinstance(rule, int):
            if rule not in (-1, 0, 1):
                raise CardError(
                    f"the rule of '{card.name}' for '{argument}' is {rule}; a constant partial is 1, -1 or 0"
                )
            continue
        known = {"xp", "g", "t", "out", *card.arrays, *card.options}
        known |= {"index"} if card.sequence else set()
        known |= {f"{name}_{fact}" for name in card.arrays for fact in ("shape", "dtype", "device")}
        unknown = [name for name in parameters(rule) if name not in known]
        if unknown:
            raise CardError(
                f"the rule of '{card.name}' for '{argument}' names '{unknown[0]}', which is neither xp, g, out, an argument, "
                f"<argument>_shape, <argument>_dtype nor an option of {card.name}{card.signature}"
            )


def _check_batching(card: Card) -> None:
    given = card.batching
    if given in (None, "stack", "example"):
        return
    if not callable(given):
        raise CardError(f"'{card.name}' has batching={given!r}; it is 'stack', 'example', or a function")
    if parameters(given) != BATCHING:
        raise CardError(
            f"the batching rule of '{card.name}' is to take ({', '.join(BATCHING)}), not ({', '.join(parameters(given))})"
        )


def _check_conventions(card: Card) -> None:
    for convention in card.conventions:
        if len(convention.point) > len(card.arrays):
            raise CardError(
                f"a convention of '{card.name}' has {len(convention.point)} arguments, and its arrays are {card.arrays}"
            )
        unknown = [name for name in convention.options if name not in card.options]
        if unknown:
            raise CardError(
                f"a convention of '{card.name}' names '{unknown[0]}', which is neither an option of "
                f"{card.name}{card.signature} nor one of {ENGINES}"
            )
