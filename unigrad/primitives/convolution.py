"""Convolution: the sum of products over a sliding window of an array, and the two bilinear functions that are its adjoints.

All three are partials of one trilinear form, Σ y[n,o,l] w[o,c,k] x[n,c, l·stride + k·dilation - low]: `conv` is its slope in
y, `conv_transpose` that in x, `conv_weight` that in w. So each rule is one of the other two, to any order.
"""

from __future__ import annotations

from typing import Any

from unigrad.card import primitive
from unigrad.errors import ArgumentError, ShapeError
from unigrad.primitives.geometry import edges, numbers, places, same_edges
from unigrad.samples import Array, sample

__all__ = ["conv", "conv_transpose", "conv_weight"]

Options = dict[str, Any]
Shape = tuple[int, ...]


def _spatial(function: str, one: str, first: Shape, two: str, second: Shape) -> int:
    """The number of spatial axes, which both arrays have to have."""
    n = len(first) - 2
    if not 1 <= n <= 3 or len(second) != len(first):
        raise ShapeError(
            f"'{function}' needs {one} and {two} with as many axes, two and one to three spatial ones; "
            f"got the shapes {first} and {second}"
        )
    return n


def _window(function: str, size: Shape, options: Options) -> Options:
    """The options of the window in full, one number an axis."""
    n, padding = len(size), options["padding"]
    stride = numbers(function, "stride", options["stride"], n, 1)
    dilation = numbers(function, "dilation", options["dilation"], n, 1)
    groups = numbers(function, "groups", options["groups"], 1, 1)[0]
    if isinstance(padding, str):
        padding = _named_edges(function, padding, size, stride, dilation)
    return {
        **options,
        "stride": stride,
        "padding": edges(function, padding, n),
        "dilation": dilation,
        "groups": groups,
    }


def _named_edges(function: str, padding: str, size: Shape, stride: Shape, dilation: Shape) -> Any:
    if padding == "valid":
        return 0
    if padding != "same":
        raise ArgumentError(f"'{function}' takes padding='same', 'valid', or whole numbers; got {padding!r}")
    if set(stride) != {1}:
        raise ArgumentError(f"'{function}' takes padding='same' with stride 1 only; got stride={stride}")
    return same_edges(size, dilation)


def _some_kernel(name: str, weight: Shape) -> None:
    if 0 in weight[2:]:
        raise ShapeError(
            f"'{name}' needs a kernel of at least one element along each axis; got weight of shape {weight}"
        )


def _conv_options(arrays: tuple[Any, ...], options: Options) -> Options:
    x, weight = (tuple(array.raw.shape) for array in arrays)
    n = _spatial("conv", "x", x, "weight", weight)
    name = f"conv{n}d"
    _some_kernel(name, weight)
    full = _window(name, weight[2:], options)
    groups = full["groups"]
    if x[1] != weight[1] * groups or weight[0] % groups:
        raise ShapeError(
            f"'{name}' needs weight of shape (a multiple of groups, channels of x / groups, ...); "
            f"got x of shape {x}, weight of shape {weight} and groups={groups}"
        )
    places(name, x[2:], weight[2:], full["stride"], full["padding"], full["dilation"])
    return full


def _moved_back(name: str, found: Shape, shape: Shape, size: Shape, full: Options) -> None:
    """Raise `ShapeError` unless a window over `shape` takes the positions that were `found`."""
    wanted = places(name, shape, size, full["stride"], full["padding"], full["dilation"])
    if wanted != found:
        raise ShapeError(f"'{name}' gets {found} positions of the window, but over shape={shape} there are {wanted}")


def _transpose_options(arrays: tuple[Any, ...], options: Options) -> Options:
    x, weight = (tuple(array.raw.shape) for array in arrays)
    n = _spatial("conv_transpose", "x", x, "weight", weight)
    name = f"conv_transpose{n}d"
    _some_kernel(name, weight)
    full = _window(name, weight[2:], options)
    if x[1] != weight[0] or x[1] % full["groups"]:
        raise ShapeError(
            f"'{name}' needs weight with as many rows as x has channels, a multiple of groups; "
            f"got x of shape {x}, weight of shape {weight} and groups={full['groups']}"
        )
    shape = numbers(name, "shape", options["shape"], n, 0)
    _moved_back(name, x[2:], shape, weight[2:], full)
    return {**full, "shape": shape}


def _weight_options(arrays: tuple[Any, ...], options: Options) -> Options:
    x, y = (tuple(array.raw.shape) for array in arrays)
    n = _spatial("conv_weight", "x", x, "y", y)
    shape = numbers("conv_weight", "shape", options["shape"], n, 1)
    full = _window("conv_weight", shape, options)
    if x[0] != y[0] or x[1] % full["groups"] or y[1] % full["groups"]:
        raise ShapeError(
            f"'conv_weight' needs x and y of one length along axis 0, and channels that are multiples of groups; "
            f"got the shapes {x} and {y} and groups={full['groups']}"
        )
    _moved_back("conv_weight", y[2:], x[2:], shape, full)
    return {**full, "shape": shape}


