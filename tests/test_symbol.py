"""The symbol level: a rule run at it computes what it computes anyway, and writes the formula down."""

from __future__ import annotations

import random

import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.explaining import rules
from unigrad.explaining.notation import written
from unigrad.explaining.styles import LATEX, MATHML, TEXT
from unigrad.graph import Node, Pull
from unigrad.samples import Array
from unigrad.virtual.formula import Call, Constant, Name, shared_parts
from unigrad.virtual.symbol import SymbolArray, SymbolLevel

VECTOR, MATRIX = [0.3, 0.7, 0.2], [[0.5, 0.2], [0.1, 0.8]]


def recorded(f, *values):
    """The node of ``f(*values)``, its cotangent of ones, and the tangents of ones."""
    xs = [np.asarray(value, dtype="float64") for value in values]
    for x in xs:
        x.attach_grad()
    y = f(*xs)
    return y.node, np.ones_like(y).detach(), [np.ones_like(x).detach() for x in xs]


def pulled(f, *values, style=TEXT):
    node, g, _ = recorded(f, *values)
    return [written(formula, style)[0] for formula in rules.pulled(node, g)]


@pytest.mark.parametrize(
    ("f", "values", "formulas"),
    [
        (np.multiply, [VECTOR, VECTOR], ["g · x2", "g · x1"]),
        (np.divide, [VECTOR, VECTOR], ["g / x2", "−g · out / x2"]),
        (np.subtract, [VECTOR, VECTOR], ["g", "−g"]),
        (np.add, [[VECTOR], VECTOR], ["g", "∑[axis 0] g"]),
        (np.tanh, [VECTOR], ["g · (1 − out²)"]),
        (np.sin, [VECTOR], ["g · cos(x)"]),
        (np.cos, [VECTOR], ["g · (−sin(x))"]),
        (np.asin, [VECTOR], ["g / √((1 − x) · (1 + x))"]),
        (lambda x: x**3, [VECTOR], ["g · 3 · x1²"]),
        (lambda x: 2.5 * x, [VECTOR], ["g · 2.5"]),
        (np.matmul, [MATRIX, MATRIX], ["g @ x2ᵀ", "x1ᵀ @ g"]),
        (np.linalg.inv, [MATRIX], ["−outᵀ @ (g @ outᵀ)"]),
        (lambda x: np.sum(x, axis=0), [MATRIX], ["broadcast(g, 2×2)"]),
        (lambda x: x[1:], [VECTOR], ["scatter(g, key=1:, shape=3)"]),
    ],
)
def test_a_rule_is_shown_as_the_formula_that_it_computes(f, values, formulas):
    assert pulled(f, *values) == formulas


def test_a_push_is_shown_in_terms_of_the_tangents():
    node, _, tangents = recorded(np.multiply, VECTOR, VECTOR)
    assert written(rules.pushed(node, tangents), TEXT)[0] == "t1 · x2 + t2 · x1"
    node, _, tangents = recorded(np.tanh, VECTOR)
    assert written(rules.pushed(node, tangents), TEXT)[0] == "t · (1 − out²)"


def test_the_result_is_shown_in_terms_of_the_arguments():
    assert [written(rules.output(recorded(f, *values)[0]), TEXT)[0] for f, values in (
        (np.divide, [VECTOR, VECTOR]), (lambda x: 2.5 * x, [VECTOR]), (np.exp, [VECTOR]), (lambda x: np.sum(x, axis=1), [MATRIX]),
    )] == ["x1 / x2", "2.5 · x2", "e^x", "∑[axis 1] x"]  # fmt: skip


def test_the_same_formula_in_mathml_and_in_latex():
    assert pulled(np.tanh, VECTOR, style=LATEX) == [r"g \cdot \left( 1 - {\mathrm{out}}^{2} \right)"]
    assert pulled(np.divide, VECTOR, VECTOR, style=LATEX)[0] == r"\frac{g}{x_{2}}"
    assert pulled(np.divide, VECTOR, VECTOR, style=MATHML)[0] == (
        "<mfrac><mrow><mi>g</mi></mrow><mrow><msub><mi>x</mi><mn>2</mn></msub></mrow></mfrac>"
    )
    node, g, _ = recorded(np.maximum, VECTOR, VECTOR)
    assert written(rules.pulled(node, g)[0], LATEX)[0].startswith(r"\begin{cases} 0.5 \cdot g & x_{1} = x_{2} \\")


def test_names_are_escaped_in_mathml():
    assert written(Name("<b>&"), MATHML)[0] == "<mi>&lt;b&gt;&amp;</mi>"
    assert written(Call("sin", (Constant("</math><script>"),)), MATHML)[0] == (
        "<mrow><mi>sin</mi><mrow><mo>(</mo><mtext>&lt;/math&gt;&lt;script&gt;</mtext><mo>)</mo></mrow></mrow>"
    )


