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

    workout_idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 180
    """After how long without a set a workout that was left open is finished."""

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

    max_sessions: Annotated[int, Field(ge=1)] = 10
    """Conversations admitted at once; the next one is told to try later."""

    endpointing_seconds: Annotated[float, Field(gt=0, le=5)] = 0.3
    """Silence that ends an utterance."""


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
