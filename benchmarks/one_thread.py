"""One thread: the settings that make every library compute in the thread that called it.

On a shared machine the time of two threads is mostly the time they wait for each other, so it says nothing about either
library.
"""

from __future__ import annotations

import os
from typing import Any

ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "NPROC": "1",  # how many threads XLA divides its loops among
    "JAX_PLATFORMS": "cpu",
}


def set_environment() -> None:
    """Write the settings into ``os.environ``; they only work before the array libraries are imported."""
    os.environ.update(ENVIRONMENT)


def set_torch(torch: Any) -> None:
    """Keep Torch's kernels in the calling thread."""
    torch.set_num_threads(1)


def set_jax(jax: Any) -> None:
    """Let JAX keep float64, as unigrad does, and compute in the calling thread."""
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