def test_a_part_that_occurs_twice_gets_a_name():
    x = Name("x")
    part = Call("add", (Call("multiply", (x, x)), Constant(1)))
    whole = Call("multiply", (part, Call("sin", (part,))))
    assert shared_parts(whole) == [part]
    assert written(whole, TEXT) == ("a1 · sin(a1)", [("a1", "x² + 1")])


def test_a_formula_that_would_fill_pages_ends_in_an_ellipsis():
    deep: Call | Name = Name("x")
    for _ in range(5000):
        deep = Call("sin", (deep,))
    wide: Call | Name = Name("x")
    for place in range(3000):
        wide = Call("add", (wide, Call("sin", (Constant(place),)))) if place % 50 else Call("negative", (wide,))
    shallow = Call("f", tuple(Call("sin", (Constant(place),)) for place in range(3000)))
    for formula in (deep, wide, shallow):
        text = written(formula, TEXT)[0]
        assert "…" in text
        assert len(text) < 40_000
    assert written(Call("sin", (Name("x"),)), TEXT)[0] == "sin(x)"


def test_arrays_at_the_level_behave_as_the_library_s_own():
    raw = np.asarray(MATRIX, dtype="float64")
    xp = SymbolLevel().namespace(raw.xp)
    x = xp.named(raw.raw, "x")
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 2), 2, 4, 2)
    assert x.dtype == raw.raw.dtype
    made = xp.sum(-(1 - x) * 2.0, axis=(0,), keepdims=False)
    assert isinstance(made, SymbolArray)
    assert made.data.tolist() == (-(1 - raw.raw) * 2.0).sum(axis=0).tolist()
    assert written(made.formula, TEXT)[0] == "∑[axis 0] (−(1 − x) · 2)"
    assert written(x[0].formula, TEXT)[0] == "x[0]"
    assert bool(xp.all(x > 0.05, axis=None, keepdims=False))


def _cards():
    """Each primitive with a rule, with its first smooth sample that has elements."""
    for name, card in sorted(ug.REGISTRY.items()):
        if card.kind not in ("elementwise", "linear", "primitive"):
            continue
        for sample in card.samples:
            arrays = [each for each in sample.arrays if isinstance(each, Array)]
            if sample.smooth and arrays and all(0 not in each.shape for each in arrays):
                yield pytest.param(card, sample, id=name)
                break


def _drawn(spec, draw):
    if not isinstance(spec, Array):
        return spec
    whole = spec.dtype in ("int", "bool")
    size = 1
    for length in spec.shape:
        size *= length
    numbers = [draw.uniform(spec.low, spec.high) for _ in range(size)]
    numbers = sorted(numbers) if spec.distinct else numbers
    numbers = [each + 0.21 if any(abs(each - point) < 0.1 for point in spec.away) else each for each in numbers]
    if spec.dtype == "complex":
        numbers = [complex(each, 0.3) for each in numbers]
    dtype = {"int": "int64", "bool": "bool", "complex": "complex128"}.get(spec.dtype, "float64")
    x = np.reshape(np.asarray([int(each) for each in numbers] if whole else numbers, dtype=dtype), spec.shape)
    return x if whole else x.attach_grad()


@pytest.mark.parametrize(("card", "sample"), list(_cards()))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_rule_computes_the_same_at_the_symbol_level(card, sample):
    """The kernels below do the work, so that even a rule that looks at values takes the way that it takes without it."""
    draw = random.Random(7)
    try:
        out = card.function(*(_drawn(each, draw) for each in sample.arrays), **sample.options)
    except (ug.UnigradError, ValueError, ArithmeticError) as error:
        pytest.skip(f"the drawn numbers are not in the domain: {error}")
    node = (out if isinstance(out, ug.Tensor) else out[0]).node
    if not isinstance(node, Node) or type(node.pull) is not Pull or node.pull.name != card.name:
        pytest.skip("the first sample is recorded by other primitives")
    y = out if isinstance(out, ug.Tensor) else out[0]
    g = np.ones_like(y).detach()
    xp = SymbolLevel().namespace(node.xp)
    parts = node.pull.run(xp, xp.named(g.raw, "g"), rules._saved(node, xp))
    plain = node.pull.run(node.xp, g.raw, node.saved)
    for part, expected in zip(parts, plain, strict=True):
        assert part.data.shape == expected.shape
        assert np.equal(part.data, expected).all() or np.isnan(np.asarray(expected)).any()
        for style in (TEXT, MATHML, LATEX):
            assert written(part.formula, style)[0]
