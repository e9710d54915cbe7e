"""What is known of training: chunks with their sources, and which of them fit a question."""

from services.knowledge.chunks import UnknownChunk, answers, chunks_of, get_chunk, passages
from services.knowledge.sources import spoken_source

__all__ = ["UnknownChunk", "answers", "chunks_of", "get_chunk", "passages", "spoken_source"]
