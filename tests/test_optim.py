"""Optimizers, schedules and clipping: closed forms, Torch's numbers over 20 steps, and what they refuse."""

from __future__ import annotations

import importlib.util
import inspect
import math

import numpy
import optree
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import optim
from unigrad.errors import ArgumentError, DTypeError, ShapeError

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]
needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="the oracle is Torch, which is absent"
)
G = numpy.array([0.5, -2.0, 3.0])
START = numpy.array([1.0, 2.0, -0.25])


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def array(values):
    return np.asarray(values, dtype="float64")


def message(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def after(optimizer, gradients, start=START):
    """Where the optimizer is after these gradients, one an update."""
    x, state = array(start), None
    state = optimizer.init(x)
    for g in gradients:
        x, state = optimizer.update(x, array(g), state)
    return x.numpy()


# -- closed forms under one gradient, again and again


def test_sgd_goes_down_in_a_straight_line(backend):
    assert after(optim.sgd(0.1), [G] * 7) == pytest.approx(START - 0.7 * G, rel=1e-14)


@pytest.mark.parametrize(("nesterov", "dampening"), [(False, 0.0), (True, 0.0), (False, 0.3)])
def test_momentum_is_a_geometric_series(backend, nesterov, dampening):
    m, n = 0.9, 9
    # v_k = m v_{k-1} + (1 - d) g from v_1 = g: a geometric series around its limit
    limit = (1 - dampening) / (1 - m)
    velocities = numpy.array([limit + (1 - limit) * m ** (k - 1) for k in range(1, n + 1)])
    steps = 1 + m * velocities if nesterov else velocities
    found = after(optim.sgd(0.1, momentum=m, nesterov=nesterov, dampening=dampening), [G] * n)
    assert found == pytest.approx(START - 0.1 * numpy.sum(steps) * G, rel=1e-13)


def test_weight_decay_alone_is_a_power(backend):
    assert after(optim.sgd(0.1, weight_decay=0.5), [0 * G] * 6) == pytest.approx(START * 0.95**6, rel=1e-14)
    assert after(optim.adamw(0.1, weight_decay=0.5), [0 * G] * 6) == pytest.approx(START * 0.95**6, rel=1e-14)


def test_adagrad_divides_by_the_root_of_the_count(backend):
    found = after(optim.adagrad(0.1, eps=0.0, initial_accumulator_value=0.0, lr_decay=0.2), [G] * 8)
    steps = sum(1 / (1 + 0.2 * (k - 1)) / math.sqrt(k) for k in range(1, 9))
    assert found == pytest.approx(START - 0.1 * numpy.sign(G) * steps, rel=1e-13)


@pytest.mark.parametrize("centered", [False, True])
def test_rmsprop_divides_by_the_root_of_the_running_mean(backend, centered):
    found = after(optim.rmsprop(0.1, alpha=0.8, eps=0.0, centered=centered), [G] * 8)
    shares = [1 - 0.8**k for k in range(1, 9)]  # of the gradient in its running mean, and of its square in theirs
    steps = sum(1 / math.sqrt(s - s * s if centered else s) for s in shares)
    assert found == pytest.approx(START - 0.1 * numpy.sign(G) * steps, rel=1e-12)


def test_adadelta_begins_with_the_root_of_eps(backend):
    first = numpy.sqrt(1e-4 / (0.2 * G**2 + 1e-4)) * G
    second = numpy.sqrt((0.2 * first**2 + 1e-4) / (0.36 * G**2 + 1e-4)) * G
    assert after(optim.adadelta(rho=0.8, eps=1e-4), [G] * 2) == pytest.approx(START - first - second, rel=1e-13)


@pytest.mark.parametrize("amsgrad", [False, True])
def test_adam_moves_by_the_rate_whatever_the_gradient_s_size(backend, amsgrad):
    found = after(optim.adam(0.1, eps=0.5, amsgrad=amsgrad), [G] * 8)
    assert found == pytest.approx(START - 0.8 * G / (numpy.abs(G) + 0.5), rel=1e-12)


def test_amsgrad_keeps_the_largest_mean_of_squares(backend):
    found = after(optim.adam(0.1, betas=(0.5, 0.5), eps=0.0, amsgrad=True), [G, 0 * G])
    # means of g: 1/2, then 1/4; the largest mean of squares stays 1/2; both are freed of 1 - 1/2, then of 1 - 1/4
    steps = 1.0 + (1 / 4) / (3 / 4) / math.sqrt((1 / 2) / (3 / 4))
    assert found == pytest.approx(START - 0.1 * numpy.sign(G) * steps, rel=1e-13)


# -- Torch's numbers

CASES = [
    ("sgd", "SGD", {}),
    ("sgd", "SGD", {"momentum": 0.9, "weight_decay": 0.1}),
    ("sgd", "SGD", {"momentum": 0.8, "dampening": 0.25, "weight_decay": 0.05}),
    ("sgd", "SGD", {"momentum": 0.9, "nesterov": True}),
    ("adagrad", "Adagrad", {}),
    ("adagrad", "Adagrad", {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.3, "eps": 1e-3}),
    ("rmsprop", "RMSprop", {}),
    ("rmsprop", "RMSprop", {"alpha": 0.9, "momentum": 0.7, "weight_decay": 0.1}),
    ("rmsprop", "RMSprop", {"centered": True}),
    ("rmsprop", "RMSprop", {"centered": True, "momentum": 0.5, "eps": 1e-3}),
    ("adadelta", "Adadelta", {}),
    ("adadelta", "Adadelta", {"rho": 0.7, "eps": 1e-4, "weight_decay": 0.1}),
    ("adam", "Adam", {}),
    ("adam", "Adam", {"betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.1}),
    ("adam", "Adam", {"amsgrad": True, "weight_decay": 0.02}),
    ("adamw", "AdamW", {}),
    ("adamw", "AdamW", {"betas": (0.7, 0.9), "weight_decay": 0.3, "amsgrad": True}),
]


def start(dtype="float64"):
    draw = numpy.random.default_rng(3)
    shapes = {"w": (3, 4), "b": ((4,), ())}
    return optree.tree_map(lambda shape: draw.normal(size=shape).astype(dtype), shapes, is_leaf=_is_shape)


def _is_shape(tree):
    return isinstance(tree, tuple) and all(isinstance(each, int) for each in tree)


def slopes(params, step):
    """A gradient that turns with the step and depends on where it is."""
    return optree.tree_map(lambda x: numpy.cos(2 * x + 0.7 * step) * (1 + 0.5 * math.sin(step)), params)


def torch_s(name, settings, params, steps=20, rate=0.05, scheduler=None):
    import torch

    leaves, structure = optree.tree_flatten(params)
    tensors = [torch.tensor(leaf, requires_grad=True) for leaf in leaves]
    optimizer = getattr(torch.optim, name)(tensors, lr=rate, **settings)
    schedule = scheduler and scheduler(torch.optim.lr_scheduler, optimizer)
    for step in range(steps):
        at = optree.tree_unflatten(structure, [x.detach().numpy() for x in tensors])
        for x, g in zip(tensors, optree.tree_leaves(slopes(at, step)), strict=True):
            x.grad = torch.tensor(g)
        optimizer.step()
        if schedule:
            schedule.step()
    return optree.tree_unflatten(structure, [x.detach().numpy() for x in tensors])


def ours(optimizer, params, steps=20):
    params = optree.tree_map(np.asarray, params)
    state = optimizer.init(params)
    for step in range(steps):
        gradients = slopes(optree.tree_map(lambda x: x.numpy(), params), step)
        params, state = optimizer.update(params, gradients, state)
    return params, state


@needs_torch
@pytest.mark.parametrize(("name", "theirs", "settings"), CASES)
def test_twenty_steps_are_torch_s(name, theirs, settings):
    expected = torch_s(theirs, settings, start())
    params, state = ours(getattr(optim, name)(0.05, **settings), start())
    for found, wanted in zip(optree.tree_leaves(params), optree.tree_leaves(expected), strict=True):
        assert str(found.dtype) == "float64"
        numpy.testing.assert_allclose(found.numpy(), wanted, rtol=1e-11, atol=1e-13)
    assert state["step"].item() == 20


@needs_torch
@pytest.mark.parametrize(("name", "theirs"), sorted({case[:2] for case in CASES}))
def test_settings_and_their_defaults_are_torch_s(name, theirs):
    import torch

    wanted = getattr(torch.optim, theirs)([torch.zeros(1)]).defaults
    settings = {n: p.default for n, p in inspect.signature(getattr(optim, name)).parameters.items()}
    assert settings.pop("learning_rate") == wanted["lr"]
    if name == "adagrad":  # Torch keeps this one elsewhere
        assert settings.pop("initial_accumulator_value") == 0
    assert settings == {setting: wanted[setting] for setting in settings}


@needs_torch
@pytest.mark.parametrize(("name", "theirs", "settings"), CASES[::3])
def test_every_backend_takes_the_same_steps(backend, name, theirs, settings):
    expected = torch_s(theirs, settings, start(), steps=4)
    found, _ = ours(getattr(optim, name)(0.05, **settings), start(), steps=4)
    for one, two in zip(optree.tree_leaves(found), optree.tree_leaves(expected), strict=True):
        numpy.testing.assert_allclose(one.numpy(), two, rtol=1e-10, atol=1e-12)


@needs_torch
@pytest.mark.parametrize(("name", "theirs", "settings"), CASES[1::4])
def test_complex_parameters_move_as_torch_moves_them(name, theirs, settings):
    import torch

    x = numpy.array([1.0 + 2.0j, -0.5j, 0.25])
    g = numpy.array([0.5 - 1.0j, 2.0 + 0.1j, -1.0])
    theirs_x = torch.tensor(x, requires_grad=True)
    optimizer = getattr(torch.optim, theirs)([theirs_x], lr=0.1, **settings)
    mine = getattr(optim, name)(0.1, **settings)
    point = np.asarray(x)
    state = mine.init(point)
    for k in range(5):
        theirs_x.grad = torch.tensor(g * (k - 1.5))
        optimizer.step()
        point, state = mine.update(point, g * (k - 1.5), state)
    numpy.testing.assert_allclose(point.numpy(), theirs_x.detach().numpy(), rtol=1e-12)


@needs_torch
@pytest.mark.parametrize(("name", "theirs", "settings"), CASES[::4])
def test_single_precision_stays_single(name, theirs, settings):
    found, _ = ours(getattr(optim, name)(0.05, **settings), start("float32"))
    expected = torch_s(theirs, settings, start("float32"))
    for one, two in zip(optree.tree_leaves(found), optree.tree_leaves(expected), strict=True):
        assert str(one.dtype) == "float32"
        numpy.testing.assert_allclose(one.numpy(), two, rtol=2e-5, atol=2e-6)


# -- schedules

SCHEDULES = [
    (optim.step_decay(0.05, 3, gamma=0.5), lambda s, o: s.StepLR(o, 3, gamma=0.5)),
    (optim.exponential_decay(0.05, 0.9), lambda s, o: s.ExponentialLR(o, 0.9)),
    (optim.cosine_decay(0.05, 20, minimum=0.01), lambda s, o: s.CosineAnnealingLR(o, 20, eta_min=0.01)),
    (optim.polynomial_decay(0.05, 12, power=2.0), lambda s, o: s.PolynomialLR(o, 12, power=2.0)),
    (optim.linear_warmup(0.05, 5, start=0.01), lambda s, o: s.LinearLR(o, start_factor=0.2, total_iters=5)),
    (
        optim.linear_warmup(optim.exponential_decay(0.05, 0.8), 5, start=0.01),
        lambda s, o: s.SequentialLR(
            o, [s.LinearLR(o, start_factor=0.2, total_iters=5), s.ExponentialLR(o, 0.8)], milestones=[5]
        ),
    ),
    (optim.constant(0.05), None),
]


@needs_torch
@pytest.mark.filterwarnings(
    "ignore:The epoch parameter"
)  # Torch's SequentialLR warns of how it calls its own schedules
@pytest.mark.parametrize(("schedule", "theirs"), SCHEDULES)
def test_a_schedule_gives_the_steps_of_torch_s(schedule, theirs):
    expected = torch_s("Adam", {}, start(), scheduler=theirs)
    found, _ = ours(optim.adam(schedule), start())
    for one, two in zip(optree.tree_leaves(found), optree.tree_leaves(expected), strict=True):
        numpy.testing.assert_allclose(one.numpy(), two, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("schedule", "rates"), [
    (optim.constant(0.5), {0: 0.5, 100: 0.5}),
    (optim.step_decay(1.0, 10), {0: 1.0, 9: 1.0, 10: 0.1, 25: 0.01}),
    (optim.exponential_decay(1.0, 0.25, steps=2), {0: 1.0, 1: 0.5, 2: 0.25, 4: 0.0625}),
    (optim.cosine_decay(1.0, 8, minimum=0.5), {0: 1.0, 4: 0.75, 8: 0.5, 12: 0.5}),
    (optim.polynomial_decay(1.0, 4, minimum=0.2), {0: 1.0, 1: 0.8, 4: 0.2, 9: 0.2}),
    (optim.polynomial_decay(1.0, 4, power=2.0), {0: 1.0, 2: 0.25, 3: 0.0625, 4: 0.0, 5: 0.0}),
    (optim.linear_warmup(1.0, 4), {0: 0.0, 1: 0.25, 4: 1.0, 9: 1.0}),
    (optim.linear_warmup(optim.cosine_decay(1.0, 8), 4), {2: 0.5, 4: 1.0, 8: 0.5, 12: 0.0}),
])  # fmt: skip
def test_a_schedule_is_a_function_of_the_updates_before(backend, schedule, rates):
    for step, rate in rates.items():
        assert schedule(step).item() == pytest.approx(rate, abs=1e-15)
        assert schedule(np.asarray(step)).item() == pytest.approx(rate, abs=1e-15)  # an integer Tensor as well
        assert schedule(step).shape == ()


def test_the_first_update_is_that_of_step_zero_and_a_plain_function_will_do():
    seen = []

    def schedule(step):
        seen.append(step.item())
        return 1.0 / (1 + step)

    assert after(optim.sgd(schedule), [[1.0]] * 3, [0.0]) == pytest.approx([-(1 + 1 / 2 + 1 / 3)])
    assert seen == [0.0, 1.0, 2.0]
    for half in (0.5, numpy.float32(0.5), numpy.asarray(0.5), array(0.5)):
        assert after(optim.sgd(lambda step, half=half: half), [[1.0]] * 3, [0.0]) == pytest.approx([-1.5])
    assert after(optim.sgd(numpy.float32(0.5)), [[1.0]] * 3, [0.0]) == pytest.approx([-1.5])


# -- clipping


def test_clip_by_value_keeps_each_element_within_the_limit(backend):
    clipped = optim.clip_by_value({"a": array([-3.0, 0.5, 2.0]), "b": [array(1.5)]}, 1.0)
    assert clipped["a"].tolist() == [-1.0, 0.5, 1.0]
    assert clipped["b"][0].item() == 1.0


def test_clip_by_global_norm_shortens_all_alike(backend):
    gradients = {"a": array([3.0, 0.0]), "b": [array([[4.0]]), array(12.0)]}  # 3² + 4² + 12² = 13²
    assert optim.global_norm(gradients).item() == pytest.approx(13.0)
    clipped = optim.clip_by_global_norm(gradients, 6.5)
    assert clipped["a"].tolist() == pytest.approx([1.5, 0.0])
    assert clipped["b"][0].tolist() == [[pytest.approx(2.0)]]
    assert optim.global_norm(clipped).item() == pytest.approx(6.5)


def test_clip_by_global_norm_leaves_shorter_ones_as_they_are():
    gradients = [array([0.3, 0.1]), np.asarray([0.2], dtype="float32"), array(0.0)]
    clipped = optim.clip_by_global_norm(gradients, 1.0)
    assert [x.tolist() for x in clipped] == [x.tolist() for x in gradients]
    assert [str(x.dtype) for x in clipped] == ["float64", "float32", "float64"]
    assert optim.clip_by_global_norm(array([0.0, 0.0]), 1.0).tolist() == [0.0, 0.0]
    assert optim.global_norm({}).item() == 0.0


def test_complex_numbers_count_by_their_size():
    assert optim.global_norm([np.asarray([3 + 4j]), array([12.0])]).item() == pytest.approx(13.0)
    assert optim.clip_by_global_norm([np.asarray([3 + 4j])], 1.0)[0].tolist() == [pytest.approx(0.6 + 0.8j)]
    assert message(DTypeError, lambda: optim.clip_by_value(np.asarray([1j]), 1.0)) == (
        "'clip_by_value' takes real gradients; complex ones can be clipped by their global norm"
    )


@needs_torch
def test_torch_clips_to_the_same_length():
    import torch

    tree = start()
    tensors = [torch.zeros(x.shape, dtype=torch.float64, requires_grad=True) for x in optree.tree_leaves(tree)]
    for x, g in zip(tensors, optree.tree_leaves(tree), strict=True):
        x.grad = torch.tensor(g)
    norm = torch.nn.utils.clip_grad_norm_(tensors, 0.75)
    assert optim.global_norm(tree).item() == pytest.approx(norm.item(), rel=1e-14)
    for found, x in zip(optree.tree_leaves(optim.clip_by_global_norm(tree, 0.75)), tensors, strict=True):
        numpy.testing.assert_allclose(found.numpy(), x.grad.numpy(), rtol=1e-6)  # Torch adds 1e-6 to the norm


# -- pure functions


def test_nothing_that_is_given_changes():
    optimizer = optim.adam(0.1, amsgrad=True)
    x = {"w": array([1.0, 2.0])}
    state = optimizer.init(x)
    x, state = optimizer.update(x, {"w": array([1.0, -1.0])}, state)
    before = [leaf.numpy().copy() for leaf in optree.tree_leaves((x, state))]
    optimizer.update(x, {"w": array([5.0, 5.0])}, state)
    assert [leaf.tolist() for leaf in optree.tree_leaves((x, state))] == [leaf.tolist() for leaf in before]


def test_a_state_is_containers_of_tensors_alone():
    state = optim.rmsprop(centered=True, momentum=0.9).init({"w": array([1.0]), "b": (array(2.0), None)})
    assert sorted(state) == ["mean", "mean_of_squares", "step", "velocity"]
    assert all(isinstance(leaf, ug.Tensor) for leaf in optree.tree_leaves(state))
    assert optree.tree_structure(state["mean"]) == optree.tree_structure({"w": 0, "b": (0, None)})


def test_an_update_can_be_mapped_over_many_models():
    optimizer = optim.adam(optim.exponential_decay(0.1, 0.5))
    starts, gradients = numpy.array([[1.0, 2.0], [3.0, -4.0], [0.0, 1.0]]), numpy.array([[1.0, -1.0]] * 3)
    states = ug.vmap(optimizer.init)(array(starts))
    many, states = ug.vmap(optimizer.update)(array(starts), array(gradients), states)
    many, states = ug.vmap(optimizer.update)(many, array(gradients), states)
    assert states["step"].tolist() == [2.0, 2.0, 2.0]
    for found, one, g in zip(many.numpy(), starts, gradients, strict=True):
        assert found == pytest.approx(after(optimizer, [g, g], one))


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="the compiler is JAX's, which is absent")
@pytest.mark.parametrize("name", ["adam", "sgd", "rmsprop"])
def test_a_training_step_can_be_compiled_once_for_all_steps(name):
    with ug.use_backend("jax"):
        import jax

        settings = {"momentum": 0.9} if name != "adam" else {"amsgrad": True}
        optimizer = getattr(optim, name)(optim.linear_warmup(optim.cosine_decay(0.1, 6), 2), **settings)
        runs = []

        def step(params, state):
            runs.append(1)
            gradients = ug.grad(lambda p: np.sum(np.cos(p["w"]) * p["b"]))(params)
            return optimizer.update(params, optim.clip_by_global_norm(gradients, 0.5), state)

        params = {"w": array([1.0, 2.0]), "b": array(0.5)}
        plain = compiled = (params, optimizer.init(params))
        jitted = jax.jit(step)
        for _ in range(4):
            compiled = jitted(*compiled)
        assert len(runs) == 1
        for _ in range(4):
            plain = step(*plain)
    for one, two in zip(optree.tree_leaves(compiled), optree.tree_leaves(plain), strict=True):
        numpy.testing.assert_allclose(one.numpy(), two.numpy(), rtol=1e-12, atol=1e-14)


def test_a_gradient_goes_through_an_update_to_the_learning_rate():
    def loss_after_a_step(rate):
        optimizer = optim.sgd(rate, momentum=0.9)
        x = array([1.0, 2.0])
        x, _ = optimizer.update(x, 2 * x, optimizer.init(x))
        return np.sum(x * x)

    # (1 - 2 r)² (1 + 4): its slope is -20 (1 - 2 r)
    assert ug.grad(loss_after_a_step)(array(0.1)).item() == pytest.approx(-16.0)


def test_no_parameters_are_parameters_too():
    optimizer = optim.adam(optim.exponential_decay(0.1, 0.5))
    params, state = optimizer.update({}, {}, optimizer.init({}))
    assert (params, state["mean"], state["step"].item()) == ({}, {}, 1.0)


def test_an_update_of_constants_records_nothing():
    optimizer = optim.adam()
    x = array([1.0])
    x, state = optimizer.update(x, ug.grad(np.sum)(x), optimizer.init(x))
    assert all(leaf.node is None for leaf in optree.tree_leaves((x, state)))


def test_numbers_and_foreign_arrays_are_parameters_too():
    optimizer = optim.sgd(0.5)
    params = {"a": 1.0, "b": numpy.array([2.0])}
    params, _ = optimizer.update(params, {"a": 2.0, "b": numpy.array([2.0])}, optimizer.init(params))
    assert (params["a"].item(), params["b"].tolist()) == (0.0, [1.0])


def test_training_fits_a_line():
    x = array(numpy.linspace(-1, 1, 20))
    y = 3.0 * x - 0.5
    loss = lambda params: np.mean((params["slope"] * x + params["offset"] - y) ** 2)
    optimizer = optim.adam(optim.cosine_decay(0.2, 200))
    params = {"slope": array(0.0), "offset": array(0.0)}
    state = optimizer.init(params)
    for _ in range(200):
        params, state = optimizer.update(params, ug.grad(loss)(params), state)
    assert params["slope"].item() == pytest.approx(3.0, abs=1e-3)
    assert params["offset"].item() == pytest.approx(-0.5, abs=1e-3)


# -- what they refuse


@pytest.mark.parametrize(("call", "expected"), [
    (lambda: optim.sgd(-1.0), "'sgd' takes learning_rate of 0 or more; got -1.0"),
    (lambda: optim.sgd(math.nan), "'sgd' takes learning_rate of 0 or more; got nan"),
    (lambda: optim.adam("fast"), "'adam' takes a learning_rate that is a number, a Tensor or a schedule, not 'str'"),
    (lambda: optim.sgd(momentum=-0.1), "'sgd' takes momentum of 0 or more; got -0.1"),
    (lambda: optim.sgd(nesterov=True), "'sgd' with nesterov=True needs momentum above 0 and no dampening; got 0.0 and 0.0"),
    (lambda: optim.rmsprop(alpha=1.0), "'rmsprop' takes alpha from 0 to below 1; got 1.0"),
    (lambda: optim.adadelta(rho=-1), "'adadelta' takes rho from 0 to below 1; got -1"),
    (lambda: optim.adam(betas=(0.9, 1.0)), "'adam' takes betas[1] from 0 to below 1; got 1.0"),
    (lambda: optim.adamw(betas=0.9), "'adamw' takes betas as two numbers; got 0.9"),
    (lambda: optim.adagrad(eps=-1e-8), "'adagrad' takes eps of 0 or more; got -1e-08"),
    (lambda: optim.step_decay(0.1, 0), "'step_decay' takes steps of 1 or more; got 0"),
    (lambda: optim.clip_by_value(array([1.0]), 0.0), "'clip_by_value' takes limit above 0; got 0.0"),
    (lambda: optim.clip_by_global_norm(array([1.0]), -1), "'clip_by_global_norm' takes max_norm above 0; got -1"),
])  # fmt: skip
def test_a_setting_out_of_range_is_refused(call, expected):
    assert message(ArgumentError, call) == expected


def test_gradients_that_do_not_fit_are_refused():
    optimizer = optim.adam()
    params = {"w": [array([1.0, 2.0])]}
    state = optimizer.init(params)
    assert message(ShapeError, lambda: optimizer.update(params, {"w": [array(1.0)]}, state)) == (
        "'adam' needs gradients of the parameters' shapes; gradients['w'][0] is of shape () for (2,)"
    )
    single = np.asarray([1.0, 2.0], dtype="float32")
    assert message(DTypeError, lambda: optimizer.update(params, {"w": [single]}, state)) == (
        "'adam' needs gradients of the parameters' dtypes; gradients['w'][0] is 'float32' for 'float64'"
    )
    with pytest.raises(ArgumentError, match="^'adam' needs gradients in the containers of params: "):
        optimizer.update(params, {"v": [array([1.0, 2.0])]}, state)
    assert message(ArgumentError, lambda: optimizer.update(params, params, optim.sgd().init(params))) == (
        "'adam' needs the state that its init gave; this one lacks 'mean'"
    )
    assert message(DTypeError, lambda: optimizer.init({"n": np.asarray([1, 2])})) == (
        "'adam' needs parameters of a floating dtype; params['n'] is of 'int64'"
    )
    vector_rate = optim.sgd(lambda step: array([0.1, 0.2]))
    assert message(ShapeError, lambda: vector_rate.update(params, params, state)) == (
        "'sgd' needs a learning rate that is a scalar, not of shape (2,)"
    )


def test_what_is_no_state_or_no_gradient_says_so():
    optimizer, x = optim.adam(0.1), array([1.0, 2.0])
    state = optimizer.init(x)
    with pytest.raises(
        ShapeError, match=r"state\['mean'\] has an array of shape \(3, 2\) for a parameter of shape \(2,\)"
    ):
        optimizer.update(x, x, optimizer.init(np.ones((3, 2))))
    with pytest.raises(ArgumentError, match="gradients is None; give zeros"):
        optimizer.update(x, None, state)
    with pytest.raises(ArgumentError, match="not a 'NoneType'"):
        optimizer.update(x, x, None)
