"""autograd.misc.fixed_points: points that a function leaves where they are, differentiated without the way there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.differential_operators import make_vjp
from unigrad.dialects.autograd.extend import defvjp, primitive, vspace

__all__ = ["fixed_point"]


@primitive
def fixed_point(f: Callable[..., Any], a: Any, x0: Any, distance: Callable[..., Any], tol: float) -> Any:
    """The x with ``f(a)(x) == x``, reached from `x0` by repetition until ``distance(x, before) <= tol``."""
    step = f(a)
    before, x = x0, step(x0)
    while distance(x, before) > tol:
        before, x = x, step(x)
    return x


def _rule(ans: Any, f: Callable[..., Any], a: Any, x0: Any, distance: Callable[..., Any], tol: float) -> Any:
    """The implicit function theorem: the cotangent w of the step is itself the fixed point of ``w = g + w df/dx``."""
    pull_a, _ = make_vjp(lambda a: f(a)(ans))(a)

    def repeated(params: Any) -> Callable[[Any], Any]:
        a, x, g = params
        pull_x, _ = make_vjp(f(a))(x)
        return lambda w: vspace(g).add(pull_x(w), g)

    return lambda g: pull_a(fixed_point(repeated, (a, ans, g), vspace(ans).zeros(), distance, tol))


defvjp(fixed_point, None, _rule, None)

__getattr__ = absent("autograd.misc.fixed_points", lambda: __all__)
