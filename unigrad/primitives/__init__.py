"""The primitives, one family a file: each stands on a card, and the card is the only place that knows it.

This package is also a namespace like a backend's ``xp``: a rule that is run with it computes with Tensors, and is
recorded itself. Primitives that other packages declare are found here too, for their own rules.
"""

from typing import Any

from unigrad.card import REGISTRY as _REGISTRY
from unigrad.primitives import assembly as _assembly
from unigrad.primitives import constant as _constant
from unigrad.primitives import creation as _creation
from unigrad.primitives import curves as _curves
from unigrad.primitives import decomposition as _decomposition
from unigrad.primitives import elementwise as _elementwise
from unigrad.primitives import indexing as _indexing
from unigrad.primitives import linalg as _linalg
from unigrad.primitives import manipulation as _manipulation
from unigrad.primitives import matrices as _matrices
from unigrad.primitives import nn as _nn
from unigrad.primitives import norms as _norms
from unigrad.primitives import reduction as _reduction
from unigrad.primitives import solving as _solving
from unigrad.primitives import sorting as _sorting
from unigrad.primitives import special as _special
from unigrad.primitives.assembly import *
from unigrad.primitives.constant import *
from unigrad.primitives.creation import *
from unigrad.primitives.curves import *
from unigrad.primitives.decomposition import *
from unigrad.primitives.elementwise import *
from unigrad.primitives.indexing import *
from unigrad.primitives.linalg import *
from unigrad.primitives.manipulation import *
from unigrad.primitives.matrices import *
from unigrad.primitives.nn import *
from unigrad.primitives.norms import *
from unigrad.primitives.reduction import *
from unigrad.primitives.solving import *
from unigrad.primitives.sorting import *
from unigrad.primitives.special import *

__all__: list[str] = []
__all__ += _assembly.__all__
__all__ += _constant.__all__
__all__ += _creation.__all__
__all__ += _curves.__all__
__all__ += _decomposition.__all__
__all__ += _elementwise.__all__
__all__ += _indexing.__all__
__all__ += _linalg.__all__
__all__ += _manipulation.__all__
__all__ += _matrices.__all__
__all__ += _nn.__all__
__all__ += _norms.__all__
__all__ += _reduction.__all__
__all__ += _solving.__all__
__all__ += _sorting.__all__
__all__ += _special.__all__


def __getattr__(name: str) -> Any:
    if name not in _REGISTRY:
        raise AttributeError(f"there is no primitive {name!r}")
    return _REGISTRY[name].function
