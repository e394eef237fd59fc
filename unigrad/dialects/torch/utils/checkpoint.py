"""torch.utils.checkpoint: functions whose values between are computed again in the reverse sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch.notes import MISSING

__all__ = ["checkpoint", "checkpoint_sequential"]


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """The value of `function`, which runs again when a gradient is pulled back through it, with the same random numbers.

    The options change nothing: shapes and dtypes are always compared, and no input has to require a gradient.
    """
    return ug.checkpoint(function)(*args, **kwargs)


def checkpoint_sequential(
    functions: Sequence[Callable[[Any], Any]],
    segments: int,
    input: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
) -> Any:
    """The value of the functions, one after the other, with a checkpoint for each segment of them but the last."""
    return ug.checkpoint_sequential(functions, segments)(input)


__getattr__ = absent("torch.utils.checkpoint", lambda: __all__, MISSING)
