# %% [markdown]
# # Gradients, in TensorFlow's spelling
#
# A network is a function of many numbers, and learning changes each a little in the direction that helps. The derivative
# tells that direction, and nobody works it out by hand: a tape records what is computed, and is played backwards.
#
# `unigrad run --dialect tensorflow in_tensorflow.py` runs this page on NumPy, and `--backend torch`, `jax` or `cupy`
# elsewhere.

# %%
import tensorflow as tf

results = {}

# %% [markdown]
# ## A first gradient
#
# Of *y* = 2 **x**·**x** it is 4**x**. Tapes watch variables, so **x** is one:

# %%
x = tf.Variable(tf.range(4, dtype=tf.float32))
x

# %%
with tf.GradientTape() as t:
    y = 2 * tf.tensordot(x, x, axes=1)
results["2 x.x"] = y
y

# %%
x_grad = t.gradient(y, x)
results["gradient of 2 x.x"] = x_grad
x_grad

# %%
x_grad == 4 * x

# %% [markdown]
# ## Once more
#
# Each tape starts anew. Of the sum the gradient is ones:

# %%
with tf.GradientTape() as t:
    y = tf.reduce_sum(x)
results["gradient of the sum"] = t.gradient(y, x)
results["gradient of the sum"]

# %% [markdown]
# ## More than one number
#
# Where *y* has several elements, their gradients are added up, or weighed first:

# %%
with tf.GradientTape() as t:
    y = x * x
results["gradient of x * x"] = t.gradient(y, x)
results["gradient of x * x"]

# %%
with tf.GradientTape() as t:
    y = x * x
results["weighted gradient of x * x"] = t.gradient(y, x, output_gradients=tf.constant([1.0, 0.0, 2.0, -1.0]))
results["weighted gradient of x * x"]

# %% [markdown]
# ## Cutting a path
#
# `stop_gradient` makes a value count as a constant: *z* = *u* **x** has the gradient *u*, although *u* was made of **x**.
# A tape that is asked twice has to be persistent.

# %%
with tf.GradientTape(persistent=True) as t:
    y = x * x
    u = tf.stop_gradient(y)
    z = u * x
results["gradient of u * x"] = t.gradient(z, x)
results["gradient of u * x"] == u

# %%
results["gradient of y"] = t.gradient(y, x)
results["gradient of y"] == 2 * x

# %% [markdown]
# ## Loops and branches
#
# What is recorded is what was done, so a gradient follows any path that the data chose. Here it is a straight line from
# the origin, whose slope is *f*(*a*) / *a*:


# %%
def f(a):
    b = a * 2
    while tf.norm(b) < 1000:
        b = b * 2
    return b if tf.reduce_sum(b) > 0 else 100 * b


for value in (0.37, -1.9):
    a = tf.Variable(value)
    with tf.GradientTape() as t:
        d = f(a)
    results[f"f({value})"] = d
    results[f"slope of f at {value}"] = t.gradient(d, a)
    print(results[f"slope of f at {value}"] == d / a)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value.numpy()}")
