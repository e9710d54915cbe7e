"""The tools over the Model Context Protocol, for an athlete's own assistant.

Who comes in is whom the bearer token speaks for, in each request anew. What the assistant calls is what its
athlete let it call: there is no utterance here to look for evidence in, so tools say of themselves whether
they write, and clients ask their users.
"""

from __future__ import annotations

import logging
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any
from uuid import UUID, uuid4

import mcp_types as types
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
from mcp.server.auth.provider import AccessToken
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.doors.mcp.door import Parts
from core.errors import DatabaseUnavailable, VoiceFitError
from core.tracing import TRACE, called
from prompts import phrase, prompt
from services.badges import event_of
from services.exercises.matcher import packaged_matcher
from services.exercises.own_names import own_names
from services.ledger import Key
from tools import TOOLS, ToolContext, ToolResult, run_tool

logger = logging.getLogger(__name__)

KEY = "voicefit/idempotency-key"
"""In a call's `_meta`: a name for it, so that sent again it is the same call."""
MAX_KEY = 200
SESSION = "mcp-session-id"
DESTROY = frozenset({"undo_last", "correct_set", "update_profile"})
"""Tools that change or take away what was there."""

Context = ServerRequestContext[Any, Any]


class StillThere(logging.Filter):
    """Leaves out what is no error: a client that went away before it had sent all of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is of anything else."""
        return not (record.exc_info and isinstance(record.exc_info[1], ClientDisconnect))


logging.getLogger("mcp.server.streamable_http").addFilter(StillThere())


class Assistants:
    """Serves the tools. As an ASGI application, within `serving()`."""

    def __init__(self, parts: Parts) -> None:
        self._database = parts.database
        self._search = parts.search
        self._identity = parts.identity
        self._follower = parts.follower
        self._measures = parts.measures
        self._tracing = parts.tracing
        server = Server(
            "voicefit",
            version=version("voicefit"),
            title="VoiceFit",
            instructions=prompt("mcp"),
            on_list_tools=self._list,
            on_call_tool=self._call,
        )
        self._manager = StreamableHTTPSessionManager(server, stateless=parts.stateless)
        app: ASGIApp = RequireAuthMiddleware(self._manager.asgi_app, [])
        self._app = AuthenticationMiddleware(app, BearerAuthBackend(self))

    def serving(self) -> AbstractAsyncContextManager[None]:
        """While this is entered, requests are served. Leave it in the task that entered it."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        await self._app(scope, receive, send)

    async def verify_token(self, token: str) -> AccessToken | None:
        """What the token stands for; None when it is not accepted."""
        try:
            athlete_id = await self._identity.verify(token)
        except VoiceFitError:
            return None
        return AccessToken(token=token, client_id=str(athlete_id), scopes=[], subject=str(athlete_id))

    async def _list(self, _: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[told(name) for name in TOOLS])

    async def _call(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """A call, counted and traced below the request that it came in."""
        tool = params.name if params.name in TOOLS else "unknown"
        request = context.request.scope.get(TRACE) if context.request is not None else None
        with called(self._tracing, tool, request) as span:
            answer, outcome = await self._made(context, params)
            span.set_attributes({"voicefit.door": "mcp", "voicefit.outcome": outcome})
        self._measures.call(tool, outcome, "mcp")
        return answer

    async def _made(
        self, context: Context, params: types.CallToolRequestParams
    ) -> tuple[types.CallToolResult, str]:
        athlete_id = _whose(context)
        try:
            async with self._database.transaction(athlete_id) as db:
                names = await own_names(db, athlete_id)
            call = ToolContext(
                self._database,
                packaged_matcher().personal(names),
                athlete_id,
                key_of(context),
                search=self._search,
            )
            result = await run_tool(call, params.name, params.arguments or {})
        except VoiceFitError as error:
            return _failed(str(error)), "asked"
        except (SQLAlchemyError, OSError, DatabaseUnavailable):
            logger.exception("tool %s failed", params.name)
            return _failed(phrase("not_saved")), "failed"
        output = result.output()
        if result.ok and TOOLS[params.name].writes:
            self._follower.note(athlete_id, event_of(params.name, output))
        return _answered(result, output), "done" if result.ok else "asked"


def _whose(context: Context) -> UUID:
    request: Any = context.request
    return UUID(request.user.access_token.client_id)


def told(name: str) -> types.Tool:
    """The tool `name` as the protocol describes it."""
    tool = TOOLS[name]
    schema = tool.schema()
    hints = types.ToolAnnotations(
        read_only_hint=not tool.writes, destructive_hint=name in DESTROY, open_world_hint=False
    )
    return types.Tool(
        name=name, description=schema["description"], input_schema=schema["parameters"], annotations=hints
    )


def key_of(context: Context) -> Key:
    """The key of a call: the one that the client gave, else its number in the session, else a new one."""
    given = dict(context.meta or {}).get(KEY)
    if isinstance(given, str) and 0 < len(given) <= MAX_KEY:
        return Key(f"mcp:{given}")
    session = context.request.headers.get(SESSION) if context.request is not None else None
    if session and context.request_id is not None:
        return Key(f"mcp:{session}:{context.request_id}")
    return Key(f"mcp:{uuid4().hex}")


def _answered(result: ToolResult, output: dict[str, Any]) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=result.say or "Done.")],
        structured_content=output,
        is_error=not result.ok,
    )


def _failed(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)], is_error=True)
