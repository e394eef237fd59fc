"""The benchmark: gradients by unigrad beside its peers and beside NumPy written by hand (``python -m benchmarks``)."""
