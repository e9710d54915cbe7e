"""`voicefit serve` that says, when asked on its standard input, what it holds: for finding leaks.

Run as `python -m cli.watched`; a line in, a line of JSON out, after the server's own first line.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import sys
import threading
from collections import Counter
from contextlib import suppress
from typing import Any

import psutil

from cli.serve import serve


def holding() -> dict[str, Any]:
    """Memory in bytes once what is free has been given back, and how many tasks, threads, files and
    connections there are. `objects` counts by type what the collector knows of."""
    for _ in range(3):
        gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    everything = gc.get_objects()
    process = psutil.Process()
    memory = process.memory_full_info()
    return {
        "rss": memory.rss,
        "uss": memory.uss,
        "pss": getattr(memory, "pss", memory.uss),
        "tasks": sorted(
            f"{one.get_name()} {getattr(one.get_coro(), '__qualname__', '')}"
            for one in everything
            if isinstance(one, asyncio.Task) and not one.done()
        ),
        "threads": process.num_threads(),
        "files": process.num_fds(),
        "connections": len(process.net_connections()),
        "objects": dict(Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in everything)),
    }


def _answer() -> None:
    for _ in sys.stdin:
        print(json.dumps(holding()), flush=True)


if __name__ == "__main__":
    threading.Thread(target=_answer, daemon=True).start()
    serve(host="127.0.0.1", port=0)
