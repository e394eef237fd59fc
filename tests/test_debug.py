"""`debug`: the operation, the line, the operand and the rule of the first NaN; buffers that change between the sweeps."""

from __future__ import annotations

import threading
import warnings

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.observing import FAST, ObservedNode
from unigrad_conformance.drawing import draw

HERE = __file__


@pytest.fixture(autouse=True)
def _quiet():
    """NumPy warns of divisions by zero; here they are meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def real(*values):
    return np.asarray(values, dtype="float64")


def line_of(text):
    """The number of the only line of this file that ends with the comment `text`."""
    with open(HERE, encoding="utf-8") as file:
        (number,) = [number for number, line in enumerate(file, 1) if line.rstrip().endswith(f"# {text}")]
    return number


def raised(function, *args, **options):
    with pytest.raises(ug.NonFiniteValue) as caught, ug.debug(**options):
        function(*args)
    return caught.value


def test_a_forward_operation_is_named_with_its_line_and_operands():
    def f(x):
        return np.log(x)  # the logarithm

    error = raised(f, real(1.0, 0.0))
    first, second = str(error).splitlines()
    assert first == "'log' gave an infinity, which none of its operands has, at (1,): x = 0.0"
    assert second == f"  called by {HERE}, line {line_of('the logarithm')}: return np.log(x)  # the logarithm"
    assert (error.primitive, error.place.line) == ("log", line_of("the logarithm"))
    assert error.place.function.endswith("f")


def test_untracked_operands_and_paused_code_are_checked_too():
    with ug.pause():
        assert str(raised(lambda: real(0.0) / real(0.0))).startswith(
            "'divide' gave NaN, which none of its operands has"
        )


def test_the_operand_that_brought_it_is_named():
    error = raised(lambda x: x * real(2.0, 3.0), real(1.0, numpy.nan))
    assert str(error).startswith("'multiply' gave NaN, which its operand 'x1' has already, at (1,): x1 = nan, x2 = 3.0")


def test_operands_that_broadcast_are_told_at_their_own_place():
    error = raised(lambda x, y: x / y, real(1.0, 2.0).reshape(2, 1), real(1.0, 0.0, 4.0))
    assert "at (0, 1): x1 = 1.0, x2 = 0.0" in str(error)


def test_an_infinity_that_was_given_is_let_through_and_one_that_arises_is_not():
    with ug.debug():
        masked = np.where(np.asarray([True, False]), real(1.0, 2.0), -numpy.inf)
        assert numpy.allclose(np.softmax(masked).numpy(), [1, 0])
    assert str(raised(lambda: np.exp(real(1000.0)))).startswith("'exp' gave an infinity")


def test_what_counts_is_an_option():
    with ug.debug(inf=False):
        np.log(real(0.0))
    with ug.debug(nan=False):
        np.sqrt(real(-1.0))
    assert "NaN" in str(raised(lambda: np.sqrt(real(-1.0)), inf=False))
    assert "an infinity" in str(raised(lambda: np.log(real(0.0)), nan=False))


def test_a_rule_is_named_with_its_text_and_the_line_that_recorded_the_node():
    def f(x):
        return np.sum(np.sqrt(x))  # the root

    error = raised(ug.grad(f), real(4.0, 0.0))
    lines = str(error).splitlines()
    assert lines[0] == (
        "the pull of 'sqrt' with respect to 'x' gave an infinity, which nothing that it was given has, at (1,): "
        "g = 1.0, out = 0.0"
    )
    assert lines[1] == "  within it 'divide' gave an infinity: x1 = 0.5, x2 = 0.0"
    assert "by the rule in " in lines[2]
    assert "0.5 / out" in str(error)
    assert lines[-1].startswith(f"  recorded by {HERE}, line {line_of('the root')}: ")
    assert (error.primitive, error.place.line) == ("sqrt", line_of("the root"))


def test_the_untaken_branch_of_where_is_found():
    def f(x):
        return np.sum(np.where(x > 0, np.log(x), 0.0))  # the branch

    error = raised(ug.grad(f), real(1.0, 0.0), inf=False)
    assert str(error).startswith("the pull of 'log' with respect to 'x' gave NaN")
    assert error.place.line == line_of("the branch")
    assert raised(ug.grad(f), real(1.0, 0.0)).primitive == "log"  # with infinities, in the forward run already


def test_the_forward_sweep_is_checked():
    error = raised(lambda x: ug.jvp(np.sqrt, (x,), (x,)), real(1.0, 0.0))
    assert str(error).startswith("the push of 'sqrt' with respect to 'x' gave NaN, which nothing that it was given has")
    nested = raised(ug.grad(lambda x: ug.jvp(np.sqrt, (x,), (1 + 0 * x,))[1]), np.asarray(0.0, dtype="float64"))
    assert nested.primitive == "sqrt"


def test_cotangents_that_are_bad_from_the_start_or_by_adding_up():
    x = real(1.0, 2.0).attach_grad()

    def given():
        (x * 3).backward(real(1.0, numpy.nan))

    assert str(raised(given)).startswith("the cotangent that was given for the result of 'multiply' has NaN, at (1,)")

    def opposed():
        y = x / 100
        big = 0.6 * numpy.finfo("float64").max
        np.sum(y * big + y * big).backward()

    assert "came of adding up what arrived at the result of 'divide' has an infinity" in str(raised(opposed))


def test_second_order_is_checked():
    f = ug.grad(ug.grad(lambda x: x**1.5))
    assert raised(f, np.asarray(0.0, dtype="float64")).primitive in ("pow", "multiply")


def test_methods_and_reflected_operators_are_the_users_own_calls():
    after = []

    def run(operation):
        operation()
        after.append(operation)  # never reached: the error comes from the call itself

    assert raised(run, lambda: 1.0 / real(0.0)).primitive == "divide"
    assert raised(run, lambda: real(1e308, 1e308).sum()).primitive == "sum"
    assert after == []


def test_what_a_function_of_ours_covers_up_is_no_alarm_and_what_comes_out_of_it_is():
    def masking(x):
        with_nan = np.nanmean(x)
        return with_nan + 1

    with ug.debug():
        masking(real(1.0, numpy.nan))
    error = raised(lambda: np.nanmean(real(numpy.nan)) + 0)
    assert str(error).splitlines()[0] == (
        "'where' gave NaN, which its operand 'x2' has already: condition = False, x1 = 0.0, x2 = nan (within 'nanmean')"
    )
    kept = []
    assert raised(lambda: kept.append(np.nanmean(real(numpy.nan)))).primitive == "where"  # found when the scope closes


def _call(card, operands, options, places):
    """The results of a card's function as Tensors, and the gradient of the sum of those that are floating."""

    def results(*tracked):
        given = list(operands)
        for place, x in zip(places, tracked, strict=True):
            given[place] = x
        out = card.function(*given, **options)
        return [each for each in (out if isinstance(out, tuple) else (out,)) if isinstance(each, ug.Tensor)]

    def loss(*tracked):
        parts = [np.sum(np.real(each)) for each in results(*tracked) if each.dtype.kind in ("real", "complex")]
        return sum(parts, np.asarray(0.0, dtype="float64"))

    chosen = [operands[place] for place in places]
    gradients = ug.grad(loss, tuple(range(len(places))))(*chosen) if places else ()
    return [*results(*chosen), *gradients]


