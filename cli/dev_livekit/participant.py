"""One participant: its signalling connection, and what it publishes and hears."""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web
from livekit.api.access_token import Claims
from livekit.protocol import models, rtc

from cli.dev_livekit.access import grants_of, may_publish, permission_of
from cli.dev_livekit.peers import PublishedTrack, Publisher, Subscriber

if TYPE_CHECKING:
    from cli.dev_livekit.room import Room

logger = logging.getLogger(__name__)

VERSION = "1.9.0"
PROTOCOL = 16
PING_SECONDS, PING_TIMEOUT = 10, 30
KINDS = {"agent": models.ParticipantInfo.AGENT, "sip": models.ParticipantInfo.SIP}


def new_sid(prefix: str) -> str:
    """A fresh id."""
    return prefix + uuid.uuid4().hex[:12]


class Participant:
    """A client in a room, from its first message to its last."""

    def __init__(self, room: Room, socket: web.WebSocketResponse, claims: Claims, *, hears_all: bool) -> None:
        self._room = room
        self._socket = socket
        self._hears_all = hears_all
        self._chosen: dict[str, bool] = {}
        self.tracks: dict[str, PublishedTrack] = {}
        self.ready = False
        permission = permission_of(grants_of(claims))
        self.info = models.ParticipantInfo(
            sid=new_sid("PA_"),
            identity=claims.identity,
            name=claims.name,
            metadata=claims.metadata,
            state=models.ParticipantInfo.ACTIVE,
            kind=KINDS.get(claims.kind, models.ParticipantInfo.STANDARD),
            joined_at=int(time.time()),
            permission=permission,
            is_publisher=permission.can_publish,
        )
        self.info.attributes.update(claims.attributes or {})
        self._publisher = Publisher(self._published, self._sent_data)
        self._subscriber = Subscriber(lambda offer: self.send(offer=offer))

    @property
    def is_agent(self) -> bool:
        """Whether it is an agent rather than a person."""
        return bool(self.info.kind == models.ParticipantInfo.AGENT)

    async def send(self, **message: Any) -> None:
        """Sends one signalling message, given as the name of its field and the value."""
        if not self._socket.closed:
            with contextlib.suppress(
                ConnectionError
            ):  # it is about to be noticed, and no fault of the sender's
                await self._socket.send_bytes(rtc.SignalResponse(**message).SerializeToString())

    async def join(self, others: list[Participant]) -> None:
        """Tells the client what it has come to."""
        server = models.ServerInfo(
            edition=models.ServerInfo.Standard, version=VERSION, protocol=PROTOCOL, region="local"
        )
        await self.send(
            join=rtc.JoinResponse(
                room=self._room.info(),
                participant=self.info,
                other_participants=[one.info for one in others],
                server_version=VERSION,
                server_info=server,
                subscriber_primary=True,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_TIMEOUT,
            )
        )

    async def connect(self) -> None:
        """Connects what it hears with; afterwards it is `ready`."""
        await self._subscriber.connect()
        self.ready = True

    async def hear(self, others: list[Participant]) -> None:
        """Brings what it hears in line with what `others` publish and what it asked for."""
        if not self.ready or not self.info.permission.can_subscribe:
            return
        wanted = {
            sid: (other.info.sid, track)
            for other in others
            for sid, track in other.tracks.items()
            if self._chosen.get(sid, self._hears_all)
        }
        new = await self._subscriber.hear(wanted)
        for other in others:
            for sid in new:
                if sid in other.tracks:
                    await other.send(track_subscribed=rtc.TrackSubscribed(track_sid=sid))

    def receive(self, label: str, packet: models.DataPacket) -> None:
        """Passes on data that another participant sent."""
        self._subscriber.send(label, packet.SerializeToString())

    async def follow(self) -> None:
        """Does what the client asks until it leaves."""
        async for message in self._socket:
            if message.type != WSMsgType.BINARY:
                continue
            request = rtc.SignalRequest.FromString(message.data)
            try:
                if await self._follow_one(request):
                    return
            except Exception:
                logger.exception("%s of %s", request.WhichOneof("message"), self.info.identity)

    async def close(self, reason: models.DisconnectReason | None = None) -> None:
        """Ends its connections; with a `reason`, after telling it."""
        if reason is not None:
            action = rtc.LeaveRequest.DISCONNECT
            await self.send(leave=rtc.LeaveRequest(reason=reason, action=action))
        await self._socket.close()
        await self._publisher.close()
        await self._subscriber.close()

    async def _follow_one(self, request: rtc.SignalRequest) -> bool:
        """One request; whether it was the last."""
        match request.WhichOneof("message"):
            case "offer":
                # Beside the others: it may have to wait for the client's addresses, which come after it.
                self._room.spawn(partial(self._answer, request.offer))
            case "answer":
                await self._subscriber.answered(request.answer)
            case "trickle":
                trickle = request.trickle
                peer = self._publisher if trickle.target == rtc.SignalTarget.PUBLISHER else self._subscriber
                await peer.add_candidate(trickle.candidateInit)
            case "add_track":
                await self._add_track(request.add_track)
            case "mute":
                await self._mute(request.mute)
            case "subscription":
                await self._subscribe(request.subscription)
            case "update_metadata":
                await self._update(request.update_metadata)
            case "ping_req":
                asked = request.ping_req.timestamp
                await self.send(pong_resp=rtc.Pong(last_ping_timestamp=asked, timestamp=_now()))
            case "ping":
                await self.send(pong=_now())
            case "leave":
                return True
            case other:
                logger.debug("%s is ignored", other)
        return False

    async def _answer(self, offer: rtc.SessionDescription) -> None:
        await self.send(answer=await self._publisher.answer(offer))

    async def _add_track(self, wanted: rtc.AddTrackRequest) -> None:
        refused = not may_publish(self.info.permission, wanted.source)
        if refused or wanted.type != models.TrackType.AUDIO:
            response = rtc.RequestResponse(
                reason=rtc.RequestResponse.NOT_ALLOWED, message="this may not be published", add_track=wanted
            )
            await self.send(request_response=response)
            return
        info = models.TrackInfo(
            sid=new_sid("TR_"),
            name=wanted.name,
            type=wanted.type,
            source=wanted.source,
            mime_type="audio/opus",
            muted=wanted.muted,
            stream=wanted.stream,
        )
        self._publisher.announce(info)
        self.info.tracks.append(info)
        await self.send(track_published=rtc.TrackPublishedResponse(cid=wanted.cid, track=info))

    async def _mute(self, wanted: rtc.MuteTrackRequest) -> None:
        for track in self.info.tracks:
            if track.sid == wanted.sid:
                track.muted = wanted.muted
        await self._room.tell_all()

    async def _subscribe(self, wanted: rtc.UpdateSubscription) -> None:
        sids = [*wanted.track_sids, *(sid for one in wanted.participant_tracks for sid in one.track_sids)]
        self._chosen.update(dict.fromkeys(sids, wanted.subscribe))
        self._room.changed()

    async def _update(self, wanted: rtc.UpdateParticipantMetadata) -> None:
        response = rtc.RequestResponse(request_id=wanted.request_id)
        if not self.info.permission.can_update_metadata:
            response.reason = rtc.RequestResponse.NOT_ALLOWED
            response.message = "this participant may not change what is said of it"
            await self.send(request_response=response)
            return
        self.info.metadata = wanted.metadata or self.info.metadata
        self.info.name = wanted.name or self.info.name
        for name, value in wanted.attributes.items():
            if value:
                self.info.attributes[name] = value
            else:
                self.info.attributes.pop(name, None)
        await self.send(request_response=response)
        await self._room.tell_all()

    def _published(self, track: PublishedTrack) -> None:
        self.tracks[track.info.sid] = track
        self._room.changed()

    def _sent_data(self, label: str, message: bytes) -> None:
        if not self.info.permission.can_publish_data:
            return
        packet = models.DataPacket.FromString(message)
        # An agent may say that it passes on what another participant said: transcripts.
        if not (self.is_agent and packet.participant_identity):
            packet.participant_identity, packet.participant_sid = self.info.identity, self.info.sid
        self._room.forward(self, label, packet)


def _now() -> int:
    return int(time.time() * 1000)
