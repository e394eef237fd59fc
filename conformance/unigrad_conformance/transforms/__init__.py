"""The suite *transforms*: each transform, and what they give composed, on programs of several kinds.

Every result is compared with differences of NumPy's own values, or with a loop over examples, on every backend; and with
the result of the same transform of the backend's own engine, or of one that is installed.
"""

from unigrad_conformance.transforms.suite import cases

__all__ = ["cases"]
