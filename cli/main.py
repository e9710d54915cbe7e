"""The `voicefit` command."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Annotated

import typer

from cli.content import content_app
from cli.db import db_app
from cli.dev import dev_app
from cli.finetune import finetune_app
from cli.jobs import jobs_app, worker_app
from cli.rooms import work_in_rooms
from cli.search import search_app
from cli.serve import serve
from cli.sound import eval_app
from cli.transfer import account_app, export, import_
from cli.users import user_app
from core.errors import VoiceFitError
from core.settings import settings

TOKEN_DAYS = 30

app = typer.Typer(
    help="VoiceFit: a voice-first training log and coach.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(db_app, name="db", help="The database.")
app.add_typer(content_app, name="content", help="Exercises, cues, knowledge, badges and templates.")
app.add_typer(eval_app, name="eval", help="Measure understanding on scenarios.")
app.add_typer(account_app, name="account", help="Accounts.")
app.add_typer(user_app, name="user", help="What people may do here.")
app.add_typer(search_app, name="search", help="The search index, and how good it is.")
app.add_typer(finetune_app, name="finetune", help="Training data from corrections, and trained models.")
app.add_typer(jobs_app, name="jobs", help="Background work: what waits, and what failed.")
app.add_typer(worker_app, name="worker", help="Processes beside the server.")
app.add_typer(dev_app, name="dev", help="What stands in for production's servers on a developer's machine.")
worker_app.command("rooms")(work_in_rooms)
app.command()(serve)
app.command("import")(import_)
app.command()(export)


@app.command()
def token(
    email: Annotated[str, typer.Argument(help="The athlete; made if there is none with this email.")],
    days: Annotated[int, typer.Option(min=1, help="How long the token is good for.")] = TOKEN_DAYS,
) -> None:
    """Print a bearer token for scripts."""
    print(asyncio.run(_token(email, timedelta(days=days))))


async def _token(email: str, ttl: timedelta) -> str:
    from db.session import open_database
    from services.identity import Identity

    database = await open_database(settings())
    try:
        identity = Identity(database, settings())
        # Supabase makes its accounts itself, with ids of its own.
        athlete_id = await identity.athlete_by_email(email, create=identity.supabase is None)
        return await identity.start_session(athlete_id, "voicefit token", ttl)
    finally:
        await database.aclose()


@app.command()
def password(email: Annotated[str, typer.Argument(help="An athlete's email.")]) -> None:
    """Set an athlete's password and sign them out everywhere."""
    new = typer.prompt("New password", hide_input=True, confirmation_prompt=True)
    asyncio.run(_set_password(email, new))
    typer.echo(f"{email} has a new password.")


async def _set_password(email: str, new: str) -> None:
    from db.session import open_database
    from services.identity import Accounts, Identity

    database = await open_database(settings())
    try:
        await Accounts(database, Identity(database, settings())).set_password(email, new)
    finally:
        await database.aclose()


@app.command()
def tools(
    as_json: Annotated[bool, typer.Option("--json", help="The JSON schemas that models are given.")] = False,
) -> None:
    """List the function tools."""
    from tools import tool_schemas

    schemas = tool_schemas()
    if as_json:
        print(json.dumps(schemas, indent=2))
        return
    for schema in schemas:
        print(f"{schema['name']}: {schema['description']}")


def main() -> None:
    """Runs the command; an error that people can do something about is one line, not a traceback."""
    try:
        app()
    except VoiceFitError as error:
        typer.secho(f"voicefit: {error}", fg=typer.colors.RED, err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
