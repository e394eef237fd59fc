"""Mutants: rules and kernels broken on purpose, one small change at a time, to see that the suite notices each.

A mutant that fails some case is *killed*. One that survives shows a sample that is too weak, or changes nothing that can
be seen: then `equivalent.toml` holds its key and the reason. Run them with ``unigrad conformance --mutants``.
"""

from unigrad_conformance.mutants.mutant import Fate, Mutant
from unigrad_conformance.mutants.verdict import Verdict, judge

__all__ = ["Fate", "Mutant", "Verdict", "judge"]
