"""Policies: which results a checkpointed function keeps, so that they are not computed again in the reverse sweep.

A policy is called with the primitive's card, its operands (the library's arrays, and numbers) and its options by name, and
says whether to keep the result: ``lambda primitive, *operands, **options: primitive.name == "exp"``. The names are JAX's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.observing import Observer, observers

__all__ = [
    "checkpoint_dots",
    "checkpoint_dots_with_no_batch_dims",
    "checkpoint_name",
    "dots_saveable",
    "dots_with_no_batch_dims_saveable",
    "everything_saveable",
    "nothing_saveable",
    "save_any_names_but_these",
    "save_anything_except_these_names",
    "save_from_both_policies",
    "save_only_these_names",
]

Policy = Callable[..., bool]

DOTS: Final = frozenset({"matmul", "vecdot", "tensordot", "conv", "conv_transpose", "conv_weight"})
"""The primitives that are sums of products, which take the most time for what their results occupy."""


def everything_saveable(primitive: Any, *operands: Any, **options: Any) -> bool:
    """Keep all results: nothing is computed again."""
    return True


def nothing_saveable(primitive: Any, *operands: Any, **options: Any) -> bool:
    """Keep none: everything is computed again. What a checkpoint does without a policy."""
    return False


def dots_saveable(primitive: Any, *operands: Any, **options: Any) -> bool:
    """Keep the results of products of matrices and of convolutions."""
    return primitive.name in DOTS


def dots_with_no_batch_dims_saveable(primitive: Any, *operands: Any, **options: Any) -> bool:
    """Keep the results of products of matrices where no operand is a stack of them."""
    return primitive.name in DOTS and all(len(getattr(operand, "shape", ())) <= 2 for operand in operands)


checkpoint_dots = dots_saveable
checkpoint_dots_with_no_batch_dims = dots_with_no_batch_dims_saveable


class _Names:
    """A policy that goes by the names that `checkpoint_name` has given."""

    def __init__(self, names: Sequence[Any], only: bool, others: bool) -> None:
        for name in names:
            if not isinstance(name, str):
                raise ArgumentError(f"a policy of names takes strings, as checkpoint_name gives them; got {name!r}")
        self.names = frozenset(names)
        self.only = only
        self.others = others

    def __call__(self, primitive: Any, *operands: Any, **options: Any) -> bool:
        """Whether results without a name are kept."""
        return self.others

    def keeps_name(self, name: str) -> bool:
        """Whether a result of this name is kept."""
        return (name in self.names) is self.only


def save_only_these_names(*names: str) -> Policy:
    """Keep the results that `checkpoint_name` has given one of these names, and no others."""
    return _Names(names, only=True, others=False)


def save_any_names_but_these(*names: str) -> Policy:
    """Keep the results that have a name, unless it is one of these."""
    return _Names(names, only=False, others=False)


def save_anything_except_these_names(*names: str) -> Policy:
    """Keep all results but those of these names."""
    return _Names(names, only=False, others=True)


class _Both:
    """A policy that keeps what either of two keeps."""

    def __init__(self, first: Policy, second: Policy) -> None:
        self.first = first
        self.second = second

    def __call__(self, primitive: Any, *operands: Any, **options: Any) -> bool:
        """Whether either keeps the result."""
        return self.first(primitive, *operands, **options) or self.second(primitive, *operands, **options)

    def keeps_name(self, name: str) -> bool | None:
        """What they say of a name: yes where one does, nothing where neither knows of names."""
        said = [each for each in (_keeps_name(self.first, name), _keeps_name(self.second, name)) if each is not None]
        return any(said) if said else None


def save_from_both_policies(first: Policy, second: Policy) -> Policy:
    """Keep what either policy keeps."""
    return _Both(first, second)


def _keeps_name(policy: Any, name: str) -> bool | None:
    return policy.keeps_name(name) if hasattr(policy, "keeps_name") else None


def checkpoint_name(x: Tensor, name: str) -> Tensor:
    """`x` itself, which policies such as `save_only_these_names` know by `name` within a checkpointed function."""
    if not isinstance(x, Tensor):
        raise ArgumentError(f"checkpoint_name gives a name to a Tensor, not to a '{type(x).__name__}'")
    for observer in observers.get():
        if isinstance(observer, Keeper):
            observer.name(x, name)
    return x


class Keeper(Observer):
    """Keeps the results of a run that a policy chooses, by the number of the call; in a second run it hands them out."""

    def __init__(self, policy: Policy, kept: dict[int, Any] | None = None) -> None:
        self._policy = policy
        self._count = 0
        self._repeats = kept is not None
        self._calls: dict[int, int] = {}
        self._results: list[Any] = []  # so that no two arrays of the first run have one identity
        self.kept: dict[int, Any] = {} if kept is None else kept

    def compute(self, card: Any, arrays: Any, options: dict[str, Any], kernel: Callable[[], Any]) -> Any:
        """The result that was kept, or that of the kernel."""
        number = self._count
        self._count += 1
        if self._repeats:
            return self.kept[number] if number in self.kept else kernel()
        out = kernel()
        self._calls[id(out)] = number
        self._results.append(out)
        if self._policy(card, *arrays, **options):
            self.kept[number] = out
        return out

    def name(self, x: Tensor, name: str) -> None:
        """Keep the array of `x`, or do not, as the policy says of the name."""
        number = self._calls.get(id(x.raw))
        keeps = None if self._repeats or number is None else _keeps_name(self._policy, name)
        if keeps is not None and number is not None:
            if keeps:
                self.kept[number] = x.raw
            else:
                self.kept.pop(number, None)

    def finish(self) -> dict[int, Any]:
        """What was kept, by the number of the call."""
        self._results.clear()
        self._calls.clear()
        return self.kept
