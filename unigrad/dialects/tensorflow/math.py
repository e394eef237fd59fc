"""tf.math: the elementwise functions and the reductions, under the names that they have there."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import elementwise, notes, reduction
from unigrad.dialects.tensorflow.complexes import angle, conj, imag, real
from unigrad.dialects.tensorflow.linalg import l2_normalize
from unigrad.dialects.tensorflow.nn import log_softmax, softmax, zero_fraction
from unigrad.dialects.tensorflow.ordering import bincount, in_top_k, top_k
from unigrad.dialects.tensorflow.selection import segment_sum, unsorted_segment_mean, unsorted_segment_sum

_ELSEWHERE = {"clip_by_value", "clip_by_norm", "clip_by_global_norm", "global_norm"}

_ELEMENTWISE: list[str] = [name for name in elementwise.NAMES if name not in _ELSEWHERE]
for _name in _ELEMENTWISE:
    globals()[_name] = getattr(elementwise, _name)
for _name in reduction.NAMES:
    globals()[_name] = getattr(reduction, _name)

__all__ = [
    "angle",
    "bincount",
    "conj",
    "imag",
    "in_top_k",
    "l2_normalize",
    "log_softmax",
    "real",
    "segment_sum",
    "softmax",
    "top_k",
    "unsorted_segment_mean",
    "unsorted_segment_sum",
    "zero_fraction",
]
__all__.extend(_ELEMENTWISE)
__all__.extend(reduction.NAMES)

__getattr__ = absent("tensorflow.math", lambda: __all__, notes.reasons("math"))
