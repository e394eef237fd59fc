"""tensorflow_probability's distributions: shapes, dtypes, sums, seeds, and the imports that lead to them."""

from __future__ import annotations

import importlib.util

import numpy
import pytest

import unigrad as ug
from unigrad.running.redirect import Redirect

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]
IMPORTS = [
    "from tensorflow_probability import distributions as tfd",
    "import tensorflow_probability as tfp; tfd = tfp.distributions",
    "import tensorflow_probability.distributions; tfd = tensorflow_probability.distributions",
    "import importlib; tfd = importlib.import_module('tensorflow_probability.distributions')",
    "tfd = __import__('tensorflow_probability').distributions",
]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


@pytest.mark.parametrize("text", IMPORTS)
def test_every_import_leads_to_the_dialect(text):
    scope: dict = {}
    exec(Redirect("tensorflow").compiled(text.encode(), "program.py"), scope)
    assert scope["tfd"].__name__ == "unigrad.dialects.tensorflow.probability.distributions"


def test_counts_of_a_multinomial_add_up_and_come_near_its_mean(backend):
    from unigrad.dialects import tensorflow as tf
    from unigrad.dialects.tensorflow.probability import distributions as tfd

    dice = tfd.Multinomial(total_count=6000, probs=tf.ones(6) / 6)
    counts = dice.sample(seed=0)
    assert (counts.shape, counts.dtype) == ((6,), tf.float32)
    assert float(tf.reduce_sum(counts)) == 6000.0
    assert counts.numpy() == pytest.approx(dice.mean().numpy(), abs=150)
    many = tfd.Multinomial(10, logits=tf.zeros(2)).sample((3, 4))
    assert many.shape == (3, 4, 2)
    assert numpy.all(tf.reduce_sum(many, axis=-1).numpy() == 10.0)


def test_one_seed_gives_the_same_numbers_again(backend):
    from unigrad.dialects.tensorflow.probability import distributions as tfd

    normal, uniform = tfd.Normal(3.0, [0.5, 2.0]), tfd.Uniform(-1.0, 1.0)
    assert normal.sample(4, seed=1).shape == (4, 2)
    assert normal.sample(4, seed=1).numpy().tolist() == normal.sample(4, seed=1).numpy().tolist()
    drawn = uniform.sample(1000, seed=2).numpy()
    assert drawn.min() >= -1.0
    assert drawn.max() < 1.0


def test_a_distribution_that_is_not_there_is_named():
    from unigrad.dialects.tensorflow.probability import distributions as tfd

    with pytest.raises(ug.MissingName, match=r"^'Gumbel' is missing from unigrad's dialect of tensorflow_probability"):
        tfd.Gumbel  # noqa: B018
