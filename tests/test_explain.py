"""`ug.explain`: the recorded graph as data, text and picture; the values are those of the library's own sweeps."""

from __future__ import annotations

import importlib.util
import json
import shutil
import xml.etree.ElementTree as ElementTree

import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.explaining.arrays import sketch
from unigrad.explaining.explanation import Fold
from unigrad.explaining.scenes import scenes

needs_graphviz = pytest.mark.skipif(
    importlib.util.find_spec("py_mini_racer") is None and shutil.which("dot") is None,
    reason="needs mini-racer or Graphviz, which are not installed",
)


def array(values):
    return np.asarray(values, dtype="float64").attach_grad()


def model(x, w):
    h = np.tanh(x @ w)
    return np.sum(h * h) + np.sum(x * 3.0)


X, W = [[0.5, -1.0, 2.0], [1.0, 0.3, -0.2]], [[0.1, -0.4], [0.7, 0.2], [-0.3, 0.5]]


def point(explanation, title):
    (found,) = [each for each in explanation.points if each.title == title]
    return found


def gradient(explanation, title):
    return dict(explanation.gradients)[point(explanation, title).index].values


def test_the_graph_of_a_value_has_its_nodes_leaves_and_rules():
    x, w = array([1.0, 2.0]), array([3.0, -1.0])
    y = np.sum(np.tanh(x * w))
    explanation = ug.explain(y)
    assert [(each.kind, each.op, each.title) for each in explanation.points] == [
        ("leaf", "leaf", "x"), ("leaf", "leaf", "w"), ("node", "multiply", "multiply 2"), ("node", "tanh", "tanh 3"), ("node", "sum", "y"),
    ]  # fmt: skip
    assert [each.parents for each in explanation.points] == [(), (), (0, 1), (2,), (3,)]
    assert explanation.outputs == (4,)
    tanh = explanation.points[3]
    assert explanation.formulas[tanh.formula].text == "tanh(x)"
    assert [explanation.formulas[rule.formula].text for rule in tanh.rules] == ["g · (1 − out²)"]
    assert tanh.rules[0].source.partition(":")[0].endswith("trigonometry.py")
    assert [(each.name, each.what, each.bytes) for each in tanh.saved] == [("out", "its own result", 16)]
    assert tanh.bytes == 16
    assert explanation.endings == ()


def test_explaining_changes_and_frees_nothing():
    x = array([1.0, 2.0])
    y = np.sum(x * x)
    before = [(node.g, node.own, node.saved) for node in (y.node, *y.node.parents)]
    ug.explain(y)
    assert [(node.g, node.own, node.saved) for node in (y.node, *y.node.parents)] == before
    assert x.grad.tolist() == [0.0, 0.0]
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_the_values_are_those_of_the_sweeps():
    explanation = ug.explain(model, np.asarray(X), np.asarray(W))
    dx, dw = ug.grad(model, (0, 1))(np.asarray(X), np.asarray(W))
    assert gradient(explanation, "x") == dx.tolist()
    assert gradient(explanation, "w") == dw.tolist()
    ones = (np.ones((2, 3)), np.ones((3, 2)))
    value, t = ug.jvp(model, (np.asarray(X), np.asarray(W)), ones)
    assert explanation.forward[-1].t.values == t.item()
    assert explanation.points[-1].value.values == value.item()


def test_each_step_says_what_arrived_what_it_gives_and_the_sums_so_far():
    x = array(3.0)
    y = x * x + x
    steps = ug.explain(y).reverse
    assert [(step.g.values, [(part.value.values, part.total.values) for part in step.parts]) for step in steps] == [
        (1.0, [(1.0, 1.0), (1.0, 1.0)]),
        (1.0, [(3.0, 4.0), (3.0, 7.0)]),
    ]
    (square, total) = ug.explain(y).forward
    assert [(part.value.values) for part in square.parts] == [3.0, 3.0]
    assert total.t.values == 7.0


