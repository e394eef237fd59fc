"""The peers: how NumPy by hand, autograd, Torch and JAX take a gradient of a workload, and how each records it.

A function here gives a call without arguments; what a program does once, it does before it gives the call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks import one_thread
from benchmarks.workloads import Workload

Array = Any
Call = Callable[[], Array]


def by_hand(workload: Workload) -> Call:
    """Forward and reverse pass in NumPy."""
    return lambda: workload.reverse(*workload.forward(workload.start))


def by_hand_record(workload: Workload) -> Call:
    """Forward pass in NumPy, with what it keeps."""
    return lambda: workload.forward(workload.start)


def autograd(workload: Workload) -> Call:
    """``autograd.grad``."""
    import autograd
    import autograd.numpy

    gradient, x = autograd.grad(lambda x: workload.program(autograd.numpy, x)), workload.start
    return lambda: gradient(x)


def autograd_record(workload: Workload) -> Call:
    """The forward half of ``autograd.grad``."""
    import autograd.numpy
    from autograd.core import make_vjp

    return lambda: make_vjp(lambda x: workload.program(autograd.numpy, x), workload.start)


def torch_leaf(workload: Workload) -> tuple[Any, Array]:
    """Torch on one thread, and the input as a leaf."""
    import torch

    one_thread.set_torch(torch)
    return torch, torch.from_numpy(workload.start.copy()).requires_grad_()


def torch_eager(workload: Workload) -> Call:
    """``torch.autograd.grad``, or ``backward`` into a gradient that was reset."""
    torch, x = torch_leaf(workload)

    def functional() -> Array:
        return torch.autograd.grad(workload.program(torch, x), x)[0]

    def imperative() -> Array:
        x.grad = None
        workload.program(torch, x).backward()
        return x.grad

    return imperative if workload.imperative else functional


def torch_record(workload: Workload) -> Call:
    """The forward pass of Torch."""
    torch, x = torch_leaf(workload)
    return lambda: workload.program(torch, x)


def jax_input(workload: Workload) -> tuple[Any, Array]:
    """JAX on one thread, and the input as its array."""
    import jax

    one_thread.set_jax(jax)
    return jax, jax.numpy.asarray(workload.start)


def jax_eager(workload: Workload) -> Call:
    """``jax.grad``, not compiled."""
    jax, x = jax_input(workload)
    gradient = jax.grad(lambda x: workload.program(jax.numpy, x))
    return lambda: gradient(x).block_until_ready()


def jax_record(workload: Workload) -> Call:
    """The forward half of ``jax.grad``."""
    jax, x = jax_input(workload)
    return lambda: jax.vjp(lambda x: workload.program(jax.numpy, x), x)


def jax_jit(workload: Workload) -> Call:
    """``jax.jit(jax.grad(f))``; compiled in the call that is checked."""
    jax, x = jax_input(workload)
    gradient = jax.jit(jax.grad(lambda x: workload.program(jax.numpy, x)))
    return lambda: gradient(x).block_until_ready()
