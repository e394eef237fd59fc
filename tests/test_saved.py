"""What a graph keeps: the ledger, and the hooks that pack it away."""

from __future__ import annotations

import gc
import io
import tracemalloc
import weakref
import zlib

import numpy
import pytest
from rich.console import Console

import unigrad as ug
import unigrad.numpy as np
from unigrad.observing import ObservedNode

X = numpy.asarray([0.5, -1.0, 2.0, 3.0])


def tracked(values=X):
    return np.asarray(values).attach_grad()


def kept(ledger):
    return [(row.primitive, each.parameter, each.bytes, each.shared) for row in ledger for each in row.kept]


def test_a_row_a_node_with_the_parameter_and_the_rule_that_wants_it():
    x, w = tracked(), tracked(X + 1)
    ledger = ug.saved_bytes(np.sum(np.tanh(x * w) + 1.0))
    assert [row.primitive for row in ledger.rows] == ["multiply", "tanh", "add", "sum"]
    first, second = ledger.rows[0].kept
    assert (first.parameter, first.wanted_for, first.shape, first.dtype, first.bytes) == (
        "x2",
        ("x1",),
        (4,),
        "float64",
        32,
    )
    assert (second.parameter, second.wanted_for) == ("x1", ("x2",))
    assert [each.parameter for each in ledger.rows[1].kept] == ["out"]
    assert ledger.rows[2].kept == ledger.rows[3].kept == ()
    assert [row.bytes for row in ledger] == [64, 32, 0, 0]
    assert ledger.total == 96
    assert list(ledger.by_primitive().items()) == [("multiply", 64), ("tanh", 32), ("add", 0), ("sum", 0)]


def test_a_buffer_counts_once_and_a_view_counts_as_the_whole():
    x = tracked(numpy.arange(100.0))
    square = x * x
    assert kept(ug.saved_bytes(square)) == [("multiply", "x2", 800, False), ("multiply", "x1", 0, True)]
    part = np.exp(x / 100)[:2]
    ledger = ug.saved_bytes(part * part, square)
    # exp keeps its result, of which the slice that multiply keeps is a view; the leaf is what multiply keeps of `square`.
    assert ledger.total == 800 + 800
    lone = (x + 1.0)[:2]
    assert ug.saved_bytes(np.sin(lone)).total == 800  # 16 bytes that keep 800 alive


def test_the_total_is_what_memory_says():
    """Against the bytes that Python counts for NumPy's buffers."""
    x = tracked(numpy.ones(50_000))
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        y = x
        for _ in range(5):
            y = np.sin(y) * np.exp(y * 0.1) + x
        y = np.sum(y)
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    leaf = x.numpy().nbytes  # sin keeps it, and it was there before
    assert ug.saved_bytes(y).total - leaf == pytest.approx(held, rel=0.02)


def test_index_arrays_count_and_numbers_do_not():
    x = tracked(numpy.arange(10.0))
    rows = kept(ug.saved_bytes(x[np.asarray([1, 2, 3])] * 2.0))
    assert [(name, parameter, size) for name, parameter, size, _ in rows] == [("getitem", "key", 24)]


def test_a_graph_that_was_swept_or_never_made_keeps_nothing():
    x = tracked()
    y = np.sum(x * x)
    y.backward()
    assert (ug.saved_bytes(y).total, len(ug.saved_bytes(y))) == (0, 0)
    assert ug.saved_bytes(np.asarray(X)).rows == ()
    with pytest.raises(ug.ArgumentError, match="saved_bytes takes Tensors; argument 1 is a 'float'"):
        ug.saved_bytes(y, 1.0)


