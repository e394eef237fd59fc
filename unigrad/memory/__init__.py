"""Memory: what a graph keeps for the reverse sweep, and how to keep less of it."""

from unigrad.memory import policies as checkpoint_policies
from unigrad.memory.checkpointing import checkpoint, checkpoint_sequential
from unigrad.memory.hooks import offload, saved_hooks
from unigrad.memory.ledger import saved_bytes
from unigrad.memory.policies import checkpoint_name

__all__ = [
    "checkpoint",
    "checkpoint_name",
    "checkpoint_policies",
    "checkpoint_sequential",
    "offload",
    "saved_bytes",
    "saved_hooks",
]
