"""How long a search takes among how many documents: `python -m eval.search_bench`.

The documents are made of sentences of the packaged knowledge in new order, so that words are as frequent as
they really are; their vectors lie around those of real chunks. Questions and their vectors are real.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from core.settings import Settings
from db.catalogue.content import read_content
from db.catalogue.files import PACKAGED
from db.catalogue.text import sentences
from db.session import Database, open_database
from eval.measures import percentile
from eval.retrieval import load_questions
from search import Document, Search, open_search
from search.embedding import packaged_embedder
from search.query import heard, prepare

BATCH = 1000
SENTENCES = 5
SPREAD = 0.5
"""How far made-up vectors are from the chunk that they lie around, as a share of a vector's length."""

console = Console(highlight=False)


def main(
    sizes: Annotated[list[int] | None, typer.Argument(help="How many documents.")] = None,
) -> None:
    """Measure search on this machine. 100,000 documents take some minutes to put in."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    console.print(f"{os.cpu_count()} cores, load {load}\n")
    with tempfile.TemporaryDirectory(prefix="voicefit-bench-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        asyncio.run(_measure(Settings(home=Path(home)), sorted(sizes or [1_000, 10_000, 100_000])))
