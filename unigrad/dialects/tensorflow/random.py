"""tf.random: random tensors; one seed gives the same numbers on every backend, though not TensorFlow's."""

from __future__ import annotations

from typing import Any, Final

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import formats, notes
from unigrad.dialects.tensorflow.conversion import adopted, convert
from unigrad.dialects.tensorflow.creation import lengths_of, number
from unigrad.dialects.tensorflow.errors import ConversionError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.holding import no_program
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.numpy.random import Generator as _Generator

__all__ = ["categorical", "exponential", "normal", "set_seed", "shuffle", "truncated_normal", "uniform"]

_shared: Final = _Generator()


def _stream(seed: Any) -> _Generator:
    """The stream that all share, or one of its own for an operation's own seed."""
    return _shared if seed is None else _Generator(int(seed))


def set_seed(seed: int | None) -> None:
    """Start the stream anew at `seed`."""
    no_program("tf.random.set_seed")
    _shared.seed(seed)


def normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = formats.float32, seed: Any = None, name: Any = None
) -> EagerTensor:
    """Numbers of the normal distribution."""
    drawn = F.adopt(_stream(seed).normal(size=lengths_of(shape), dtype=formats.as_dtype(dtype)))
    return _plain(mean, stddev, drawn)


def _plain(mean: Any, stddev: Any, drawn: EagerTensor) -> EagerTensor:
    return drawn * convert(stddev, like=drawn.dtype) + convert(mean, like=drawn.dtype)


def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = formats.float32, seed: Any = None, name: Any = None
) -> EagerTensor:
    """Numbers spread evenly over [minval, maxval), 1 if there is no upper bound; whole ones for an integer dtype."""
    wanted, low = formats.as_dtype(dtype), number(minval)
    if wanted.is_integer:
        if maxval is None:
            raise ConversionError(f"Must specify maxval for integer dtype {wanted!r}")
        return F.astype(F.adopt(_stream(seed).randint(low, number(maxval), lengths_of(shape))), wanted)
    high = 1 if maxval is None else number(maxval)
    return adopted(_stream(seed).uniform(low, high, lengths_of(shape), dtype=wanted))


def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = formats.float32, seed: Any = None, name: Any = None
) -> EagerTensor:
    """Numbers of the normal distribution within two standard deviations, by the inverse of its distribution function."""
    low, high = 0.022750131948179195, 0.9772498680518208  # Φ(-2) and Φ(2)
    drawn = _stream(seed).uniform(low, high, lengths_of(shape), dtype=formats.as_dtype(dtype))
    return _plain(mean, stddev, F.ndtri(F.adopt(drawn)))


def exponential(
    shape: Any, rate: float = 1.0, dtype: Any = formats.float32, seed: Any = None, name: Any = None
) -> EagerTensor:
    """Numbers of the exponential distribution."""
    return adopted(_stream(seed).exponential(1 / rate, lengths_of(shape), dtype=formats.as_dtype(dtype)))


def shuffle(value: Any, seed: Any = None, name: Any = None) -> EagerTensor:
    """The sub-tensors along the first axis in random order."""
    x = convert(value)
    return F.take(x, F.adopt(_stream(seed).permutation(x.shape[0])), axis=0)


def categorical(
    logits: Any, num_samples: Any, dtype: Any = formats.int64, seed: Any = None, name: Any = None
) -> EagerTensor:
    """For each row of `logits` so many positions, drawn with the probabilities of its softmax (by the Gumbel trick)."""
    x = convert(logits)
    count = int(number(num_samples))
    drawn = F.adopt(_stream(seed).exponential(1.0, (x.shape[0], count, x.shape[1]), dtype=x.dtype))
    scores = F.expand_dims(F.stop_gradient(x), axis=1) - F.log(drawn)
    return F.astype(F.argmax(scores, axis=-1), dtype)


__getattr__ = absent("tensorflow.random", lambda: __all__, notes.reasons("random"))