def test_a_checkpoint_keeps_its_arguments():
    x = tracked(numpy.ones(1000))

    def deep(x):
        for _ in range(10):
            x = np.sin(x)
        return x

    assert ug.saved_bytes(deep(x * 2.0)).total == 80_000
    less = ug.saved_bytes(ug.checkpoint(deep)(x * 2.0))
    assert kept(less) == [("checkpoint of deep", "argument 0", 8000, False)]


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
def test_on_every_backend_and_under_vmap(backend):
    pytest.importorskip(backend)
    with ug.use_backend(backend):
        x = np.asarray(X).attach_grad()
        assert ug.saved_bytes(np.sin(x) * x).total == 32 + 32
        assert ug.saved_bytes(ug.vmap(np.sin)(x)).total == 32


def test_it_prints_as_a_table_and_in_a_notebook():
    x = tracked()
    with ug.debug():
        y = np.sum(np.tanh(x) * x)
    ledger = ug.saved_bytes(y)
    text = str(ledger)
    for words in ("64 bytes kept by 3 nodes", "shared", "test_saved.py:", "for the rule of"):
        assert words in text
    assert repr(ledger) == "<Ledger of 3 nodes, 64 bytes>"
    assert "<pre>" in ledger._repr_html_()
    console = Console(file=io.StringIO(), width=140)
    console.print(ledger)
    assert console.file.getvalue() == text


def test_a_long_ledger_shows_the_largest():
    x = tracked()
    for _ in range(70):
        x = np.sin(x)
    assert "… 10 smaller" in str(ug.saved_bytes(x))


def test_hooks_get_what_a_node_saves_and_give_it_back():
    seen = []

    def pack(x):
        assert type(x) is ug.Tensor
        assert x.node is None
        seen.append(x.numpy().copy())
        return len(seen) - 1

    x = tracked()
    with ug.saved_hooks(pack, lambda number: seen[number]):
        y = np.sum(np.tanh(x) * x)
    assert len(seen) == 2  # tanh's result, which multiply saves too, and x
    assert isinstance(y.node, ObservedNode)
    y.backward()
    assert numpy.allclose(x.grad.numpy(), numpy.tanh(X) + X / numpy.cosh(X) ** 2)


def test_what_is_packed_is_what_the_sweep_uses():
    x = tracked()
    with ug.saved_hooks(lambda x: x, lambda x: x * 10):
        y = np.sum(np.sin(x))
    y.backward()
    assert numpy.allclose(x.grad.numpy(), numpy.cos(10 * X))


def test_compressing():
    x = tracked(numpy.zeros(10_000))
    with ug.saved_hooks(
        lambda x: zlib.compress(x.numpy().tobytes()), lambda packed: numpy.frombuffer(zlib.decompress(packed))
    ):
        y = np.sum(np.exp(x) * x)
    ledger = ug.saved_bytes(y)
    assert 0 < ledger.total < 1000
    assert "packed" in str(ledger)
    y.backward(retain_graph=True)
    y.backward()
    assert numpy.allclose(x.grad.numpy(), 2.0)


def test_every_sweep_unpacks():
    def f(x):
        return np.sum(np.sin(x) * x**2)

    def packed(transform):
        with ug.saved_hooks(lambda x: x.numpy().copy(), np.asarray):
            return transform(f)(X).numpy()

    for transform in (
        ug.grad,
        ug.hessian,
        ug.jacfwd,
        lambda f: ug.grad(lambda x: np.sum(ug.grad(f)(x) ** 2)),
        lambda f: ug.vmap(ug.grad(f)),
        lambda f: ug.grad(lambda x: np.sum(ug.vmap(f)(x))),
        lambda f: ug.grad(ug.checkpoint(f)),
    ):
        assert numpy.allclose(packed(transform), transform(f)(X).numpy(), atol=1e-14)


def test_a_sweep_drops_what_was_packed():
    boxes = []

    class Packed:
        """Something that can be referred to weakly."""

    def pack(x):
        box = Packed()
        box.array = x.numpy().copy()
        boxes.append(weakref.ref(box))
        return box

    x = tracked()
    with ug.saved_hooks(pack, lambda box: box.array):
        y = np.sum(np.sin(np.exp(x)))
    assert [ref() is not None for ref in boxes] == [True]  # exp's result, which sin saves too
    y.backward()
    assert boxes[0]() is None