def _cases(card):
    for place, sample in enumerate(card.samples):
        yield draw(card.name, place, sample, 0).operands, dict(sample.options)
    for convention in card.conventions:
        yield (
            tuple(
                point if slope is None else numpy.asarray(point) * 1.0
                for point, slope in zip(convention.point, convention.slopes, strict=True)
            ),
            dict(convention.options),
        )


@pytest.mark.parametrize("kind", ["elementwise", "primitive", "linear", "constant", "composition"])
def test_nothing_is_raised_where_values_and_gradients_are_finite(kind):
    """At every sample of every card and at the singular points: intermediate NaNs that are covered up are no alarm."""
    tried = 0
    for card in [each for each in ug.REGISTRY.values() if each.kind == kind and not each.module.startswith("docs")]:
        for operands, options in _cases(card):
            given = [np.asarray(each) if isinstance(each, numpy.ndarray) else each for each in operands]
            places = [i for i, x in enumerate(given) if isinstance(x, ug.Tensor) and x.dtype.kind == "real"]
            try:
                plain = _call(card, given, options, places)
            except Exception:  # noqa: BLE001 - the suite sees to that; here only what works counts
                continue
            if all(bool(np.all(np.isfinite(x))) for x in plain if x.dtype.kind in ("real", "complex")):
                tried += 1
                with ug.debug():
                    _call(card, given, options, places)
    assert tried > 40


