"""The dialects by name: each has the name of the library whose imports it answers."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from unigrad.errors import ProgramError

__all__ = ["KNOWN", "module_of"]

#: Every dialect, by the top-level package that it imitates.
KNOWN: Final = ["autograd", "jax", "mxnet", "tensorflow", "torch"]


def module_of(dialect: str) -> str:
    """The dotted name of the dialect's package, which is not imported; raises `ProgramError` for an unknown one."""
    name = f"unigrad.dialects.{dialect}"
    if dialect not in KNOWN:
        raise ProgramError(f"no dialect named {dialect!r}; known: {', '.join(KNOWN)}")
    if find_spec(name) is None:
        raise ProgramError(
            f"the dialect {dialect!r} needs the package {name!r}, which is missing: install unigrad anew"
        )
    return name
