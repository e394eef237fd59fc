"""History: what a tensor tells of the operation that made it."""

from __future__ import annotations

from typing import Any, Final

_NAMES: Final = {
    "absolute": "Abs",
    "subtract": "Sub",
    "multiply": "Mul",
    "divide": "Div",
    "negative": "Neg",
    "positive": "Clone",
    "matmul": "Mm",
    "tensordot": "Mm",
    "contract": "Einsum",
    "permute_dims": "Permute",
    "reshape": "View",
    "expand_dims": "Unsqueeze",
    "broadcast_to": "Expand",
    "concat": "Cat",
    "cumulative_sum": "Cumsum",
    "cumulative_prod": "Cumprod",
    "getitem": "Index",
    "index_set": "CopySlices",
    "astype": "ToCopy",
    "atan2": "Atan2",
    "clip": "Clamp",
    "tile": "Repeat",
    "vector_norm": "LinalgVectorNorm",
    "log_softmax": "LogSoftmax",
    "square": "Pow",
    "remainder": "Remainder",
    "input": "View",
}
_REDUCTIONS: Final = {"sum", "mean"}


def is_leaf_place(place: Any) -> bool:
    """Whether a tensor's place in the graph is where gradients land."""
    return hasattr(place, "grad_req")


def _inner(node: Any) -> Any:
    """The node that stands for an operation of the user's own, behind those that stand for its results."""
    return node.first if node.pull.name == "output" else node


def operation_name(node: Any) -> str:
    """What torch calls the operation that a node stands for: ``MulBackward0``."""
    if is_leaf_place(node):
        return "AccumulateGrad"
    node = _inner(node)
    name, options = node.pull.name, node.options or {}
    if name == "index_set" or name.endswith(("Backward", "Backward0", "Backward1")):
        return "CopySlices" if name == "index_set" else name
    if name == "getitem":
        return f"{_kind_of_key(options.get('key', ()))}Backward0"
    word = _NAMES.get(name) or "".join(part.capitalize() for part in name.split("_"))
    return f"{word}Backward{int(name in _REDUCTIONS and not _whole(options, node))}"


def _whole(options: dict[str, Any], node: Any) -> bool:
    """Whether a reduction was over all axes, as far as the node tells."""
    return not options.get("keepdims") and _axes(options) == tuple(range(len(_axes(options)))) and _bare(node)


def _axes(options: dict[str, Any]) -> tuple[int, ...]:
    return tuple(options.get("axis") or ())


def _bare(node: Any) -> bool:
    shape = next((each for each in node.saved if isinstance(each, tuple)), ())
    return len(shape) == len(_axes(node.options or {}))


def _kind_of_key(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    if any(hasattr(part, "dtype") or isinstance(part, list) for part in parts):
        return "Index"
    steps = [part for part in parts if part is not Ellipsis and part != slice(None)]
    return "Unsqueeze" if steps and steps[-1] is None else "Select" if steps and type(steps[-1]) is int else "Slice"


class GradFn:
    """A recorded operation, for looking at."""

    __slots__ = ("_node",)

    def __init__(self, node: Any) -> None:
        self._node = node

    def name(self) -> str:
        """The name of the operation: ``MulBackward0``."""
        leaf = is_leaf_place(self._node)
        return "torch::autograd::AccumulateGrad" if leaf else operation_name(self._node)

    @property
    def next_functions(self) -> tuple[tuple[GradFn, int], ...]:
        """The operations that made its recorded operands; ``AccumulateGrad`` for a leaf."""
        if is_leaf_place(self._node):
            return ()
        return tuple((GradFn(parent), 0) for parent in _inner(self._node).parents)

    def __repr__(self) -> str:
        return f"<{operation_name(self._node)} object at {hex(id(self._node))}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GradFn) and other._node is self._node

    def __hash__(self) -> int:
        return id(self._node)
