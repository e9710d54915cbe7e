"""A Pipecat server for the comparison; runs in an environment of its own, where Pipecat is installed.

A bot for each websocket client, with raw PCM (16 kHz in, 24 kHz out) in binary messages, which is the
cheapest that Pipecat can be given. As its documentation advises: the context aggregators with Silero and the
recommended 0.2 s, and the measured latency told to the recogniser. A speech timeout makes the silence that
ends a turn the same as VoiceFit's. Its own messages for clients (RTVI), its debugging log and its metrics are
off.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys

import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import Frame, InputAudioRawFrame, OutputAudioRawFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.cartesia.tts import CartesiaTTSService
from pipecat.services.deepgram.stt import DeepgramSTTService
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

HEARD_RATE, SPOKEN_RATE = 16_000, 24_000
STOP_SECONDS = 0.2
"""Pipecat's recommendation: the built-in latencies of its recognisers assume it."""


class RawPcm(FrameSerializer):
    """Sound as it is."""

    async def serialize(self, frame: Frame) -> str | bytes | None:
        """The samples, of sound alone."""
        return frame.audio if isinstance(frame, OutputAudioRawFrame) else None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        """Samples of the client's microphone."""
        if isinstance(data, str):
            return None
        return InputAudioRawFrame(audio=data, sample_rate=HEARD_RATE, num_channels=1)


async def converse(client: WebSocket, options: argparse.Namespace) -> None:
    """One conversation, until the client leaves."""
    await client.accept()
    params = FastAPIWebsocketParams(audio_in_enabled=True, audio_out_enabled=True, serializer=RawPcm())
    transport = FastAPIWebsocketTransport(websocket=client, params=params)
    ears = DeepgramSTTService(
        api_key="stand-in", base_url=f"ws://{options.models}", ttfs_p99_latency=options.transcript
    )
    model = OpenAILLMService(
        api_key="stand-in",
        base_url=f"http://{options.models}/v1",
        settings=OpenAILLMService.Settings(model="stand-in", system_instruction="You log sets."),
    )
    voice = CartesiaTTSService(
        api_key="stand-in",
        url=f"ws://{options.models}/tts/websocket",
        settings=CartesiaTTSService.Settings(voice="stand-in"),
    )
    stop = SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=options.endpointing - STOP_SECONDS)
    aggregators = LLMContextAggregatorPair(
        LLMContext(),
        user_params=LLMUserAggregatorParams(
            vad_analyzer=SileroVADAnalyzer(params=VADParams(stop_secs=STOP_SECONDS)),
            user_turn_strategies=UserTurnStrategies(stop=[stop]),
        ),
    )
    parts = [transport.input(), ears, aggregators.user(), model, voice, transport.output()]
    worker = PipelineWorker(
        Pipeline([*parts, aggregators.assistant()]),
        params=PipelineParams(audio_in_sample_rate=HEARD_RATE, audio_out_sample_rate=SPOKEN_RATE),
        enable_rtvi=False,
    )
    runner = WorkerRunner(handle_sigint=False)

    @transport.event_handler("on_client_disconnected")
    async def leave(*_: object) -> None:
        await worker.cancel()

    await runner.add_workers(worker)
    await runner.run()


def main() -> None:
    """Serves until it is stopped; prints its address once it listens."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", required=True, help="host:port of the stand-in for models")
    parser.add_argument("--transcript", type=float, required=True, help="seconds to a transcript")
    parser.add_argument("--endpointing", type=float, required=True, help="silence that ends a turn")
    options = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    app = FastAPI()

    @app.websocket("/ws")
    async def connect(client: WebSocket) -> None:
        await converse(client, options)

    listener = socket.create_server(("127.0.0.1", 0))
    host, port = listener.getsockname()
    print(f"Pipecat is ready: http://{host}:{port}", flush=True)
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
