"""Programs in the style of autograd's examples: the same text over autograd and over the dialect, on every backend."""

import warnings

import numpy
import pytest
from dialects.autograd_sides import agree, dialect, native

import unigrad as ug

pytest.importorskip("autograd", reason="the programs are compared with autograd itself")

BACKENDS = ["numpy", "torch", "jax"]


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param not in ug.available_backends():
        pytest.skip(f"the library of backend '{request.param}' is not installed")
    with ug.use_backend(request.param):
        yield request.param


PROGRAMS = []


def program(f):
    PROGRAMS.append(f)
    return f


@program
def logistic_regression(s):
    np = s.np
    inputs = np.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
    targets = np.array([True, True, False, True])

    def sigmoid(x):
        return 0.5 * (np.tanh(x / 2.0) + 1)

    def loss(weights):
        p = sigmoid(np.dot(inputs, weights))
        label_probabilities = p * targets + (1 - p) * (1 - targets)
        return -np.sum(np.log(label_probabilities))

    gradient = s.ag.grad(loss)
    weights = np.array([0.0, 0.0, 0.0])
    before = loss(weights)
    for _ in range(20):
        weights -= gradient(weights) * 0.01
    return before, loss(weights), weights


@program
def tanh_to_sixth_order(s):
    np, f, found = s.np, s.np.tanh, []
    x = np.linspace(-2.0, 2.0, 7)
    for _ in range(6):
        f = s.ag.elementwise_grad(f)
        found.append(f(x))
    return found


@program
def multilayer_perceptron(s):
    np, rs = s.np, s.np.random.RandomState(0)
    params = [(0.5 * rs.randn(m, n), 0.5 * rs.randn(n)) for m, n in ((3, 4), (4, 2))]
    inputs, targets = rs.randn(5, 3), np.eye(2)[rs.randint(0, 2, 5)]

    def predict(params, inputs):
        for w, b in params:
            outputs = np.dot(inputs, w) + b
            inputs = np.tanh(outputs)
        return outputs - s.special.logsumexp(outputs, axis=1, keepdims=True)

    def objective(params, i):
        flat, _ = s.flatten.flatten(params)
        return -np.mean(np.sum(predict(params, inputs) * targets, axis=1)) + 0.01 * np.dot(flat, flat)

    trace = []
    optimized = s.optimizers.adam(
        s.ag.grad(objective),
        params,
        step_size=0.1,
        num_iters=15,
        callback=lambda p, i, g: trace.append(objective(p, i)),
    )
    return (
        optimized,
        trace,
        s.optimizers.sgd(s.ag.grad(objective), params, num_iters=5),
        s.optimizers.rmsprop(s.ag.grad(objective), params, num_iters=5),
    )


@program
def rosenbrock(s):
    np = s.np

    def f(x):
        return np.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1 - x[:-1]) ** 2.0)

    x = np.array([0.5, -0.3, 1.2, 0.9])
    v = np.array([1.0, 2.0, -1.0, 0.5])
    hvp, at = s.ag.make_hvp(f)(x)
    return (
        s.ag.value_and_grad(f)(x),
        s.ag.hessian(f)(x),
        s.ag.hessian_vector_product(f)(x, v),
        s.ag.hessian_tensor_product(f)(x, v),
        hvp(v),
        at,
    )


@program
def define_gradient(s):
    np = s.np

    @s.extend.primitive
    def logsumexp(x):
        top = np.max(x)
        return top + np.log(np.sum(np.exp(x - top)))

    def make_grad(ans, x):
        x_shape = x.shape
        return lambda g: np.full(x_shape, g) * np.exp(x - np.full(x_shape, ans))

    s.extend.defvjp(logsumexp, make_grad)

    def example(y):
        z = y**2
        return logsumexp(z) * 2.0

    x = np.array([1.5, 0.3, -0.7])
    s.test_util.check_grads(example, modes=["rev"])(x)
    return example(x), s.ag.grad(example)(x), s.ag.hessian(example)(x), s.ag.jacobian(s.ag.hessian(example))(x)


@program
def gaussian_process(s):
    np = s.np
    x = np.linspace(-1.0, 1.0, 6).reshape(6, 1)
    y = np.sin(3 * x[:, 0])

    def kernel(params, x, z):
        scales, output = np.exp(params[1:]), np.exp(params[0])
        differences = np.expand_dims(x / scales, 1) - np.expand_dims(z / scales, 0)
        return output * np.exp(-0.5 * np.sum(differences**2, axis=2))

    def objective(params):
        covariance = kernel(params[1:], x, x) + (np.exp(params[0]) + 1e-3) * np.eye(len(y))
        return -s.mvn.logpdf(y, np.zeros(len(y)), covariance)

    def by_solve(params):
        covariance = kernel(params[1:], x, x) + 0.1 * np.eye(len(y))
        _, logdet = np.linalg.slogdet(covariance)
        return 0.5 * np.dot(y, np.linalg.solve(covariance, y)) + 0.5 * logdet

    params = np.array([-1.0, 0.3, -0.4])
    return s.ag.value_and_grad(objective)(params), s.ag.value_and_grad(by_solve)(params)


