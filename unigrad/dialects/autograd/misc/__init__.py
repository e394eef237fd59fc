"""autograd.misc: containers as vectors, optimizers, fixed points."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.misc import fixed_points, optimizers
from unigrad.dialects.autograd.misc.flatten import flatten

__all__ = ["fixed_points", "flatten", "optimizers"]

__getattr__ = absent(
    "autograd.misc",
    lambda: __all__,
    {"tracers": "autograd's own tracing is not imitated; unigrad's graph is at x.node"},
)
