"""Public: functions of `unigrad.numpy` that have no card of their own, written once for it and for NumPy, with samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from unigrad.samples import Array, Sample, sample


class Public(NamedTuple):
    """A function of a namespace and its arrays, under the name of the function that it shows; and its samples."""

    function: Callable[..., Any]
    samples: tuple[Sample, ...]


def _apply_along_axis(np: Any, x: Any, *, axis: int) -> Any:
    return np.apply_along_axis(lambda line: line * line.sum(), axis, x)


def _piecewise(np: Any, x: Any) -> Any:
    return np.piecewise(x, [x < -1, x > 1], [lambda low: low * low, 3.0, lambda middle: -middle])


def _partition(np: Any, x: Any, *, kth: int) -> Any:
    return np.partition(x, kth)[..., kth]


def _block(np: Any, x1: Any, x2: Any) -> Any:
    return np.block([[x1, x2], [x2, x1]])


_KINKED: Final = Array((2, 4), away=(-1.0, 1.0))
_SQUARE: Final = Array((2, 3))

PUBLIC: Final = {
    "apply_along_axis": Public(_apply_along_axis, (sample(_SQUARE, axis=0), sample(_SQUARE, axis=-1))),
    "block": Public(_block, (sample(_SQUARE, _SQUARE), sample(Array((2,)), Array((1,))))),
    "copy": Public(lambda np, x: np.copy(x), (sample(_SQUARE), sample(Array(())))),
    "cumprod": Public(lambda np, x, **options: np.cumprod(x, **options), (sample(_SQUARE), sample(_SQUARE, axis=1))),
    "cumsum": Public(lambda np, x, **options: np.cumsum(x, **options), (sample(_SQUARE), sample(_SQUARE, axis=0))),
    "full": Public(lambda np, x, **options: np.full(fill_value=x, **options), (sample(Array(()), shape=(2, 3)),)),
    "full_like": Public(lambda np, x1, x2: np.full_like(x1, x2), (sample(_SQUARE, Array(())),)),
    "geomspace": Public(
        lambda np, x1, x2, **options: np.geomspace(x1, x2, **options),
        (sample(Array((2,), 0.5, 2.0), Array((2,), 2.5, 4.0), num=3),),
    ),
    "linspace": Public(
        lambda np, x1, x2, **options: np.linspace(x1, x2, **options),
        (sample(Array(()), Array(()), num=4), sample(Array((2,)), Array((2,)), num=3, endpoint=False)),
    ),
    "logspace": Public(
        lambda np, x1, x2, **options: np.logspace(x1, x2, **options),
        (sample(Array((), -1.0, 1.0), Array((), -1.0, 1.0), num=3, base=2.0),),
    ),
    "partition": Public(_partition, (sample(Array((5,), distinct=True), kth=2),)),
    "piecewise": Public(_piecewise, (sample(_KINKED),)),
    "transpose": Public(
        lambda np, x, **options: np.transpose(x, **options), (sample(_SQUARE), sample(_SQUARE, axes=(1, 0)))
    ),
    "unique": Public(lambda np, x: np.unique(x), (sample(Array((2, 3), distinct=True)),)),
}
