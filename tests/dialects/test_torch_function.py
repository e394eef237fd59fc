"""Operations of one's own in the dialect of torch, beside torch itself: one text for both."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
from unigrad.dialects import torch

original = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch's own, in forward mode


def tracked(torch, *values):
    return torch.tensor(list(values), requires_grad=True)


def add_one(torch):
    class AddOne(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.add_(1)

        @staticmethod
        def backward(ctx, g):
            return g * 5

    return AddOne


def swap(torch):
    class Swap(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a, b):
            ctx.mark_dirty(b)
            b.mul_(a)
            ctx.save_for_backward(b)
            return a * 3, b

        @staticmethod
        def backward(ctx, g, h):
            (b,) = ctx.saved_tensors
            return g * 7 * b, h * 11

    return Swap


def two(torch, materialize, seen):
    class Two(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(materialize)
            return x * 2, x * 3, x > 1

        @staticmethod
        def backward(ctx, *cotangents):
            seen.append([g if g is None else g.tolist() for g in cotangents])
            return sum(g * k for g, k in zip(cotangents[:2], (5, 7), strict=True) if g is not None)

    return Two


def power(torch, **members):
    class Power(torch.autograd.Function):
        @staticmethod
        def forward(x, k):
            return x**k

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, ctx.k = inputs
            ctx.save_for_backward(x)
            ctx.save_for_forward(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 10 * g * ctx.k * x ** (ctx.k - 1), None

        @staticmethod
        def jvp(ctx, t, _):
            (x,) = ctx.saved_tensors
            return 100 * t * ctx.k * x ** (ctx.k - 1)

    return type("Power", (Power,), {"generate_vmap_rule": True, **members}).apply


def product(torch, seen):
    class Product(torch.autograd.Function):
        @staticmethod
        def forward(x, y, k):
            return x * y * k, x + y

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, y, ctx.k = inputs
            ctx.save_for_backward(x, y)

        @staticmethod
        def backward(ctx, g, h):
            x, y = ctx.saved_tensors
            return g * y * ctx.k + h, g * x * ctx.k + h, None

        @staticmethod
        def vmap(info, in_dims, x, y, k):
            seen.append((info.batch_size, info.randomness, in_dims, list(x.shape), list(y.shape)))
            first, second = Product.apply(x, y, k)
            return (first * 1000, second), (0, 0)

    return Product.apply


def in_place(torch):
    x = tracked(torch, 1.0, 2.0)
    y = x * 2
    z = add_one(torch).apply(y)
    (z * y).sum().backward()
    return z is y, y, x.grad


def in_place_of_constants(torch):
    x = torch.tensor([1.0, 2.0])
    y = add_one(torch).apply(x)
    return y is x, x, y.requires_grad


def in_place_unrecorded(torch):
    x = tracked(torch, 1.0, 2.0)
    y = x * 2
    with torch.no_grad():
        leaf, other = add_one(torch).apply(x), add_one(torch).apply(y)
    y.sum().backward()
    return leaf.requires_grad, other.requires_grad, x, y, x.grad


def in_place_of_one(torch):
    a, b = tracked(torch, 2.0), tracked(torch, 3.0)
    c = b * 1
    first, second = swap(torch).apply(a, c)
    (first + second * c).sum().backward()
    return second is c, c, a.grad, b.grad


def gaps(torch, materialize):
    seen, found = [], []
    for k in (0, 1):
        x = tracked(torch, 1.0, 2.0)
        results = two(torch, materialize, seen).apply(x)
        results[k].sum().backward()
        found.append(([each.requires_grad for each in results], x.grad))
    return found, seen


def constant_results(torch):
    seen = []

    class Marked(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, y, k):
            seen.append(ctx.needs_input_grad)
            a, b = x * y, x * 3
            ctx.mark_non_differentiable(b)
            return a, b, k

        @staticmethod
        def backward(ctx, g, *others):
            seen.append((ctx.needs_input_grad, [each if each is None else each.tolist() for each in others]))
            return g * 2, None, None

    x = tracked(torch, 1.0, 2.0)
    a, b, k = Marked.apply(x, torch.tensor(2.0), 7)
    a.sum().backward()
    return a.requires_grad, b.requires_grad, k, x.grad, seen


def once(torch):
    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x, None)
            return x**2

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, g):
            x, _ = ctx.saved_tensors
            return 2 * x * g

    return Once.apply


def attributes(torch):
    class Kept(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.x = x
            return x * x

        @staticmethod
        def backward(ctx, g):
            return 2 * ctx.x * g

    x = tracked(torch, 3.0)
    (first,) = torch.autograd.grad(Kept.apply(x).sum(), x, create_graph=True)
    return first, torch.autograd.grad(first.sum(), x)


def mapped(torch):
    seen = []
    f, x = product(torch, seen), torch.arange(3.0)
    vmap, grad = torch.func.vmap, torch.func.grad
    found = (
        vmap(lambda x, y: f(x, y, 2), in_dims=(0, None))(x, torch.tensor(3.0)),
        vmap(grad(lambda x: sum(f(x, 2.0 * x, 2))))(x),
        grad(lambda x: vmap(lambda x: f(x, x, 2))(x)[0].sum())(x),
    )
    return found, seen


def pushed(torch, f, *primals):
    return torch.func.jvp(f, primals, tuple(map(torch.ones_like, primals)))


def tangents(torch, materialize):
    seen = []

    class Pair(torch.autograd.Function):
        @staticmethod
        def forward(x, y, k):
            return x * 2, y * 3

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.set_materialize_grads(materialize)

        @staticmethod
        def jvp(ctx, t, s, k):
            seen.append((s if s is None else float(s.sum()), k))
            return t * 20, None if s is None else s * 30

    value = pushed(torch, lambda x: Pair.apply(x, torch.ones(2), 4)[0], torch.ones(2))
    return value, seen


CASES = {
    "changed in place": in_place,
    "constants changed in place": in_place_of_constants,
    "changed in place unrecorded": in_place_unrecorded,
    "one of two changed in place": in_place_of_one,
    "zeros for what did not arrive": lambda torch: gaps(torch, True),
    "results that are constants": constant_results,
    "attributes": attributes,
    "once": lambda torch: torch.autograd.grad(once(torch)(x := tracked(torch, 1.0, 2.0)).sum(), x),
    "reverse": lambda torch: torch.func.grad(lambda x: power(torch)(x, 3).sum())(torch.arange(3.0)),
    "second derivative": lambda torch: torch.func.jacrev(torch.func.jacrev(lambda x: power(torch)(x, 3).sum()))(
        torch.arange(3.0)
    ),
    "forward": lambda torch: pushed(torch, lambda x: power(torch)(x, 3), torch.arange(3.0)),
    "jacfwd": lambda torch: torch.func.jacfwd(lambda x: power(torch)(x, 3))(torch.arange(3.0)),
    "mapped": lambda torch: torch.func.vmap(lambda x: power(torch)(x, 3))(torch.arange(3.0)),
    "mapped gradient": lambda torch: torch.func.vmap(torch.func.grad(lambda x: power(torch)(x, 3)))(torch.arange(3.0)),
    "gradient of mapped": lambda torch: torch.func.grad(
        lambda x: torch.func.vmap(lambda x: power(torch)(x, 3))(x).sum()
    )(torch.arange(3.0)),
    "a rule for maps": mapped,
    "tangents": lambda torch: tangents(torch, True),
}


def leaf_in_place(torch):
    add_one(torch).apply(tracked(torch, 1.0))


def dirty_and_not_returned(torch):
    class Lost(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.add_(1) * 2

        @staticmethod
        def backward(ctx, g):
            return g

    Lost.apply(tracked(torch, 1.0) * 2)


def second_derivative_of_once(torch):
    x = tracked(torch, 1.0)
    (first,) = torch.autograd.grad(once(torch)(x).sum(), x, create_graph=True)
    first.sum().backward()


def saved_number(torch):
    class Saved(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(3)
            return x * 1

    Saved.apply(tracked(torch, 1.0))


def too_few(torch):
    class Few(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            return x * y

        @staticmethod
        def backward(ctx, g):
            return g

    Few.apply(tracked(torch, 1.0), tracked(torch, 1.0)).sum().backward()


REFUSED = {
    "a leaf": (RuntimeError, leaf_in_place),
    "dirty, and not returned": (RuntimeError, dirty_and_not_returned),
    "once": (RuntimeError, second_derivative_of_once),
    "saved number": (TypeError, saved_number),
    "too few gradients": (RuntimeError, too_few),
    "two rules for maps": (
        RuntimeError,
        lambda torch: torch.func.vmap(lambda x: power(torch, vmap=staticmethod(lambda *_: None))(x, 3))(torch.ones(2)),
    ),
}


def same(found, wanted):
    if isinstance(wanted, (list, tuple)):
        assert len(found) == len(wanted)
        for one, two in zip(found, wanted, strict=True):
            same(one, two)
    elif isinstance(wanted, original.Tensor):
        numpy.testing.assert_allclose(found.tolist(), wanted.tolist(), rtol=1e-5)
    else:
        assert found == wanted


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


@pytest.mark.parametrize("name", CASES)
def test_operations_do_what_they_do_in_torch(backend, name):
    same(CASES[name](torch), CASES[name](original))


@pytest.mark.parametrize("name", REFUSED)
def test_operations_are_refused_where_they_are_in_torch(backend, name):
    kind, run = REFUSED[name]
    for library in (original, torch):
        with pytest.raises(kind):
            run(library)


def test_what_did_not_arrive_is_none_where_it_is_not_to_be_zeros(backend):
    found, seen = gaps(torch, False)
    assert [x.tolist() for _, x in found] == [[5.0, 5.0], [7.0, 7.0]]
    assert seen == [[[1.0, 1.0], None, None], [None, [1.0, 1.0], None]] == gaps(original, False)[1]


def test_saved_tensors_that_are_changed_later_do_not_spoil_the_gradient(backend):
    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        def backward(ctx, g):
            x, y = ctx.saved_tensors
            return g * y, g * x

    x, y = tracked(torch, 1.0, 2.0), torch.tensor([3.0, 4.0])
    z = Product.apply(x, y)
    y.add_(1)
    z.sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]
