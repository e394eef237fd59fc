"""NumPy's spellings: functions with its names and argument order, over the primitives of the standard's names."""

from __future__ import annotations

from unigrad.primitives import *

absolute = abs
amax, amin = max, min
arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh = acos, acosh, asin, asinh, atan, atan2, atanh
bitwise_not = invert = bitwise_invert
concatenate = concat
conjugate = conj
left_shift, right_shift = bitwise_left_shift, bitwise_right_shift
mod = remainder
power = pow
true_divide = divide
