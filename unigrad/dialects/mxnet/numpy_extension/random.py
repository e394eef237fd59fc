"""mxnet.npx.random: the stream of ``mx.np.random``, and booleans."""

from __future__ import annotations

from typing import Any

import unigrad.numpy as unp
from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet.notes import MISSING as _MISSING
from unigrad.dialects.mxnet.numpy.arrays import F
from unigrad.dialects.mxnet.numpy.random import _size, seed

__all__ = ["bernoulli", "seed"]


def bernoulli(prob: Any = 0.5, logit: Any = None, size: Any = None, dtype: Any = None, ctx: Any = None) -> Any:
    """Ones with probability `prob` (or with the log-odds `logit`), else zeros, float32."""
    if logit is not None:
        prob = F.sigmoid(F.asarray(logit))
    numbers = F.adopt(unp.random.uniform(size=_size(size, prob)))
    return F.astype(F.less(numbers, prob), dtype or "float32")


__getattr__ = _absent("mxnet.npx.random", lambda: __all__, _MISSING)
