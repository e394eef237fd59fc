"""mxnet.nd (mxnet.ndarray): the older front end, as far as older lessons use it."""

# ruff: noqa: F401, F403 - a namespace, filled from its modules

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet.legacy import NDArray
from unigrad.dialects.mxnet.ndarray import random
from unigrad.dialects.mxnet.ndarray.creation import *
from unigrad.dialects.mxnet.ndarray.functions import *
from unigrad.dialects.mxnet.ndarray.methods import give_methods as _give_methods
from unigrad.dialects.mxnet.ndarray.table import functions as _functions
from unigrad.dialects.mxnet.notes import MISSING as _MISSING
from unigrad.dialects.mxnet.numpy_extension import waitall

globals().update(_functions())
_give_methods()
shuffle, random_normal, random_uniform = random.shuffle, random.normal, random.uniform
__getattr__ = _absent("mxnet.nd", lambda: [name for name in globals() if not name.startswith("_")], _MISSING)
