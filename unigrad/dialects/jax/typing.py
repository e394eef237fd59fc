"""``jax.typing``: the names that annotations use."""

from typing import Any as ArrayLike
from typing import Any as DTypeLike

__all__ = ["ArrayLike", "DTypeLike"]