@program
def fluid(s):
    np, rs = s.np, s.np.random.RandomState(1)
    rows = cols = 5
    start = rs.randn(2, rows, cols) * 0.1
    target = rs.rand(rows, cols)

    def project(vx, vy):
        p = np.zeros(vx.shape)
        h = 1.0 / vx.shape[0]
        div = (
            -0.5
            * h
            * (np.roll(vx, -1, axis=0) - np.roll(vx, 1, axis=0) + np.roll(vy, -1, axis=1) - np.roll(vy, 1, axis=1))
        )
        for _ in range(4):
            p = (
                div + np.roll(p, 1, axis=0) + np.roll(p, -1, axis=0) + np.roll(p, 1, axis=1) + np.roll(p, -1, axis=1)
            ) / 4.0
        vx -= 0.5 * (np.roll(p, -1, axis=0) - np.roll(p, 1, axis=0)) / h
        vy -= 0.5 * (np.roll(p, -1, axis=1) - np.roll(p, 1, axis=1)) / h
        return vx, vy

    def advect(f, vx, vy):
        cell_ys, cell_xs = np.meshgrid(np.arange(rows), np.arange(cols))
        center_xs, center_ys = (cell_xs - vx).ravel(), (cell_ys - vy).ravel()
        left, top = np.floor(center_xs).astype(int), np.floor(center_ys).astype(int)
        rw, bw = center_xs - left, center_ys - top
        left, right = np.mod(left, rows), np.mod(left + 1, rows)
        top, bottom = np.mod(top, cols), np.mod(top + 1, cols)
        flat = (1 - rw) * ((1 - bw) * f[left, top] + bw * f[left, bottom]) + rw * (
            (1 - bw) * f[right, top] + bw * f[right, bottom]
        )
        return np.reshape(flat, (rows, cols))

    def loss(params):
        v = np.reshape(params, (2, rows, cols))
        vx, vy = v[0], v[1]
        smoke = target * 0.5
        for _ in range(2):
            vx, vy = project(advect(vx, vx, vy), advect(vy, vx, vy))
            smoke = advect(smoke, vx, vy)
        return np.mean((target - smoke) ** 2)

    return s.ag.value_and_grad(loss)(start.ravel())


@program
def long_short_term_memory(s):
    np, rs = s.np, s.np.random.RandomState(2)
    params = {name: 0.3 * rs.randn(3 + 4 + 1, 4) for name in ("change", "forget", "ingate", "outgate")}
    params["init"] = 0.1 * rs.randn(1, 4)
    inputs = rs.randn(5, 2, 3)

    def sigmoid(x):
        return 0.5 * (np.tanh(x) + 1.0)

    def gate(weights, *args):
        return np.dot(np.hstack([*args, np.ones((args[0].shape[0], 1))]), weights)

    def run(params):
        hiddens = np.repeat(params["init"], 2, axis=0)
        cells = np.zeros((2, 4))
        outputs = []
        for x in inputs:
            change = np.tanh(gate(params["change"], x, hiddens))
            cells = cells * sigmoid(gate(params["forget"], x, hiddens)) + change * sigmoid(
                gate(params["ingate"], x, hiddens)
            )
            hiddens = sigmoid(gate(params["outgate"], x, hiddens)) * np.tanh(cells)
            outputs.append(hiddens)
        return np.sum(np.stack(outputs) ** 2) / len(outputs)

    return s.ag.value_and_grad(run)(params)


@program
def variational_inference(s):
    np, rs = s.np, s.np.random.RandomState(3)
    noise = rs.randn(20, 2)

    def log_density(x):
        mu, log_sigma = x[:, 0], x[:, 1]
        return s.norm.logpdf(log_sigma, 0, 1.35) + s.norm.logpdf(mu, 0, np.exp(log_sigma))

    def objective(params):
        mean, log_std = params[:2], params[2:]
        samples = noise * np.exp(log_std) + mean
        entropy = 0.5 * 2 * (1.0 + np.log(2 * np.pi)) + np.sum(log_std)
        return -(entropy + np.mean(log_density(samples)))

    return (
        s.ag.value_and_grad(objective)(np.array([-0.5, 0.2, -1.0, 0.3])),
        s.norm.pdf(0.3),
        s.norm.logpdf(np.array([0.1, 2.0]), 1.0, 2.0),
    )


