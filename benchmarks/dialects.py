"""What a dialect costs: ``python -m benchmarks --dialects`` times its gradients beside the native interface, on NumPy.

Both sides run the same program on the same numbers, the one through ``backward()`` or through ``grad`` as the dialect's
users write it. Interleaved, one thread, CPU time; medians of the rounds' ratios.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
from rich.table import Table

from benchmarks.timing import timed

Call = Callable[[], Any]

CEILINGS = {"chain": 1.25, "network": 1.05}
"""At most so many times the native interface; what has none is shown beside it."""


@dataclass(frozen=True)
class Workload:
    """A program over the names of any dialect, the start of its ``x``, and the constants of a network."""

    title: str
    program: Callable[[Any, Any], Any]
    sizes: tuple[int, ...]

    def array(self, *shape: int) -> Any:
        """The same small random numbers whenever a shape is asked for, float32."""
        return np.random.default_rng(sum(shape)).normal(0, 0.05, shape).astype("float32")

    @property
    def start(self) -> Any:
        """Where ``x`` is: four numbers, or the network's first matrix."""
        return self.array(*self.sizes[1:3]) if len(self.sizes) > 1 else np.linspace(0.5, 1.5, 4, dtype="float32")

    def constants(self, make: Callable[[Any], Any]) -> dict[str, Any]:
        """The inputs, the further matrices and the targets of the network, as `make` makes them."""
        rows, *widths = self.sizes
        shapes = list(pairwise(widths))[1:]
        return {
            "inputs": make(self.array(rows, *widths[:1])),
            "matrices": [make(self.array(*shape)) for shape in shapes],
            "targets": make(self.array(rows, *widths[-1:])),
        }


def chain(names: Any, x: Any) -> Any:
    """100 elementwise operations on 4 numbers, summed up."""
    y = x
    for _ in range(25):
        y = y * x
        y = y + x
        y = names.sin(y)
        y = y * 0.5
    return names.sum(y)


def network(names: Any, x: Any) -> Any:
    """Tanh layers on the inputs, and the mean of the squared errors; ``x`` is the first matrix."""
    y = names.matmul(names.inputs, x)
    for matrix in names.matrices:
        y = names.matmul(names.tanh(y), matrix)
    error = y - names.targets
    return names.mean(error * error)


WORKLOADS = {
    "chain": Workload("chain of 100, 4 float32", chain, (1,)),
    "small": Workload("network 64-64-10, 32 rows", network, (32, 64, 64, 10)),
    "network": Workload("network 784-2048-2048-10, 128 rows", network, (128, 784, 2048, 2048, 10)),
}


def named(make: Callable[[Any], Any], workload: Workload, namespace: Any, **others: Any) -> SimpleNamespace:
    """The functions that the programs call, by one name in every dialect, and the network's constants."""
    found = {name: others.get(name) or getattr(namespace, name) for name in ("sin", "tanh", "matmul", "sum", "mean")}
    return SimpleNamespace(**found, **workload.constants(make))


def native_backward(workload: Workload) -> Call:
    """``y.backward()`` and ``x.grad``."""
    import unigrad.numpy as unp

    names = named(unp.asarray, workload, unp)
    x = unp.asarray(workload.start).attach_grad(grad_req="write")

    def call() -> Any:
        workload.program(names, x).backward()
        return x.grad.data

    return call


def native_grad(workload: Workload) -> Call:
    """``ug.grad(f)(x)``."""
    import unigrad as ug
    import unigrad.numpy as unp

    names, x = named(unp.asarray, workload, unp), unp.asarray(workload.start)
    gradient = ug.grad(lambda x: workload.program(names, x))
    return lambda: gradient(x).data


def mxnet(workload: Workload) -> Call:
    """``with autograd.record():``, ``y.backward()``."""
    from unigrad.dialects.mxnet import autograd
    from unigrad.dialects.mxnet import np as mnp

    names = named(mnp.array, workload, mnp)
    x = mnp.array(workload.start)
    x.attach_grad()

    def call() -> Any:
        with autograd.record():
            y = workload.program(names, x)
        y.backward()
        return x.grad.data

    return call


def torch(workload: Workload) -> Call:
    """``y.backward()`` into a gradient that was reset."""
    from unigrad.dialects import torch as dialect

    names, x = named(dialect.tensor, workload, dialect), dialect.tensor(workload.start, requires_grad=True)

    def call() -> Any:
        x.grad = None
        workload.program(names, x).backward()
        return x.grad.detach().numpy()

    return call


def jax(workload: Workload) -> Call:
    """``jax.grad(f)(x)``."""
    from unigrad.dialects import jax as dialect
    from unigrad.dialects.jax import numpy as jnp

    names, x = named(jnp.array, workload, jnp), jnp.array(workload.start)
    gradient = dialect.grad(lambda x: workload.program(names, x))
    return lambda: gradient(x).data


def tensorflow(workload: Workload) -> Call:
    """``with tf.GradientTape() as t:``, ``t.gradient(y, x)``."""
    from unigrad.dialects import tensorflow as tf

    names = named(tf.constant, workload, tf, sum=tf.reduce_sum, mean=tf.reduce_mean)
    x = tf.Variable(workload.start)

    def call() -> Any:
        with tf.GradientTape() as t:
            y = workload.program(names, x)
        return t.gradient(y, x).numpy()

    return call


def autograd(workload: Workload) -> Call:
    """``grad(f)(x)``."""
    import unigrad.dialects.autograd.numpy as anp
    from unigrad.dialects.autograd import grad

    names, x = named(anp.array, workload, anp), anp.array(workload.start)
    gradient = grad(lambda x: workload.program(names, x))
    return lambda: gradient(x).data


DIALECTS = {
    "mxnet": (mxnet, native_backward),
    "torch": (torch, native_backward),
    "jax": (jax, native_grad),
    "tensorflow": (tensorflow, native_grad),
    "autograd": (autograd, native_grad),
}


def ratio(ours: Call, theirs: Call, rounds: int) -> float:
    """Median over the rounds of what the first call takes, over what the second takes."""
    np.testing.assert_allclose(np.asarray(ours()), np.asarray(theirs()), rtol=1e-4)
    calls = max(1, round(0.01 / timed(theirs)[0]))
    return statistics.median(timed(ours, calls)[0] / timed(theirs, calls)[0] for _ in range(rounds))


def table(rounds: int) -> Table:
    """A row for each dialect; each gradient is compared with the native one before it is timed."""
    result = Table("dialect", title="dialect ÷ native")
    for name, workload in WORKLOADS.items():
        result.add_column(workload.title + (f", at most {CEILINGS[name]}" if name in CEILINGS else ""))
    for dialect, (spelled, plain) in DIALECTS.items():
        cells = []
        for name, workload in WORKLOADS.items():
            measured = ratio(spelled(workload), plain(workload), rounds)
            cells.append(f"{measured:.2f}" + (" NO" if measured > CEILINGS.get(name, measured) else ""))
        result.add_row(dialect, *cells)
    return result
