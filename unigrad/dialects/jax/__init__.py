"""unigrad's dialect of JAX: its namespaces, transforms and explicit keys, over arrays on any backend.

``from unigrad.dialects import jax`` and ``from unigrad.dialects.jax import numpy as jnp``. `notes` says how it differs.
"""

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax import (
    ad_checkpoint,
    checkpoint_policies,
    custom_batching,
    custom_derivatives,
    debug,
    errors,
    lax,
    nn,
    notes,
    numpy,
    random,
    scipy,
    test_util,
    tree,
    tree_util,
    typing,
)
from unigrad.dialects.jax.ad_checkpoint import checkpoint, remat
from unigrad.dialects.jax.arrays import Array
from unigrad.dialects.jax.callbacks import pure_callback
from unigrad.dialects.jax.compilation import (
    disable_jit,
    ensure_compile_time_eval,
    jit,
)
from unigrad.dialects.jax.config import config, debug_infs, debug_nans
from unigrad.dialects.jax.custom import custom_gradient, custom_vjp
from unigrad.dialects.jax.custom_pushforward import custom_jvp
from unigrad.dialects.jax.devices import (
    Device,
    block_until_ready,
    default_backend,
    device_count,
    device_get,
    device_put,
    devices,
    local_device_count,
    local_devices,
    process_count,
    process_index,
)
from unigrad.dialects.jax.differentiation import float0 as _float0
from unigrad.dialects.jax.jacobians import hessian, jacfwd, jacobian, jacrev
from unigrad.dialects.jax.mapping import vmap
from unigrad.dialects.jax.precision import enable_x64
from unigrad.dialects.jax.pushforward import jvp, linearize
from unigrad.dialects.jax.shapes import ShapeDtypeStruct, eval_shape, make_jaxpr
from unigrad.dialects.jax.transforms import grad, value_and_grad, vjp

float0 = _float0()

__all__ = [
    "Array",
    "Device",
    "ShapeDtypeStruct",
    "ad_checkpoint",
    "block_until_ready",
    "checkpoint",
    "checkpoint_policies",
    "config",
    "custom_batching",
    "custom_derivatives",
    "custom_gradient",
    "custom_jvp",
    "custom_vjp",
    "debug",
    "debug_infs",
    "debug_nans",
    "default_backend",
    "device_count",
    "device_get",
    "device_put",
    "devices",
    "disable_jit",
    "enable_x64",
    "ensure_compile_time_eval",
    "errors",
    "eval_shape",
    "float0",
    "grad",
    "hessian",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jit",
    "jvp",
    "lax",
    "linearize",
    "local_device_count",
    "local_devices",
    "make_jaxpr",
    "nn",
    "numpy",
    "process_count",
    "process_index",
    "pure_callback",
    "random",
    "remat",
    "scipy",
    "test_util",
    "tree",
    "tree_util",
    "typing",
    "value_and_grad",
    "vjp",
    "vmap",
]

__getattr__ = _absent("jax", lambda: __all__, notes.MISSING)
