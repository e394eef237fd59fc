"""Both sides of the comparison: the namespaces of autograd itself and of the dialect, and what they gave."""

from importlib import import_module
from types import SimpleNamespace

import numpy
import optree

import unigrad as ug

MODULES = {
    "np": "numpy",
    "extend": "extend",
    "test_util": "test_util",
    "builtins": "builtins",
    "optimizers": "misc.optimizers",
    "flatten": "misc.flatten",
    "fixed_points": "misc.fixed_points",
    "special": "scipy.special",
    "scipy_linalg": "scipy.linalg",
    "norm": "scipy.stats.norm",
    "mvn": "scipy.stats.multivariate_normal",
    "core": "core",
    "tracer": "tracer",
}


def side(root):
    """The names of a program: the package as ``ag``, its modules by the words above."""
    return SimpleNamespace(
        ag=import_module(root), **{word: import_module(f"{root}.{name}") for word, name in MODULES.items()}
    )


def dialect():
    return side("unigrad.dialects.autograd")


def native():
    return side("autograd")


def plain(value):
    """A result as NumPy arrays and plain values."""
    if isinstance(value, ug.Tensor):
        return numpy.asarray(value.detach().numpy())
    if isinstance(value, (float, numpy.ndarray, numpy.generic)):
        return numpy.asarray(value)
    return value


def agree(got, want, rtol=1e-9, atol=1e-10):
    """Assert that two results have one structure, and arrays of one shape, dtype and value."""
    mine, shape_of_mine = optree.tree_flatten(got)
    theirs, shape_of_theirs = optree.tree_flatten(want)
    assert shape_of_mine.num_leaves == shape_of_theirs.num_leaves, (got, want)
    for one, other in zip(map(plain, mine), map(plain, theirs), strict=True):
        if isinstance(other, numpy.ndarray):
            assert one.shape == other.shape, (one.shape, other.shape)
            assert one.dtype == other.dtype, (one.dtype, other.dtype)
            numpy.testing.assert_allclose(one, other, rtol=rtol, atol=atol)
        else:
            assert one == other