@program
def black_scholes_like_scalars(s):
    np, ag = s.np, s.ag

    def price(spot, strike, rate=0.02, *, scale=1.0):
        return scale * spot * np.exp(-rate) * np.tanh(np.log(spot / strike))

    return (
        ag.grad(price)(100.0, 90.0),
        ag.grad(price, 1)(100.0, 90.0, scale=2.0),
        ag.grad(price, (0, 1, 2))(100.0, 90.0, 0.05),
        ag.grad_named(price, "strike")(100.0, 90.0),
        ag.grad(ag.grad(price), 1)(100.0, 90.0),
        ag.deriv(np.sin)(1.0),
    )


@program
def products_with_jacobians(s):
    np, ag = s.np, s.ag
    a = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 2.0]])

    def f(x):
        return np.tanh(np.dot(a, x) ** 2)

    x, v, g = np.array([0.3, -0.2, 0.5]), np.array([1.0, 0.5, -1.0]), np.array([2.0, -1.0])
    pull, value = ag.make_vjp(f)(x)
    return (
        value,
        pull(g),
        pull(g * 2),
        ag.make_jvp(f)(x)(v),
        ag.jacobian(f)(x),
        ag.vector_jacobian_product(f)(x, g),
        ag.tensor_jacobian_product(f)(x, g),
        ag.make_ggnvp(f)(x)(v),
        ag.grad_and_aux(lambda x: (np.sum(f(x)), x * 2))(x),
        ag.checkpoint(f)(x),
        ag.jacobian(ag.checkpoint(f))(x),
        ag.hessian(ag.checkpoint(lambda x: np.sum(f(x))))(x),
    )


@program
def fixed_point(s):
    np = s.np

    def newton_sqrt(a):
        return lambda x: 0.5 * (x + a / x)

    def distance(x, y):
        return np.max(np.abs(x - y))

    def root(a):
        return np.sum(s.fixed_points.fixed_point(newton_sqrt, a, np.array([1.0, 1.0]), distance, 1e-10))

    return s.ag.grad(root)(np.array([2.0, 3.0])), s.ag.grad(lambda a: s.ag.grad(root)(a)[0])(np.array([2.0, 3.0]))


@program
def flattened(s):
    np = s.np
    tree = {"b": [np.array([1.0, 2.0]), 3.0], "a": (np.array([[4.0]]),)}
    vector, unflatten = s.flatten.flatten(tree)
    flat_func, _, _ = s.flatten.flatten_func(lambda t: {"a": t["a"], "b": t["b"]}, tree)
    gradient = s.ag.grad(lambda t: np.sum(s.flatten.flatten(t)[0] ** 2))(tree)
    return vector, unflatten(vector * 2), gradient, flat_func(vector)


@program
def convolutional_like_einsum(s):
    np, rs = s.np, s.np.random.RandomState(4)
    images, kernels = rs.randn(2, 5, 5), rs.randn(3, 2, 2)

    def layer(kernels):
        patches = np.stack(
            [np.stack([images[:, i : i + 2, j : j + 2] for j in range(4)], axis=1) for i in range(4)], axis=1
        )
        maps = np.maximum(np.einsum("nijab,kab->nkij", patches, kernels), 0.0)
        pooled = np.max(np.reshape(maps, (2, 3, 2, 2, 2, 2)), axis=(3, 5))
        return np.sum(np.log1p(pooled) * np.arange(2 * 3 * 4).reshape(2, 3, 2, 2))

    return s.ag.value_and_grad(layer)(kernels)


@program
def ordinary_differential_equation(s):
    np = s.np

    def field(y, params):
        return np.array([y[1], -params[0] * y[0] - params[1] * y[1]])

    def loss(params):
        y, total = np.array([1.0, 0.0]), 0.0
        for _ in range(20):
            k1 = field(y, params)
            k2 = field(y + 0.05 * k1, params)
            y = y + 0.1 * k2
            total = total + y[0] ** 2
        return total

    return s.ag.value_and_grad(loss)(np.array([1.5, 0.1])), s.ag.hessian(loss)(np.array([1.5, 0.1]))


@pytest.mark.parametrize("run", PROGRAMS, ids=lambda f: f.__name__)
def test_same_results(run, backend):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = run(native())
    numpy.random.seed(0)
    agree(run(dialect()), want, rtol=1e-8)
