"""Windows: what a sliding window shows at each of its positions, and the transpose, which adds it up again."""

from __future__ import annotations

from typing import Any

from unigrad.card import linear
from unigrad.errors import ShapeError
from unigrad.primitives.geometry import edges, numbers, places
from unigrad.samples import Array, sample

__all__ = ["overlap_add", "windows"]

Options = dict[str, Any]


def spatial_axes(function: str, shape: tuple[int, ...]) -> int:
    """The number of axes behind the first two; `ShapeError` where there is none."""
    if len(shape) < 3:
        raise ShapeError(
            f"'{function}' needs an array of shape (N, C, ...) with a spatial axis at least; got the shape {shape}"
        )
    return len(shape) - 2


def window_options(function: str, shape: tuple[int, ...], options: Options) -> Options:
    """The options of a window over an array of `shape`, one number an axis; it has to fit at least once."""
    n = spatial_axes(function, shape)
    size = numbers(function, "size", options["size"], n, 1)
    full = {
        **options,
        "size": size,
        "stride": size if options["stride"] is None else numbers(function, "stride", options["stride"], n, 1),
        "padding": edges(function, options["padding"], n),
        "dilation": numbers(function, "dilation", options["dilation"], n, 1),
    }
    places(function, shape[2:], size, full["stride"], full["padding"], full["dilation"])
    return full


def _windows_options(arrays: tuple[Any, ...], options: Options) -> Options:
    return window_options("windows", tuple(arrays[0].raw.shape), options)


def _overlap_options(arrays: tuple[Any, ...], options: Options) -> Options:
    given = tuple(arrays[0].raw.shape)
    n = len(given) // 2 - 1
    if n < 1 or len(given) % 2:
        raise ShapeError(
            f"'overlap_add' needs an array of shape (N, C, *size, *positions), as 'windows' gives it; got the shape {given}"
        )
    shape = numbers("overlap_add", "shape", options["shape"], n, 0)
    size = given[2 : 2 + n]
    full = window_options("overlap_add", (*given[:2], *shape), {**options, "size": size})
    wanted = places("overlap_add", shape, size, full["stride"], full["padding"], full["dilation"])
    if wanted != given[2 + n :]:
        raise ShapeError(
            f"'overlap_add' gets {given[2 + n :]} positions of the window, but over shape={shape} there are {wanted}"
        )
    return {name: full[name] for name in ("shape", "stride", "padding", "dilation")}


@linear(
    transpose=lambda xp, g, x_shape, stride, padding, dilation: xp.overlap_add(
        g, shape=tuple(x_shape[2:]), stride=stride, padding=padding, dilation=dilation
    ),
    prepare=_windows_options,
    samples=[
        sample(Array((2, 1, 5)), size=2),
        sample(Array((1, 2, 5)), size=3, stride=2, padding=1),
        sample(Array((1, 2, 3, 4)), size=(2, 3), stride=1, padding=((0, 1), (1, 0))),
        sample(Array((1, 1, 6, 3)), size=2, stride=(3, 1), dilation=(2, 1)),
        sample(Array((0, 1, 3)), size=2),
    ],
)
def windows(x, /, size, stride=None, padding=0, dilation=1):
    """What a window of ``size`` shows of ``x`` (N, C, *S) at each position: (N, C, *size, *positions), zeros in the padding.

    ``stride`` is ``size`` unless it is given.
    """


@linear(
    transpose=lambda xp, g, x_shape, stride, padding, dilation: xp.windows(
        g, size=tuple(x_shape[2 : len(x_shape) // 2 + 1]), stride=stride, padding=padding, dilation=dilation
    ),
    prepare=_overlap_options,
    samples=[
        sample(Array((2, 1, 2, 2)), shape=(5,), stride=2),
        sample(Array((1, 2, 3, 3)), shape=(5,), stride=2, padding=1),
        sample(Array((1, 1, 2, 3, 3, 3)), shape=(3, 4), stride=1, padding=((0, 1), (1, 0))),
        sample(Array((0, 1, 2, 1)), shape=(3,), stride=2),
        sample(Array((1, 1, 2, 1)), shape=(0,), padding=1),
    ],
)
def overlap_add(x, /, shape, stride=None, padding=0, dilation=1):
    """The transpose of `windows`: ``x`` (N, C, *size, *positions) added up in an array (N, C, *shape)."""
