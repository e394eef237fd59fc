"""The dialect of MXNet by itself: what it corrects, what it adds, its flags, its views, and the names that it lacks."""

import copy
import gc
import pickle
import subprocess
import sys
import threading
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.dialects.mxnet as mx
import unigrad.numpy as unp
from unigrad.dialects.mxnet import autograd, nd, notes, np, npx


@pytest.fixture(params=["numpy", "torch", "jax"], autouse=True)
def backend(request):
    if request.param not in ug.available_backends():
        pytest.skip(f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


def variable(*numbers, grad_req="write"):
    x = np.array(numbers)
    x.attach_grad(grad_req)
    return x


def near(x, want):
    numpy.testing.assert_allclose(x.asnumpy(), want, rtol=1e-5, atol=1e-6)


class TestCorrected:
    def test_head_gradient_of_another_shape_is_an_error(self):
        x = variable(1.0, 2.0, 3.0)
        with autograd.record():
            y = x * x
        with pytest.raises(mx.MXNetError, match="must have the shape"):
            y.backward(np.array(1.0))
        y.backward(np.array([1.0, 1.0, 1.0]))  # nothing is lost by the failure
        near(x.grad, [2, 4, 6])

    def test_values_changed_after_forward_do_not_change_the_gradient(self):
        x, c = variable(1.0, 2.0, 3.0), np.ones(3)
        with autograd.record():
            y = x * x * c
        x[:] = 100
        c[0] = 100
        y.backward()
        near(x.grad, [2, 4, 6])

    def test_a_recorded_array_that_is_written_to_is_a_constant(self):
        x = variable(1.0, 2.0)
        with autograd.record():
            y = x * x
            z = y.sum()
        y[:] = 7
        with pytest.raises(mx.MXNetError, match="not in a computational graph"):
            y.backward()
        z.backward()
        near(x.grad, [2, 4])

    @pytest.mark.parametrize(
        ("f", "second"),
        [
            (lambda x: x * x * x, [6, 12]),
            (lambda x: np.dot(x, x), [2, 2]),
            (lambda x: x**4.0, [12, 48]),
            (lambda x: 1 / x, [2, 0.25]),
            (lambda x: np.exp(x).sum(), [numpy.exp(1), numpy.exp(2)]),
            (lambda x: npx.softmax(x)[0], None),
            (lambda x: np.einsum("i,i->", x, x), [2, 2]),
            (lambda x: np.maximum(x, 0) ** 2.0, [2, 2]),
        ],
    )
    def test_second_order(self, f, second):
        x = variable(1.0, 2.0)
        with autograd.record():
            (g,) = autograd.grad(f(x), x, create_graph=True)
            near(x.grad, [0, 0])
            s = g.sum()
        s.backward()
        if second is not None:
            near(x.grad, second)

    def test_third_order(self):
        x = variable(2.0)
        with autograd.record():
            y = x**5.0
            for _ in range(2):
                (y,) = autograd.grad(y, x, create_graph=True)
        y.backward()
        near(x.grad, [60 * 4])

    @pytest.mark.parametrize("grad_req", ["write", "add"])
    def test_function_is_differentiated_again(self, grad_req):
        class Sigmoid(autograd.Function):
            def forward(self, x):
                y = 1 / (1 + np.exp(-x))
                self.save_for_backward(y)
                return y

            def backward(self, dy):
                (y,) = self.saved_tensors
                assert isinstance(y, np.ndarray)
                assert isinstance(dy, np.ndarray)
                return dy * y * (1 - y)

        x = variable(0.5, -1.0, grad_req=grad_req)
        with autograd.record():
            y = Sigmoid()(x)
            (g,) = autograd.grad(y, x, create_graph=True)
        s = 1 / (1 + numpy.exp(-x.asnumpy()))
        near(g, s * (1 - s))
        g.backward()
        near(x.grad, s * (1 - s) * (1 - 2 * s))

    def test_function_with_a_wrong_number_of_gradients(self):
        class Wrong(autograd.Function):
            def forward(self, x, y):
                return x * y

            def backward(self, dy):
                return dy

        x, w = variable(1.0), variable(2.0)
        with autograd.record():
            y = Wrong()(x, w)
        with pytest.raises(mx.MXNetError, match=r"Wrong.backward\(\) gave 1 gradients for the 2 arguments"):
            y.backward()

    def test_function_without_rules(self):
        with pytest.raises(NotImplementedError, match=r"Function has no forward\(\)"):
            autograd.Function()(np.ones(1))


class TestFlags:
    def test_other_dialects_do_not_see_them(self):
        x = ug.array([1.0])
        x.attach_grad()
        assert not autograd.is_recording()
        assert ug.is_recording()
        with autograd.pause():
            (x * x).backward()
        with ug.pause(), autograd.record():
            v = variable(3.0)
            y = v * v
        y.backward()
        near(v.grad, [6])

    def test_threads_have_their_own(self):
        seen = []
        with autograd.record():
            thread = threading.Thread(target=lambda: seen.append(autograd.is_recording()))
            thread.start()
            thread.join()
        assert seen == [False]

    def test_restored_after_an_exception(self):
        with pytest.raises(ZeroDivisionError), autograd.record():
            1 / 0  # noqa: B018
        assert (autograd.is_recording(), autograd.is_training()) == (False, False)

    def test_one_scope_twice(self):
        scope = autograd.record()
        with scope:
            with scope:
                pass
            assert autograd.is_recording()

    def test_backward_inside_record(self):
        x = variable(3.0)
        with autograd.record():
            y = x * x
            y.backward()
            assert autograd.is_recording()
        near(x.grad, [6])
        assert x.grad.node is None

    def test_inherited_methods_obey_the_flag(self):
        for name in ("ravel", "conj", "flatten", "sum", "cumsum", "mT", "std"):
            x = np.array([[1.0, 2.0], [3.0, 5.0]])
            x.attach_grad()
            outside = getattr(x, name)
            outside = outside() if callable(outside) else outside
            assert type(outside) is np.ndarray
            assert outside.node is None, name
            with autograd.record():
                inside = getattr(x, name)
                inside = inside() if callable(inside) else inside
            assert inside.node is not None, name

    @pytest.mark.parametrize("array_class", [np.ndarray, nd.NDArray])
    def test_nothing_inherited_records_by_the_native_flag(self, array_class):
        own = {"__index__", "__complex__", "__copy__", "__array_namespace__", "__dlpack_device__", "__iter__"}
        own |= {"numpy", "tolist", "item", "to_backend", "zero_grad", "mT"}
        for name in dir(ug.Tensor):
            member = getattr(ug.Tensor, name)
            if callable(member) and name not in vars(object) and name not in own and not name.startswith("__init"):
                assert getattr(array_class, name) is not member, name


class TestWrites:
    def test_step_keeps_object_gradient_and_identity(self):
        w = variable(1.0, 2.0)
        with autograd.record():
            y = (w * w).sum()
        y.backward()
        held, name = w, id(w)
        w -= 0.1 * w.grad
        w[:] -= 0.1 * w.grad
        assert id(w) == name
        near(held, [0.6, 1.2])
        near(w.grad, [2, 4])
        with autograd.record():
            y = (w * w).sum()
        y.backward()
        near(w.grad, [1.2, 2.4])

    def test_views_of_views(self):
        x = np.zeros((2, 3, 4))
        part = x[1]
        row = part[2]
        row[1:3] = 5
        near(x[1, 2], [0, 5, 5, 0])
        x[:] = 1
        near(row, [1, 1, 1, 1])
        near(part, numpy.ones((3, 4)))
        del part
        row += 1
        near(x[1], [[1] * 4, [1] * 4, [2] * 4])

    def test_views_taken_while_recording_share_nothing(self):
        x = variable(1.0, 2.0)
        with autograd.record():
            part = x[0:1]
        part[:] = 9
        near(x, [1, 2])

    def test_a_base_lives_as_long_as_its_views_and_no_longer(self):
        gc.disable()
        try:
            x = np.zeros((2, 2))
            dead = weakref.ref(x)
            row = x[0]
            del x
            assert dead() is not None
            row[:] = 3
            near(dead()[0], [3, 3])
            del row
            assert dead() is None
        finally:
            gc.enable()

    def test_places_in_the_way_of_lessons(self):
        c = np.zeros((2, 2))
        for i in range(2):
            for j in range(2):
                c[i, j] = (np.ones((2, 2)) * i).sum() + j
        near(c, [[0, 1], [4, 5]])
        c[0, 0] = np.ones((1, 1))
        c[:, 0::2] = np.ones((2, 1))
        near(c, [[1, 1], [1, 5]])

    def test_dtype_is_kept(self):
        x = np.array([1, 2], dtype="int32")
        x += 2.5
        assert repr(x) == "array([3, 4], dtype=int32)"
        y = np.ones(2)
        y *= np.ones(2, dtype="float64")
        assert y.dtype == "float32"

    def test_a_shape_that_does_not_fit(self):
        x = np.ones(2)
        with pytest.raises(mx.MXNetError, match=r"an array of shape \(2,\) cannot hold a result of shape \(2, 2\)"):
            x += np.ones((2, 2))
        with pytest.raises(mx.MXNetError):
            x[:] = np.ones(3)


class TestValues:
    def test_both_front_ends(self):
        a, x = nd.array([1, 2]), np.array([1, 2])
        for call in (lambda: a + x, lambda: x + a):
            with pytest.raises(TypeError, match="does not go with"):
                call()
        a.attach_grad()
        with autograd.record():
            y = (a.as_np_ndarray() * 3).as_nd_ndarray().sum()
        y.backward()
        near(a.grad, [3, 3])
        assert type(a.grad) is nd.NDArray

    def test_numpy_functions(self):
        x = variable(1.0, 2.0)
        with autograd.record():
            y = numpy.concatenate([numpy.exp(x), numpy.stack([x, x])[0]]).sum() + numpy.linalg.norm(x)
        y.backward()
        near(x.grad, numpy.exp([1, 2]) + 1 + numpy.array([1, 2]) / 5**0.5)
        assert numpy.cov(numpy.ones((2, 2)), x).shape == (3, 3)  # not in the dialect, so on NumPy arrays
        with autograd.record(), pytest.raises(ug.MissingName):
            numpy.cov(x, x)
        with pytest.raises(TypeError, match="has no counterpart"):
            numpy.add.reduce(x)

    def test_numpy_array_of_an_array(self):
        x = variable(1.0, 2.0)
        with autograd.record():
            assert numpy.asarray(x * 1).tolist() == [1, 2]
            assert float(x.sum()) == 3
            assert x.asnumpy().tolist() == [1, 2]

    def test_copies(self):
        x = variable(1.0, 2.0)
        for other in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x)), x.copy(), x.detach()):
            assert type(other) is np.ndarray
            assert other.node is None
            near(other, [1, 2])

    def test_seed(self):
        for draw in (np.random.normal, np.random.uniform, np.random.rand, np.random.gumbel, np.random.logistic):
            mx.random.seed(7)
            first = draw(size=(3,)) if draw is not np.random.rand else draw(3)
            np.random.seed(7)
            again = draw(size=(3,)) if draw is not np.random.rand else draw(3)
            near(first, again.asnumpy())

    def test_draws_have_their_distribution(self):
        np.random.seed(0)
        counts = np.random.multinomial(10_000, np.array([0.2, 0.3, 0.5]))
        assert counts.dtype == "int64"
        assert int(counts.sum()) == 10_000
        assert (counts / 10_000).tolist() == pytest.approx([0.2, 0.3, 0.5], abs=0.02)
        x = np.random.multivariate_normal(np.array([1.0, -1.0]), np.array([[2.0, 1.0], [1.0, 3.0]]), size=(20_000,))
        assert x.dtype == "float32"
        assert numpy.cov(x.asnumpy().T) == pytest.approx(numpy.array([[2, 1], [1, 3]]), abs=0.15)
        assert np.random.exponential(2.0, (20_000,)).mean().item() == pytest.approx(2, abs=0.1)
        order = np.arange(10)
        np.random.shuffle(order)
        assert sorted(order.tolist()) == list(range(10))

    def test_gradients_flow_through_the_parameters_of_draws(self):
        mean, scale = variable(1.0, 2.0), variable(0.5, 0.5)
        with autograd.record():
            y = np.random.normal(mean, scale, size=(4, 2)).sum()
        y.backward()
        near(mean.grad, [4, 4])
        assert scale.grad.shape == (2,)

    def test_dropout(self):
        x = np.ones((1000,))
        assert npx.dropout(x, 0.5) is x
        with autograd.train_mode():
            y = npx.dropout(x, 0.25)
        assert {round(each, 4) for each in y.tolist()} == {0.0, 1.3333}
        assert float(y.mean()) == pytest.approx(1, abs=0.15)

    def test_contexts(self):
        x = np.ones(2, ctx=mx.cpu())
        assert repr(x.ctx) == "cpu(0)"
        assert x.as_in_context(mx.cpu()) is x
        assert x.copyto(mx.cpu()) is not x
        with mx.cpu():
            assert mx.current_context() == mx.cpu(0)
            assert np.zeros(1).ctx == mx.cpu()
        with pytest.raises(mx.MXNetError, match=r"has no device gpu\(99\)"):
            np.ones(2, ctx=mx.gpu(99))
        assert mx.num_gpus() == npx.num_gpus()

    def test_errors_are_of_both_kinds(self):
        with pytest.raises(ug.ShapeError) as caught:
            np.ones(2) + np.ones(3)
        assert isinstance(caught.value, mx.MXNetError)

    def test_unigrad_takes_these_arrays(self):
        x = np.array([1.0, 2.0])
        g = ug.grad(lambda v: unp.sum(v * v))(x)
        numpy.testing.assert_allclose(g.numpy(), [2, 4])


