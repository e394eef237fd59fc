"""Engine: an array library's own automatic differentiation, as a further oracle where a backend is such a library.

The kernels are called with the engine's arrays inside Tensors that unigrad does not track, so that the engine records
its own graph below and unigrad none. An engine is found by the top-level module of its arrays, and loaded by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final

import numpy

import unigrad.numpy as np
from unigrad import plugins
from unigrad_conformance.drawing import Path
from unigrad_conformance.trial import Trial, floating

Pull = Callable[[Trial, Sequence[Path], Sequence[numpy.ndarray]], list[numpy.ndarray]]


TORCH_FAULTS: Final = frozenset({"ldexp"})
"""Functions that Torch differentiates wrongly: of ldexp it takes 2 ** x2 in integers, which is 0 for negative ones."""


class NoDerivative(Exception):
    """The engine cannot differentiate this kernel as the backend wrote it: there is no oracle, and that is no failure."""


def find(backend: str) -> Pull | None:
    """How `backend`'s own engine pulls cotangents back to a trial's arrays at some places; None where it has no engine."""
    return next((_ENGINES[owner] for owner in plugins.backend(backend).owns if owner in _ENGINES), None)


def _torch(trial: Trial, paths: Sequence[Path], cotangents: Sequence[numpy.ndarray]) -> list[numpy.ndarray]:
    torch = import_module("torch")
    if trial.subject.name in TORCH_FAULTS:
        raise NoDerivative(f"Torch's derivative of '{trial.subject.name}' is wrong")
    leaves = [np.asarray(trial.arrays[path]).data.requires_grad_() for path in paths]
    try:
        with torch.enable_grad():
            outs = _raw_outputs(trial, paths, leaves)
        pairs = [(out, _raw(g)) for out, g in zip(outs, cotangents, strict=True) if out.requires_grad]
        if not pairs:
            return [numpy.zeros(trial.arrays[path].shape) for path in paths]
        grads = torch.autograd.grad(
            [out for out, _ in pairs], leaves, [g for _, g in pairs], allow_unused=True, materialize_grads=True
        )
    except (RuntimeError, NotImplementedError) as error:
        raise NoDerivative(str(error)) from error
    return [grad.detach().cpu().resolve_conj().numpy() for grad in grads]


def _jax(trial: Trial, paths: Sequence[Path], cotangents: Sequence[numpy.ndarray]) -> list[numpy.ndarray]:
    jax = import_module("jax")

    def pulled(primals: Sequence[Any], weights: Sequence[Any]) -> Any:
        _, pull = jax.vjp(lambda *raw: tuple(_raw_outputs(trial, paths, raw)), *primals)
        return [grad.conj() for grad in pull(tuple(each.conj() for each in weights))]  # JAX's are the conjugates

    primals, weights = [_raw(trial.arrays[path]) for path in paths], list(map(_raw, cotangents))
    try:
        try:  # one program to compile, where operations one by one would be many
            grads = jax.jit(pulled)(primals, weights)
        except IndexError:  # boolean indices, whose number must be known
            grads = pulled(primals, weights)
    except (TypeError, NotImplementedError) as error:
        raise NoDerivative(str(error)) from error
    except ValueError as error:
        # A loop of unknown length can only be pushed through, and JAX says of some functions what it does not support.
        if "while_loop" not in str(error) and "not supported" not in str(error):
            raise
        raise NoDerivative(str(error)) from error
    return [numpy.asarray(grad) for grad in grads]


def _raw(array: numpy.ndarray) -> Any:
    return np.asarray(array).data


def _raw_outputs(trial: Trial, paths: Sequence[Path], raw: Sequence[Any]) -> list[Any]:
    given = trial.laid_out(np.asarray)
    for path, array in zip(paths, raw, strict=True):
        given[path].raw = array  # asarray would detach it
    return [out.data for out in floating(trial.outputs(given))]


_ENGINES: Final[dict[str, Pull]] = {"torch": _torch, "jax": _jax}
