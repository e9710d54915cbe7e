"""Who is at the door: the token in a header, in a subprotocol (browsers) or in our own cookie."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.websockets import WebSocket

from core.errors import VoiceFitError

COOKIE = "voicefit_session"
SUBPROTOCOL = "realtime"
TOKEN_SUBPROTOCOL = "openai-insecure-api-key."


class NotAllowed(VoiceFitError):
    """The client did not say who it is, or not in a way that counts."""


def presented_token(websocket: WebSocket) -> str:
    """The token that whoever is connecting shows. Raises `NotAllowed`."""
    scheme, _, token = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    for offered in websocket.scope.get("subprotocols", ()):
        if offered.startswith(TOKEN_SUBPROTOCOL):
            return str(offered.removeprefix(TOKEN_SUBPROTOCOL))
    if cookie := websocket.cookies.get(COOKIE):
        # A browser sends the cookie whatever page opens the socket, so the page has to be ours.
        if not _same_origin(websocket):
            raise NotAllowed("This page may not use your sign-in. Open VoiceFit itself.")
        return cookie
    raise NotAllowed("Sign in first: send a bearer token.")


def chosen_subprotocol(websocket: WebSocket) -> str | None:
    """The subprotocol to answer with: never the one that holds the token."""
    return SUBPROTOCOL if SUBPROTOCOL in websocket.scope.get("subprotocols", ()) else None


def _same_origin(websocket: WebSocket) -> bool:
    origin = urlsplit(websocket.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc.lower() == websocket.headers.get("host", "").lower()
