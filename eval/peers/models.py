"""The stand-in's models behind the protocols that Pipecat's services speak.

Deepgram's live transcription, Cartesia's voice and OpenAI's chat completions, as far as those services use
them. What is heard, said and waited for is that of `eval.load.stand_in`.
"""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

from aiohttp import WSMsgType, web

from eval.load.stand_in import Ear, StandIn, Transcript, hum, later

ANSWER = "Got it, {}."


class PeerModels:
    """The same models for a peer."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in

    def routes(self) -> list[web.RouteDef]:
        """Deepgram, Cartesia and OpenAI."""
        return [
            web.get("/v1/listen", self._listen),
            web.get("/tts/websocket", self._speak),
            web.post("/v1/chat/completions", self._answer),
        ]

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        ear = Ear(self._stand_in.lines, int(request.query["sample_rate"]))
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                for transcript in ear.hear(message.data):
                    delay = self._stand_in.after_pause if transcript.final else 0.0
                    later(socket, [json.dumps(_results(transcript))], delay)
            elif message.type is WSMsgType.TEXT:
                event = json.loads(message.data)
                if event["type"] == "Finalize":  # nothing is pending: lines are finished by themselves
                    finished = _results(Transcript("", True)) | {"from_finalize": True}
                    later(socket, [json.dumps(finished)], self._stand_in.after_pause)
                if event["type"] == "CloseStream":
                    break
        return socket

    async def _speak(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            event = json.loads(message.data)
            if event.get("cancel"):
                continue
            context = {"context_id": event["context_id"]}
            text, told = event["transcript"].strip(), []
            if text:
                told += [_timestamps(text), *_chunks(text, event["output_format"]["sample_rate"])]
            if not event["continue"]:
                told.append({"type": "done", "done": True, "status_code": 200})
            later(socket, [json.dumps(one | context) for one in told], self._stand_in.delays.voice)
        return socket

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        said = str(asked["messages"][-1]["content"])
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await asyncio.sleep(self._stand_in.delays.answer)
        words = ANSWER.format(said).split()
        for number, word in enumerate(words):
            await response.write(_completion(word if number == 0 else f" {word}"))
        await response.write(_completion(None) + b"data: [DONE]\n\n")
        return response


def _results(transcript: Transcript) -> dict[str, Any]:
    alternative = {"transcript": transcript.text, "confidence": 0.98, "words": []}
    return {
        "type": "Results",
        "channel_index": [0, 1],
        "start": 0.0,
        "duration": 1.0,
        "is_final": transcript.final,
        "speech_final": transcript.final,
        "from_finalize": False,
        "channel": {"alternatives": [alternative]},
        "metadata": {
            "request_id": "0",
            "model_uuid": "0",
            "model_info": {"name": "stand-in", "version": "0", "arch": "stand-in"},
        },
    }


def _timestamps(text: str) -> dict[str, Any]:
    words = text.split()
    starts = [0.3 * number for number in range(len(words))]
    spoken = {"words": words, "start": starts, "end": [start + 0.25 for start in starts]}
    return {"type": "timestamps", "done": False, "status_code": 206, "word_timestamps": spoken}


def _chunks(text: str, sample_rate: int) -> list[dict[str, Any]]:
    return [
        {"type": "chunk", "done": False, "status_code": 206, "data": base64.b64encode(piece).decode()}
        for piece in hum(text, sample_rate)
    ]


def _completion(word: str | None) -> bytes:
    delta = {} if word is None else {"role": "assistant", "content": word}
    choice = {"index": 0, "delta": delta, "finish_reason": "stop" if word is None else None}
    told = {
        "id": "stand-in",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "stand-in",
        "choices": [choice],
    }
    return f"data: {json.dumps(told)}\n\n".encode()
