"""The dialects by name: each has the name of the library whose imports it answers."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from unigrad.errors import ProgramError

__all__ = ["KNOWN", "targets_of"]

#: Every dialect, by the top-level package that it imitates.
KNOWN: Final = ["autograd", "jax", "mxnet", "tensorflow", "torch"]


#: Further top-level packages that a library's programs import, by the dialect's module that answers for them.
_COMPANIONS: Final = {"tensorflow": {"tensorflow_probability": "probability"}}


def targets_of(dialect: str) -> dict[str, str]:
    """The dotted names of the dialect's modules by the package that each answers for, the library itself first.

    Nothing is imported. Raises `ProgramError` for an unknown dialect.
    """
    name = f"unigrad.dialects.{dialect}"
    if dialect not in KNOWN:
        raise ProgramError(f"no dialect named {dialect!r}; known: {', '.join(KNOWN)}")
    if find_spec(name) is None:
        raise ProgramError(
            f"the dialect {dialect!r} needs the package {name!r}, which is missing: install unigrad anew"
        )
    companions = _COMPANIONS.get(dialect, {})
    return {dialect: name, **{library: f"{name}.{module}" for library, module in companions.items()}}
