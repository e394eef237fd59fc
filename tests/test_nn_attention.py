"""Scaled dot-product attention against Torch's: masks, the causal one, groups of heads, dropout; what is refused."""

from __future__ import annotations

import math

import numpy
import pytest
from torch_twin import BACKENDS, agree, drawn, sampled

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn
from unigrad.errors import ArgumentError, DTypeError, ShapeError

torch = pytest.importorskip("torch", reason="torch is not installed: it is the oracle")
F = torch.nn.functional


def attention(*arrays, **options):
    """Torch's, by its composition: its fused kernels have no second derivative."""
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return F.scaled_dot_product_attention(*arrays, **options)


Q, K, V = drawn(2, 3, 4), drawn(2, 5, 4), drawn(2, 5, 6)
SEEN = numpy.array([[1, 0, 1, 0, 0], [0, 0, 0, 1, 0], [1, 1, 1, 1, 1]], dtype=bool)

CALLS = [
    ((Q, K, V), None, {}),
    ((Q, K, V), None, {"scale": 0.3}),
    ((Q, K, V), None, {"is_causal": True}),
    ((Q, K, V), SEEN, {}),
    ((Q, K, V), SEEN[:1], {"scale": 2.0}),
    ((Q, K, V), drawn(2, 3, 5), {}),
    ((Q, K, V), numpy.where(SEEN, drawn(3, 5), -math.inf), {}),
    ((drawn(3, 4), drawn(5, 4), drawn(5, 2)), None, {}),
    ((drawn(5, 4), drawn(2, 4), drawn(2, 2)), None, {"is_causal": True}),
    ((drawn(2, 2, 3, 4), drawn(2, 2, 3, 4), drawn(2, 2, 3, 4)), None, {"is_causal": True}),
    ((drawn(2, 4, 3, 2), drawn(2, 2, 5, 2), drawn(2, 2, 5, 3)), None, {"enable_gqa": True}),
    ((drawn(1, 4, 3, 2), drawn(1, 1, 3, 2), drawn(1, 1, 3, 3)), None, {"enable_gqa": True, "is_causal": True}),
    ((drawn(0, 3, 4), drawn(0, 5, 4), drawn(0, 5, 6)), None, {}),
]


