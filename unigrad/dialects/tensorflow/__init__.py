"""TensorFlow 2's names over unigrad: ``import unigrad.dialects.tensorflow as tf``.

Nothing is recorded but within a tape. What differs and what is missing is in `unigrad.dialects.tensorflow.notes`.
"""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import (
    autodiff,
    complexes,
    config,
    control,
    creation,
    debugging,
    dtypes,
    elementwise,
    errors,
    formats,
    linalg,
    manipulation,
    math,
    nest,
    nn,
    notes,
    ordering,
    products,
    random,
    reduction,
    selection,
    signal,
    test,
)
from unigrad.dialects.tensorflow.compilation import function
from unigrad.dialects.tensorflow.control import print_ as print
from unigrad.dialects.tensorflow.custom import custom_gradient, grad_pass_through, recompute_grad
from unigrad.dialects.tensorflow.manipulation import slice_ as slice
from unigrad.dialects.tensorflow.shape import TensorShape
from unigrad.dialects.tensorflow.specs import TensorSpec
from unigrad.dialects.tensorflow.tape import GradientTape, UnconnectedGradients
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.tensor import EagerTensor as Tensor
from unigrad.dialects.tensorflow.variable import Variable

newaxis = None
__version__ = "2.21.0"

_CREATION = """cast constant convert_to_tensor eye fill get_static_value identity is_tensor linspace one_hot ones ones_like
range rank saturate_cast shape size stop_gradient zeros zeros_like broadcast_static_shape""".split()
_OF_MATH = """abs acos acosh add add_n asin asinh atan atan2 atanh clip_by_global_norm clip_by_norm clip_by_value cos cosh divide
equal exp floor greater greater_equal less less_equal logical_and logical_not logical_or maximum minimum multiply
negative not_equal pow round scalar_mul sigmoid sign sin sinh sqrt square subtract tan tanh truediv""".split()
_REDUCTIONS = """reduce_sum reduce_mean reduce_prod reduce_max reduce_min reduce_logsumexp reduce_all reduce_any argmax argmin
cumsum""".split()

for _module, _names in (
    (creation, _CREATION),
    (elementwise, _OF_MATH),
    (complexes, ["complex"]),
    (reduction, _REDUCTIONS),
    (manipulation, manipulation.NAMES),
    (selection, selection.NAMES),
    (ordering, ordering.NAMES),
    (products, products.NAMES),
    (control, control.NAMES),
    (formats, formats.__all__),
):
    for _name in _names:
        globals()[_name] = getattr(_module, _name)

assert_equal, assert_less, assert_greater, assert_rank = (
    debugging.assert_equal,
    debugging.assert_less,
    debugging.assert_greater,
    debugging.assert_rank,
)

__all__ = [
    "EagerTensor",
    "GradientTape",
    "Tensor",
    "TensorShape",
    "TensorSpec",
    "UnconnectedGradients",
    "Variable",
    "assert_equal",
    "assert_greater",
    "assert_less",
    "assert_rank",
    "autodiff",
    "config",
    "custom_gradient",
    "debugging",
    "dtypes",
    "errors",
    "function",
    "grad_pass_through",
    "linalg",
    "math",
    "nest",
    "newaxis",
    "nn",
    "print",
    "random",
    "recompute_grad",
    "signal",
    "slice",
    "test",
]
_FUNCTIONS: list[str] = [
    *_CREATION,
    *_OF_MATH,
    "complex",
    *_REDUCTIONS,
    *manipulation.NAMES,
    *selection.NAMES,
    *ordering.NAMES,
    *products.NAMES,
    *control.NAMES,
]
__all__.extend(_FUNCTIONS)
__all__.extend(formats.__all__)

__getattr__ = absent("tensorflow", lambda: __all__, notes.reasons(""))
