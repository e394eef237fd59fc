"""``jax.test_util``: gradients against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unigrad import settings
from unigrad.dialects.absence import absent
from unigrad.dialects.jax.arrays import Array, F, dtype_of, operand
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.pushforward import jvp
from unigrad.dialects.jax.pytrees import tree_flatten
from unigrad.dialects.jax.transforms import vjp
from unigrad.errors import UnigradError

__all__ = ["check_grads", "check_jvp", "check_vjp"]

Function = Callable[..., Any]


class GradientMismatch(UnigradError, AssertionError):
    """A gradient is not what finite differences say."""


def _direction(tree: Any, seed: int) -> Any:
    """Normal numbers in the shapes of a tree of arrays."""
    draw = settings.host().generator(seed)
    leaves, structure = tree_flatten(tree)
    arrays = [operand(leaf, "check_grads") for leaf in leaves]
    return structure.unflatten(_normal(draw, each) for each in arrays)


def _normal(draw: Any, like: Array) -> Array:
    values = draw.normal(0.0, 1.0, like.shape)
    if dtype_of(like).kind == "complex":
        values = values + 1j * draw.normal(0.0, 1.0, like.shape)
    made: Array = F.asarray(values, dtype=dtype_of(like))
    return made


def _moved(args: Any, direction: Any, step: float) -> Any:
    leaves, structure = tree_flatten(args)
    return structure.unflatten(x + step * t for x, t in zip(leaves, tree_flatten(direction)[0], strict=True))


def _difference(f: Function, args: Any, direction: Any, eps: float) -> list[Array]:
    ahead, behind = (tree_flatten(f(*_moved(args, direction, step)))[0] for step in (eps, -eps))
    return [(a - b) / (2 * eps) for a, b in zip(ahead, behind, strict=True)]


def _bounds(args: Any, atol: float | None, rtol: float | None, eps: float | None) -> tuple[float, float, float]:
    wide = all(dtype_of(operand(x, "check_grads")).name in ("float64", "complex128") for x in tree_flatten(args)[0])
    return (
        (1e-5 if wide else 2e-2) if atol is None else atol,
        (1e-5 if wide else 2e-2) if rtol is None else rtol,
        (1e-5 if wide else 1e-2) if eps is None else eps,
    )


def _compare(found: Sequence[Any], wanted: Sequence[Any], atol: float, rtol: float, what: str) -> None:
    for one, two in zip(found, wanted, strict=True):
        a, b = operand(one, what).numpy(), operand(two, what).numpy()
        if not settings.host().allclose(a, b, rtol=rtol, atol=atol):
            raise GradientMismatch(f"{what}: {a} is not close to {b}, which finite differences give")


def check_jvp(
    f: Function, f_jvp: Function, args: Any, atol: Any = None, rtol: Any = None, eps: Any = None, err_msg: str = ""
) -> None:
    """Raise `AssertionError` unless the pushforward gives what finite differences do along a random direction."""
    atol, rtol, eps = _bounds(args, atol, rtol, eps)
    direction = _direction(tuple(args), 1)
    tangent = f_jvp(tuple(args), direction)[1]
    _compare(tree_flatten(tangent)[0], _difference(f, tuple(args), direction, eps), atol, rtol, f"JVP {err_msg}")


def check_vjp(
    f: Function, f_vjp: Function, args: Any, atol: Any = None, rtol: Any = None, eps: Any = None, err_msg: str = ""
) -> None:
    """Raise `AssertionError` unless the pullback is the transpose of finite differences along a random direction."""
    atol, rtol, eps = _bounds(args, atol, rtol, eps)
    direction = _direction(tuple(args), 1)
    value, pull = f_vjp(*args)
    g = _direction(value, 2)
    found = _product(pull(g), direction)
    wanted = _product(g, tree_flatten(value)[1].unflatten(_difference(f, tuple(args), direction, eps)))
    _compare([found], [wanted], atol, rtol, f"VJP {err_msg}")


def _product(a: Any, b: Any) -> Any:
    pairs = zip(tree_flatten(a)[0], tree_flatten(b)[0], strict=True)
    return sum(F.sum(F.real(x * y)) for x, y in pairs)


def check_grads(
    f: Function,
    args: Any,
    order: int,
    modes: Sequence[str] = ("fwd", "rev"),
    atol: Any = None,
    rtol: Any = None,
    eps: Any = None,
) -> None:
    """Raise `AssertionError` unless derivatives up to `order` are what finite differences say, forwards and in reverse."""
    given = tuple(operand(x, "check_grads") if not isinstance(x, (tuple, list, dict)) else x for x in args)
    if "fwd" in modes:
        check_jvp(f, lambda primals, tangents: jvp(f, primals, tangents), given, atol, rtol, eps)
    if "rev" in modes:
        check_vjp(f, lambda *primals: vjp(f, *primals), given, atol, rtol, eps)
    if order > 1:
        direction = _direction(given, 3)
        check_grads(lambda *x: jvp(f, x, direction)[1], given, order - 1, modes, atol, rtol, eps)


__getattr__ = absent("jax.test_util", lambda: __all__, MISSING)
