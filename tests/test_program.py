"""Programs as data: what simplifying leaves of them, and the known arrays that a compiler makes where they are used."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.graph import make_tensor
from unigrad.virtual.program import Known
from unigrad.virtual.recipes import with_recipes
from unigrad.virtual.straight_line import straight_line

pytestmark = pytest.mark.usefixtures("double")


def kernels(f: Any, *arrays: Any) -> list[str]:
    """The kernels that the program of `f` calls."""
    return [each.kernel for each in ug.jit(f).lower(*map(ug.array, arrays)).program.instructions]


def body(f: Any, *arrays: Any) -> str:
    """The first instruction of the program of `f`, without its type."""
    return ug.jit(f).lower(*map(ug.array, arrays)).text().splitlines()[1].partition("#")[0].strip()


LINE = numpy.linspace(-1.0, 1.0, 6)
SQUARE = numpy.arange(20.0).reshape(4, 5)


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda x: x * np.full((6,), 2.5), "b = multiply(a, 2.5)"),
        (lambda x: np.full((6,), 2.5) / x, "b = divide(2.5, a)"),
        (lambda x: x + np.zeros(6), "b = add(a, <known 6>)"),  # of a sign that matters: -0.0 + 0.0 is 0.0
        (lambda x: x[:1] * np.full((6,), 2.5), "b = getitem(a, key=(:1,))"),
        (lambda x: x * np.arange(6.0), "b = multiply(a, <known 6>)"),
        (lambda x: x * np.full((6,), float("nan")), "b = multiply(a, <known 6>)"),
    ],
)
def test_a_known_array_of_one_number_is_the_number(f: Any, text: str) -> None:
    assert body(f, LINE) == text
    numpy.testing.assert_array_equal(ug.jit(f)(ug.array(LINE)).numpy(), f(ug.array(LINE)).numpy())


def test_a_number_is_not_an_array_that_gives_the_shape_or_the_dtype() -> None:
    wide = lambda x: x * np.full((3, 6), 2.0)
    assert body(wide, LINE) == "b = multiply(a, <known 3×6>)"
    assert ug.jit(wide)(ug.array(LINE)).shape == (3, 6)
    single = ug.array(LINE, dtype="float32")
    product = ug.jit(lambda x: x * np.full((6,), 0.1))(single)
    assert str(product.dtype) == "float64"
    numpy.testing.assert_array_equal(product.numpy(), LINE.astype("float32") * numpy.full(6, 0.1))


def neighbours(x: Any) -> Any:
    """What takes one part of `x` twice, and another once: its gradient puts three parts together."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


@pytest.mark.parametrize(
    ("f", "array", "times"),
    [
        (neighbours, LINE, 2),
        (lambda x: (np.sin(x[::2]) * 2 + x[::2] ** 2 + np.exp(x[::2])).sum(), LINE, 1),
        (lambda x: (x[1:, ::-2] ** 2 + np.sin(x[1:, ::-2])).sum(), SQUARE, 1),
        (lambda x: (x[1:3] ** 2).sum() + (x[0:2] ** 3).sum(), SQUARE, 2),
        (lambda x: (x[[0, 0, 2]] ** 2 + np.sin(x[[0, 0, 2]])).sum(), SQUARE, 2),  # a place may be named twice
        (lambda x: (x[1] ** 2 + np.sin(x[1])).sum(), SQUARE, 2),
    ],
)
def test_what_is_added_to_the_same_slices_is_added_once(f: Any, array: Any, times: int) -> None:
    assert kernels(ug.grad(f), array).count("scatter") == times
    x = ug.array(array)
    numpy.testing.assert_allclose(ug.jit(ug.grad(f))(x).numpy(), ug.grad(f)(x).numpy(), rtol=1e-14)


def test_a_part_that_is_wanted_by_itself_is_kept() -> None:
    """Each cotangent is a result, besides their sum: so nothing is saved by adding them first."""

    def parts(g: Any, h: Any) -> Any:
        x = ug.array(LINE)
        pull = lambda g: ug.vjp(lambda x: x[1:], x)[1](g)[0]
        first, second = pull(g), pull(h)
        return first, second, first + second

    g, h = ug.array(LINE[1:]), ug.array(LINE[:-1])
    assert kernels(parts, LINE[1:], LINE[:-1]).count("scatter") == 2
    for got, want in zip(ug.jit(parts)(g, h), parts(g, h), strict=True):
        numpy.testing.assert_array_equal(got.numpy(), want.numpy())


