"""The exceptions of unigrad: each one is a `UnigradError`, and the built-in exception that a caller would catch.

::

    Exception
    └── UnigradError
        ├── UnknownBackend        ValueError            no backend of that name is registered
        ├── BackendUnavailable    ImportError           it is registered, but cannot be used here
        ├── MissingKernel         NotImplementedError   it can be used, but lacks a function
        ├── MixedBackends         TypeError             arrays of two backends meet in one operation
        ├── PluginConflict        ValueError            two plugins declare one backend
        ├── UnknownHook           ValueError            a plugin implements a hook that does not exist
        ├── MissingName           AttributeError        a dialect has no such name
        ├── ProgramError          ValueError            a program that `unigrad run` cannot start, or read
        ├── MissingRule           NotImplementedError   a primitive has no derivative for an argument
        ├── CardError             TypeError             a card is wrong, found when it is made
        ├── NotRecorded           RuntimeError          there is no graph to go through
        ├── GraphFreed            RuntimeError          there was one, and its saved values are gone
        ├── InPlaceError          RuntimeError          a value that a graph needs would be overwritten
        ├── TraceError            TypeError             a traced program would need what only a run knows
        ├── ShapeError            ValueError            shapes that do not fit
        ├── DTypeError            TypeError             dtypes that do not fit
        ├── AxisError             ValueError IndexError an axis out of range, or given twice
        ├── GradientMismatch      AssertionError        a derivative is not what finite differences say
        ├── NonFiniteValue        FloatingPointError RuntimeError   a NaN or an infinity came up under `unigrad.debug`
        ├── CopyError             TypeError ValueError  an array cannot be shared, and was not to be copied
        └── ArgumentError         TypeError             any other argument that makes no sense
    Warning
    ├── PluginWarning             UserWarning           a plugin did not load; the others did
    └── UncheckedWarning          UserWarning           values that `unigrad.debug` cannot look at
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "AxisError",
    "BackendUnavailable",
    "CardError",
    "CopyError",
    "DTypeError",
    "GradientMismatch",
    "GraphFreed",
    "InPlaceError",
    "MissingKernel",
    "MissingName",
    "MissingRule",
    "MixedBackends",
    "NonFiniteValue",
    "NotRecorded",
    "PluginConflict",
    "PluginWarning",
    "ProgramError",
    "ShapeError",
    "TraceError",
    "UncheckedWarning",
    "UnigradError",
    "UnknownBackend",
    "UnknownHook",
]


class UnigradError(Exception):
    """Whatever unigrad refuses, with a message that says what was asked, what is there, and what to do."""


class UnknownBackend(UnigradError, ValueError):
    """No backend of that name is registered; the message lists those that are."""


class BackendUnavailable(UnigradError, ImportError):
    """The backend is registered, but its library is not installed, does not import, or finds no device."""


class MissingKernel(UnigradError, NotImplementedError):
    """The backend has no kernel of that name, and unigrad has no fallback for it."""


class MissingName(UnigradError, AttributeError):
    """A dialect has no such name; the message says which are near, or why it is not there."""


class MixedBackends(UnigradError, TypeError):
    """Arrays of two backends in one operation; the message says how to move one to the other."""


class PluginConflict(UnigradError, ValueError):
    """Two installed distributions declare a backend of the same name."""


class UnknownHook(UnigradError, ValueError):
    """A plugin implements a hook that unigrad does not have: a misspelling, as a rule."""


class ProgramError(UnigradError, ValueError):
    """A program, a notebook, a dialect or a device that ``unigrad run`` cannot begin with; nothing was run."""


class MissingRule(UnigradError, NotImplementedError):
    """A primitive has no derivative with respect to the argument that was asked for."""


class CardError(UnigradError, TypeError):
    """A primitive's card is wrong: a rule names something that is not there, or an argument has no rule."""


class NotRecorded(UnigradError, RuntimeError):
    """A gradient was asked of something that no recorded operation leads to."""


class GraphFreed(UnigradError, RuntimeError):
    """A second sweep over a graph whose saved values the first one gave back."""


class InPlaceError(UnigradError, RuntimeError):
    """A value that a graph still needs would have been overwritten."""


class TraceError(UnigradError, TypeError):
    """A function under jit asks for what only a run of its program can know, or keeps what belongs to one."""


class ShapeError(UnigradError, ValueError):
    """Shapes that do not fit each other, or not what was asked."""


class DTypeError(UnigradError, TypeError):
    """A dtype that does not fit, does not exist, or that the backend does not have."""


class AxisError(UnigradError, ValueError, IndexError):
    """An axis that the array does not have, or that is given twice."""


class GradientMismatch(UnigradError, AssertionError):
    """A derivative is not what finite differences say; the message names the entries and both numbers."""


class NonFiniteValue(UnigradError, FloatingPointError, RuntimeError):
    """Under `unigrad.debug`: the first operation that made a NaN or an infinity, forward or backward.

    ``primitive`` is its name, ``place`` the user's line (``file``, ``line``, ``function``), None where it is not known.
    """

    def __init__(self, message: str, primitive: str = "", place: object = None) -> None:
        super().__init__(message)
        self.primitive = primitive
        self.place = place


class CopyError(UnigradError, TypeError, ValueError):
    """An array was to be shared and not copied, and cannot be."""


class ArgumentError(UnigradError, TypeError):
    """An argument that makes no sense where it stands."""


class PluginWarning(UserWarning):
    """A plugin did not load; it is named, and the others did load."""


class UncheckedWarning(UserWarning):
    """Under `unigrad.debug`: values that are only traced, by another library or by unigrad, so that nobody can look at them."""