def test_the_forward_sweep_starts_with_the_tangents_that_are_given():
    x, w = array(3.0), array(5.0)
    assert ug.explain(x * w, tangents={"w": 2.0}).forward[-1].t.values == 6.0
    with pytest.raises(ug.ArgumentError, match=r"tangents=\{'z': …\} names no leaf; known: .*x, w"):
        ug.explain(x * w, tangents={"z": 1.0})


def test_weights_start_the_reverse_sweep():
    x = array([1.0, 2.0])
    y = x * x
    assert gradient(ug.explain(y, weights=[1.0, 10.0]), "x") == [2.0, 40.0]
    assert gradient(ug.explain([y, x], weights=[[1.0, 10.0], [0.5, 0.5]]), "x") == [2.5, 40.5]
    with pytest.raises(ug.ShapeError, match=r"the weights must have the shape \(2,\) of what they weigh, not \(3,\)"):
        ug.explain(y, weights=[1.0, 1.0, 1.0])


def test_several_outputs_and_names_of_one_s_own():
    x = array(2.0)
    explanation = ug.explain([x * 2.0, x * x], names={"the input": x})
    assert gradient(explanation, "the input") == 6.0
    assert len(explanation.outputs) == 2


def test_values_that_no_rule_needs_are_computed_again_where_that_can_be():
    x, w = array(2.0), array(3.0)
    y = np.sin(x * w + w)  # sin saves the sum, which saves nothing; x * w follows from x and w
    values = [each.value and each.value.values for each in ug.explain(y).points]
    assert values == [2.0, 3.0, 6.0, 9.0, pytest.approx(0.4121184852)]


def test_a_value_that_is_not_known_is_not_made_up():
    def hidden():
        inner = array(2.0)
        return (inner + 1.0) + 1.0

    y = hidden()
    assert [each.value and each.value.values for each in ug.explain(y).points] == [None, None, 4.0]


def test_a_call_that_is_watched_knows_every_value_and_line():
    explanation = ug.explain(model, np.asarray(X), np.asarray(W))
    assert all(each.value is not None for each in explanation.points)
    tanh = point(explanation, "tanh 3")
    assert tanh.line.text == "h = np.tanh(x @ w)"
    assert tanh.line.function == "model"
    assert tanh.line.file == __file__


def test_containers_are_named_by_their_paths():
    explanation = ug.explain(lambda p: np.sum(p["a"] * p["b"][0]), {"a": np.asarray([1.0]), "b": [np.asarray([2.0])]})
    assert [each.title for each in explanation.points if each.kind == "leaf"] == ["p['a']", "p['b'][0]"]


def test_a_function_takes_integers_as_constants():
    assert gradient(ug.explain(lambda x, n: x**n, np.asarray(2.0), 3), "x") == 12.0


def test_complex_numbers():
    z = np.asarray(1.0 + 2.0j, dtype="complex128").attach_grad()
    explanation = ug.explain(np.abs(z * z))
    assert complex(gradient(explanation, "z")) == pytest.approx(
        complex(ug.grad(lambda z: np.abs(z * z))(z.detach()).item())
    )
    explanation = ug.explain(z * z)
    (ending,) = explanation.endings
    assert (
        ending == "explain: a Tensor of dtype 'complex128' needs weights; or take real(), imag() or abs() of it first"
    )
    assert explanation.points


def test_maps_are_shown_with_their_examples():
    x = array([1.0, 2.0, 3.0])
    explanation = ug.explain(np.sum(ug.vmap(lambda a: a * np.sin(a))(x)))
    multiply = next(each for each in explanation.points if each.op == "multiply")
    assert (multiply.value.shape, multiply.value.examples) == ((), (3,))
    assert multiply.value.values == (x * np.sin(x)).tolist()
    assert gradient(explanation, "x") == ug.grad(lambda x: np.sum(x * np.sin(x)))(x.detach()).tolist()
    assert "passes into a map" in next(each for each in explanation.points if each.op == "enter").about
    assert explanation.endings == ()


def test_custom_rules_are_shown_as_their_author_s():
    x = array(2.0)
    with ug.pause():
        out = x * x
    y = ug.custom_rule(out, (x,), lambda g: (g * 10.0,), name="mine") + 1.0
    explanation = ug.explain(y)
    assert gradient(explanation, "x") == 10.0
    assert "author" in next(each for each in explanation.points if each.op == "mine").about