def test_under_vmap_the_example_is_named():
    def root(x):
        return np.sum(np.sqrt(x))

    error = raised(lambda x: ug.vmap(ug.grad(root))(x), real(1.0, 4.0, 1.0, 0.0).reshape(2, 2))
    assert "at (1,), in example 1: g = 1.0, out = 0.0" in str(error)
    outside = raised(ug.grad(lambda x: np.sum(ug.vmap(root)(x))), real(1.0, 4.0, 1.0, 0.0).reshape(2, 2))
    assert outside.primitive == "sqrt"


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
def test_on_every_backend(backend):
    pytest.importorskip(backend)
    with ug.use_backend(backend):
        x = np.asarray([4.0, 0.0], dtype="float64")
        assert raised(np.log, x).primitive == "log"
        error = raised(ug.grad(lambda x: np.sum(np.sqrt(x))), x)
        assert "at (1,): g = 1.0, out = 0.0" in str(error)
        with ug.debug():
            assert numpy.allclose(ug.grad(lambda x: np.sum(x**2))(x).numpy(), [8, 0])


def test_what_jax_only_traces_is_said_to_be_unchecked_once():
    jax = pytest.importorskip("jax")
    with ug.use_backend("jax"), ug.debug():
        x = np.asarray([4.0, 0.0], dtype="float64")
        with pytest.warns(
            ug.UncheckedWarning, match=r"cannot look at values that are only traced.*from .* line"
        ) as seen:
            jax.jit(lambda raw: np.log(np.asarray(raw) * 2).data)(x.data)
        assert len(seen) == 1


def test_a_shared_argument_that_changes_is_named():
    buffer = numpy.ones(3)

    def f(x):
        y = np.sum(x * x)
        buffer[:] = 2
        return y

    with pytest.raises(ug.InPlaceError) as caught, ug.debug():
        ug.grad(lambda other, x: f(x) + np.sum(other), argnums=(0, 1))(numpy.ones(2), buffer)
    assert str(caught.value).startswith(
        "the array that 'multiply' keeps as 'x2' was changed between the sweeps, "
        "as was argument 1 of the function that grad was given ("
    )
    assert str(caught.value).endswith("; the gradient would be wrong: hand over a copy")
    assert any(note.startswith(f"recorded by {HERE}") for note in caught.value.__notes__)
    buffer[:] = 1
    with ug.debug(buffers=False):
        ug.grad(f)(buffer)


def test_what_asarray_shares_is_watched():
    torch = pytest.importorskip("torch")
    buffer = torch.ones(3, dtype=torch.float64)
    with (
        pytest.raises(ug.InPlaceError, match=r"as was what asarray\(copy=False\) was given \(.*test_debug.py"),
        ug.debug(),
    ):
        x = np.asarray(buffer, copy=False).attach_grad()
        y = np.sum(x * x)
        buffer.mul_(2)
        y.backward()


