"""tensorflow_probability, as far as lessons draw from it: `distributions`."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow.probability import distributions

__all__ = ["distributions"]
__getattr__ = absent("tensorflow_probability", lambda: __all__)
