"""The ledger: which arrays a graph keeps alive for the reverse sweep, why, and how many bytes they take."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import optree

from unigrad import plugins
from unigrad.conversion import format_of
from unigrad.errors import ArgumentError
from unigrad.graph import GONE, NUMBER, Node, Tensor, ancestors
from unigrad.memory.hooks import Box
from unigrad.observing import ObservedNode, place_of
from unigrad.places import Place
from unigrad.pulls import rule_saves
from unigrad.virtual.batch import BatchedArray

if TYPE_CHECKING:  # a dependency of the command line: import unigrad need not wait for it
    from rich.console import Console
    from rich.table import Table

_SHOWN = 60
"""How many lines a printed ledger has at most: the largest."""


class Kept(NamedTuple):
    """One array that a node keeps: the rule's parameter that named it, and the arguments whose rules ask for it.

    ``bytes`` is what its memory takes, all of it where the array is a view; 0 where an earlier row has it already (``shared``).
    """

    parameter: str
    wanted_for: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    bytes: int
    shared: bool
    packed: bool


class Row(NamedTuple):
    """One node: its primitive, the line of the program that recorded it (known under `unigrad.debug`), what it keeps."""

    primitive: str
    place: Place | None
    kept: tuple[Kept, ...]

    @property
    def bytes(self) -> int:
        """What the node adds to the memory of those before."""
        return sum(each.bytes for each in self.kept)


class Ledger:
    """What a graph keeps alive: ``rows``, one a node, oldest first, and their ``total`` in bytes. It prints as a table."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows

    @property
    def total(self) -> int:
        """All bytes, each buffer counted once."""
        return sum(row.bytes for row in self.rows)

    def by_primitive(self) -> dict[str, int]:
        """The bytes that each primitive's nodes keep, the largest first."""
        counts: Counter[str] = Counter()
        for row in self.rows:
            counts[row.primitive] += row.bytes
        return dict(counts.most_common())

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        from rich.filesize import decimal

        return f"<Ledger of {len(self.rows)} nodes, {decimal(self.total)}>"

    def __rich__(self) -> Table:
        from rich.filesize import decimal
        from rich.table import Table

        table = Table("primitive", "keeps", "for the rule of", "shape", "dtype", "bytes", "recorded by")
        lines = [(row, each) for row in self.rows for each in row.kept]
        largest = sorted(range(len(lines)), key=lambda place: -lines[place][1].bytes)[:_SHOWN]
        for place in sorted(largest):
            row, each = lines[place]
            size = "shared" if each.shared else f"{each.bytes:,}" + (" packed" if each.packed else "")
            where = f"{row.place.file}:{row.place.line}" if row.place else ""
            wanted = ", ".join(each.wanted_for)
            table.add_row(row.primitive, each.parameter, wanted, str(each.shape), each.dtype, size, where)
        if len(lines) > _SHOWN:
            table.add_row(f"… {len(lines) - _SHOWN} smaller", *[""] * 6)
        table.columns[5].justify = "right"
        table.title = f"{decimal(self.total)} kept by {len(self.rows)} nodes"
        return table

    def __str__(self) -> str:
        return self._printed().file.getvalue()  # type: ignore[attr-defined,no-any-return]

    def _repr_html_(self) -> str:
        return self._printed(record=True).export_html(inline_styles=True, code_format="<pre>{code}</pre>")

    def _printed(self, record: bool = False) -> Console:
        from rich.console import Console

        console = Console(file=io.StringIO(), width=140, record=record)
        console.print(self)
        return console


def saved_bytes(*outputs: Tensor) -> Ledger:
    """The ledger of the graph that `outputs` were made by: which arrays it keeps alive for the reverse sweep, and why.

    A row a node, with the rule's parameter that names each array. A buffer is counted once, and whole where an array is a
    view of it; leaves count where a rule keeps them. A graph that has given its values back keeps nothing. What a pullback of
    the user's own keeps is not known. Raises `ArgumentError` for what is no Tensor.
    """
    for place, output in enumerate(outputs):
        if not isinstance(output, Tensor):
            raise ArgumentError(f"saved_bytes takes Tensors; argument {place} is a '{type(output).__name__}'")
    roots = [output.node for output in outputs if output.node is not None]
    nodes, _, _ = ancestors(roots)
    seen: set[Any] = set()
    return Ledger(tuple(_row(node, seen) for node in reversed(nodes) if node.first is not GONE))


def _row(node: Node, seen: set[Any]) -> Row:
    kept = []
    for parameter, value in _entries(node):
        kept += [_kept(node, parameter, array, xp, packed, seen) for array, xp, packed in _arrays(value, node.xp)]
    return Row(node.pull.name, place_of(node), tuple(kept))


def _entries(node: Node) -> Iterator[tuple[str, Any]]:
    """What a node keeps, by the rule's parameters; what is packed as it lies there."""
    packed = isinstance(node, ObservedNode) and node.unpack is not None
    values = node.packed if packed else node.saved  # type: ignore[attr-defined]
    names = node.pull.saved or ("saved",) * len(node.pull.kept)
    for name, value, kept in zip(names, values, node.pull.kept, strict=True):
        if kept != NUMBER:
            yield name, value
    for name, value in (node.options or {}).items():
        if name not in names:
            yield name, value


Located = tuple[Any, Any, bool]


def _arrays(value: Any, xp: ModuleType | None) -> list[Located]:
    """The libraries' arrays within a value, their kernels, and whether they are packed; `xp` are those of the node, if known."""
    found: list[Located] = []
    for leaf in optree.tree_leaves(value):
        if isinstance(leaf, Box):
            found += [(array, kernels, True) for array, kernels, _ in _arrays(leaf.packed, None)]
        elif isinstance(leaf, Tensor):
            found += _arrays(leaf.raw, leaf.xp)
        elif isinstance(leaf, BatchedArray):
            inner: Any = leaf.xp.__inner__
            found += _arrays(leaf.data, inner)
        elif isinstance(leaf, (bytes, bytearray)):
            found.append((leaf, xp, True))
        elif hasattr(leaf, "dtype") and hasattr(leaf, "shape"):
            backend = plugins.backend_of_type(type(leaf))
            if backend is not None or xp is not None:
                found.append((leaf, xp if backend is None else backend.xp, False))
    return found


def _kept(node: Node, parameter: str, array: Any, xp: Any, packed: bool, seen: set[Any]) -> Kept:
    if isinstance(array, (bytes, bytearray)):
        key, size, shape, dtype = id(array), len(array), (len(array),), "bytes"
    else:
        key, size = xp.buffer_of(array)
        shape, dtype = tuple(array.shape), format_of(array.dtype).name
    shared = key in seen
    seen.add(key)
    return Kept(parameter, _wanted_for(node, parameter), shape, dtype, 0 if shared else size, shared, packed)


def _wanted_for(node: Node, parameter: str) -> tuple[str, ...]:
    """The arguments whose rules name the parameter."""
    scope, names = node.pull.scope, node.pull.argument_names
    rules = {name: [scope[f"{kind}{name}"] for kind in "dj" if f"{kind}{name}" in scope] for name in names}
    return tuple(name for name, given in rules.items() if any(parameter in rule_saves(rule) for rule in given))
