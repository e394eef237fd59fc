"""The activations of networks on JAX, where ``jax.nn`` has them as unigrad means them."""

from __future__ import annotations

from typing import Any

import jax

log_sigmoid, selu, silu = jax.nn.log_sigmoid, jax.nn.selu, jax.nn.silu


def gelu(x: Any, *, approximate: str) -> Any:
    """``x`` times the normal distribution's share below it."""
    return jax.nn.gelu(x, approximate=approximate == "tanh")