class TestNames:
    @pytest.mark.parametrize(
        ("module", "name", "sentence"),
        [
            (mx, "gluon", "'gluon' is missing from unigrad's dialect of mxnet: there are no layers here"),
            (mx, "sym", "there are no symbols"),
            (autograd, "get_symbol", "there are no symbols"),
            (npx, "convolution", "no kernels for convolution"),
            (np, "polyfit", "MXNet itself only calls NumPy here"),
            (np, "arrange", "near it: arange"),
            (np.linalg, "eig", "complex"),
            (np.random, "gamma", "does not draw from this distribution"),
            (nd, "Convolution", "no kernels for convolution"),
            (nd.random, "norml", "near it: normal"),
        ],
    )
    def test_missing(self, module, name, sentence):
        with pytest.raises(ug.MissingName, match=sentence.replace("(", r"\(")):
            getattr(module, name)

    def test_notes_are_sentences(self):
        for table in (notes.DIFFERS, notes.MISSING, notes.CORRECTED):
            assert table
            for name, reason in table.items():
                assert name
                assert len(reason) > 20

    def test_lessons_imports(self):
        from unigrad.dialects.mxnet.numpy.random import multinomial

        assert multinomial is np.random.multinomial
        npx.set_np()
        assert npx.is_np_array()
        npx.reset_np()

    def test_imports_no_array_library(self):
        program = "import sys, unigrad.dialects.mxnet; print([m for m in ('numpy', 'torch', 'jax', 'mxnet') if m in sys.modules])"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"