def test_a_freed_graph_shows_what_is_left_and_says_why():
    x = array(2.0)
    y = np.sin(x) * 2.0
    y.backward()
    explanation = ug.explain(y)
    assert [(each.kind, each.title) for each in explanation.points] == [("freed", "y")]
    assert explanation.endings == (
        "the reverse sweep ended early: this graph has been swept already and has given its saved values back; "
        "pass retain_graph=True to the first backward() to keep them",
    )
    assert "it ends here: the reverse sweep ended early" in explanation.text()


def test_a_graph_that_is_freed_below_is_shown_down_to_there():
    x = array(2.0)
    u = np.sin(x)
    u.backward()
    explanation = ug.explain(u * 3.0)
    assert [(each.kind, each.title) for each in explanation.points] == [("freed", "u"), ("node", "multiply 1")]
    assert len(explanation.reverse) == 1
    assert explanation.reverse[0].parts[0].total.values == 3.0
    assert "this graph has been swept already" in explanation.endings[0]


def test_a_value_that_was_not_recorded_says_so():
    explanation = ug.explain(np.asarray(1.0))
    assert explanation.points == ()
    assert explanation.endings == (
        "explain: this Tensor was not recorded: it does not depend on any Tensor with attach_grad(), "
        "or it was computed under pause() or detached",
    )
    for text in (explanation.text(), explanation.html(), explanation.dot(), repr(explanation)):
        assert isinstance(text, str)


def test_a_function_that_raises_halfway_shows_what_it_had_recorded():
    def broken(x):
        h = np.sin(x)
        np.exp(h)
        raise ValueError("no further")

    explanation = ug.explain(broken, np.asarray(1.0))
    assert [each.op for each in explanation.points] == ["leaf", "sin", "exp"]
    (ending,) = explanation.endings
    assert ending.startswith(
        "test_a_function_that_raises_halfway_shows_what_it_had_recorded.<locals>.broken raised ValueError: no further, at "
    )
    assert ending.endswith('raise ValueError("no further")')


def test_a_rule_that_raises_ends_the_sweep_there():
    x = array(2.0)

    def refusing(g):
        raise RuntimeError("not today")

    with ug.pause():
        out = x * 1.0
    explanation = ug.explain(ug.custom_rule(out, (x,), refusing) * 3.0)
    assert explanation.points[explanation.reverse[0].point].op == "multiply"
    assert any("the reverse sweep ended early: RuntimeError: not today" in each for each in explanation.endings)


def test_what_is_neither_a_tensor_nor_a_function_is_refused():
    with pytest.raises(ug.ArgumentError, match=r"explain\(\) needs a Tensor, several, or a function, not a 'float'"):
        ug.explain(1.0)
    with pytest.raises(ug.ArgumentError, match=r"explain\(\) takes arguments behind a function only"):
        ug.explain(array(1.0), array(2.0))
    with pytest.raises(ug.ArgumentError, match=r"save\(\) knows the endings .*, not '.png' of 'a.png'"):
        ug.explain(array(1.0) * 2.0).save("a.png")


def test_a_leaf_is_explained_too():
    explanation = ug.explain(array(2.0))
    assert [each.kind for each in explanation.points] == ["leaf"]
    assert explanation.reverse == ()


def chain(x, rounds):
    for _ in range(rounds):
        x = np.tanh(x) * 0.5 + np.sin(x) * x
    return x


def test_a_large_graph_folds_by_its_rounds():
    explanation = ug.explain(chain, np.asarray(0.3), 400)
    assert len(explanation.points) == 2001
    pictures = scenes(explanation)
    assert max(len(each.boxes) for each in pictures) <= 100

    def points(member):
        return [p for each in member.members for p in points(each)] if isinstance(member, Fold) else [member]

    assert sorted(points(explanation.folds)) == list(range(2001))
    labels = [each.label for each in pictures]
    assert {"round 1", "round 400"} <= set(labels)


