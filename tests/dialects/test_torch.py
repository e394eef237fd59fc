"""The dialect of torch by itself: what it shares, what it refuses, what it says of names that it has not."""

from __future__ import annotations

import gc
import importlib.util
import subprocess
import sys
import warnings
import weakref

import numpy
import pytest

import unigrad as ug
from unigrad.dialects import torch
from unigrad.dialects.torch import notes


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request):
    if importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


def test_it_loads_no_array_library():
    code = "import sys, unigrad.dialects.torch; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name.partition(".")[0] for name in done.stdout.split()} & {
        "numpy",
        "torch",
        "jax",
        "cupy",
        "tensorflow",
    }


@pytest.mark.parametrize("name", ["optim", "save", "stft", "sparse_coo_tensor"])
def test_a_missing_name_says_why(name):
    with pytest.raises(ug.MissingName, match="unigrad's dialect of torch: "):
        getattr(torch, name)


def test_compiled_and_scripted_functions_are_the_functions(backend):
    @torch.compile(fullgraph=True)
    @torch.jit.script
    def f(x):
        return (x * x).sum() if x.sum() > 0 else x.sum()

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    torch.jit.trace(torch.compile(f), (x,))(x).backward()
    assert x.grad.tolist() == [2.0, 4.0]
    assert f(-x).item() == -3.0
    assert not torch.jit.is_scripting()
    with pytest.raises(TypeError, match="take a function, not a 'int'"):
        torch.compile(3)


def test_missing_names_elsewhere():
    for module, name in [
        (torch.nn, "Module"),
        (torch.nn, "Linear"),
        (torch.nn.functional, "lp_pool2d"),
        (torch.autograd, "forward_ad"),
        (torch.func, "functional_call"),
        (torch.linalg, "lu"),
    ]:
        with pytest.raises(ug.MissingName, match=f"'{name}' is missing from unigrad's dialect of torch"):
            getattr(module, name)


def test_a_misspelt_name_is_told_its_neighbours():
    with pytest.raises(ug.MissingName, match="near it: .*arange"):
        torch.arrange  # noqa: B018
    with pytest.raises(AttributeError, match="reshap"):
        torch.ones(2).reshap  # noqa: B018


def test_what_is_noted_as_differing_is_there():
    for name in (*notes.DIFFERS, *(name.strip() for name in notes.CORRECTED)):
        found = torch
        for part in name.split("."):
            found = getattr(found, part)


def test_what_is_noted_as_missing_is_missing():
    for name in notes.MISSING:
        found = torch
        *path, last = name.split(".")
        for part in path:
            found = getattr(found, part)
        assert not hasattr(found, last)


def test_data_shares_values_in_both_directions(backend):
    p = torch.ones(3, requires_grad=True)
    d = p.data
    d[0] = 5.0
    d.mul_(2)
    assert p.tolist() == [10.0, 2.0, 2.0]
    with torch.no_grad():
        p.fill_(7.0)
    assert d.tolist() == [7.0, 7.0, 7.0]
    assert (d.requires_grad, p.requires_grad, p.is_leaf) == (False, True, True)
    (p * d).sum().backward()
    assert p.grad.tolist() == [7.0, 7.0, 7.0]


def test_data_is_a_tensor_for_whoever_is_no_module_of_unigrad(backend):
    scope = {"p": torch.ones(2, requires_grad=True)}
    exec("p.data.sub_(1); found = p.data", scope)
    assert type(scope["found"]).__name__ == "Tensor"
    assert isinstance(scope["found"], torch.Tensor)
    assert scope["p"].tolist() == [0.0, 0.0]


def test_data_of_another_shape_makes_a_new_leaf(backend):
    p = torch.ones(2, requires_grad=True)
    p.data = torch.zeros(3)
    (p + 1).sum().backward()
    assert p.grad.tolist() == [1.0, 1.0, 1.0]