def test_an_exception_in_a_rule_carries_the_line():
    @ug.elementwise(dx=lambda x: {}["no such key"], samples=[])
    def faulty(x, /):
        """The identity, with a rule that fails."""

    ug.get_backend().xp.faulty = lambda x: x
    try:
        with pytest.raises(KeyError) as caught, ug.debug():
            ug.grad(lambda x: np.sum(faulty(x)))(real(1.0))  # the faulty rule
    finally:
        del ug.REGISTRY["faulty"]
    assert any(f"line {line_of('the faulty rule')}" in note for note in caught.value.__notes__)


def test_as_a_decorator_bare_and_with_options():
    @ug.debug
    def bare(x):
        """Docstring."""
        return np.log(x)

    @ug.debug(inf=False)
    def with_options(x):
        return np.log(x)

    assert bare.__doc__ == "Docstring."
    with pytest.raises(ug.NonFiniteValue):
        bare(real(0.0))
    with_options(real(0.0))
    assert numpy.allclose(bare(real(1.0)).numpy(), 0)


def test_a_decorated_function_may_run_in_several_threads_and_within_itself():
    meeting, found = threading.Barrier(2, timeout=20), []

    @ug.debug
    def meet(x, depth=1):
        meeting.wait()
        if depth:
            return meet(x, depth - 1)
        try:
            np.log(x)
        except ug.NonFiniteValue:
            found.append(x.item())
        meeting.wait()
        return x

    threads = [threading.Thread(target=meet, args=(real(value).sum(),)) for value in (0.0, 0.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [0.0, 0.0]
    assert np.add.__globals__[FAST] is ug.Tensor


def test_what_a_decorated_function_returns_is_looked_at():
    @ug.debug
    def mean(x):
        return np.nanmean(x)

    with pytest.raises(ug.NonFiniteValue):
        mean(real(numpy.nan))


def test_the_error_is_a_floating_point_error():
    with pytest.raises(FloatingPointError), ug.debug():
        np.log(real(0.0))


def test_outside_the_scope_the_fast_path_is_back_and_nodes_are_plain():
    x = real(1.0).attach_grad()
    before = np.multiply.__globals__[FAST]
    assert before is ug.Tensor
    with ug.debug():
        assert np.multiply.__globals__[FAST] is not ug.Tensor
        with ug.debug():
            inside = x * x
        assert np.multiply.__globals__[FAST] is not ug.Tensor
        assert type(inside.node) is ObservedNode
    assert np.multiply.__globals__[FAST] is ug.Tensor
    assert type((x * x).node) is not ObservedNode
    np.log(real(0.0))


def test_an_exception_closes_the_scope():
    with pytest.raises(ZeroDivisionError), ug.debug():
        1 / 0  # noqa: B018
    assert np.add.__globals__[FAST] is ug.Tensor
    np.log(real(0.0))


def test_other_threads_are_not_observed():
    found = []

    def run():
        found.append(np.log(real(0.0)).numpy())

    with ug.debug():
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert numpy.isneginf(found[0]).all()


def test_nodes_recorded_inside_keep_their_lines_for_a_sweep_outside():
    x = real(0.0).attach_grad()
    with ug.debug():
        y = np.sqrt(x)  # recorded inside
    assert y.node.place.line == line_of("recorded inside")
    y.backward()
    assert numpy.isinf(x.grad.numpy()).all()


def test_gradients_are_the_same_inside_and_outside():
    def f(p):
        hidden = np.tanh(p["w"] @ p["x"] + 1.0)
        return np.sum(np.where(hidden > 0, hidden**2, np.exp(hidden))) + np.mean(p["x"][:1] / 3)

    p = {"w": np.asarray(numpy.arange(6.0).reshape(2, 3) / 7), "x": real(0.3, -0.2, 0.9)}
    plain = ug.grad(f)(p)
    with ug.debug():
        checked = ug.grad(f)(p)
    for name, g in plain.items():
        assert numpy.array_equal(g.numpy(), checked[name].numpy())
