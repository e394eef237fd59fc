"""Side: an interpreter of programs and transforms. unigrad is one, NumPy (which has no transforms) another, JAX and Torch are peers.

What is spelled once with a side's names, ``side.np`` for arrays and ``side.transforms`` for transforms, runs on each. The
transforms have JAX's names and argument order, for Torch through a thin layer.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final

import numpy
import optree

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn, plugins


class Names:
    """A library's names, and before these what it lacks or has elsewhere."""

    def __init__(self, library: Any, **others: Any) -> None:
        vars(self).update(others)
        self._library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)


@dataclass(frozen=True, eq=False)
class Side:
    """``np`` has the names that programs are written with, ``enter`` makes an array of NumPy's, ``leave`` NumPy's of an array.

    ``compile`` makes of a function that looks at no values one program, where operations one by one would be compiled each.
    """

    name: str
    np: Any
    transforms: Any
    enter: Callable[[numpy.ndarray], Any]
    leave: Callable[[Any], numpy.ndarray]
    compile: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda f: f

    def entered(self, tree: Any) -> Any:
        """A container of this side's arrays."""
        return optree.tree_map(self.enter, tree)

    def left(self, tree: Any) -> list[numpy.ndarray]:
        """NumPy arrays of all the arrays of a container, in order."""
        return [numpy.asarray(self.leave(leaf)) for leaf in optree.tree_leaves(tree)]


def _log_softmax(x: numpy.ndarray) -> numpy.ndarray:
    return x - numpy.log(numpy.sum(numpy.exp(x), axis=-1, keepdims=True))


def _conv1d(x: numpy.ndarray, weight: numpy.ndarray) -> numpy.ndarray:
    windows = numpy.lib.stride_tricks.sliding_window_view(x, weight.shape[-1], axis=-1)
    return numpy.einsum("nclk,ock->nol", windows, weight)


UNIGRAD: Final = Side(
    "unigrad", Names(np, log_softmax=nn.log_softmax, conv1d=nn.conv1d), ug, np.asarray, lambda x: x.numpy()
)
NUMPY: Final = Side("NumPy", Names(numpy, log_softmax=_log_softmax, conv1d=_conv1d), None, numpy.asarray, numpy.asarray)


def peer(backend: str) -> Side | None:
    """The engine whose transforms are compared with: `backend`'s own, else one that is installed; None where there is none."""
    return engine(*plugins.backend(backend).owns, *_PEERS)


def compiler(backend: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What makes one program of a function that looks at no values, where `backend` compiles; elsewhere the function itself."""
    own = engine(*plugins.backend(backend).owns)
    return (lambda f: f) if own is None else own.compile


def engine(*owners: str) -> Side | None:
    """The first of these engines, by the module of their arrays, that is installed; None where there is none."""
    return next((side for owner in owners if owner in _PEERS and (side := _installed(owner)) is not None), None)


@functools.cache
def _installed(owner: str) -> Side | None:
    """The engine whose arrays' module is `owner`, loaded as its backend loads it, in whatever precision that sets."""
    for backend in plugins.backends().values():
        if owner in backend.owns and backend.available() is None and backend.xp is not None:
            return _PEERS[owner]()
    return None


def _jax() -> Side:
    jax, names = import_module("jax"), import_module("jax.numpy")

    def conv1d(x: Any, weight: Any) -> Any:
        return jax.lax.conv_general_dilated(x, weight, (1,), "VALID")

    names = Names(names, log_softmax=jax.nn.log_softmax, conv1d=conv1d)
    transforms = Names(jax, psum=jax.lax.psum, pmean=jax.lax.pmean, all_gather=jax.lax.all_gather)
    return Side("JAX", names, transforms, names.asarray, numpy.asarray, jax.jit)


def _torch() -> Side:
    torch, functions = import_module("torch"), import_module("torch.nn.functional")
    names = Names(
        torch,
        log_softmax=functools.partial(functions.log_softmax, dim=-1),
        conv1d=functions.conv1d,
        cumulative_sum=lambda x, axis: torch.cumsum(x, axis),
        cumulative_prod=lambda x, axis: torch.cumprod(x, axis),
    )
    return Side("torch.func", names, _torch_transforms(torch.func), torch.asarray, lambda x: x.detach().numpy())


def _torch_transforms(func: Any) -> Any:
    """``torch.func`` under JAX's names."""

    def value_and_grad(f: Any, argnums: Any = 0, has_aux: bool = False) -> Any:
        def swapped(*args: Any) -> Any:
            gradient, value = func.grad_and_value(f, argnums, has_aux)(*args)
            return value, gradient

        return swapped

    def vmap(f: Any, in_axes: Any = 0, out_axes: Any = 0) -> Any:
        return func.vmap(f, in_dims=in_axes, out_dims=out_axes)

    def linearize(f: Any, *primals: Any) -> Any:
        """Torch's own traces the program, which may then not look at values."""
        return f(*primals), lambda *tangents: func.jvp(f, primals, tangents)[1]

    own = {name: getattr(func, name) for name in "grad vjp jvp jacrev jacfwd hessian".split()}
    return SimpleNamespace(**own, value_and_grad=value_and_grad, linearize=linearize, vmap=vmap)


_PEERS: Final[dict[str, Callable[[], Side]]] = {"torch": _torch, "jax": _jax}
"""By the top-level module of their arrays. Torch computes at once, where JAX would compile each program first."""
