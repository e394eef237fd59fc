# %% [markdown]
# # Learning from scratch, in JAX's spelling
#
# Six small models on real data, with nothing but arrays and gradients: linear regression and weight decay on 442 patients'
# diabetes, then softmax regression, a network with one hidden layer, dropout and three optimisers on 1,797 handwritten
# digits of 8 by 8 pixels. All begin with the same numbers in every spelling, so that their results can be compared.
#
# `unigrad run --dialect jax in_jax.py` runs this page on NumPy, and `--backend torch`, `jax` or `cupy` elsewhere.

# %%
import jax
import numpy
from jax import numpy as jnp
from sklearn.datasets import load_diabetes, load_digits

results = {}


def drawn(seed, *shape, scale=0.1):
    """Numbers that do not depend on the library."""
    return jnp.array(numpy.random.default_rng(seed).normal(0, scale, shape), dtype=jnp.float32)


def zeros(*shape):
    return jnp.zeros(shape)


# %% [markdown]
# ## Linear regression
#
# How far the disease has gone in a year, from ten measurements. Both sides are scaled to mean 0 and deviation 1.

# %%
table = load_diabetes()
features = (table.data - table.data.mean(0)) / table.data.std(0)
target = (table.target - table.target.mean()) / table.target.std()
X, y = jnp.array(features, dtype=jnp.float32), jnp.array(target, dtype=jnp.float32)


def linear(X, w, b):
    return jnp.matmul(X, w) + b


def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).mean()


def sgd(params, grads, lr):
    return [param - lr * grad for param, grad in zip(params, grads)]


def fit_linear(decay, epochs=20, lr=0.05, size=64):
    def loss(params, batch, answers):
        w, b = params
        return squared_loss(linear(batch, w, b), answers) + decay * (w**2).sum() / 2

    params = [drawn(0, 10, 1, scale=0.01), zeros(1)]
    for _ in range(epochs):
        for start in range(0, len(X), size):
            grads = jax.grad(loss)(params, X[start : start + size], y[start : start + size])
            params = sgd(params, grads, lr)
    return params


w, b = fit_linear(decay=0.0)
results["linear regression: loss"] = squared_loss(linear(X, w, b), y)
results["linear regression: weights"] = w.reshape(-1)
results["linear regression: loss"]

# %% [markdown]
# ## Weight decay
#
# A penalty on the squared weights keeps them small.

# %%
w_small, b_small = fit_linear(decay=0.5)
results["weight decay: weights"] = w_small.reshape(-1)
print((w**2).sum(), (w_small**2).sum())
assert (w_small**2).sum() < (w**2).sum()

# %% [markdown]
# ## Softmax regression
#
# Which of ten digits it is: the likelihood of each is the share of its exponential.

# %%
digits = load_digits()
order = numpy.random.default_rng(0).permutation(len(digits.target))
images, labels = digits.data[order] / 16, digits.target[order]
X, y = jnp.array(images[:1500], dtype=jnp.float32), jnp.array(labels[:1500])
X_test, y_test = jnp.array(images[1500:], dtype=jnp.float32), jnp.array(labels[1500:])


def softmax(scores):
    shares = jnp.exp(scores - jax.lax.stop_gradient(scores.max(1, keepdims=True)))
    return shares / shares.sum(1, keepdims=True)


def cross_entropy(y_hat, y):
    return -jnp.log(y_hat[jnp.arange(len(y_hat)), y]).mean()


def accuracy(y_hat, y):
    return (y_hat.argmax(axis=1) == y).astype(jnp.float32).mean()


def fit(model, params, update, epochs=10, size=250):
    def loss(params, batch, answers):
        return cross_entropy(softmax(model(batch, params, training=True)), answers)

    for _ in range(epochs):
        for start in range(0, len(X), size):
            grads = jax.grad(loss)(params, X[start : start + size], y[start : start + size])
            params = update(params, grads)
    y_hat = softmax(model(X_test, params, training=False))
    return cross_entropy(y_hat, y_test), accuracy(y_hat, y_test)


def scores(X, params, training):
    return linear(X, *params)


def plain(params, grads):
    return sgd(params, grads, 0.5)


loss, right = fit(scores, [drawn(1, 64, 10, scale=0.01), zeros(10)], plain)
results["softmax regression: loss"], results["softmax regression: accuracy"] = loss, right
loss, right

# %% [markdown]
# ## A hidden layer


# %%
def relu(X):
    return jnp.maximum(X, 0)


def network(X, params, training):
    w1, b1, w2, b2 = params
    return jnp.matmul(relu(jnp.matmul(X, w1) + b1), w2) + b2


def layers():
    return [drawn(2, 64, 32), zeros(32), drawn(3, 32, 10), zeros(10)]


loss, right = fit(network, layers(), plain)
results["hidden layer: loss"], results["hidden layer: accuracy"] = loss, right
loss, right

# %% [markdown]
# ## Dropout
#
# Hidden numbers are left out at random while learning, so that none relies on another. The draws are the host's here.

# %%
draws = numpy.random.default_rng(4)


def dropout(X, share):
    kept = jnp.array(draws.uniform(size=X.shape) > share, dtype=jnp.float32)
    return kept * X / (1.0 - share)


def network_with_dropout(X, params, training):
    w1, b1, w2, b2 = params
    hidden = relu(jnp.matmul(X, w1) + b1)
    return jnp.matmul(dropout(hidden, 0.2) if training else hidden, w2) + b2


loss, right = fit(network_with_dropout, layers(), plain)
results["dropout: loss"], results["dropout: accuracy"] = loss, right
loss, right

# %% [markdown]
# ## Optimisers
#
# Momentum keeps going where it went; Adam (Kingma and Ba 2015) also divides by how large the gradients have been.


# %%
def momentum(params, lr=0.1, beta=0.9):
    state = {"velocities": [jnp.zeros(param.shape) for param in params]}

    def update(params, grads):
        state["velocities"] = [beta * velocity + grad for velocity, grad in zip(state["velocities"], grads)]
        return [param - lr * velocity for param, velocity in zip(params, state["velocities"])]

    return update


def adam(params, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-6):
    zero = [jnp.zeros(param.shape) for param in params]
    state = {"means": zero, "squares": zero, "steps": 0}

    def update(params, grads):
        state["steps"] += 1
        state["means"] = [beta1 * mean + (1 - beta1) * grad for mean, grad in zip(state["means"], grads)]
        state["squares"] = [beta2 * square + (1 - beta2) * grad**2 for square, grad in zip(state["squares"], grads)]
        fair_means = [mean / (1 - beta1 ** state["steps"]) for mean in state["means"]]
        fair_squares = [square / (1 - beta2 ** state["steps"]) for square in state["squares"]]
        return [
            param - lr * mean / (jnp.sqrt(square) + eps)
            for param, mean, square in zip(params, fair_means, fair_squares)
        ]

    return update


for name, optimiser in (("momentum", momentum), ("Adam", adam)):
    params = layers()
    loss, right = fit(network, params, optimiser(params))
    results[f"{name}: loss"], results[f"{name}: accuracy"] = loss, right
    print(name, loss, right)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value}")