#: x, weight and the options of a window, for `conv`.
CALLS: list[tuple[Shape, Shape, Options]] = [
    ((2, 3, 5), (4, 3, 3), {}),
    ((1, 2, 6), (2, 2, 2), {"stride": 2, "padding": ((1, 0),)}),
    ((2, 4, 4, 5), (2, 2, 3, 2), {"stride": (2, 1), "padding": (1, 0), "groups": 2}),
    ((1, 2, 5, 4), (4, 1, 2, 2), {"dilation": (2, 1), "groups": 2}),
    ((1, 2, 7, 4), (2, 2, 2, 1), {"stride": (3, 2), "padding": ((2, 1), (0, 3)), "dilation": (2, 3)}),
    ((1, 1, 3, 2, 3), (2, 1, 2, 2, 2), {"padding": (0, 1, 0)}),
    ((0, 2, 4), (1, 2, 2), {}),
    ((1, 0, 3), (2, 0, 2), {}),
    ((1, 1, 0), (2, 1, 2), {"padding": 1}),
]


def _as_options(x: Shape, weight: Shape, options: Options) -> Options:
    full = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, **options}
    return _window("conv", weight[2:], full)


def _positions(x: Shape, weight: Shape, options: Options) -> Shape:
    full = _as_options(x, weight, options)
    return (x[0], weight[0], *places("conv", x[2:], weight[2:], full["stride"], full["padding"], full["dilation"]))


Rule = Any


def _forward(xp: Any, x: Any, weight: Any, stride: Any, padding: Any, dilation: Any, groups: Any) -> Any:
    return xp.conv(x, weight, stride=stride, padding=padding, dilation=dilation, groups=groups)


def _into_x(xp: Any, y: Any, weight: Any, x: Shape, stride: Any, padding: Any, dilation: Any, groups: Any) -> Any:
    shape = tuple(x[-len(stride) :])
    return xp.conv_transpose(y, weight, shape=shape, stride=stride, padding=padding, dilation=dilation, groups=groups)


def _into_weight(xp: Any, x: Any, y: Any, w: Shape, stride: Any, padding: Any, dilation: Any, groups: Any) -> Any:
    shape = tuple(w[-len(stride) :])
    return xp.conv_weight(x, y, shape=shape, stride=stride, padding=padding, dilation=dilation, groups=groups)


@primitive(
    vjp={
        "x": lambda xp, g, weight, x_shape, stride, padding, dilation, groups: _into_x(
            xp, g, weight, x_shape, stride, padding, dilation, groups
        ),
        "weight": lambda xp, g, x, weight_shape, stride, padding, dilation, groups: _into_weight(
            xp, x, g, weight_shape, stride, padding, dilation, groups
        ),
    },
    jvp={
        "x": lambda xp, t, weight, stride, padding, dilation, groups: _forward(
            xp, t, weight, stride, padding, dilation, groups
        ),
        "weight": lambda xp, t, x, stride, padding, dilation, groups: _forward(
            xp, x, t, stride, padding, dilation, groups
        ),
    },
    prepare=_conv_options,
    floating=True,
    samples=[
        *(sample(Array(x), Array(weight), **options) for x, weight, options in CALLS),
        sample(Array((1, 1, 4, 3)), Array((1, 1, 2, 3)), padding="same"),
    ],
)
def conv(x, weight, /, stride=1, padding=0, dilation=1, groups=1):
    """Convolution, as networks mean it (a correlation), of ``x`` (N, C, *S) with ``weight`` (O, C / groups, *K): (N, O, *L).

    One to three spatial axes. ``padding`` is a number, one an axis, a pair (low, high) an axis, ``"valid"`` or ``"same"``.
    """


@primitive(
    vjp={
        "x": lambda xp, g, weight, stride, padding, dilation, groups: _forward(
            xp, g, weight, stride, padding, dilation, groups
        ),
        "weight": lambda xp, g, x, weight_shape, stride, padding, dilation, groups: _into_weight(
            xp, g, x, weight_shape, stride, padding, dilation, groups
        ),
    },
    jvp={
        "x": lambda xp, t, weight, shape, stride, padding, dilation, groups: _into_x(
            xp, t, weight, shape, stride, padding, dilation, groups
        ),
        "weight": lambda xp, t, x, shape, stride, padding, dilation, groups: _into_x(
            xp, x, t, shape, stride, padding, dilation, groups
        ),
    },
    prepare=_transpose_options,
    floating=True,
    samples=[
        sample(Array(_positions(x, weight, options)), Array(weight), shape=x[2:], **_as_options(x, weight, options))
        for x, weight, options in CALLS
    ],
)
def conv_transpose(x, weight, /, shape, stride=1, padding=0, dilation=1, groups=1):
    """The adjoint of `conv` in its first argument: of ``x`` (N, O, *L) and ``weight`` (O, C / groups, *K): (N, C, *shape)."""


@primitive(
    vjp={
        "x": lambda xp, g, y, x_shape, stride, padding, dilation, groups: _into_x(
            xp, y, g, x_shape, stride, padding, dilation, groups
        ),
        "y": lambda xp, g, x, stride, padding, dilation, groups: _forward(xp, x, g, stride, padding, dilation, groups),
    },
    jvp={
        "x": lambda xp, t, y, shape, stride, padding, dilation, groups: _into_weight(
            xp, t, y, shape, stride, padding, dilation, groups
        ),
        "y": lambda xp, t, x, shape, stride, padding, dilation, groups: _into_weight(
            xp, x, t, shape, stride, padding, dilation, groups
        ),
    },
    prepare=_weight_options,
    floating=True,
    samples=[
        sample(Array(x), Array(_positions(x, weight, options)), shape=weight[2:], **_as_options(x, weight, options))
        for x, weight, options in CALLS
    ],
)
def conv_weight(x, y, /, shape, stride=1, padding=0, dilation=1, groups=1):
    """The adjoint of `conv` in its second argument: of ``x`` (N, C, *S) and ``y`` (N, O, *L): (O, C / groups, *shape)."""