# -- known arrays that are made of next to nothing


def held(program: Any) -> int:
    """The number of elements of the largest array that a program holds."""
    sizes = [0]

    def look(tree: Any) -> None:
        if isinstance(tree, Known):
            sizes.append(int(numpy.prod(tree.array.shape)))
        elif isinstance(tree, (tuple, list)):
            list(map(look, tree))
        elif isinstance(tree, dict):
            look(list(tree.values()))

    look(program.outputs)
    for each in program.instructions:
        look((each.operands, each.options))
    return max(sizes)


def test_the_basis_of_a_jacobian_is_made_and_not_held() -> None:
    x = ug.array(numpy.linspace(-1.0, 1.0, 40))
    lowered = ug.jit(ug.hessian(neighbours)).lower(x)
    assert held(lowered.program) == 1600  # read from memory, which NumPy is fastest with
    made = with_recipes(lowered.program)
    assert held(made) < 40
    run = straight_line(made, lowered.xp)
    numpy.testing.assert_array_equal(run(x.data)[0], ug.hessian(neighbours)(x).numpy())


def made_by(x: Any, kernel: str, *operands: Any, **options: Any) -> Any:
    """An array that the kernels of `x` make of nothing, as those of a transform do."""
    return make_tensor(getattr(x.xp, kernel)(*operands, **options), x.xp)


def unit(x: Any, size: int = 50, k: int = 0) -> Any:
    """An identity matrix, or one beside it."""
    return made_by(x, "eye", size, k=k, dtype=x.raw.dtype)


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (unit, 0),
        (lambda x: -2.0 * unit(x)[::-1].T + 1.0, 0),
        (lambda x: np.where(np.reshape(made_by(x, "arange", 2500), (50, 50)) < 7, 1.0, 2.0), 1),  # the numbers
        (lambda x: np.broadcast_to(made_by(x, "asarray", numpy.arange(50.0)), (50, 50)), 50),
        (lambda x: np.exp(unit(x)), 2500),  # is too much work for each run
        (lambda x: unit(x) @ unit(x), 2500),
        (lambda x: made_by(x, "asarray", numpy.arange(2500.0).reshape(50, 50)), 2500),  # cannot be made
        (lambda x: sum((unit(x, k=k) for k in range(20)), 0.0), 2500),  # takes many steps
        (lambda x: unit(x, 30), 900),  # is small
    ],
)
def test_arrays_are_made_where_that_is_little_work(make: Any, most: int) -> None:
    for f in (lambda x: x * make(x), lambda x: (x, make(x))):
        lowered = ug.jit(f).lower(ug.array(2.0))
        made = with_recipes(lowered.program)
        assert held(made) == most
        for got, want in zip(
            straight_line(made, lowered.xp)(numpy.array(2.0)),
            straight_line(lowered.program, lowered.xp)(numpy.array(2.0)),
            strict=True,
        ):
            numpy.testing.assert_array_equal(got, want)


def test_what_is_like_an_argument_is_held() -> None:
    """The zeros of the second part of a gradient: the argument is not there any more."""

    def f(x: Any) -> Any:
        return np.where(x > 0, x, np.zeros_like(x)).sum()

    x = ug.array(numpy.linspace(-1.0, 1.0, 2000))
    numpy.testing.assert_array_equal(ug.grad(ug.jit(f))(x).numpy(), (x.numpy() > 0).astype(float))
    assert held(with_recipes(ug.jit(f).lower(x).program)) == 2000


def test_programs_for_jax_hold_no_basis(monkeypatch: pytest.MonkeyPatch) -> None:
    jax = pytest.importorskip("jax")
    x = numpy.linspace(-1.0, 1.0, 40)
    with ug.use_backend("jax"):
        xp, runs = ug.get_backend().xp, []
        monkeypatch.setattr(xp, "compiled", lambda run, arrays: runs.append(run) or jax.jit(run))
        got = ug.jit(ug.hessian(neighbours))(ug.array(x)).numpy()
    assert max((each.size for each in jax.make_jaxpr(runs[0])(x).consts), default=0) < 40
    numpy.testing.assert_allclose(got, numpy.asarray(jax.hessian(neighbours)(x)), rtol=1e-13)