@sampled(CALLS, each=3)
def test_attention_agrees_with_torch(backend, case):
    arrays, mask, options = case
    agree(
        backend,
        lambda *a: nn.scaled_dot_product_attention(*a, None if mask is None else np.asarray(mask), **options),
        lambda *a: attention(*a, None if mask is None else torch.tensor(mask), **options),
        *arrays,
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_gradient_in_an_added_mask_agrees_with_torch(backend):
    agree(
        backend,
        nn.scaled_dot_product_attention,
        lambda q, k, v, mask: torch.softmax(q @ k.mT / 2 + mask, -1) @ v,
        Q,
        K,
        V,
        drawn(3, 5),
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("added", [False, True])
def test_a_query_that_may_see_no_key_gets_zeros_and_no_gradient(backend, added):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    seen = SEEN.copy()
    seen[1] = False
    mask = numpy.where(seen, 0.0, -math.inf) if added else seen
    with ug.use_backend(backend):
        f = lambda q, k, v: nn.scaled_dot_product_attention(q, k, v, np.asarray(mask))
        assert not f(Q, K, V).numpy()[:, 1].any()
        grads = [g.numpy() for g in ug.grad(lambda *a: np.sum(f(*a) ** 2), (0, 1, 2))(Q, K, V)]
    assert all(numpy.isfinite(g).all() for g in grads)
    assert not grads[0][:, 1].any()
    rest = [0, 2]
    leaves = [torch.tensor(each, requires_grad=True) for each in (Q[:, rest], K, V)]
    (attention(*leaves, torch.tensor(seen[rest])) ** 2).sum().backward()
    for got, leaf in zip((grads[0][:, rest], *grads[1:]), leaves, strict=True):
        numpy.testing.assert_allclose(got, leaf.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_large_scores_do_not_overflow():
    with ug.use_backend("numpy"):
        out = nn.scaled_dot_product_attention(1e3 * Q, 1e3 * K, V)
    wanted = attention(torch.tensor(1e3 * Q), torch.tensor(1e3 * K), torch.tensor(V))
    numpy.testing.assert_allclose(out.numpy(), wanted.numpy(), rtol=1e-12)


def test_dropout_takes_away_from_the_weights():
    """With the identity for values the result is the weights themselves: each is dropped or scaled."""
    with ug.use_backend("numpy"):
        np.random.seed(2)
        q, k, eye = drawn(20, 4), drawn(30, 4), numpy.eye(30)
        plain = nn.scaled_dot_product_attention(q, k, eye).numpy()
        out = nn.scaled_dot_product_attention(q, k, eye, dropout_p=0.25).numpy()
        kept = out != 0
        numpy.testing.assert_allclose(out[kept], plain[kept] / 0.75, rtol=1e-12)
        assert kept.mean() == pytest.approx(0.75, abs=0.07)
        assert not nn.scaled_dot_product_attention(q, k, eye, dropout_p=1.0).numpy().any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_dtype_is_kept(backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        arrays = [np.asarray(each.astype("float32")) for each in (Q, K, V)]
        for mask in (None, SEEN):
            f = lambda *a, mask=mask: np.sum(nn.scaled_dot_product_attention(*a, mask))
            assert f(*arrays).dtype == "float32"
            assert {str(g.dtype) for g in ug.grad(f, (0, 1, 2))(*arrays)} == {"float32"}


REFUSED = [
    (
        lambda: nn.scaled_dot_product_attention(Q, K[..., :3], V),
        ShapeError,
        "'scaled_dot_product_attention' needs query of shape (..., L, E) and key of shape (..., S, E); "
        "got the shapes (2, 3, 4) and (2, 5, 3)",
    ),
    (
        lambda: nn.scaled_dot_product_attention(Q, K, V[:, :4]),
        ShapeError,
        "'scaled_dot_product_attention' needs a value for each key, of shape (..., S, F); "
        "got key of shape (2, 5, 4) and value of shape (2, 4, 6)",
    ),
    (
        lambda: nn.scaled_dot_product_attention(Q, K, V, SEEN, is_causal=True),
        ArgumentError,
        "'scaled_dot_product_attention' takes attn_mask or is_causal=True, not both",
    ),
    (
        lambda: nn.scaled_dot_product_attention(Q, K, V, dropout_p=-0.1),
        ArgumentError,
        "'scaled_dot_product_attention' takes dropout_p from 0 to 1; got -0.1",
    ),
    (
        lambda: nn.scaled_dot_product_attention(Q, drawn(3, 5, 4), drawn(3, 5, 4), enable_gqa=True),
        ShapeError,
        "'scaled_dot_product_attention' with enable_gqa=True needs key whose heads, axis -3, divide the query's 2; "
        "got the shape (3, 5, 4)",
    ),
    (
        lambda: nn.scaled_dot_product_attention(Q[0], K[0], V[0], enable_gqa=True),
        ShapeError,
        "'scaled_dot_product_attention' with enable_gqa=True needs heads along axis -3; got a query of shape (3, 4)",
    ),
    (
        lambda: nn.scaled_dot_product_attention(Q, K, V, SEEN[:, :4]),
        ShapeError,
        "'scaled_dot_product_attention' needs an attn_mask that can be broadcast to (2, 3, 5); got the shape (3, 4)",
    ),
    (
        lambda: nn.scaled_dot_product_attention(Q, K, V, numpy.ones((3, 5), dtype=int)),
        DTypeError,
        "'scaled_dot_product_attention' needs an attn_mask of booleans or of floating numbers; got 'int64'",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2][-60:])
def test_what_makes_no_sense_is_refused_in_words(case):
    call, error, words = case
    with ug.use_backend("numpy"), pytest.raises(error) as caught:
        call()
    assert str(caught.value) == words
