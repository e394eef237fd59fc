"""The JAX backend: arrays and tracers alike, so that programs on unigrad run inside ``jax.jit``."""

from unigrad.backend import Backend
from unigrad.hookspecs import hookimpl


@hookimpl
def unigrad_backend() -> Backend:
    """JAX, on any of its devices, with 64-bit numbers turned on."""
    return Backend(
        "jax",
        array_module="jax.numpy",
        kernels="unigrad_jax.kernels",
        owns=("jax", "jaxlib"),
        requires="jax",
        extra="jax",
        spelling="own",
    )
