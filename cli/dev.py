"""`voicefit dev`: what stands in for servers that production has, on a developer's machine."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import typer

from core.errors import NotConfigured
from core.logs import log_to_stderr
from core.settings import MAX_PORT

LIVEKIT_PORT = 7880
KEY, SECRET = "devkey", "voicefit-development-secret-not-for-production"

dev_app = typer.Typer(no_args_is_help=True)


@dev_app.callback()
def dev() -> None:
    """Keeps `livekit` a subcommand though it is the only one."""


@dev_app.command()
def livekit(
    port: Annotated[int, typer.Option(min=0, max=MAX_PORT, help="0 takes a free one.")] = LIVEKIT_PORT,
) -> None:
    """Run a LiveKit server for trying rooms on this machine. Not for production."""
    log_to_stderr()
    asyncio.run(_livekit(port))


async def _livekit(port: int) -> None:
    try:
        from cli.dev_livekit import DevServer
        from cli.dev_livekit.access import Keys
    except ImportError as error:
        raise NotConfigured(
            f"The development LiveKit server needs the package {error.name}: "
            "pip install voicefit[dev-livekit]"
        ) from error
    server = DevServer(Keys(KEY, SECRET), port)
    try:
        await server.start()
    except OSError as error:
        raise NotConfigured(
            f"Cannot listen on port {port} ({error.strerror}). "
            "Choose another with --port; 0 takes a free one."
        ) from error
    told = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, told.set)
    print("A LiveKit server for development, on this machine alone. It is not for production: its key is")
    print("public, nothing is encrypted, and it carries a few people's audio at most.\n")
    print(f"export LIVEKIT_URL={server.url} LIVEKIT_API_KEY={KEY} LIVEKIT_API_SECRET={SECRET}\n", flush=True)
    try:
        await told.wait()
    finally:
        await server.aclose()
