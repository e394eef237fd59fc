"""The shape level: the shapes and dtypes of real runs, for every primitive and through every transform, and known costs."""

from __future__ import annotations

import math
import pathlib
import re
import zlib

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY
from unigrad.errors import ArgumentError
from unigrad.transforms.abstract import Cost
from unigrad.virtual.shape_rules import rule_for
from unigrad_conformance.batching import MAY_REFUSE, weighted_gradients
from unigrad_conformance.case import default_dtype
from unigrad_conformance.drawing import draw
from unigrad_conformance.subject import subjects
from unigrad_conformance.trial import Trial, floating

S = ug.ShapeDtype
PARTS = 16
"""Of so many parts of all functions, by their names, two are run."""


def described(outs):
    return [(tuple(out.shape), str(out.dtype)) for out in outs]


def samples(part):
    for subject in subjects():
        if zlib.crc32(subject.name.encode()) % PARTS == part:
            for index, sample in enumerate(subject.samples):
                yield subject, draw(subject.name, index, sample, 0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("part", [0, 3])
def test_shapes_and_dtypes_are_those_of_a_run_in_both_sweeps(part):
    checked = 0
    with default_dtype("float64"), numpy.errstate(all="ignore"):
        for subject, drawing in samples(part):
            if subject.name in MAY_REFUSE:
                continue
            trial, tracked = Trial(subject, drawing), subject.paths(drawing)
            paths = list(trial.arrays)
            arrays = [np.asarray(trial.arrays[path]) for path in paths]

            def value(*arrays, trial=trial, paths=paths):
                return trial.outputs(dict(zip(paths, arrays, strict=True)))

            def gradients(*arrays, trial=trial, paths=paths, tracked=tracked):
                return weighted_gradients(trial, dict(zip(paths, arrays, strict=True)), tracked)

            outs = value(*arrays)
            assert described(ug.eval_shape(value, *arrays)) == described(outs), drawing.label
            if tracked and floating(outs):
                wanted = described(gradients(*arrays))
                assert described(ug.eval_shape(gradients, *arrays)) == wanted, f"the gradient of {drawing.label}"
            checked += 1
    assert checked > 50


@pytest.mark.parametrize("name", [card.name for card in REGISTRY.values() if card.module.startswith("unigrad.")])
def test_every_primitive_has_a_rule(name):
    assert REGISTRY[name].kind == "composition" or rule_for(name) is not None


def loss(w, x):
    return np.sum(np.tanh(x @ w) ** 2)


W, X = S((3000, 4000), "float64"), S((500_000, 3000), "float64")


def test_nothing_is_computed_however_large_the_arrays_are():
    assert ug.eval_shape(loss, W, X) == S((), "float64")
    assert ug.eval_shape(ug.grad(loss, argnums=(0, 1)), W, X) == (W, X)
    assert ug.eval_shape(ug.vmap(loss, in_axes=(None, 0)), W, S((7, 50_000, 3000), "float64")) == S((7,), "float64")
    assert ug.eval_shape(ug.hessian(lambda x: np.sum(np.sin(x) ** 3)), S((3000,))) == S((3000, 3000))
    assert ug.eval_shape(ug.vmap(ug.grad(lambda x: np.sum(x**3))), S((10**6, 10**6))) == S((10**6, 10**6))
    assert ug.eval_shape(lambda x: np.zeros((10**8, 10**8)) + np.ones(10**8) * x, S(())) == S((10**8, 10**8))


def test_containers_and_numbers_go_in_and_out():
    def f(p, n, *, scale):
        return {"y": p["a"][:n] * scale, "n": n, "z": [p["b"] @ p["b"].T]}

    got = ug.eval_shape(f, {"a": X, "b": S((2, 5))}, 3, scale=2.0)
    assert got == {"y": S((3, 3000), "float64"), "n": 3, "z": [S((2, 2))]}
    assert ug.eval_shape(np.exp, numpy.ones((2, 3), "float32")) == S((2, 3), "float32")
    assert ug.eval_shape(np.exp, np.ones(2, dtype="float64")) == S(2, "float64")


def test_dtypes_are_the_library_s_own():
    assert ug.eval_shape(np.sum, S((3,), "int8")).dtype == np.sum(np.ones(3, dtype="int8")).dtype
    assert ug.eval_shape(lambda x: x > 0, S((3,))).dtype == "bool"
    assert ug.eval_shape(lambda x: x / 2, S((3,), "int64")).dtype == "float32"
    assert ug.eval_shape(np.fft.rfft, S((8,), "float64")) == S((5,), "complex128")
    assert ug.eval_shape(lambda x, y: x * y, S((2,), "float32"), S((2,), "float64")).dtype == "float64"


@pytest.mark.parametrize(
    "key",
    [
        (slice(None), 0, Ellipsis, [1, 2]),
        (Ellipsis, None, slice(1, None, 2)),
        ([0, 1], slice(None), [2, 3]),
        (0, [1, 1, 0]),
        ([[0, 1], [1, 0]], [0]),
        (None, [True, False]),
        (slice(None), numpy.array([True, False, True])),
        (True, 0),
    ],
)
def test_indices_give_the_shape_that_numpy_gives(key):
    x = numpy.zeros((2, 3, 4))
    assert ug.eval_shape(lambda x: x[key], S(x.shape)).shape == x[key].shape


def test_indices_may_be_arguments_too():
    got = ug.eval_shape(lambda x, i, j: x[i, :, j], S((9, 3, 9)), S((5, 1), "int64"), S((6,), "int64"))
    assert got == S((5, 6, 3))
    table = ug.eval_shape(ug.grad(lambda t, i: np.sum(t[i] ** 2)), S((50_000, 512)), S((32, 2048), "int64"))
    assert table == S((50_000, 512))


def test_whole_numbers_of_the_program_s_own_are_known():
    mask = np.asarray([True, False, True])

    def f(x):
        places = np.nonzero(np.arange(6) % 2 == 0)[0]
        return x[mask], np.tile(x, (int(np.sum(places)),))

    assert ug.eval_shape(f, S((3,))) == (S((2,)), S((18,)))


def test_a_value_that_is_asked_for_is_an_error_that_names_the_line():
    def branching(x):
        if np.sum(x) > 0:
            return x
        return -x

    with pytest.raises(ArgumentError) as caught:
        ug.eval_shape(branching, S((3,)))
    line = branching.__code__.co_firstlineno + 1
    assert str(caught.value) == (
        "eval_shape and cost have shapes and no values, and bool() needs one; use where() for a choice, or give the "
        f"argument as a Python number ({__file__}, line {line}, in branching)"
    )
    with pytest.raises(ArgumentError, match=r"and item\(\) needs one"):
        ug.eval_shape(lambda x: x.item(), S(()))
    with pytest.raises(ArgumentError, match="and 'nonzero', whose shape depends on the values, needs one"):
        ug.eval_shape(np.nonzero, S((3,)))
    with pytest.raises(ArgumentError, match="and indexing by a mask, whose result depends on the values, needs one"):
        ug.eval_shape(lambda x: x[x > 0], S((3,)))
    with pytest.raises(ArgumentError, match="and what reads the values needs one"):
        ug.eval_shape(lambda x: x.numpy(), S((3,)))
    leaf = np.ones(3).attach_grad()
    with pytest.raises(ArgumentError, match="and the gradient of an array from outside needs one"):
        ug.eval_shape(lambda x: np.sum(x * leaf).backward(), S((3,)))


@pytest.mark.parametrize(
    ("f", "shapes"),
    [
        (lambda x, y: x + y, [(2, 3), (4,)]),
        (lambda x, y: x @ y, [(2, 3), (4, 5)]),
        (lambda x: np.reshape(x, (4, 2)), [(2, 3)]),
        (lambda x: np.broadcast_to(x, (4, 5)), [(2, 3)]),
        (lambda x: np.squeeze(x, axis=0), [(2, 3)]),
        (lambda x, y: np.concat([x, y]), [(2, 3), (2, 4)]),
        (lambda x, y: np.stack([x, y]), [(2, 3), (2, 4)]),
        (lambda x, y: np.tensordot(x, y, axes=1), [(2, 3), (4, 5)]),
        (lambda x, y: np.vecdot(x, y), [(3, 3), (4,)]),
        (lambda x, y: np.linalg.solve(x, y), [(3, 3), (4,)]),
        (lambda x, y: np.einsum("ij,jk->ik", x, y), [(2, 3), (4, 5)]),
        (lambda x: np.sum(x, axis=5), [(2, 3)]),
        (lambda x: np.linalg.inv(x), [(3, 4)]),
    ],
)
def test_shapes_that_do_not_fit_are_the_errors_of_a_run(f, shapes):
    with pytest.raises(ug.UnigradError) as run:
        f(*map(np.ones, shapes))
    with pytest.raises(type(run.value)) as abstract:
        ug.eval_shape(f, *map(S, shapes))
    assert str(abstract.value) == str(run.value)


@pytest.mark.parametrize(
    ("f", "shapes", "message"),
    [
        (
            np.max,
            [(0,)],
            r"^'max' needs at least one element along each axis that it reduces; got the shape \(0,\) with axis=None$",
        ),
        (lambda x: x[5], [(3,)], "^index 5 is out of range for axis 0 of length 3$"),
        (lambda x: x[:, [0, -4]], [(2, 3)], "^index -4 is out of range for axis 1 of length 3$"),
        (lambda x: x[1, 1], [(3,)], "^an index of 2 axes is too many for an array of 1$"),
        (lambda x: x[[True, False]], [(3,)], r"^a mask of shape \(2,\) does not fit axes of the lengths \(3,\)$"),
        (lambda x, y: x[y, [0, 1, 2]], [(3, 4), (2,)], r"^'getitem' cannot broadcast the shapes \(2,\) and \(3,\)"),
    ],
)
def test_errors_that_the_libraries_word_are_worded_here(f, shapes, message):
    arguments = [S(shape, "int64" if place else None) for place, shape in enumerate(shapes)]
    with pytest.raises(ValueError, match=message):
        ug.eval_shape(f, *arguments)


def test_a_primitive_of_another_package_is_run_on_ones(monkeypatch):
    @ug.primitive(vjp={"x": lambda g: g}, samples=[])
    def twice_as_long(x, /): ...

    monkeypatch.setattr(ug.get_backend().xp, "twice_as_long", lambda x: numpy.concatenate([x, x]), raising=False)
    try:
        assert ug.eval_shape(twice_as_long, S((3,))) == S((6,))
        found = ug.cost(twice_as_long, S((3,)))
        assert found["twice_as_long"].guessed
        assert "twice_as_long (guessed)" in str(found)
    finally:
        del REGISTRY["twice_as_long"]


def test_a_shape_dtype_says_what_it_is():
    assert repr(S((2, 3), "int8")) == "ShapeDtype((2, 3), 'int8')"
    assert (S((2, 3)).ndim, S((2, 3)).size, S(()).size) == (2, 6, 1)
    assert {S(3): 1}[S((3,), "float32")] == 1
    with pytest.raises(ArgumentError, match=r"^ShapeDtype takes a shape of whole numbers from 0 on; got \(2, -1\)$"):
        S((2, -1))


def test_the_cost_of_a_layer_and_of_its_gradient():
    n, m, k = 500_000, 3000, 4000
    forward = ug.cost(loss, W, X)
    assert isinstance(forward, Cost)
    assert forward["matmul"].flops == 2 * n * m * k
    assert forward["matmul"].bytes_read == 8 * (n * m + m * k)
    assert forward["matmul"].bytes_written == 8 * n * k
    assert forward["tanh"] == ("tanh", 1, n * k, 8 * n * k, 8 * n * k, False)
    assert forward.flops == 2 * n * m * k + 3 * n * k  # tanh, the square, the sum
    assert forward.out == S((), "float64")
    both = ug.cost(ug.grad(loss, argnums=(0, 1)), W, X)
    assert both["matmul"].calls == 3
    assert both["matmul"].flops == 3 * forward["matmul"].flops
    assert both["conv"].calls == 0


A = S((100, 100))


@pytest.mark.parametrize(
    ("f", "args", "name", "flops"),
    [
        (np.linalg.cholesky, [A], "cholesky", 1e6 / 3),
        (np.linalg.inv, [S((5, 100, 100))], "inv", 5 * 2e6),
        (np.linalg.solve, [A, S((100, 7))], "solve", 2e6 / 3 + 2 * 7e4),
        (np.fft.fft, [S((4, 64), "complex64")], "fftn", 5 * 4 * 64 * 6),
        (lambda x, y: np.einsum("bij,bjk->bik", x, y), [S((2, 3, 4)), S((2, 4, 5))], "contract", 2 * 2 * 3 * 4 * 5),
        (lambda x, y: np.tensordot(x, y, axes=1), [S((2, 3, 4)), S((4, 5))], "tensordot", 2 * 2 * 3 * 4 * 5),
        (np.sort, [S((8, 16))], "sort", 8 * 16 * 4),
        (np.var, [S((8, 16))], "var", 4 * 128),
        (lambda x, w: ug.REGISTRY["conv"](x, w), [S((2, 3, 10)), S((4, 3, 3))], "conv", 2 * (2 * 4 * 8) * 9),
        (lambda x: np.reshape(x.T, (-1,)), [A], "reshape", 0),
        (lambda x: np.concat([x, x]), [A], "concat", 0),
    ],
)  # fmt: skip
def test_the_cost_of_a_primitive(f, args, name, flops):
    found = ug.cost(f, *args)
    assert found[name].calls == 1
    assert math.isclose(found[name].flops, flops)


def test_views_move_nothing_and_copies_do():
    found = ug.cost(lambda x: np.concat([x.T, x[::2]]), S((4, 4), "float64"))
    assert (found["getitem"].bytes, found["concat"].bytes_read, found["concat"].bytes_written) == (0, 8 * 24, 8 * 24)
    gathered = ug.cost(lambda x: x[[0, 0, 1]], S((4, 4), "float64"))
    assert gathered["getitem"].bytes_written == 8 * 12


def test_a_cost_prints_as_a_table():
    lines = [line.split() for line in str(ug.cost(loss, S((2, 3)), S((4, 2)))).splitlines()]
    assert ["primitive", "calls", "FLOPs", "bytes", "read", "bytes", "written"] in lines
    assert ["matmul", "1", "48", "56", "48"] in lines
    assert lines[-1][:3] == ["all", "4", "84"]


def test_the_page_runs():
    page = pathlib.Path(__file__).resolve().parent.parent / "docs" / "how-to" / "know-a-cost.md"
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    scope = {"__name__": "page"}
    for block in blocks:
        exec(compile(block, str(page), "exec"), scope)
