"""compare: one program on several array libraries in lock-step, and its gradients against the libraries' own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import optree

from unigrad import plugins, settings
from unigrad.backend import Backend
from unigrad.conversion import constant, format_of, namespace_of
from unigrad.errors import ArgumentError, BackendUnavailable, GraphFreed
from unigrad.graph import Tensor, make_tensor
from unigrad.recording import record
from unigrad.transforms.auditing import Weights, check_own, floating_leaves
from unigrad.transforms.comparison import Comparison
from unigrad.transforms.differentiation import Differentiation
from unigrad.virtual.levels import opened
from unigrad.virtual.nearness import Tolerance
from unigrad.virtual.pair import Engine, PairArray, PairLevel

SEED: Final = 0
"""What the weights of results that are no single number are drawn with."""


def compare(
    f: Callable[..., Any],
    *args: Any,
    backends: Sequence[str | Backend] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    own: bool = True,
) -> Comparison:
    """Run `f` on several backends in lock-step, forward and backward, and say whether they agree, or where they first do not.

    Every kernel runs on each of ``backends`` (two or more; by default all that are installed, the one in force first).
    `f` gets ``args``, arrays or containers of them, as Tensors on all backends at once; what it makes itself and what it
    holds from outside, which must be on the first backend, goes along. The gradients with respect to all floating
    arguments are pulled back from all floating results: from a number with 1, from an array with fixed random weights.
    Results agree within ``atol + rtol * (largest entry)``; by default 1e-12 and 1e-9 in float64, 1e-6 and 1e-4 in float32,
    1e-3 and 2e-2 in float16, 1e-2 and 1e-1 in bfloat16; integers must be equal. With ``own`` the gradients on a backend
    whose library differentiates itself (Torch, JAX) are compared with the library's own; where they differ the rules are
    checked one by one. `f` is run once, and once more for each such library.

    The result is true where everything agrees. Raises `UnknownBackend` and `BackendUnavailable` for a backend that cannot be
    used, with the command that installs it, `ArgumentError` for a single one; and what `f` raises, unless the backends
    part before.
    """
    engines = _engines(backends)
    tolerance = Tolerance(rtol, atol)
    level = PairLevel(engines, tolerance)
    program = Program(f, args)
    comparison = Comparison(
        getattr(f, "__name__", type(f).__name__), tuple(e.name for e in engines), _versions(engines)
    )
    try:
        weights = _run(program, level, comparison)
    except Exception as error:
        if level.difference is None:
            raise
        comparison.ended = f"{type(error).__name__}: {error}"
        weights = None
    comparison.difference, comparison.operations, comparison.worst = level.difference, level.operations, level.worst
    if own and weights is not None and comparison.inputs:
        comparison.own = tuple(check_own(engine, program, comparison, weights, tolerance) for engine in engines)
    return comparison


class Program:
    """A function with its arguments: which of their leaves are arrays, and which of those are differentiated."""

    def __init__(self, f: Callable[..., Any], args: Sequence[Any]) -> None:
        self.f = f
        tree: Any = tuple(args)
        self.leaves, self.structure = optree.tree_flatten(tree)
        self.arrays = {place: _host(leaf) for place, leaf in enumerate(self.leaves) if _is_array(leaf)}
        self.tracked = [place for place, (_, dtype) in self.arrays.items() if _floating(dtype)]
        accessors = self.structure.accessors()
        self.names = [
            f"argument {accessors[place][0].entry}" + "".join(entry.codify("") for entry in accessors[place][1:])
            for place in self.tracked
        ]

    def on(self, xp: Any) -> dict[int, Any]:
        """The arrays as those of a library, by their places."""
        return {
            place: xp.from_numpy(array, dtype=xp.native_dtype(dtype), device=None, copy=True)
            for place, (array, dtype) in self.arrays.items()
        }

    def run(self, tensors: dict[int, Tensor]) -> Any:
        """The value of the function, of Tensors at the places of its arrays."""
        leaves = [tensors.get(place, leaf) for place, leaf in enumerate(self.leaves)]
        return self.f(*optree.tree_unflatten(self.structure, leaves))


def _run(program: Program, level: PairLevel, comparison: Comparison) -> Weights:
    """Run a program and its reverse sweep on all libraries; returns the weights of its results."""
    xp: Any = level.namespace(level.engines[0].xp)
    each = [program.on(engine.xp) for engine in level.engines]
    tensors = {
        place: make_tensor(PairArray(data, tuple(other[place] for other in each[1:]), xp), xp)
        for place, data in each[0].items()
    }

    def flat(*inputs: Tensor) -> Any:
        return program.run(tensors | dict(zip(program.tracked, inputs, strict=True)))

    with settings.computing_with(xp), opened(level), record():
        inputs = [tensors[place] for place in program.tracked]
        run = Differentiation(flat, inputs, {}, range(len(inputs)), False, "compare", copy=False)
        comparison.values = _parts(run.out, level)
        floating = floating_leaves(run.out)
        weights = [(_weights(out, seed), str(format_of(out.raw.dtype))) for seed, out in enumerate(floating)]
        heads = [
            (out.node, constant(array, out.xp, dtype=dtype))
            for out, (array, dtype) in zip(floating, weights, strict=True)
            if out.node is not None
        ]
        try:
            gradients = run.pull(heads, keep=False) if inputs else []
        except GraphFreed:  # the program has swept its graph itself, and that was compared
            return weights
    comparison.inputs = tuple(program.names)
    comparison.gradients = _parts(gradients, level)
    return weights


def _parts(tree: Any, level: PairLevel) -> dict[str, Any]:
    """The arrays of a container on the host, by the name of the library that computed them."""

    def part(place: int, engine: Engine) -> Any:
        def one(x: Any) -> Any:
            if not isinstance(x, Tensor):
                return x
            raw: Any = x.raw
            if not isinstance(raw, PairArray):  # made on the first library alone, and met by nothing
                return level.engines[0].xp.to_numpy(raw).copy()
            return engine.xp.to_numpy(raw.others[place - 1] if place else raw.data).copy()

        return optree.tree_map(one, tree)

    return {engine.name: part(place, engine) for place, engine in enumerate(level.engines)}


def _weights(out: Tensor, seed: int) -> Any:
    """1 for a number, else normal random numbers in the shape of `out`."""
    host, shape = settings.host(), tuple(out.raw.shape)
    if not shape:
        return host.ones((), dtype=host.float64)
    return host.generator((SEED, seed)).normal(0.0, 1.0, shape)


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, Tensor) or type(leaf) is float or type(leaf) is complex or hasattr(leaf, "__array__")


def _host(leaf: Any) -> tuple[Any, str]:
    """An argument's numbers on the host, and its dtype's name. A traced one is refused."""
    x = leaf if isinstance(leaf, Tensor) else constant(leaf, namespace_of((leaf,)))
    if x.xp.is_traced(x.raw):
        raise ArgumentError("compare needs arguments with values; it cannot be traced or mapped")
    return x.xp.to_numpy(x.raw).copy(), str(format_of(x.raw.dtype))


def _floating(dtype: str) -> bool:
    return dtype.startswith(("float", "bfloat", "complex"))


def _engines(names: Sequence[str | Backend] | None) -> list[Engine]:
    """The backends that take part, their kernels loaded; raises where there are too few of them."""
    if names is None:
        names = [name for name, each in plugins.backends().items() if each.available() is None]
        names.sort(key=lambda name: name != settings.get_backend().name)  # the one in force first
        if len(names) < 2:
            others = [each for name, each in plugins.backends().items() if name not in names]
            cures = " or ".join(each.remedy() for each in others)
            raise BackendUnavailable(
                f"compare needs two backends, and here is one, {names[0]!r}; try: {cures}", name="compare"
            )
    if isinstance(names, (str, Backend)):
        raise ArgumentError(f"compare takes backends as a list of names, ['numpy', 'torch']; got {names!r}")
    found = [name if isinstance(name, Backend) else plugins.backend(name) for name in names]
    engines = [Engine(each.name, each.xp) for each in found]
    if len({each.name for each in found}) < len(found):
        raise ArgumentError(f"compare takes each backend once; got {[each.name for each in found]}")
    if not engines or (len(engines) == 1 and not hasattr(engines[0].xp, "own_vjp")):
        raise ArgumentError(
            f"compare needs two backends or more, or one that differentiates itself; got {[e.name for e in engines]}"
        )
    return engines


def _versions(engines: Sequence[Engine]) -> dict[str, str | None]:
    return {engine.name: engine.xp.__backend__.version() for engine in engines}
