"""Signature: mutations of what a rule asks the graph to save, `out` for `x`, `x1` for `x2`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from unigrad_conformance.mutants.mutations import Mutation
from unigrad_conformance.mutants.source import Node, with_fields


def signature_mutations(node: Node, arrays: Sequence[str]) -> Iterator[Mutation]:
    """The rule with each array, or shape, that it saves taken for each other one that it could have saved."""
    names = [each.arg for each in node.args.args]
    for place, name in enumerate(names):
        for other in _alternatives(name, arrays):
            if other not in names:
                yield _mutation(node, _renamed(node, {name: other}))
            elif names.index(other) > place:
                exchanged = _renamed(node, {name: other, other: name})
                yield Mutation(
                    "saved value",
                    with_fields(exchanged, args=node.args),
                    _head(node),
                    f"{_head(node)} read as {_head(exchanged)}",
                    node.lineno,
                )


def _alternatives(name: str, arrays: Sequence[str]) -> list[str]:
    shapes = [f"{each}_shape" for each in arrays]
    known = shapes if name in shapes else [*arrays, "out"]
    return [each for each in known if each != name] if name in known else []


def _mutation(node: Node, changed: Node) -> Mutation:
    return Mutation("saved value", changed, _head(node), _head(changed), node.lineno)


def _head(node: Node) -> str:
    return f"({', '.join(each.arg for each in node.args.args)})"


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """A copy of the tree with other names for parameters, wherever they are read."""
    if isinstance(node, list):
        return [_renamed(part, names) for part in node]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: _renamed(value, names) for name, value in ast.iter_fields(node)}
    for name in ("arg", "id"):
        if name in fields and not isinstance(node, ast.keyword):
            fields[name] = names.get(fields[name], fields[name])
    return with_fields(node, **fields)
