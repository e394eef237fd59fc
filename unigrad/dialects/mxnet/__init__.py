"""mxnet: MXNet's names over unigrad, for programs written for it: ``autograd``, ``np``, ``npx`` and ``nd``.

``from unigrad.dialects.mxnet import autograd, np, npx``: arrays lie on whatever backend is in force, and gradients are
unigrad's. What differs from MXNet 1.9.1, on purpose, is said in `notes`.
"""

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet import autograd, context, ndarray, numpy, numpy_extension
from unigrad.dialects.mxnet import errors as base
from unigrad.dialects.mxnet.context import Context, cpu, cpu_pinned, current_context, gpu
from unigrad.dialects.mxnet.errors import MXNetError
from unigrad.dialects.mxnet.ndarray import random
from unigrad.dialects.mxnet.notes import MISSING as _MISSING

np, npx, nd = numpy, numpy_extension, ndarray
rnd = random
num_gpus = context.num_gpus
waitall, is_np_array = npx.waitall, npx.is_np_array

__all__ = [
    "Context",
    "MXNetError",
    "autograd",
    "base",
    "context",
    "cpu",
    "cpu_pinned",
    "current_context",
    "gpu",
    "is_np_array",
    "nd",
    "ndarray",
    "np",
    "npx",
    "num_gpus",
    "numpy",
    "numpy_extension",
    "random",
    "rnd",
    "waitall",
]
__getattr__ = _absent("mxnet", lambda: __all__, _MISSING)
