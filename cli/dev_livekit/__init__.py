"""A LiveKit server for development and tests: one process, audio and data only, loopback only.

It speaks LiveKit's own protocols (signalling, the worker protocol, the HTTP API for rooms and dispatch) well
enough for its SDKs. Every sound is decoded and encoded again in Python, and nothing is encrypted: it is not
for production.
"""

from cli.dev_livekit.server import DevServer

__all__ = ["DevServer"]
