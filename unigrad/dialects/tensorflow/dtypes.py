"""tf.dtypes: the number formats, and casting."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.complexes import complex
from unigrad.dialects.tensorflow.creation import cast, saturate_cast

__all__ = ["cast", "complex", "saturate_cast"]
__all__ += formats.__all__

for _name in formats.__all__:
    globals()[_name] = getattr(formats, _name)

__getattr__ = absent("tensorflow.dtypes", lambda: __all__, {"string": "unigrad's arrays hold numbers"})
