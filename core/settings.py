"""Every setting of VoiceFit, read once from the environment (prefix `VOICEFIT_`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import NotConfigured

MAX_PORT = 65535


class Settings(BaseSettings):
    """The settings, each with an embedded default that needs no account, key or server."""

    model_config = SettingsConfigDict(env_prefix="VOICEFIT_", extra="ignore")

    home: Path = Field(default_factory=lambda: user_data_path("voicefit"))
    """The folder that holds all state: database, secret, prepared models."""

    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_DATABASE_URL", "DATABASE_URL")
    )
    """A PostgreSQL address to log in with; left out, an embedded PostgreSQL under `home` is used."""

    database_owner_url: str | None = None
    """The same database's address for its owner, who migrates it; left out, `database_url` is the owner's."""

    database_connections: Annotated[int, Field(ge=2, le=1000)] = 20
    """Connections to the database that a process keeps at most."""

    redis_url: str | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_REDIS_URL", "REDIS_URL")
    )
    """A Redis (`redis://`, `rediss://` or `unix://`) that keeps rate limits and the cache; left out, they are
    in the database."""

    upstash_redis_rest_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("VOICEFIT_UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_URL"),
    )
    """The same in an Upstash Redis, over its REST protocol; `redis_url` wins over it."""

    upstash_redis_rest_token: str | None = Field(
        default=None,
        validation_alias=AliasChoices("VOICEFIT_UPSTASH_REDIS_REST_TOKEN", "UPSTASH_REDIS_REST_TOKEN"),
    )
    """The token of the Upstash Redis."""

    rate_limits: str = ""
    """Other rate limits than the usual, by name: `write=60/minute,export=3/hour`; or `off` for none."""

    jobs: Literal["server", "worker"] = "server"
    """Who does background work: every server, or only `voicefit worker jobs`."""

    jobs_heartbeat_seconds: Annotated[float, Field(ge=1, le=3600)] = 30.0
    """How long a worker may be silent before what it was at is given to another."""

    eval_nightly: bool = False
    """Whether the large evaluation sets are played every night by whoever does background work."""

    workout_idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 180
    """After how long without a set a workout that was left open is finished."""

    upstash_search_rest_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("VOICEFIT_UPSTASH_SEARCH_REST_URL", "UPSTASH_SEARCH_REST_URL"),
    )
    """An Upstash Search database that is asked first; left out, PostgreSQL alone is."""

    upstash_search_rest_token: str | None = Field(
        default=None,
        validation_alias=AliasChoices("VOICEFIT_UPSTASH_SEARCH_REST_TOKEN", "UPSTASH_SEARCH_REST_TOKEN"),
    )
    """The token of the Upstash Search database."""

    xai_api_key: str | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_XAI_API_KEY", "XAI_API_KEY")
    )
    """The key of xAI, or of any service with the same interface; left out, no language model is asked."""

    xai_base_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] = Field(
        default="https://api.x.ai/v1", validation_alias=AliasChoices("VOICEFIT_XAI_BASE_URL", "XAI_BASE_URL")
    )
    """Where the model is asked."""

    xai_model: Annotated[str, Field(min_length=1)] = Field(
        default="grok-4.20-non-reasoning", validation_alias=AliasChoices("VOICEFIT_XAI_MODEL", "XAI_MODEL")
    )
    """Which model answers what the grammar hands over."""

    xai_effort: Literal["", "none", "minimal", "low", "medium", "high"] = ""
    """How hard a reasoning model is to think; empty says nothing, as models that do not reason want it."""

    xai_first_words_seconds: Annotated[float, Field(gt=0, le=30)] = 1.8
    """Until when the model has to have said something; then what is known here is said instead."""

    xai_stall_seconds: Annotated[float, Field(gt=0, le=30)] = 1.2
    """How long it may pause once it speaks."""

    xai_answer_seconds: Annotated[float, Field(gt=0, le=120)] = 20.0
    """How long a whole answer may take."""

    xai_rounds: Annotated[int, Field(ge=1, le=10)] = 4
    """How often it is asked in one turn: once, and again after each round of calls."""

    xai_max_tokens: Annotated[int, Field(ge=16, le=8192)] = 400
    """The longest answer, in tokens."""

    xai_daily_tokens: Annotated[int, Field(ge=0)] = 400_000
    """Tokens that an athlete may use in a day, asked and answered; 0 for as many as they like."""

    xai_daily_usd: Annotated[float, Field(ge=0)] = 0.5
    """What an athlete's questions may cost in a day, in US dollars; 0 for any."""

    xai_price_input: Annotated[float, Field(ge=0)] = 1.25
    """US dollars for a million tokens asked: xAI's price of Grok 4.20 (docs.x.ai, 2026)."""

    xai_price_cached: Annotated[float, Field(ge=0)] = 0.2
    """The same of those that the provider has in its cache."""

    xai_price_output: Annotated[float, Field(ge=0)] = 2.5
    """The same of tokens answered."""

    host: str = "127.0.0.1"
    """Where the server listens. Only this machine unless asked for."""

    port: Annotated[int, Field(ge=0, le=MAX_PORT)] = 8080

    secret: str | None = None
    """Signs tokens and cookies; left out, one is made and kept under `home`."""

    supabase_url: Annotated[str, Field(pattern=r"^(https?://[^\s/?#]+/?)?$")] | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_SUPABASE_URL", "SUPABASE_URL")
    )
    """The Supabase project that keeps the accounts, `https://PROJECT.supabase.co`; left out, VoiceFit keeps
    them itself."""

    supabase_jwt_secret: str | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_SUPABASE_JWT_SECRET", "SUPABASE_JWT_SECRET")
    )
    """The project's shared secret, if its tokens are still signed with that (HS256)."""

    livekit_url: Annotated[str, Field(pattern=r"^(wss?://[^\s/?#]+/?)?$")] | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_LIVEKIT_URL", "LIVEKIT_URL")
    )
    """A LiveKit server (`wss://...`) whose rooms athletes may talk in; left out, there are no rooms."""

    livekit_api_key: str | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_LIVEKIT_API_KEY", "LIVEKIT_API_KEY")
    )
    """The LiveKit server's API key."""

    livekit_api_secret: str | None = Field(
        default=None, validation_alias=AliasChoices("VOICEFIT_LIVEKIT_API_SECRET", "LIVEKIT_API_SECRET")
    )
    """The secret of that key."""

    livekit_public_url: Annotated[str, Field(pattern=r"^(wss?://[^\s/?#]+/?)?$")] | None = None
    """What clients reach the LiveKit server by; left out, they are told `livekit_url`."""

    livekit_agent: Annotated[str, Field(min_length=1)] = "voicefit"
    """The name by which the agent is sent to rooms: one for each deployment that shares a LiveKit server."""

    rooms_per_worker: Annotated[int, Field(ge=0)] = 0
    """After so many rooms a worker process hands over and ends, for its supervisor to start a fresh one;
    0: never."""

    openweathermap_api_key: str | None = Field(
        default=None,
        validation_alias=AliasChoices("VOICEFIT_OPENWEATHERMAP_API_KEY", "OPENWEATHERMAP_API_KEY"),
    )
    """A key for OpenWeather's One Call API 3.0: runs then have their weather; left out, they have none."""

    openweathermap_url: str = "https://api.openweathermap.org"
    """Where that API is."""

    stt_model: str = "auto"
    """`auto`, `tiny.en`, `base`, a folder with a CTranslate2 Whisper model, or a LiveKit inference model
    such as `deepgram/nova-3`."""

    tts_voice: str = "auto"
    """`auto` (the packaged Piper voice if installed), the path of a Piper `.onnx` voice, a LiveKit inference
    model such as `cartesia/sonic-3`, or `none` for text alone."""

    stt_threads: Annotated[int, Field(ge=1, le=64)] = 2
    """CPU threads for one recognition."""

    metrics_open: bool = False
    """Whether other machines may read `/metrics`; otherwise only this one."""

    metrics_port: Annotated[int, Field(ge=0, le=MAX_PORT)] = 0
    """Where a worker serves `/metrics`; 0: nowhere. Processes of one command take the ports that follow.
    (A server has them at its own port.)"""

    log_format: Literal["text", "json"] = "text"
    """How log lines are written to standard error."""

    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """From which level on."""

    stuck_thinking_seconds: Annotated[float, Field(gt=0, le=600)] = 45.0
    """How long a session may think about one turn before it counts as stuck; with a language model at least
    10 s longer than `xai_answer_seconds`."""

    stuck_speaking_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    """How long a session may be speaking without a sign that it is: no text, no sound, no end."""

    max_sessions: Annotated[int, Field(ge=1)] | None = None
    """Conversations admitted at once by one process; the next one is told to try later. Left out, as many as
    the machine carries (`agent/doors/admission.py`)."""

    processes: Annotated[int, Field(ge=1, le=256)] = 1
    """How many processes like this one share the machine, each with its part of the cores; `--processes` sets
    it."""

    endpointing_seconds: Annotated[float, Field(gt=0, le=5)] = 0.3
    """Silence that ends an utterance."""

    noise_suppression: Literal["off", "webrtc"] = "off"
    """Whether noise is taken out of what clients send before it is listened to. It is heard worse then."""

    echo_cancellation: Literal["off", "webrtc"] = "off"
    """Whether the server takes its own voice out of what websocket clients send. Browsers and phones do."""


@lru_cache
def settings() -> Settings:
    """The settings of this process. Raises `NotConfigured` when one makes no sense."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper().removeprefix("VOICEFIT_")
        raise NotConfigured(
            f"VOICEFIT_{name} is {first.get('input')!r}: {first['msg'].lower()}. Change it, or unset it."
        ) from None
