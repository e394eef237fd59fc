"""Rows: small programs in TensorFlow's words, run under TensorFlow itself and under unigrad's dialect, and compared.

Each row is a text whose last line is an expression over what stands before; ``tf`` and ``np`` are given. Nothing here
imports an array library but NumPy, so that both interpreters can load it.
"""

from __future__ import annotations

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
TAPE = (HERE / "tensorflow_tape.txt").read_text().strip().split("\n---\n")
VALUES = (HERE / "tensorflow_values.txt").read_text().strip().split("\n")
GRADIENTS = (HERE / "tensorflow_gradients.txt").read_text().strip().split("\n")

COMPLEX = (HERE / "tensorflow_complex.txt").read_text().strip().split("\n")
COMPLEX_GRADIENTS = (HERE / "tensorflow_complex_gradients.txt").read_text().strip().split("\n")

GRADIENT_PROGRAM = """
x = tf.constant([[0.31, 0.52, 0.17], [0.83, 0.24, 0.65]]) {shift}; y = tf.Variable([[0.45, 0.33, 0.71], [0.29, 0.92, 0.58]])
with tf.GradientTape() as t:
    t.watch(x)
    z = {expression}
    s = tf.reduce_sum(tf.cast(tf.sin(z), tf.float32))
[z, *[None if g is None else tf.convert_to_tensor(g) for g in t.gradient(s, [x, y])]]
"""


COMPLEX_PROGRAM = """
z = tf.Variable(tf.complex([0.5, -0.7, 1.1], [1.2, 0.4, -0.9])); w = tf.complex([0.3, 1.4, -0.8], [-0.2, 0.6, 1.5])
with tf.GradientTape() as t:
    t.watch(w)
    y = {expression}
[y, *t.gradient(y, [z, w])]
"""


def rows() -> dict[str, str]:
    """Every program, by a name."""
    programs = {f"tape {i}": text for i, text in enumerate(TAPE)}
    programs |= {f"value {i}": text for i, text in enumerate(VALUES)}
    for expression in GRADIENTS:
        shift = "+ 1." if "acosh" in expression else ""
        programs[f"gradient of {expression}"] = GRADIENT_PROGRAM.format(expression=expression, shift=shift).strip()
    programs |= {f"complex {i}": text for i, text in enumerate(COMPLEX)}
    programs |= {
        f"complex gradient of {expression}": COMPLEX_PROGRAM.format(expression=expression).strip()
        for expression in COMPLEX_GRADIENTS
    }
    return programs


def outcome(tf, text: str):
    """What a program gives, in JSON's words: its value, or the built-in types of its error."""
    lines = text.split("\n")
    namespace = {"tf": tf, "np": np}
    try:
        if _is_expression(lines[-1]):
            head, _, tail = (
                lines[-1].rpartition("; ")
                if "; " in lines[-1] and not lines[-1].startswith(" ")
                else ("", "", lines[-1])
            )
            if head and not _is_expression(lines[-1]):
                lines[-1:] = [head, tail]
            exec("\n".join(lines[:-1]), namespace)
            value = eval(lines[-1], namespace)
        else:
            head, _, tail = lines[-1].rpartition("; ")
            exec("\n".join([*lines[:-1], head] if head and _is_expression(tail) else lines), namespace)
            value = eval(tail, namespace) if head and _is_expression(tail) else None
    except Exception as error:  # noqa: BLE001 - which error it is, is what the row asks
        return {"error": [kind.__name__ for kind in type(error).__mro__ if _comparable(kind)]}
    return encoded(value)


def _comparable(kind: type) -> bool:
    """Whether an error's class is one that a caller would catch: a built-in one, but for the most general, or TensorFlow's."""
    known = kind.__module__ == "builtins" and kind not in (Exception, BaseException, object)
    return known or kind.__name__ in ("InvalidArgumentError", "OpError")


def _is_expression(line: str) -> bool:
    try:
        compile(line, "row", "eval")
    except SyntaxError:
        return False
    return True


def encoded(value):
    """A value in JSON's words."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return repr(value) if isinstance(value, float) and value != value else value
    if isinstance(value, dict):
        return {"dict": {str(key): encoded(each) for key, each in sorted(value.items())}}
    if isinstance(value, (list, tuple)):
        return [encoded(each) for each in value]
    if hasattr(value, "numpy"):
        array = np.asarray(value.numpy())
        return {"dtype": value.dtype.name, "shape": list(array.shape), "values": _numbers(array)}
    array = np.asarray(value)
    return {"dtype": str(array.dtype), "shape": list(array.shape), "values": _numbers(array)}


def _numbers(array):
    """The elements as nested lists; complex numbers as pairs."""
    return (np.stack([array.real, array.imag], axis=-1) if array.dtype.kind == "c" else array).tolist()
