"""Abstract evaluation: a function's results as shapes and dtypes, and what it costs, without a number being computed."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import optree

from unigrad import dtypes, settings
from unigrad.conversion import format_of, namespace_of, native_dtype
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError, InPlaceError
from unigrad.graph import Tensor, make_tensor
from unigrad.virtual.levels import opened, whole_run
from unigrad.virtual.shape import Entry, ShapeArray, ShapeLevel

if TYPE_CHECKING:
    from rich.console import RenderableType


class ShapeDtype:
    """The shape and the dtype of an array: what `eval_shape` gives, and takes in the place of arrays.

    The dtype is the default one unless it is given. Two are equal where both are.
    """

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: int | Iterable[int], dtype: object = None) -> None:
        given = (shape,) if isinstance(shape, int) else tuple(shape)
        if not all(isinstance(n, int) and n >= 0 for n in given):
            raise ArgumentError(f"ShapeDtype takes a shape of whole numbers from 0 on; got {shape!r}")
        self.shape: tuple[int, ...] = given
        self.dtype: DType = settings.get_default_dtype() if dtype is None else dtypes.dtype(dtype)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for n in self.shape:
            size *= n
        return size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShapeDtype) and (self.shape, self.dtype) == (other.shape, other.dtype)

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        return f"ShapeDtype({self.shape}, '{self.dtype}')"


def eval_shape(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What ``f(*args, **kwargs)`` gives, in the same containers, with a `ShapeDtype` in the place of each array.

    Arrays among the arguments, in any containers, stand for their shapes and dtypes alone, and may be given as
    `ShapeDtype`; Python numbers and all else are themselves. `f` runs once, on the backend of the arrays or the one in
    force, and computes nothing: arrays that it makes have no memory either, but for whole numbers and booleans that do
    not depend on the arguments, which are known. It goes through `grad`, `vmap` and all other transforms. A primitive of another
    package is run on ones.

    Raises `ArgumentError` where `f` asks for a value, or a shape depends on one; and what `f` raises.
    """
    return _run(f, args, kwargs)[0]


class CostRow(NamedTuple):
    """What the calls of one kernel come to; ``guessed`` says that there is no rule for it."""

    name: str
    calls: int
    flops: float
    bytes_read: int
    bytes_written: int
    guessed: bool

    @property
    def bytes(self) -> int:
        """The bytes read and written."""
        return self.bytes_read + self.bytes_written


@dataclass(frozen=True)
class Cost:
    """What a function costs: a row for each kernel, the dearest first, and the sums; it prints as a table.

    ``out`` is what `eval_shape` gives.
    """

    rows: tuple[CostRow, ...]
    out: Any

    @property
    def flops(self) -> float:
        """All floating-point operations."""
        return sum(row.flops for row in self.rows)

    @property
    def bytes(self) -> int:
        """All bytes read and written."""
        return sum(row.bytes for row in self.rows)

    @property
    def calls(self) -> int:
        """The number of kernels that are called."""
        return sum(row.calls for row in self.rows)

    def __getitem__(self, name: str) -> CostRow:
        """The row of a kernel; zeros where it is not called."""
        return next((row for row in self.rows if row.name == name), CostRow(name, 0, 0.0, 0, 0, False))

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = 120) -> str:
        """The table as plain text."""
        from rich.console import Console  # a dependency of the command line: import unigrad need not wait for it

        page = io.StringIO()
        Console(file=page, width=width, color_system=None, highlight=False).print(self)
        return "\n".join(line.rstrip() for line in page.getvalue().splitlines()).rstrip()

    def __rich_console__(self, console: Any, options: Any) -> Iterator[RenderableType]:
        from rich import box
        from rich.table import Table

        table = Table("primitive", box=box.SIMPLE, show_footer=True)
        table.columns[0].footer = "all"
        total = CostRow(
            "",
            self.calls,
            self.flops,
            sum(r.bytes_read for r in self.rows),
            sum(r.bytes_written for r in self.rows),
            False,
        )
        for title, footer in zip(("calls", "FLOPs", "bytes read", "bytes written"), _cells(total), strict=True):
            table.add_column(title, footer=footer, justify="right")
        for row in self.rows:
            table.add_row(row.name + " (guessed)" * row.guessed, *_cells(row))
        yield table


def _cells(row: CostRow) -> tuple[str, ...]:
    return (f"{row.calls:,}", f"{row.flops:,.0f}", f"{row.bytes_read:,}", f"{row.bytes_written:,}")


def cost(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Cost:
    """The floating-point operations and bytes of ``f(*args, **kwargs)``, by primitive, without running it.

    The arguments are those of `eval_shape`; of a gradient, ``cost(grad(f), x)``, both sweeps count. An elementwise function
    counts one operation an element, a reduction one an element that it takes in, a sum of products two a product, matrix functions
    the leading terms of the usual algorithms; every operand is read and every result written once, and views move
    nothing. Kernels that a library fuses are not known here: it is what there is to do, not what a machine takes for it.
    Raises what `eval_shape` does.
    """
    out, level = _run(f, args, kwargs)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for each in level.ledger:
        entries[each.name].append(each)
    rows = [
        CostRow(
            name,
            len(found),
            sum(each.flops for each in found),
            sum(each.read for each in found),
            sum(each.written for each in found),
            any(each.guessed for each in found),
        )
        for name, found in entries.items()
    ]
    return Cost(tuple(sorted(rows, key=lambda row: (-row.flops, -row.bytes, row.name))), out)


def _run(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ShapeLevel]:
    tree: Any = (args, kwargs)
    leaves, structure = optree.tree_flatten(tree)
    root: Any = namespace_of([leaf for leaf in leaves if isinstance(leaf, Tensor) or hasattr(leaf, "__array__")])
    level = ShapeLevel()
    xp: Any = level.namespace(root.__backend__.xp)
    given: Any = optree.tree_unflatten(structure, [_abstract(leaf, xp) for leaf in leaves])
    with whole_run(level, _changed_in_place):
        with settings.computing_with(xp), opened(level):
            out = f(*given[0], **given[1])
        described = optree.tree_map(_described, out)
        del out, given
    return described, level


def _changed_in_place() -> InPlaceError:
    return InPlaceError(
        "a function under eval_shape or cost changes a Tensor from outside in place, which has values; "
        "give the new one back as a result"
    )


def _abstract(leaf: Any, xp: Any) -> Any:
    if isinstance(leaf, Tensor):
        return make_tensor(ShapeArray(tuple(leaf.raw.shape), leaf.raw.dtype, xp), xp)
    if isinstance(leaf, ShapeDtype) or hasattr(leaf, "__array__"):
        return make_tensor(ShapeArray(tuple(leaf.shape), native_dtype(xp, leaf.dtype), xp), xp)
    return leaf


def _described(x: Any) -> Any:
    return ShapeDtype(tuple(x.raw.shape), format_of(x.raw.dtype)) if isinstance(x, Tensor) else x
