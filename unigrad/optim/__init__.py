"""unigrad.optim: optimizers as pure functions over nested containers, schedules of the learning rate, clipping.

::

    optimizer = optim.adam(1e-3)
    state = optimizer.init(params)
    params, state = optimizer.update(params, gradients, state)

Names, defaults and numbers are those of ``torch.optim``, without what it changes in place.
"""

from unigrad.optim.algorithms import adadelta, adagrad, adam, adamw, rmsprop, sgd
from unigrad.optim.clipping import clip_by_global_norm, clip_by_value, global_norm
from unigrad.optim.optimizer import Optimizer
from unigrad.optim.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    linear_warmup,
    polynomial_decay,
    step_decay,
)

__all__ = [
    "Optimizer",
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "clip_by_global_norm",
    "clip_by_value",
    "constant",
    "cosine_decay",
    "exponential_decay",
    "global_norm",
    "linear_warmup",
    "polynomial_decay",
    "rmsprop",
    "sgd",
    "step_decay",
]