def test_in_place_changes_do_not_spoil_a_gradient(backend):
    """Torch refuses this backward, or with .data gives a wrong gradient without a word."""
    x = torch.tensor([3.0], requires_grad=True)
    y = x * x
    x.data.fill_(100.0)
    y.backward()
    assert x.grad.tolist() == [6.0]


def test_numpy_cannot_be_written(backend):
    array = torch.ones(2).numpy()
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5


def test_from_numpy_copies(backend):
    array = numpy.ones(2)
    x = torch.from_numpy(array)
    array[0] = 5
    assert x.tolist() == [1.0, 1.0]


def test_gradients_accumulate_in_one_tensor(backend):
    x = torch.ones(2, requires_grad=True)
    (x * 2).sum().backward()
    kept = x.grad
    (x * 3).sum().backward()
    assert kept is x.grad
    assert kept.tolist() == [5.0, 5.0]
    assert type(kept) is torch.Tensor


def test_the_gradient_of_a_recorded_tensor_warns():
    y = torch.ones(2, requires_grad=True) * 2
    with pytest.warns(UserWarning, match="retain_grad"):
        assert y.grad is None


def test_hooks_on_leaves_run_before_and_after_the_gradient_is_written():
    x = torch.ones(2, requires_grad=True)
    seen = []
    x.register_hook(lambda g: g * 10)
    x.register_post_accumulate_grad_hook(lambda x: seen.append((type(x), x.grad.tolist())))
    (x * 2).sum().backward()
    assert seen == [(torch.Tensor, [20.0, 20.0])]
    with pytest.raises(RuntimeError, match="doesn't require gradient"):
        torch.ones(2).register_hook(print)
    with pytest.raises(RuntimeError, match="non-leaf tensors"):
        (x * 2).register_post_accumulate_grad_hook(print)


def test_hooks_get_tensors_and_count_earlier_uses():
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    z = (y * 3).sum()
    kinds = []
    y.register_hook(lambda g: kinds.append(type(g)))
    y.retain_grad()
    z.backward()
    assert kinds == [torch.Tensor]
    assert y.grad.tolist() == [3.0, 3.0]


def test_a_gradient_that_reaches_a_result_of_inference_mode_is_refused():
    w, x = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    with torch.inference_mode():
        y = w * 2
    assert not y.requires_grad
    assert y.numpy().tolist() == [2.0, 2.0]
    with pytest.raises(RuntimeError, match="computed in inference_mode"):
        (x * y).sum().backward()
    with torch.inference_mode(False):
        assert (w * 2).requires_grad


def test_a_function_may_push_tangents_and_may_have_no_second_derivative():
    from unigrad.dialects.torch.autograd.function import once_differentiable

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, k):
            ctx.save_for_backward(x)
            ctx.save_for_forward(x)
            return k * x**3

        @staticmethod
        @once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 6 * g * x**2, None

        @staticmethod
        def jvp(ctx, t, _):
            (x,) = ctx.saved_tensors
            return 60 * t * x**2  # not the transpose, to be told from it

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    assert torch.func.jvp(lambda x: Cube.apply(x, 2.0), (x.detach(),), (torch.ones(2),))[1].tolist() == [60.0, 240.0]
    (first,) = torch.autograd.grad(Cube.apply(x, 2.0).sum(), [x], create_graph=True)
    assert first.tolist() == [6.0, 24.0]
    with pytest.raises(ug.MissingRule, match="marked once_differentiable"):
        first.sum().backward()


