"""``jax.checkpoint_policies``: which results a checkpointed function keeps."""

from __future__ import annotations

from unigrad import checkpoint_policies as _policies
from unigrad.dialects.absence import absent
from unigrad.dialects.jax.notes import MISSING

__all__ = [
    "checkpoint_dots",
    "checkpoint_dots_with_no_batch_dims",
    "dots_saveable",
    "dots_with_no_batch_dims_saveable",
    "everything_saveable",
    "nothing_saveable",
    "save_any_names_but_these",
    "save_anything_except_these_names",
    "save_from_both_policies",
    "save_only_these_names",
]

checkpoint_dots = dots_saveable = _policies.dots_saveable
checkpoint_dots_with_no_batch_dims = dots_with_no_batch_dims_saveable = _policies.dots_with_no_batch_dims_saveable
everything_saveable = _policies.everything_saveable
nothing_saveable = _policies.nothing_saveable
save_any_names_but_these = _policies.save_any_names_but_these
save_anything_except_these_names = _policies.save_anything_except_these_names
save_from_both_policies = _policies.save_from_both_policies
save_only_these_names = _policies.save_only_these_names

__getattr__ = absent("jax.checkpoint_policies", lambda: __all__, MISSING)
