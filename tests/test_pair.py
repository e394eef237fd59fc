"""The pair level: every kernel of every primitive in lock-step, and what is read off the stack about a step."""

from __future__ import annotations

import zlib

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import plugins
from unigrad.backend import Backend
from unigrad.errors import ArgumentError
from unigrad.graph import make_tensor
from unigrad.settings import computing_with
from unigrad.virtual.levels import opened
from unigrad.virtual.nearness import Tolerance, gap
from unigrad.virtual.pair import Engine, PairArray, PairLevel
from unigrad.virtual.surroundings import surroundings
from unigrad_conformance.case import default_dtype
from unigrad_conformance.drawing import draw
from unigrad_conformance.subject import subjects
from unigrad_conformance.trial import Trial

X = numpy.random.default_rng(5).normal(size=(4, 3))


def twin():
    """NumPy once more, as a backend of another name."""
    return Backend("twin", array_module="numpy", kernels="unigrad_numpy.kernels", requires="numpy", owns=(), spelling="numpy")  # fmt: skip


@pytest.fixture
def level():
    return PairLevel([Engine("numpy", plugins.backend("numpy").xp), Engine("twin", twin().xp)], Tolerance())


@pytest.fixture
def xp(level):
    return level.namespace(level.engines[0].xp)


@pytest.mark.parametrize("part", range(4))
@pytest.mark.filterwarnings("ignore")
def test_the_samples_of_the_cards_run_in_lock_step(part):
    """A tenth of all functions: of each the last sample, forward and backward."""
    other, checked = twin(), 0
    with default_dtype("float64"), numpy.errstate(all="ignore"):
        for subject in subjects():
            if zlib.crc32(subject.name.encode()) % 40 != part or not subject.samples:
                continue
            trial = Trial(subject, draw(subject.name, len(subject.samples) - 1, subject.samples[-1], 0))
            paths = list(trial.arrays)

            def program(*arrays, trial=trial, paths=paths):
                return trial.outputs(dict(zip(paths, arrays, strict=True)))

            arrays = [trial.arrays[path] for path in paths]
            result = ug.compare(program, *arrays, backends=["numpy", other], own=False)
            assert result, f"{subject.name}: {result}"
            for ours, theirs in zip(result.values["numpy"], result.values["twin"], strict=True):
                assert numpy.array_equal(ours, theirs, equal_nan=True)
            checked += 1
    assert checked > 5


def both(xp, array):
    first, second = (engine.xp.from_numpy(array) for engine in xp.level.engines)
    return make_tensor(PairArray(first, (second,), xp), xp)


def test_an_array_looks_like_the_first_library_s(xp):
    x = both(xp, X)
    assert (x.raw.shape, x.raw.ndim, x.raw.size, len(x.raw), str(x.dtype)) == ((4, 3), 2, 12, 4, "float64")
    assert repr(x.raw).endswith("on numpy and twin>")
    assert x.numpy() == pytest.approx(X)
    assert float(np.sum(x)) == pytest.approx(X.sum())
    assert [row.shape for row in x.raw] == [(3,)] * 4


def test_each_library_computes_with_its_own_arrays(xp):
    x = make_tensor(PairArray(numpy.ones(3), (numpy.ones(3) + 1e-12,), xp), xp)
    y = np.exp(x) * 2.0 - x
    assert y.raw.others[0] - y.raw.data == pytest.approx((2 * numpy.e - 1) * 1e-12, rel=1e-2)
    assert xp.level.difference is None
    assert 1e-4 < xp.level.worst.share < 1e-2
    assert xp.level.operations == 3


def test_dtypes_indices_and_lists_are_handed_to_each_library_as_its_own(xp):
    x = both(xp, X)
    picked = np.concat([x[np.argsort(x[:, 0])], x[[2, 0]]], axis=0)
    single = np.astype(picked, "float32")
    assert single.raw.data.dtype == single.raw.others[0].dtype == "float32"
    wanted = numpy.concatenate([X[numpy.argsort(X[:, 0])], X[[2, 0]]])
    assert single.raw.others[0] == pytest.approx(wanted, rel=1e-6)


def test_arrays_made_within_are_made_on_all(level, xp):
    with computing_with(xp), opened(level):
        made = np.zeros((2, 3)) + np.asarray([1.0, 2.0, 3.0])
        assert isinstance(made.raw, PairArray)
        assert isinstance(np.random.normal(size=2).raw, PairArray)
    assert isinstance(np.zeros(2).raw, numpy.ndarray)


def test_it_is_the_outermost_level():
    def within(x):
        level = PairLevel([Engine("numpy", plugins.backend("numpy").xp)], Tolerance())
        level.namespace(x.xp)

    with pytest.raises(
        ArgumentError, match=r"^compare\(\) runs a whole program on other libraries, and cannot within vmap or jit"
    ):
        ug.vmap(lambda x: within(x) or x)(X)


def test_the_innermost_line_outside_unigrad_is_found():
    found = []
    ug.vmap(lambda x: found.append(surroundings()) or x)(X)
    assert found[0].place.file == __file__
    assert found[0].place.function == "<lambda>"
    assert found[0].place.text.startswith("ug.vmap(lambda x: found.append")
    assert found[0].turn is None


NAN, INF = numpy.nan, numpy.inf


@pytest.mark.parametrize(
    ("first", "second", "dtype", "beyond"),
    [
        ([1.0, NAN], [1.0, NAN], "float64", False),
        ([1.0, NAN], [1.0, 2.0], "float64", True),
        ([1.0, INF], [1.0, INF], "float64", False),
        ([1.0, INF], [1.0, -INF], "float64", True),
        ([1.0, 1e-12], [1.0, 2e-12], "float64", False),
        ([1e-12], [1.9e-12], "float64", False),
        ([1e-11], [2e-11], "float64", True),
        ([1e6, 1.0], [1e6, 50.0], "float32", False),
        ([1.0], [1.01], "float32", True),
        ([3], [4], "int64", True),
        ([True], [True], "bool", False),
        ([1 + 1e-12j], [1 - 1e-12j], "complex128", False),
        ([1 + 1e-3j], [1 - 1e-3j], "complex128", True),
        ([], [], "float64", False),
    ],
)  # fmt: skip
def test_nearness(first, second, dtype, beyond):
    arrays = [numpy.asarray(each, dtype=dtype) for each in (first, second)]
    assert gap(*arrays, dtype, Tolerance()).beyond is beyond


def test_a_gap_says_how_far_and_where():
    first = numpy.ones((2, 3))
    second = first.copy()
    second[1, 2] = 1.5
    found = gap(first, second, "float64", Tolerance())
    assert (found.error, found.entry) == (pytest.approx(1 / 3), (1, 2))
    assert not gap(first, second, "float64", Tolerance(rtol=0.4)).beyond
    assert not gap(first, second, "float64", Tolerance(atol=0.6)).beyond
