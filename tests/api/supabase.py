"""A stand-in for a Supabase project: keys served on loopback, and the tokens that it would issue."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

HOUR = timedelta(hours=1)
KEYS_PATH = "/auth/v1/.well-known/jwks.json"


class SupabaseProject:
    """Signs tokens with the newest of its keys, all of which it publishes."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys: dict[str, Any] = {}
        self.algorithms: dict[str, str] = {}
        self.fetches = 0
        self.broken: bytes | None = None
        """What is answered instead of the keys, with status 500."""
        self.add_key("ES256")

    def add_key(self, algorithm: str) -> str:
        """Signs with a new key from now on."""
        key_id = str(uuid4())
        self.keys[key_id] = (
            ec.generate_private_key(ec.SECP256R1())
            if algorithm == "ES256"
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        self.algorithms[key_id] = algorithm
        return key_id

    @property
    def key_set(self) -> dict[str, Any]:
        """The public keys, as Supabase publishes them."""
        return {
            "keys": [
                self._algorithm(key_id).to_jwk(key.public_key(), as_dict=True)
                | {"kid": key_id, "alg": self.algorithms[key_id], "use": "sig", "key_ops": ["verify"]}
                for key_id, key in self.keys.items()
            ]
        }

    def _algorithm(self, key_id: str) -> Any:
        return jwt.get_algorithm_by_name(self.algorithms[key_id])

    def claims(self, user_id: UUID, email: str | None, **changed: object) -> dict[str, object]:
        """An access token's claims; None takes one away."""
        now = datetime.now(UTC)
        usual = {
            "iss": f"{self.address}/auth/v1",
            "sub": str(user_id),
            "aud": "authenticated",
            "role": "authenticated",
            "iat": now,
            "exp": now + HOUR,
            "email": email or "",
            "phone": "",
            "app_metadata": {"provider": "email"},
            "user_metadata": {},
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": int(now.timestamp())}],
            "session_id": str(uuid4()),
            "is_anonymous": email is None,
        }
        return {name: value for name, value in (usual | changed).items() if value is not None}

    def token(self, user_id: UUID, email: str | None = "ana@example.com", **changed: object) -> str:
        """An access token signed with the newest key."""
        key_id = list(self.keys)[-1]
        return jwt.encode(
            self.claims(user_id, email, **changed),
            self.keys[key_id],
            self.algorithms[key_id],
            headers={"kid": key_id},
        )

    def legacy_token(self, secret: str, user_id: UUID, email: str = "ana@example.com") -> str:
        """An access token of a project with a shared secret."""
        return jwt.encode(self.claims(user_id, email), secret, "HS256")


@contextmanager
def supabase_project() -> Iterator[SupabaseProject]:
    """A project that serves its keys until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            project.fetches += self.path == KEYS_PATH
            found = self.path == KEYS_PATH and project.broken is None
            body = json.dumps(project.key_set).encode() if found else project.broken or b""
            self.send_response(200 if found else 500)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    project = SupabaseProject(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield project
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