def test_a_function_that_saves_its_result_leaves_no_cycle():
    class Exp(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            out = x.exp()
            ctx.save_for_backward(out)
            return out

        @staticmethod
        def backward(ctx, g):
            (out,) = ctx.saved_tensors
            return g * out

    gc.disable()
    try:
        x = torch.zeros(2, requires_grad=True)
        y = Exp.apply(x)
        (first,) = torch.autograd.grad(y.sum(), [x], create_graph=True)
        assert torch.autograd.grad(first.sum(), [y], retain_graph=True)[0].tolist() == [1.0, 1.0]
        gone = weakref.ref(y), weakref.ref(y.raw)
        del y, first
        assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()


def test_a_removed_hook_is_silent():
    seen = []
    y = torch.ones(2, requires_grad=True) * 2
    y.register_hook(seen.append).remove()
    y.sum().backward()
    assert seen == []


def test_the_graph_dies_with_its_tensors():
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    y.retain_grad()
    y.sum().backward()
    assert y.grad.tolist() == [1.0, 1.0]
    del y
    z = x * 5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert z.grad is None


def test_sentences():
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(
        RuntimeError, match="grad can be implicitly created only for scalar outputs; pass gradient=, or sum"
    ):
        (x * 2).backward()
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad and does not have a grad_fn"):
        torch.ones(()).backward()
    with pytest.raises(RuntimeError, match="do it under torch.no_grad"):
        x.add_(1)
    with pytest.raises(RuntimeError, match=r"use tensor.detach\(\).numpy\(\) instead"):
        x.numpy()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        y = (x * x).sum()
        y.backward()
        y.backward()


def test_cuda_tells_of_the_backend():
    with ug.use_backend("numpy"):
        assert not torch.cuda.is_available()
        with pytest.raises(RuntimeError, match="no device 'cuda'"):
            torch.ones(2, device="cuda")
        with pytest.raises(RuntimeError, match="no device 'cuda'"):
            torch.ones(2).cuda()


def test_a_seed_gives_the_same_numbers_on_every_backend():
    draws = []
    for name in ug.available_backends():
        with ug.use_backend(name):
            torch.manual_seed(3)
            draws.append(torch.randn(4).tolist())
    assert all(each == draws[0] for each in draws)


def test_operators_stay_unwrapped():
    x = torch.ones(2)
    x * x
    assert torch.sin is torch.Tensor.sin
    assert torch.Tensor.__mul__ is torch.mul
    assert "raw" in torch.mul.__code__.co_names, "the array is not read past the property 'data'"


def test_the_default_dtype_is_unigrads():
    try:
        torch.set_default_dtype(torch.float64)
        assert torch.ones(1).dtype == ug.get_default_dtype() == "float64"
    finally:
        torch.set_default_dtype(torch.float32)


class Tripled(torch.autograd.Function):
    """A square whose backward is wrong."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        return 3 * g * ctx.saved_tensors[0]


def test_gradcheck_compares_with_differences():
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    n = torch.tensor([3.0, 1.0], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x, n: (x**3 * n, n), (x, n), check_forward_ad=True)
    assert torch.autograd.gradgradcheck(lambda x, n: x**3 * n, (x, n))
    for check in (torch.autograd.gradcheck, torch.autograd.gradgradcheck):
        assert check(Tripled.apply, x, raise_exception=False) is False
        with pytest.raises(RuntimeError, match="differences contradict 2 of 4 entries"):
            check(Tripled.apply, x)
        with pytest.raises(ValueError, match="at least one input tensor to require gradient"):
            check(torch.sin, n)
    with pytest.raises(ValueError, match="at least one of check_forward_ad and check_backward_ad"):
        torch.autograd.gradcheck(torch.sin, x, check_backward_ad=False)
    with pytest.raises(TypeError, match="epss"):
        torch.autograd.gradcheck(torch.sin, x, epss=3)
    with pytest.warns(UserWarning, match="Input #0 requires gradient and is not a double"):
        torch.autograd.gradcheck(lambda x: x * x, x.detach().float().requires_grad_(), raise_exception=False)


def test_hessians_of_arrays_are_those_of_each_element():
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])
    (xx, xy), (yx, yy) = torch.func.hessian(lambda x, y: x**3 * y, (0, 1))(x, y)
    for block, slopes in ((xx, 6 * x * y), (xy, 3 * x**2), (yx, 3 * x**2), (yy, 0 * x)):
        assert block.tolist() == [torch.diag(slopes * unit).tolist() for unit in torch.eye(2)]
