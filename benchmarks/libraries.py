"""The libraries side by side: how each takes a gradient of a workload, and how each records it, to count its memory."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import peers, unigrad_on
from benchmarks.peers import Array, Call
from benchmarks.workloads import Workload


@dataclass(frozen=True)
class Library:
    """One way to take gradients.

    ``gradient(workload)`` gives a call without arguments that returns the gradient; what a program does once is done
    before. ``record(workload)`` gives a call that returns whatever keeps the recorded graph alive. ``most`` is the
    number of operations above which the library is left out, because of ``slow``.
    """

    name: str
    title: str
    requires: tuple[str, ...]
    gradient: Callable[[Workload], Call]
    record: Callable[[Workload], Call] | None = None
    imperative: bool = False
    most: int | None = None
    slow: str = ""

    def reason_not_run(self, workload: Workload, slow: bool = False) -> str | None:
        """Say why the workload is not run here; None if it is."""
        missing = [name for name in self.requires if importlib.util.find_spec(name) is None]
        if missing:
            return f"{', '.join(missing)} not installed"
        if workload.imperative and not self.imperative:
            return "no y.backward()"
        if self.most is not None and workload.operations > self.most and not slow:
            return self.slow
        return None


def to_numpy(x: Array) -> np.ndarray[Any, Any]:
    """Any library's gradient as a NumPy array."""
    return np.asarray(x.detach() if hasattr(x, "detach") else x)


TRACED = "JAX traces each operation anew, over 0.15 ms each: seconds to minutes a call"
GENERIC = "over 40 µs an operation: 4 to 80 s a call"
DISPATCHED = "over 20 µs an operation in JAX's own dispatch: 2 to 90 s a call"
COMPILED = "XLA compiles the unrolled program: 3000 products took 46 s, and it grows with the square"

LIBRARIES = {
    library.name: library
    for library in (
        Library("by-hand", "NumPy by hand", ("numpy",), peers.by_hand, peers.by_hand_record, imperative=True),
        Library(
            "autograd", "autograd", ("autograd",), peers.autograd, peers.autograd_record, most=20_000, slow=GENERIC
        ),
        Library("torch", "Torch eager", ("torch",), peers.torch_eager, peers.torch_record, imperative=True),
        Library("jax", "JAX, not jitted", ("jax",), peers.jax_eager, peers.jax_record, most=1000, slow=TRACED),
        Library("jax-jit", "jax.jit(jax.grad)", ("jax",), peers.jax_jit, most=1000, slow=COMPILED),
        Library(
            "unigrad-numpy",
            "unigrad on NumPy",
            ("unigrad",),
            unigrad_on.on_numpy,
            unigrad_on.on_numpy_record,
            imperative=True,
        ),
        Library(
            "unigrad-torch",
            "unigrad on Torch",
            ("unigrad", "torch"),
            unigrad_on.on_torch,
            unigrad_on.on_torch_record,
            imperative=True,
        ),
        Library(
            "unigrad-jax",
            "unigrad on JAX, not jitted",
            ("unigrad", "jax"),
            unigrad_on.on_jax,
            unigrad_on.on_jax_record,
            imperative=True,
            most=20_000,
            slow=DISPATCHED,
        ),
        Library(
            "unigrad-jax-jit",
            "jax.jit(unigrad.grad)",
            ("unigrad", "jax"),
            unigrad_on.on_jax_jit,
            most=1000,
            slow=COMPILED,
        ),
    )
}