def encode(x):
    for _ in range(30):
        x = np.sin(x) + np.tanh(x) * np.cos(x) - x * 0.1
    return x


def decode(x):
    for place in range(90):
        x = (np.exp, np.tanh, np.sin)[place % 7 % 3](x) * 0.5
    return x


def test_a_large_graph_folds_by_its_functions():
    explanation = ug.explain(lambda x: decode(encode(x)), np.asarray(0.3))
    labels = [each.label for each in explanation.folds.members if isinstance(each, Fold)]
    assert labels == ["encode", "decode"]


def test_a_graph_that_was_recorded_under_debug_knows_its_lines():
    x = array(0.5)
    with ug.debug():
        y = np.sin(x) * x
    assert [each.line and each.line.text for each in ug.explain(y).points] == [None, *["y = np.sin(x) * x"] * 2]


def test_a_graph_beyond_the_limit_is_shown_from_its_young_end():
    explanation = ug.explain(chain, np.asarray(0.3), 30, limit=50)
    assert len(explanation.reverse) == 50
    assert explanation.endings == ("the graph goes on: 100 older nodes are left out; limit=150 shows them",)
    assert "beyond" in {each.kind for each in explanation.points}


def test_large_arrays_are_shown_as_a_summary_and_a_picture():
    made = sketch(np.reshape(np.arange(5000.0), (50, 100)))
    assert made.values is None
    assert (made.picture.low, made.picture.high, made.picture.mean, made.picture.zeros) == (0.0, 4999.0, 2499.5, 1)
    assert (made.picture.heat.rows, made.picture.heat.columns) == (24, 48)
    assert made.bytes == 20000
    bad = sketch(np.asarray([float("nan")] * 70 + [1.0] * 30))
    assert (bad.picture.not_finite, bad.finite, bad.picture.mean) == (70, False, 1.0)
    assert sketch(np.zeros((0, 3))).values == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_data_are_json_whatever_the_values_are(tmp_path):
    x = array([0.0, -1.0])
    explanation = ug.explain(x / x + x / 0.0)
    data = json.loads(explanation.save(tmp_path / "y.json").read_text())
    assert data["points"][1]["value"]["values"] == ["nan", 1.0]
    assert data["points"][2]["value"]["values"] == ["nan", "-inf"]
    assert data["title"] == "a Tensor"


def test_the_text_lists_nodes_steps_and_gradients():
    x = array(3.0)
    text = ug.explain(x * x).text()
    assert "x1 · x2   with x1 = x, x2 = x" in text
    assert "x1 → x: g · x2 = 3" in text
    assert "x2 → x: g · x1 = 3, so far 6" in text
    assert "gradient of x: 6" in text


def test_the_language_of_graphviz_is_escaped():
    x = array(3.0)
    text = ug.explain(x * 2.0, names={'a"b\\c': x}).dot()
    assert 'n0 [label="a\\"b\\\\c\\nscalar · float64\\n3"' in text
    assert "n0 -> n1" in text


@needs_graphviz
def test_the_picture_stands_alone_and_is_escaped(tmp_path):
    x = array(3.0)
    path = ug.explain(x * x, names={"<script>": x}).save(tmp_path / "y.svg")
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "<script>" in words
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 3
    assert root.find("{http://www.w3.org/2000/svg}script") is None


def test_without_graphviz_the_picture_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(
        ug.BackendUnavailable, match=r"try: pip install 'unigrad\[explain\]', or apt-get install graphviz"
    ):
        ug.explain(array(1.0) * 2.0).svg()


def test_the_page_stands_alone_and_is_escaped():
    x = array(3.0)
    explanation = ug.explain(x * x, names={"</script><script>alert(1)</script>": x})
    page = explanation.html()
    assert "<script>alert" not in page
    assert "http" not in page.partition('id="graphviz">')[0].replace("http://www.w3.org", "")
    assert "src=" not in page.partition('id="graphviz">')[0]
    frame = explanation._repr_html_()
    assert frame.startswith('<iframe title="')
    assert frame.count("<") == 2


def test_a_name_s_module_is_not_shadowed():
    assert callable(ug.explain)
    assert callable(ug.step)
