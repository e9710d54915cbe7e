"""The PostgreSQL that comes with VoiceFit: started when somebody needs it, stopped when nobody does."""

from db.embedded.server import EmbeddedServer

__all__ = ["EmbeddedServer"]
