"""Twin: one call made through unigrad and through Torch, compared in value, gradient and gradient of the gradient."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np

BACKENDS = ("numpy", "torch", "jax")
TOLERANCE = {"rtol": 1e-9, "atol": 1e-10}


def sampled(cases, each=5):
    """The cases on every backend: on JAX, which compiles each shape and option anew, one in `each`."""
    grid = [(backend, case) for backend in BACKENDS for case in (cases[::each] if backend == "jax" else cases)]
    return pytest.mark.parametrize(("backend", "case"), grid, ids=[f"{b}-{i}" for i, (b, _) in enumerate(grid)])


def drawn(*shape, low=None, seed=0):
    """Normal numbers, or uniform ones from `low` to 1."""
    generator = numpy.random.default_rng((seed, *shape))
    return generator.normal(size=shape) if low is None else generator.uniform(low, 1.0, size=shape)


def agree(backend, ours, theirs, *arrays, second=True):
    """Compare `ours` of Tensors with `theirs` of Torch's tensors, at NumPy `arrays`; the floating ones are differentiated.

    Once on JAX, which would compile for longer than it computes (the conformance suite has its second order), else twice.
    """
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    second = second and backend != "jax"
    floating = tuple(i for i, array in enumerate(arrays) if array.dtype.kind == "f")
    generator = numpy.random.default_rng(7)
    wanted = _torch(theirs, arrays, floating, generator, second)
    weights, directions = wanted.pop("weights"), wanted.pop("directions")
    with ug.use_backend(backend):
        got = _unigrad(ours, arrays, floating, weights, directions, second)
    assert got["value"].shape == wanted["value"].shape
    for name, expected in wanted.items():
        for one, other in zip(numpy.atleast_1d(got[name]), numpy.atleast_1d(expected), strict=True):
            numpy.testing.assert_allclose(one, other, err_msg=name, **TOLERANCE)


def _torch(function, arrays, floating, generator, second):
    torch = pytest.importorskip("torch", reason="torch is not installed: it is the oracle")
    given = [torch.tensor(array, requires_grad=i in floating) for i, array in enumerate(arrays)]
    leaves = [given[i] for i in floating]
    out = function(*given)
    weights = generator.normal(size=tuple(out.shape))
    directions = [generator.normal(size=arrays[i].shape) for i in floating]
    result = {"value": out.detach().numpy(), "weights": weights, "directions": directions}
    first = torch.autograd.grad((out * torch.tensor(weights)).sum(), leaves, create_graph=second)
    result |= {f"gradient {i}": g.detach().numpy() for i, g in zip(floating, first, strict=True)}
    if second:
        total = sum((g * torch.tensor(d)).sum() for g, d in zip(first, directions, strict=True))
        again = [numpy.zeros_like(d) for d in directions]
        if total.requires_grad:
            found = torch.autograd.grad(total, leaves, allow_unused=True)
            again = [z if g is None else g.numpy(force=True) for g, z in zip(found, again, strict=True)]
        result |= {f"second gradient {i}": g for i, g in zip(floating, again, strict=True)}
    return result


def _unigrad(function, arrays, floating, weights, directions, second):
    def loss(*xs):
        return np.sum(function(*xs) * weights)

    def along(*xs):
        return sum(np.sum(g * d) for g, d in zip(ug.grad(loss, floating)(*xs), directions, strict=True))

    given = [np.asarray(array) for array in arrays]
    result = {"value": function(*given).numpy()}
    result |= {f"gradient {i}": g.numpy() for i, g in zip(floating, ug.grad(loss, floating)(*given), strict=True)}
    if second:
        again = ug.grad(along, floating)(*given)
        result |= {f"second gradient {i}": g.numpy() for i, g in zip(floating, again, strict=True)}
    return result
