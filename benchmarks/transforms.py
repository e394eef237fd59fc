"""Workloads of transforms: Hessians, jitted programs, gradients of each example, a network's step, a checkpointed chain.

Each is a `Task`: the ways to compute it, by the library's name, and what all of them must give. Its cells are measured,
compared and shown as those of the gradients are.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks import networks, one_thread
from benchmarks.by_hand import mix_forward, mix_reverse
from benchmarks.cells import Cell
from benchmarks.peers import Array, Call
from benchmarks.workloads import mix


@dataclass(frozen=True)
class Way:
    """One way to compute a task: what has to be installed, and ``make()``, which gives a call without arguments.

    ``name`` is an attribute of unigrad without which it is not run. ``peak()`` gives the most bytes that a call holds at once,
    for each operation. ``expected`` is what it must give where that is not what all others must.
    """

    title: str
    requires: tuple[str, ...]
    make: Callable[[], Call]
    name: str = "grad"
    peak: Callable[[], float] | None = None
    expected: Callable[[], Array] | None = None

    def reason_not_run(self) -> str | None:
        """Say why it is not run here; None if it is."""
        missing = [name for name in self.requires if importlib.util.find_spec(name) is None]
        if missing:
            return f"{', '.join(missing)} not installed"
        if "unigrad" in self.requires:
            import unigrad as ug

            if not hasattr(ug, self.name):
                return f"this unigrad has no {self.name}"
        return None


@dataclass(frozen=True)
class Task:
    """Something to compute, and the ways to do it; ``expected()`` is what each must give, as one array of NumPy's."""

    name: str
    title: str
    text: str
    expected: Callable[[], Array]
    ways: dict[str, Way]
    operations: int = 1
    unit: str = "call"
    long: bool = False
    tolerance: float = 1e-9

    def cells(self) -> list[Cell]:
        """A cell for each way."""
        return [
            Cell(
                name,
                way.title,
                self,
                way.make,
                way.expected or self.expected,
                way.reason_not_run(),
                tolerance=self.tolerance,
                peak=way.peak,
                read=flat,
            )
            for name, way in self.ways.items()
        ]


def flat(tree: Any) -> Array:
    """All arrays of a container, of any library, end to end."""
    import optree

    leaves = [leaf.data if hasattr(leaf, "xp") else leaf for leaf in optree.tree_leaves(tree)]
    return np.concatenate([np.ravel(np.asarray(leaf.detach() if hasattr(leaf, "detach") else leaf)) for leaf in leaves])


# -- the libraries, each on one thread, and the arrays that they take


def of_numpy() -> tuple[Any, Any, Callable[[Array], Array]]:
    """On NumPy, unigrad's transforms, its namespace, and what makes its arrays."""
    import unigrad as ug
    import unigrad.numpy as unp

    return ug, unp, unp.asarray


def of_torch() -> tuple[Any, Any, Callable[[Array], Array]]:
    """On Torch, the same."""
    import torch

    import unigrad as ug
    import unigrad.numpy as unp

    one_thread.set_torch(torch)
    return ug, unp, lambda array: unp.asarray(torch.from_numpy(array))


def of_jax() -> tuple[Any, Any, Callable[[Array], Array]]:
    """On JAX, the same."""
    _, _, asarray = jax_alone()
    import unigrad as ug
    import unigrad.numpy as unp

    return ug, unp, lambda array: unp.asarray(asarray(array))


def jax_alone() -> tuple[Any, Any, Callable[[Array], Array]]:
    """JAX."""
    import jax

    one_thread.set_jax(jax)
    return jax, jax.numpy, jax.numpy.asarray


def torch_alone() -> tuple[Any, Any, Callable[[Array], Array]]:
    """Torch, with the transforms of ``torch.func``."""
    import torch

    one_thread.set_torch(torch)
    return torch.func, torch, torch.from_numpy


def waiting(example: Any) -> Callable[[Any], Any]:
    """What waits until JAX has computed a result like `example`, and gives it on; others compute before they return."""
    import optree

    of_tensor: Callable[[Any], Any] = lambda leaf: leaf.data.block_until_ready()
    of_array: Callable[[Any], Any] = lambda leaf: leaf.block_until_ready()
    leaves = optree.tree_leaves(example)
    one = of_tensor if hasattr(leaves[0], "xp") else of_array
    if not hasattr(leaves[0].data if one is of_tensor else leaves[0], "block_until_ready"):
        return lambda result: result
    return one if leaves[0] is example else lambda result: optree.tree_map(one, result)


def call(
    library: Callable[[], tuple[Any, Any, Callable[[Array], Array]]],
    transform: Callable[[Any, Any], Callable[..., Any]],
    arrays: Any,
    jit: str = "",
) -> Call:
    """``transform(transforms, np)`` of a library at `arrays`; with `jit` through ``jit`` or ``torch.compile``."""
    import optree

    transforms, names, enter = library()
    given: Any = optree.tree_map(enter, arrays)
    function = transform(transforms, names)
    if jit:
        function = names.compile(function) if jit == "compile" else transforms.jit(function)
    wait = waiting(function(*given))
    return lambda: wait(function(*given))


# -- Hessian of Rosenbrock's function