def test_as_a_decorator():
    calls = []

    def pack(x):
        calls.append(x)
        return x

    @ug.saved_hooks(pack, lambda x: x)
    def f(x):
        return np.sin(x)

    x = tracked()
    y = f(x)
    z = np.sin(x)
    assert len(calls) == 1
    (y + z).backward()
    assert numpy.allclose(x.grad.numpy(), 2 * numpy.cos(X))


def test_hooks_are_neither_recorded_nor_packed():
    x = tracked()
    with ug.saved_hooks(lambda x: np.sin(x * 2.0), lambda x: x):
        y = np.exp(x)
    (entry,) = y.node.packed
    assert entry.packed.node is None


def test_what_does_not_fit_is_refused():
    def swept(unpack):
        x = tracked()
        with ug.saved_hooks(lambda x: x, unpack):
            y = np.sum(np.sin(x))
        y.backward()

    with pytest.raises(
        ug.ShapeError, match=r"saved_hooks: unpack gave an array of shape \(2,\) for one of shape \(4,\) of 'sin'"
    ):
        swept(lambda x: x[:2])
    with pytest.raises(ug.DTypeError, match="unpack gave an array of 'float32' for one of 'float64' of 'sin'"):
        swept(lambda x: x.astype("float32"))
    with pytest.raises(ug.ArgumentError, match="unpack gave a 'str' for an array of 'sin' on 'numpy'"):
        swept(lambda x: "lost")
    with pytest.raises(ug.ArgumentError, match="saved_hooks takes functions; its 'unpack' is a 'NoneType'"):
        ug.saved_hooks(lambda x: x, None)
    with pytest.raises(ug.ArgumentError, match="offload takes min_bytes as a whole number from 0 on; got -1"):
        ug.offload(-1)


def test_an_exception_in_a_hook_says_which_and_for_what():
    x = tracked()
    with pytest.raises(ZeroDivisionError) as caught, ug.saved_hooks(lambda x: 1 / 0, lambda x: x):
        np.sin(x)
    assert "in the pack of saved_hooks, for an array of 'sin'" in caught.value.__notes__


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
def test_offloading_gives_the_same_gradients(backend):
    pytest.importorskip(backend)
    with ug.use_backend(backend):
        x = np.asarray(X).attach_grad()
        with ug.offload():
            y = np.sum(np.sin(x * 2.0) * ug.vmap(lambda x: np.exp(x) * x)(x))
        assert any(each.packed for row in ug.saved_bytes(y) for each in row.kept)
        y.backward()
        plain = ug.grad(lambda x: np.sum(np.sin(x * 2.0) * np.exp(x) * x))(np.asarray(X))
        assert numpy.allclose(x.grad.numpy(), plain.numpy(), rtol=1e-14)


def test_offloading_leaves_leaves_and_small_arrays():
    x = tracked()
    with ug.offload():
        y = x * x
    assert not any(each.packed for row in ug.saved_bytes(y) for each in row.kept)
    with ug.offload(min_bytes=100):
        y = np.exp(x)
    assert not any(each.packed for row in ug.saved_bytes(y) for each in row.kept)


def test_offloading_goes_through_what_is_only_traced():
    jax = pytest.importorskip("jax")
    with ug.use_backend("jax"), ug.offload():
        traced = jax.jit(lambda raw: ug.grad(lambda x: np.sum(np.sin(x * 2.0)))(np.asarray(raw)).data)
        assert numpy.allclose(traced(X), 2 * numpy.cos(2 * X))


def test_debug_and_hooks_together():
    x = tracked()
    with ug.debug(), ug.saved_hooks(lambda x: x.astype("float32"), lambda x: x.astype("float64")):
        y = np.sum(np.sin(x))
        y.backward()
    assert numpy.allclose(x.grad.numpy(), numpy.cos(X), atol=1e-6)
