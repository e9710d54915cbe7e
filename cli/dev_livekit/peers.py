"""The two peer connections of a participant: one it publishes with, one it hears others with.

What aiortc wants to be done its own way: the first offer to a subscriber has data channels alone, and tracks
come by renegotiation; nothing is negotiated while a connection is being made; a track's stream and id
(`PA_…|TR_…`, by which SDKs know whose it is) are set on the sender.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import candidate_from_sdp
from livekit.protocol import models, rtc

logger = logging.getLogger(__name__)

RELIABLE, LOSSY = "_reliable", "_lossy"
ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 10.0


class Forwarded(MediaStreamTrack):
    """Somebody's audio on its way to one subscriber."""

    kind = "audio"

    def __init__(self, source: MediaStreamTrack) -> None:
        super().__init__()
        self._source = source

    def stop(self) -> None:
        """Ends it: what comes is not kept for this subscriber any more."""
        super().stop()
        self._source.stop()

    async def recv(self) -> Any:
        """The next frame."""
        return await self._source.recv()


class PublishedTrack:
    """A track that a participant publishes, for any number of subscribers."""

    def __init__(self, info: models.TrackInfo, track: MediaStreamTrack) -> None:
        self.info = info
        self._track = track
        self._relay = MediaRelay()
        # Frames that nobody fetches would be kept, however many.
        self._sink = asyncio.create_task(_discard(self._relay.subscribe(track, buffered=False)))

    def subscribe(self) -> Forwarded:
        """The audio, for one more subscriber."""
        return Forwarded(self._relay.subscribe(self._track))


async def _discard(track: MediaStreamTrack) -> None:
    with contextlib.suppress(MediaStreamError):  # the track has ended
        while True:
            await track.recv()


def _connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))


class Publisher:
    """What a participant sends: tracks that it announced, and data."""

    def __init__(
        self, on_track: Callable[[PublishedTrack], None], on_data: Callable[[str, bytes], None]
    ) -> None:
        self._connection = _connection()
        self._announced: list[models.TrackInfo] = []
        self._early: list[str] = []
        """Addresses that came before the offer that they are for."""
        self._connected = asyncio.Event()
        self._answering = asyncio.Lock()
        self._on_track = on_track
        self._on_data = on_data
        self._connection.on("connectionstatechange", self._state_changed)
        self._connection.on("track", self._take_track)
        self._connection.on("datachannel", self._take_channel)

    def announce(self, info: models.TrackInfo) -> None:
        """The next track is this one."""
        self._announced.append(info)

    async def answer(self, offer: rtc.SessionDescription) -> rtc.SessionDescription:
        """The answer to the client's offer; to a further one once what was agreed first is connected."""
        async with self._answering:
            if self._connection.remoteDescription is not None:
                await asyncio.wait_for(self._connected.wait(), CONNECT_SECONDS)
            await self._connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            for candidate in self._early:
                await _add_candidate(self._connection, candidate)
            self._early.clear()
            await self._connection.setLocalDescription(await self._connection.createAnswer())
            sdp = self._connection.localDescription.sdp
        return rtc.SessionDescription(type="answer", sdp=sdp, id=offer.id)

    async def add_candidate(self, candidate: str) -> None:
        """One of the client's addresses."""
        if self._connection.remoteDescription is None:
            self._early.append(candidate)
        else:
            await _add_candidate(self._connection, candidate)

    async def close(self) -> None:
        """Ends the connection."""
        await self._connection.close()

    def _state_changed(self) -> None:
        if self._connection.connectionState == "connected":
            self._connected.set()

    def _take_track(self, track: MediaStreamTrack) -> None:
        if self._announced:
            self._on_track(PublishedTrack(self._announced.pop(0), track))

    def _take_channel(self, channel: RTCDataChannel) -> None:
        channel.on("message", lambda message: self._on_data(channel.label, message))


class Subscriber:
    """What a participant hears: tracks of others, and data."""

    def __init__(self, offer: Callable[[rtc.SessionDescription], Any]) -> None:
        self._connection = _connection()
        self._offer = offer
        self._answered = asyncio.Event()
        self._connected = asyncio.Event()
        self._connection.on("connectionstatechange", self._state_changed)
        self._negotiating = asyncio.Lock()
        self._senders: dict[str, Any] = {}
        self._channels = {
            RELIABLE: self._connection.createDataChannel(RELIABLE, ordered=True),
            LOSSY: self._connection.createDataChannel(LOSSY, ordered=False, maxRetransmits=0),
        }

    async def connect(self) -> None:
        """Connects with data channels alone."""
        async with self._negotiating:
            await self._negotiate()
            await asyncio.wait_for(self._connected.wait(), CONNECT_SECONDS)

    async def hear(self, wanted: dict[str, tuple[str, PublishedTrack]]) -> list[str]:
        """Makes the tracks heard exactly those in `wanted` (track sid: participant sid, track).

        Returns the sids that are new.
        """
        async with self._negotiating:
            for sid in [sid for sid in self._senders if sid not in wanted]:
                self._silence(sid)
            new = [sid for sid in wanted if sid not in self._senders]
            for sid in new:
                participant_sid, track = wanted[sid]
                sender = self._connection.addTrack(track.subscribe())
                sender._stream_id, sender._track_id = f"{participant_sid}|{sid}", sid
                self._senders[sid] = sender
            if new:
                await self._negotiate()
            return new

    def send(self, label: str, packet: bytes) -> None:
        """Sends data, if the client is there yet."""
        channel = self._channels.get(label)
        if channel is not None and channel.readyState == "open":
            channel.send(packet)

    async def answered(self, answer: rtc.SessionDescription) -> None:
        """The client's answer to the last offer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        self._answered.set()

    async def add_candidate(self, candidate: str) -> None:
        """One of the client's addresses."""
        await _add_candidate(self._connection, candidate)

    async def close(self) -> None:
        """Ends the connection."""
        for sid in list(self._senders):
            self._silence(sid)
        await self._connection.close()

    def _state_changed(self) -> None:
        if self._connection.connectionState == "connected":
            self._connected.set()

    def _silence(self, sid: str) -> None:
        # Removing the sender would need its section of the SDP reused: without a track it sends nothing.
        sender = self._senders.pop(sid)
        if sender.track is not None:
            sender.track.stop()
        sender.replaceTrack(None)

    async def _negotiate(self) -> None:
        self._answered.clear()
        await self._connection.setLocalDescription(await self._connection.createOffer())
        description = self._connection.localDescription
        await self._offer(rtc.SessionDescription(type="offer", sdp=description.sdp))
        await asyncio.wait_for(self._answered.wait(), ANSWER_SECONDS)


async def _add_candidate(connection: RTCPeerConnection, candidate: str) -> None:
    fields = json.loads(candidate)
    if not fields.get("candidate"):
        return
    parsed = candidate_from_sdp(fields["candidate"].split(":", 1)[1])
    parsed.sdpMid, parsed.sdpMLineIndex = fields.get("sdpMid"), fields.get("sdpMLineIndex")
    await connection.addIceCandidate(parsed)
