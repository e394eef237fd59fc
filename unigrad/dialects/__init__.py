"""The dialects: namespaces spelled as another library, over unigrad's arrays on any backend.

Each is a package of its own, imports unigrad's public names only, and knows neither another dialect nor the library that
it imitates: ``from unigrad.dialects.mxnet import autograd, np, npx``.
"""
