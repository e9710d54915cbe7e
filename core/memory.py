"""What a process that answers people does about garbage."""

from __future__ import annotations

import gc


def settle_memory() -> None:
    """Call once everything is loaded: it stays for good, so the collector may pass it over.

    Without this a full collection walks the models, the catalogue and all modules while an answer waits.
    """
    gc.collect()
    gc.freeze()