def rosenbrock(x: Array) -> Array:
    """The sum of ``100 (x[i+1] - x[i]²)² + (1 - x[i])²``; Rosenbrock, The Computer Journal 3 (1960)."""
    return (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def rosenbrock_hessian(x: Array) -> Array:
    """Its three diagonals."""
    middle = np.zeros_like(x)
    middle[:-1] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    middle[1:] += 200
    beside = -400 * x[:-1]
    return np.diag(middle) + np.diag(beside, 1) + np.diag(beside, -1)


def hessian(dimensions: int = 100) -> Task:
    """The Hessian as an array."""
    x = np.linspace(-1.0, 1.0, dimensions)
    of = partial(call, transform=lambda t, _: t.hessian(rosenbrock), arrays=(x,))
    return Task(
        "hessian",
        f"Hessian of Rosenbrock in {dimensions} dimensions, float64",
        "hessian(lambda x: (100 (x[1:] - x[:-1]²)² + (1 - x[:-1])²).sum())(x)",
        lambda: rosenbrock_hessian(x).ravel(),
        {
            "by-hand": Way("NumPy by hand", (), lambda: lambda: rosenbrock_hessian(x)),
            "torch": Way("torch.func.hessian", ("torch",), partial(of, torch_alone)),
            "jax-jit": Way("jax.jit(jax.hessian)", ("jax",), partial(of, jax_alone, jit="jit")),
            "unigrad-numpy": Way("unigrad on NumPy", ("unigrad",), partial(of, of_numpy)),
            "unigrad-torch": Way("unigrad on Torch", ("unigrad", "torch"), partial(of, of_torch)),
            "unigrad-numpy-jit": Way("unigrad on NumPy, jitted", ("unigrad",), partial(of, of_numpy, jit="jit"), "jit"),
            "unigrad-jax-jit": Way("unigrad on JAX, jitted", ("unigrad", "jax"), partial(of, of_jax, jit="jit"), "jit"),
        },
    )


# -- the chain of 100 operations, jitted


def jitted_chain(operations: int = 100) -> Task:
    """The gradient of the elementwise chain, by a program."""
    turns, x = operations // 4, np.linspace(0.5, 1.5, 4)
    of = partial(call, transform=lambda t, names: t.grad(lambda x: mix(names, x, turns)), arrays=(x,))
    by_hand = lambda: mix_reverse(*mix_forward(x, turns))
    return Task(
        "chain-jit",
        f"chain of {4 * turns} elementwise operations, jitted, 4 float64",
        f"jit(grad(f))(x); f: {turns} times y = y * x; y = y + x; y = sin(y); y = y * 0.5; then y.sum()",
        by_hand,
        {
            "by-hand": Way("NumPy by hand", (), lambda: by_hand),
            "unigrad-numpy-jit": Way("unigrad on NumPy, jitted", ("unigrad",), partial(of, of_numpy, jit="jit"), "jit"),
        },
    )


# -- gradients of each example of a network


def per_example(sizes: tuple[int, ...] = (64, 64, 10), examples: int = 128) -> Task:
    """The gradient with respect to all weights, for each example by itself."""
    weights, inputs, targets = networks.numbers(sizes, examples, "float64")
    of = partial(call, arrays=(weights, inputs, targets), transform=networks.gradients_of_each)
    loop = partial(call, of_numpy, networks.gradients_in_a_loop, (weights, inputs, targets))
    shape = "-".join(map(str, sizes))
    return Task(
        "per-example",
        f"gradients of each of {examples} examples, network {shape}, float64",
        "vmap(grad(loss), in_axes=(None, 0, 0))(weights, inputs, targets)",
        lambda: flat(networks.gradients_by_hand(weights, inputs, targets)),
        {
            "by-hand": Way("NumPy by hand", (), lambda: lambda: networks.gradients_by_hand(weights, inputs, targets)),
            "torch": Way("torch.func.vmap(grad)", ("torch",), partial(of, torch_alone)),
            "jax-jit": Way("jax.jit(jax.vmap(jax.grad))", ("jax",), partial(of, jax_alone, jit="jit")),
            "unigrad-numpy": Way("unigrad on NumPy", ("unigrad",), partial(of, of_numpy)),
            "unigrad-numpy-loop": Way("unigrad on NumPy, a Python loop", ("unigrad",), loop),
            "unigrad-torch": Way("unigrad on Torch", ("unigrad", "torch"), partial(of, of_torch)),
            "unigrad-jax-jit": Way("unigrad on JAX, jitted", ("unigrad", "jax"), partial(of, of_jax, jit="jit"), "jit"),
        },
    )


# -- value and gradient of a larger network


def network(sizes: tuple[int, ...] = (784, 2048, 2048, 10), examples: int = 128) -> Task:
    """The mean loss of a batch and its gradient with respect to all weights."""
    weights, inputs, targets = networks.numbers(sizes, examples, "float32")
    of = partial(call, arrays=(weights, inputs, targets), transform=networks.value_and_gradient)
    by_hand = lambda: networks.value_and_gradient_by_hand(weights, inputs, targets)
    shape = "-".join(map(str, sizes))
    return Task(
        "network",
        f"value and gradient of a network {shape}, batch {examples}, float32",
        "jit(value_and_grad(mean loss))(weights, inputs, targets)",
        lambda: flat(by_hand()),
        {
            "by-hand": Way("NumPy by hand", (), lambda: by_hand),
            "torch-compile": Way("torch.compile(grad_and_value)", ("torch",), partial(of, torch_alone, jit="compile")),
            "jax-jit": Way("jax.jit(jax.value_and_grad)", ("jax",), partial(of, jax_alone, jit="jit")),
            "unigrad-numpy": Way("unigrad on NumPy", ("unigrad",), partial(of, of_numpy)),
            "unigrad-numpy-jit": Way("unigrad on NumPy, jitted", ("unigrad",), partial(of, of_numpy, jit="jit"), "jit"),
            "unigrad-torch-jit": Way(
                "unigrad on Torch, jitted", ("unigrad", "torch"), partial(of, of_torch, jit="jit"), "jit"
            ),
            "unigrad-jax-jit": Way("unigrad on JAX, jitted", ("unigrad", "jax"), partial(of, of_jax, jit="jit"), "jit"),
        },
        tolerance=2e-4,
    )
