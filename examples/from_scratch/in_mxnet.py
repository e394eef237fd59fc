# %% [markdown]
# # Learning from scratch, in MXNet's spelling
#
# Six small models on real data, with nothing but arrays and gradients: linear regression and weight decay on 442 patients'
# diabetes, then softmax regression, a network with one hidden layer, dropout and three optimisers on 1,797 handwritten
# digits of 8 by 8 pixels. All begin with the same numbers in every spelling, so that their results can be compared.
#
# `unigrad run --dialect mxnet in_mxnet.py` runs this page on NumPy, and `--backend torch`, `jax` or `cupy` elsewhere.

# %%
import numpy
from mxnet import autograd, np, npx
from sklearn.datasets import load_diabetes, load_digits

npx.set_np()
results = {}


def drawn(seed, *shape, scale=0.1):
    """Numbers that do not depend on the library."""
    param = np.array(numpy.random.default_rng(seed).normal(0, scale, shape), dtype="float32")
    param.attach_grad()
    return param


def zeros(*shape):
    param = np.zeros(shape)
    param.attach_grad()
    return param


# %% [markdown]
# ## Linear regression
#
# How far the disease has gone in a year, from ten measurements. Both sides are scaled to mean 0 and deviation 1.

# %%
table = load_diabetes()
features = (table.data - table.data.mean(0)) / table.data.std(0)
target = (table.target - table.target.mean()) / table.target.std()
X, y = np.array(features, dtype="float32"), np.array(target, dtype="float32")


def linear(X, w, b):
    return np.dot(X, w) + b


def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).mean()


def sgd(params, lr):
    for param in params:
        param[:] -= lr * param.grad


def fit_linear(decay, epochs=20, lr=0.05, size=64):
    w, b = drawn(0, 10, 1, scale=0.01), zeros(1)
    for _ in range(epochs):
        for start in range(0, len(X), size):
            batch, answers = X[start : start + size], y[start : start + size]
            with autograd.record():
                loss = squared_loss(linear(batch, w, b), answers) + decay * (w**2).sum() / 2
            loss.backward()
            sgd([w, b], lr)
    return w.detach(), b.detach()


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
X, y = np.array(images[:1500], dtype="float32"), np.array(labels[:1500])
X_test, y_test = np.array(images[1500:], dtype="float32"), np.array(labels[1500:])


def softmax(scores):
    shares = np.exp(scores - scores.max(1, keepdims=True).detach())
    return shares / shares.sum(1, keepdims=True)


def cross_entropy(y_hat, y):
    return -np.log(y_hat[list(range(len(y_hat))), y]).mean()


def accuracy(y_hat, y):
    return (y_hat.argmax(axis=1) == y).astype("float32").mean()


def fit(model, params, update, epochs=10, size=250):
    for _ in range(epochs):
        for start in range(0, len(X), size):
            with autograd.record():
                loss = cross_entropy(softmax(model(X[start : start + size], params)), y[start : start + size])
            loss.backward()
            update(params)
    y_hat = softmax(model(X_test, params))
    return cross_entropy(y_hat, y_test), accuracy(y_hat, y_test)


def scores(X, params):
    return linear(X, *params)


loss, right = fit(scores, [drawn(1, 64, 10, scale=0.01), zeros(10)], lambda params: sgd(params, 0.5))
results["softmax regression: loss"], results["softmax regression: accuracy"] = loss, right
loss, right

# %% [markdown]
# ## A hidden layer


# %%
def relu(X):
    return np.maximum(X, 0)


def network(X, params):
    w1, b1, w2, b2 = params
    return np.dot(relu(np.dot(X, w1) + b1), w2) + b2


def layers():
    return [drawn(2, 64, 32), zeros(32), drawn(3, 32, 10), zeros(10)]


loss, right = fit(network, layers(), lambda params: sgd(params, 0.5))
results["hidden layer: loss"], results["hidden layer: accuracy"] = loss, right
loss, right

# %% [markdown]
# ## Dropout
#
# Hidden numbers are left out at random while learning, so that none relies on another. The draws are the host's here.

# %%
draws = numpy.random.default_rng(4)


def dropout(X, share):
    kept = np.array(draws.uniform(size=X.shape) > share, dtype="float32")
    return kept * X / (1.0 - share)


def network_with_dropout(X, params):
    w1, b1, w2, b2 = params
    hidden = relu(np.dot(X, w1) + b1)
    return np.dot(dropout(hidden, 0.2) if autograd.is_training() else hidden, w2) + b2


loss, right = fit(network_with_dropout, layers(), lambda params: sgd(params, 0.5))
results["dropout: loss"], results["dropout: accuracy"] = loss, right
loss, right

# %% [markdown]
# ## Optimisers
#
# Momentum keeps going where it went; Adam (Kingma and Ba 2015) also divides by how large the gradients have been.


# %%
def momentum(params, lr=0.1, beta=0.9):
    velocities = [np.zeros(param.shape) for param in params]

    def update(params):
        for param, velocity in zip(params, velocities):
            velocity[:] = beta * velocity + param.grad
            param[:] -= lr * velocity

    return update


def adam(params, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-6):
    means, squares = ([np.zeros(param.shape) for param in params] for _ in range(2))
    steps = [0]

    def update(params):
        steps[0] += 1
        for param, mean, square in zip(params, means, squares):
            mean[:] = beta1 * mean + (1 - beta1) * param.grad
            square[:] = beta2 * square + (1 - beta2) * param.grad**2
            fair_mean, fair_square = mean / (1 - beta1 ** steps[0]), square / (1 - beta2 ** steps[0])
            param[:] -= lr * fair_mean / (np.sqrt(fair_square) + eps)

    return update


for name, optimiser in (("momentum", momentum), ("Adam", adam)):
    params = layers()
    loss, right = fit(network, params, optimiser(params))
    results[f"{name}: loss"], results[f"{name}: accuracy"] = loss, right
    print(name, loss, right)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value.asnumpy()}")
