"""What a token allows."""

from __future__ import annotations

from dataclasses import dataclass

import jwt
from aiohttp import web
from livekit import api
from livekit.api.access_token import Claims
from livekit.protocol import models

SOURCES = {
    "camera": models.TrackSource.CAMERA,
    "microphone": models.TrackSource.MICROPHONE,
    "screen_share": models.TrackSource.SCREEN_SHARE,
    "screen_share_audio": models.TrackSource.SCREEN_SHARE_AUDIO,
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The API key of the server and its secret."""

    key: str
    secret: str

    def claims(self, request: web.Request) -> Claims:
        """What the request's token says. Raises `HTTPUnauthorized`."""
        header = request.headers.get("Authorization", "")
        token = request.query.get("access_token") or header.removeprefix("Bearer ")
        try:
            return api.TokenVerifier(self.key, self.secret).verify(token)
        except (jwt.PyJWTError, ValueError) as error:
            raise web.HTTPUnauthorized(text=f"invalid token: {error}") from error


def grants_of(claims: Claims) -> api.VideoGrants:
    """The grants for a room. Raises `HTTPUnauthorized` when there are none."""
    if claims.video is None:
        raise web.HTTPUnauthorized(text="the token grants nothing in a room")
    return claims.video


def permission_of(grants: api.VideoGrants) -> models.ParticipantPermission:
    """The grants as the protocol tells participants of them."""
    sources = grants.can_publish_sources or []
    return models.ParticipantPermission(
        can_publish=grants.can_publish,
        can_subscribe=grants.can_subscribe,
        can_publish_data=grants.can_publish_data,
        can_publish_sources=[SOURCES[source] for source in sources],
        can_update_metadata=bool(grants.can_update_own_metadata) or bool(grants.agent),
        hidden=bool(grants.hidden),
        agent=bool(grants.agent),
    )


def may_publish(permission: models.ParticipantPermission, source: models.TrackSource) -> bool:
    """Whether a track from `source` may be published: the list of sources wins if there is one."""
    if permission.can_publish_sources:
        return source in permission.can_publish_sources
    return permission.can_publish
