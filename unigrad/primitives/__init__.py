"""The primitives, one family a file: each stands on a card, and the card is the only place that knows it.

This package is also a namespace like a backend's ``xp``: a rule that is run with it computes with Tensors, and is
recorded itself.
"""

from unigrad.primitives.constant import *
from unigrad.primitives.creation import *
from unigrad.primitives.elementwise import *
from unigrad.primitives.indexing import *
from unigrad.primitives.linalg import *
from unigrad.primitives.manipulation import *
from unigrad.primitives.nn import *
from unigrad.primitives.reduction import *
