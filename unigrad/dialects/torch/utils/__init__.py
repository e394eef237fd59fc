"""torch.utils: of what it holds, checkpoints."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.utils import checkpoint

__all__ = ["checkpoint"]

__getattr__ = absent("torch.utils", lambda: __all__, MISSING)
