"""unigrad on its backends: how it takes a gradient of a workload, and how it records it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.peers import Array, Call, jax_input, torch_leaf
from benchmarks.workloads import Workload


def unigrad_program(workload: Workload) -> tuple[Any, Any, Callable[[Array], Array]]:
    """unigrad, its namespace ``unigrad.numpy``, and the program over it."""
    import unigrad as ug
    import unigrad.numpy as np

    return ug, np, lambda x: workload.program(np, x)


def functional(workload: Workload, array: Array, ready: Callable[[Array], Array]) -> Call:
    """``ug.grad(f)(array)``; ``ready`` waits for the result."""
    ug, _, program = unigrad_program(workload)
    gradient = ug.grad(program)
    return lambda: ready(gradient(array).data)


def imperative(workload: Workload, array: Array, ready: Callable[[Array], Array]) -> Call:
    """``y.backward()`` and ``x.grad``, where ``x`` is attached before and its gradient overwritten each time."""
    _, np, program = unigrad_program(workload)
    x = np.asarray(array)
    x.attach_grad(grad_req="write")

    def call() -> Array:
        program(x).backward()
        return ready(x.grad.data)

    return call


def record(workload: Workload, array: Array) -> Call:
    """The forward half of ``ug.grad``."""
    ug, _, program = unigrad_program(workload)
    return lambda: ug.vjp(program, array)


def on_numpy(workload: Workload) -> Call:
    """The gradient on NumPy."""
    return (imperative if workload.imperative else functional)(workload, workload.start, at_once)


def on_numpy_record(workload: Workload) -> Call:
    """The graph on NumPy."""
    return record(workload, workload.start)


def on_torch(workload: Workload) -> Call:
    """The gradient on Torch, whose tensor requires none of its own."""
    return (imperative if workload.imperative else functional)(workload, torch_leaf(workload)[1].detach(), at_once)


def on_torch_record(workload: Workload) -> Call:
    """The graph on Torch."""
    return record(workload, torch_leaf(workload)[1].detach())


def on_jax(workload: Workload) -> Call:
    """The gradient on JAX, an operation at a time."""
    return (imperative if workload.imperative else functional)(workload, jax_input(workload)[1], waited_for)


def on_jax_record(workload: Workload) -> Call:
    """The graph on JAX."""
    return record(workload, jax_input(workload)[1])


def on_jax_jit(workload: Workload) -> Call:
    """``jax.jit(ug.grad(f))``; compiled in the call that is checked."""
    jax, x = jax_input(workload)
    ug, _, program = unigrad_program(workload)
    gradient = jax.jit(ug.grad(program))
    return lambda: waited_for(gradient(x).data)


def at_once(array: Array) -> Array:
    """The result of a library that computes in the call."""
    return array


def waited_for(array: Array) -> Array:
    """The result of JAX, once it is computed."""
    return array.block_until_ready()
