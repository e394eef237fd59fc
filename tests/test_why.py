"""`why`: each kind of cut by its name, its sentence and its line; nothing where nothing is cut."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.graph import make_tensor

X = numpy.asarray([1.0, -2.0, 3.0])


def edge(f, *args, **options):
    """The only edge of the only verdict."""
    (verdict,) = ug.why(f, *args, **options)
    (found,) = verdict.edges
    return verdict, found


def line_of(text):
    """The number of the only line of this file that ends with the comment `text`."""
    with open(__file__, encoding="utf-8") as file:
        (number,) = [number for number, line in enumerate(file, 1) if line.rstrip().endswith(f"# {text}")]
    return number


def detached(x):
    y = x * 2.0
    y = y.detach()  # detached
    return np.sum(y * 3.0)


def stopped(x):
    return np.sum(ug.stop_gradient(x) ** 2)  # stopped


def paused(x):
    with ug.pause():
        y = np.sin(x)  # paused
    return np.sum(y)


def cast(x):
    return np.sum(x.astype("int64")) * 1.0  # cast


def floored(x):
    return np.sum(np.floor(x) * 2.0)  # floored


def compared(x):
    return np.sum((x > 0).astype("float64"))  # compared


def found(x):
    return np.argmax(x).astype("float64")  # found


def indexed(x):
    table = np.asarray([1.0, 2.0, 3.0, 4.0, 5.0])
    return np.sum(table[x.astype("int64")])  # indexed


def chosen(x):
    return np.sum(np.where(x, 1.0, 2.0))  # chosen


def handed_over(x):
    return np.sum(np.asarray(x.numpy() * 2))  # handed over


def number(x):
    return np.asarray(float(np.sum(x)))  # number


CUTS = {
    "detached": (detached, "detach", "it is detached: its values go on as a constant"),
    "stopped": (stopped, "detach", "it is detached: its values go on as a constant"),
    "paused": (paused, "pause", "'sin' is called where recording is off, under pause()"),
    "cast": (cast, "cast", "it is cast to integers or booleans, which have no gradient"),
    "floored": (floored, "constant", "'floor' has the derivative zero wherever it has one"),
    "compared": (compared, "constant", "'greater' has the derivative zero wherever it has one"),
    "found": (found, "constant", "'argmax' has the derivative zero wherever it has one"),
    "indexed": (indexed, "cast", "it is cast to integers or booleans, which have no gradient"),
    "chosen": (chosen, "argument", "'where' has no gradient for its argument 'condition'"),
    "handed over": (
        handed_over,
        "left",
        "the values leave unigrad by numpy(), and what is computed of them outside is",
    ),
    "number": (
        number,
        "left",
        "the values leave unigrad by float(), and what is computed of them outside is a constant",
    ),
}


@pytest.mark.parametrize("name", CUTS)
def test_a_missing_gradient_is_explained_by_the_edge_that_cut_it(name):
    f, kind, sentence = CUTS[name]
    verdict, cut = edge(f, X)
    assert (verdict.name, verdict.status, verdict.gradient) == ("argument 0", "missing", None)
    assert cut.kind == kind
    assert cut.sentence.startswith(sentence)
    assert (cut.place.file, cut.place.line) == (__file__, line_of(name))
    assert not numpy.any(ug.grad(f)(X).numpy())  # and indeed none arrives


def branch(x):
    return np.sum(np.where(numpy.asarray([False, False, False]), x, 1.0))  # branch


def clipped(x):
    return np.sum(np.clip(x, 10.0, 20.0))  # clipped


def inactive(x):
    return np.sum(np.relu(x - 10.0))  # inactive


def larger(x):
    return np.sum(np.maximum(x, 10.0))  # larger


def multiplied(x):
    return np.sum(np.asarray([0.0, 0.0, 0.0]) * np.sin(x))  # multiplied


def flat(x):
    return np.sum((x - X) ** 2.0)  # flat


def elsewhere(x):
    return (x * 1.0)[:0].sum() + (x * 0.0 + 1.0).sum()  # elsewhere


ZEROS = {
    "branch": (branch, "branch", "'where' takes its other branch"),
    "clipped": (clipped, "clip", "'clip' is saturated: the values are outside of its bounds"),
    "inactive": (inactive, "inactive", "'relu' is inactive: the values are not positive"),
    "larger": (larger, "inactive", "in 'maximum' the other operand is the larger"),
    "multiplied": (multiplied, "multiplication", "'multiply' multiplies by zero"),
    "flat": (flat, "flat", "the slope of 'pow' with respect to 'x1' is zero"),
}


@pytest.mark.parametrize("name", ZEROS)
def test_a_zero_gradient_is_explained_by_the_slope_that_is_zero(name):
    f, kind, sentence = ZEROS[name]
    verdict, cut = edge(f, X)
    assert verdict.status == "zero"
    assert numpy.array_equal(verdict.gradient.numpy(), [0, 0, 0])
    assert (cut.kind, cut.sentence) == (kind, sentence)
    assert cut.place.line == line_of(name)


def test_a_gradient_that_flows_has_no_edges():
    (verdict,) = ug.why(lambda x: np.sum(np.where(x > 0, x, -x) + np.exp(x)), X)
    assert (verdict.status, verdict.edges, verdict.zeros) == ("flows", (), 0)
    assert numpy.allclose(verdict.gradient.numpy(), numpy.sign(X) + numpy.exp(X))
    assert str(verdict) == "argument 0: a gradient arrives, and no entry of it is zero"


def test_a_gradient_with_some_zeros_is_explained_too():
    verdict, cut = edge(lambda x: np.sum(np.relu(x)), X)
    assert (verdict.status, verdict.zeros, cut.kind) == ("partly zero", 1, "inactive")
    assert cut.sentence == "'relu' is inactive: the values are not positive, for some elements"
    assert str(verdict).startswith("argument 0: a gradient arrives; 1 of its 3 entries are zero\n  'relu' is inactive")
    best, choice = edge(np.max, X)
    assert (best.zeros, choice.sentence) == (2, "'max' takes other elements, for some elements")


def test_contributions_that_cancel():
    verdict, cut = edge(lambda x: np.sum(x - x), X)
    assert (verdict.status, cut.kind) == ("zero", "cancellation")
    assert cut.sentence == "what arrives at the input along several paths cancels"

    def of_sine(x):
        y = np.sin(x)
        return np.sum(y * 2.0 - y * 2.0)

    _, within = edge(of_sine, X)
    assert within.sentence == "what arrives at the result of 'sin' along several paths cancels"


def test_an_input_that_is_not_used():
    verdict, cut = edge(lambda x: np.asarray(1.0), X)
    assert (verdict.status, cut.kind, cut.place) == ("missing", "unused", None)
    assert cut.sentence == "the result does not depend on it: no operation takes it"
    other, unread = edge(lambda x: (np.sin(x), np.asarray(1.0))[1], X)
    assert (other.status, unread.kind) == ("missing", "unread")
    assert unread.sentence == "what is computed of it does not lead to the result"


def test_several_arguments_and_containers_are_named():
    def model(p, x, scale):
        return np.sum(np.floor(p["w"]) * x) + p["b"][0] * 2.0 + scale.detach()

    verdicts = ug.why(model, {"w": X, "b": [numpy.asarray(1.0)]}, X, numpy.asarray(2.0), argnums=(0, 2))
    assert [(each.name, each.status) for each in verdicts] == [
        ("argument 0['b'][0]", "flows"),
        ("argument 0['w']", "missing"),
        ("argument 2", "missing"),
    ]
    assert [each.kind for each in verdicts.edges] == ["constant", "detach"]
    text = str(verdicts)
    assert "argument 0['w']: no gradient arrives\n  'floor' has the derivative zero wherever it has one\n" in text
    assert f"    {__file__}, line " in text
    assert repr(verdicts) == text


def test_one_array_given_twice_is_two_inputs():
    x = np.asarray(X)
    first, second = ug.why(lambda a, b: np.sum(a.detach() * b), x, x, argnums=(0, 1))
    assert (first.status, second.status) == ("missing", "flows")


def test_dependence_goes_on_through_what_is_not_recorded():
    def f(x):
        y = np.round(np.sin(x))
        for _ in range(3):
            y = y * 2.0
        z = np.exp(y)
        z[0] = 1.0
        return np.sum(z)

    verdict, cut = edge(f, X)
    assert (verdict.status, cut.primitive) == ("missing", "round")


def test_a_detached_tensor_is_recognised_by_its_array_where_no_function_detached_it():
    def f(x):
        y = np.sin(x)
        return np.sum(make_tensor(y.raw, y.xp) * 2.0)

    _, cut = edge(f, X)
    assert cut.kind == "detach"
    assert cut.sentence == (
        "what 'multiply' takes is detached from the graph: it has the values of a recorded Tensor, but not its place"
    )


def test_a_gradient_that_flows_and_is_detached_besides():
    verdict, cut = edge(lambda x: np.sum(x * x.detach()), X)
    assert (verdict.status, cut.kind) == ("flows", "detach")


def test_under_vmap_within_gradients_and_checkpoints():
    assert edge(lambda x: np.sum(ug.vmap(np.floor)(x)), X)[1].primitive == "floor"
    assert edge(lambda x: np.sum(ug.vmap(np.relu)(x - 10.0)), X)[1].primitive == "relu"
    assert edge(lambda x: ug.grad(lambda y: np.sum(np.floor(x) * y))(X)[0], X)[1].primitive == "floor"
    assert edge(lambda x: np.sum(ug.checkpoint(lambda x: np.floor(x) * 2.0)(x)), X)[1].primitive == "floor"


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_on_other_backends(backend):
    pytest.importorskip(backend)
    with ug.use_backend(backend):
        for f, kind, _ in (*CUTS.values(), *ZEROS.values()):
            if f is not handed_over:  # the array that comes back is NumPy's
                assert edge(f, np.asarray(X))[1].kind == kind


def test_tensors_of_a_recorded_graph():
    x, w, unused = (np.asarray(X).attach_grad() for _ in range(3))
    with ug.debug(inf=False):
        y = np.sum(np.relu(x - 10.0) + w * 2.0)  # recorded
    zero, flows, missing = ug.why(y, x, w, unused)
    assert (zero.status, zero.edges[0].kind) == ("zero", "inactive")
    assert zero.edges[0].place.line == line_of("recorded")
    assert (flows.status, flows.edges) == ("flows", ())
    assert missing.status == "missing"
    assert missing.edges[0].sentence == (
        "no recorded operation leads from it to the result; ask why(f, *args), which follows what is not recorded too"
    )
    y.backward()  # the graph was kept
    assert numpy.allclose(w.grad.numpy(), 2)


def test_tensors_without_a_graph():
    x = np.asarray(X).attach_grad()
    y = np.sum(np.relu(x - 10.0))
    assert str(ug.why(y, x)).endswith("'relu' is inactive: the values are not positive\n    its line is not known")
    (verdict,) = ug.why(np.sum(np.floor(x)), x)
    assert verdict.edges[0].sentence.startswith("the result was not recorded at all; ask why(f, *args)")
    (constant,) = ug.why(y, np.asarray(X))
    assert constant.edges[0].sentence == "it is a constant: call attach_grad() before it is used"


def test_bad_questions():
    with pytest.raises(
        ug.ArgumentError, match="why takes a function and its arguments, or a Tensor and those it was made"
    ):
        ug.why(3.0, X)
    with pytest.raises(
        ug.ArgumentError, match=r"why\(y, x\) takes the Tensors whose gradients are asked for after the one"
    ):
        ug.why(np.asarray(X))
    with pytest.raises(ug.DTypeError, match="why needs inputs of a floating dtype, not 'int64'"):
        ug.why(np.sum, numpy.asarray([1, 2]))
    with pytest.raises(ug.ArgumentError, match="why: argnums=1 is out of range"):
        ug.why(np.sum, X, argnums=1)
