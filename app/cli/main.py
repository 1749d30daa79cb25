"""The `lora` command."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import costs, datasets, jobs, models, notifications, plan
from app.cli.client import Failed
from app.cli.command import ASKING
from app.domain.catalog import HYPERPARAMETERS
from app.domain.shapes import Shape

if TYPE_CHECKING:
    from app.settings import Settings

cli = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables, and some of those are secrets
    help="Self-hosted LoRA fine-tuning.",
)
for name, group in {"datasets": datasets.app, "jobs": jobs.app, "models": models.app}.items():
    cli.add_typer(group, name=name, rich_help_panel=ASKING)
for single in (plan.app, costs.app, notifications.app):
    cli.add_typer(single)

_Method = Annotated[
    str | None, typer.Option(help="lora, or qlora for a base model in 4 bits (CUDA).", show_default="lora")
]
_Prompts = Annotated[list[str] | None, typer.Option(help="Replied to before, while and after; repeatable.")]


def _knob(name: str) -> Any:
    """The option of a hyperparameter, from the one table."""
    rule = HYPERPARAMETERS[name]
    return typer.Option(help=f"{rule.help}; {rule.min} to {rule.max}.")


@cli.command()
def dev() -> None:
    """Run everything on this machine: embedded services, API and workers, restarted on changes."""
    from app.embedded import stack as supervisor  # noqa: PLC0415 - the embedded extra

    _environment("dev")
    raise SystemExit(supervisor.run())


@cli.command()
def api() -> None:
    """Serve the API."""
    from app.cli.serve import serve  # noqa: PLC0415 - builds the application

    serve(_complete())


@cli.command()
def worker() -> None:
    """Validate datasets and train jobs until SIGTERM."""
    import uvloop  # noqa: PLC0415 - the other commands need none of it

    from app import log  # noqa: PLC0415
    from workers import main as process  # noqa: PLC0415

    settings = _complete()
    log.configure(settings.log_level, as_json=settings.log_json)
    uvloop.run(process.run(settings))


@cli.command()
def migrate() -> None:
    """Bring database and object store to what this version needs."""
    from app.migrate import migrate as apply  # noqa: PLC0415 - the other commands need none of it

    apply(_complete())


@cli.command()
def token(
    user: Annotated[str, typer.Option(help="A UUID, or a name that always maps to the same one.")],
    ttl: Annotated[int, typer.Option(help="Seconds until it expires.")] = 30 * 24 * 3600,
) -> None:
    """Print a bearer token for a user."""
    from app.adapters.auth import make_token, user_id_of  # noqa: PLC0415 - the other commands need none of it

    typer.echo(make_token(_jwt_secret(), user_id_of(user), ttl_seconds=ttl))


@cli.command()
def demo() -> None:
    """Do the main job once, for real, with a sample dataset and the real trainer."""
    from app.cli import demo as main_job  # noqa: PLC0415 - the embedded extra

    _environment("demo")
    os.environ.setdefault("LORA_TRAINER", "local")
    raise SystemExit(main_job.run())


@cli.command()
def seed() -> None:
    """Fill a running development stack with a small believable dataset and job for alice."""
    from app.cli import seed as sample  # noqa: PLC0415 - needs a running stack

    typer.echo(sample.run(_settings(), _jwt_secret()))


@cli.command()
def convert(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Any dataset file.")],
    target: Annotated[Path, typer.Argument(dir_okay=False, help="Gzipped when it ends in .gz.")],
    to: Annotated[str, typer.Option(help="brightrun_lora_v4, messages, turns or sharegpt.")],
) -> None:
    """Write a dataset file in another shape that trains the same replies."""
    from app.cli import convert as conversion  # noqa: PLC0415 - the other commands need none of it
    from app.domain.conversion import WRITERS  # noqa: PLC0415

    if to not in WRITERS:
        raise typer.BadParameter(f"--to must be one of {', '.join(WRITERS)}")
    try:
        lines = conversion.run(source, target, Shape(to))
    except conversion.ConversionFailed as failed:
        raise SystemExit(f"{source} cannot be converted: {failed}") from None
    typer.echo(f"{lines} lines in {target}")


@cli.command()
def train(  # noqa: PLR0913 - one parameter an option
    *,
    out: Annotated[Path, typer.Option(file_okay=False, help="A new folder, for the adapter.")],
    data: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Any dataset file; not for --resume.")
    ] = None,
    base_model: Annotated[
        str | None, typer.Option(help="A catalogue id or a model's folder.", show_default="tiny-llama-demo")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="fast, balanced or quality.", show_default="balanced")
    ] = None,
    learning_rate: Annotated[float | None, _knob("learning_rate")] = None,
    batch_size: Annotated[int | None, _knob("batch_size")] = None,
    epochs: Annotated[int | None, _knob("epochs")] = None,
    rank: Annotated[int | None, _knob("rank")] = None,
    alpha: Annotated[int | None, _knob("alpha")] = None,
    dropout: Annotated[float | None, _knob("dropout")] = None,
    max_seq_length: Annotated[int | None, _knob("max_seq_length")] = None,
    seed: Annotated[int | None, _knob("seed")] = None,
    validation_split: Annotated[float | None, typer.Option(help="Part to hold out, 0 to 0.5.")] = None,
    method: _Method = None,
    eval_prompt: _Prompts = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from OUT's newest checkpoint.")] = False,
) -> None:
    """Train one adapter on this machine, without any service."""
    from app.cli import train as training  # noqa: PLC0415 - the other commands need none of it

    knobs = {
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "epochs": epochs,
        "rank": rank,
        "alpha": alpha,
        "dropout": dropout,
        "max_seq_length": max_seq_length,
        "seed": seed,
        "validation_split": validation_split,
    }
    given = {name: value for name, value in knobs.items() if value is not None}
    asked = training.Asked(data, base_model, preset, given, method=method, eval_prompts=eval_prompt or ())
    raise SystemExit(training.run(out, asked, models_dir=_settings().models_dir, resume=resume))


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document, sorted and stable."""
    from app.cli.openapi import render  # noqa: PLC0415 - builds the application

    typer.echo(render(), nl=False)


@cli.command(hidden=True)
def env_example() -> None:
    """Print .env.example, made from the settings."""
    from app.settings import render_env_example  # noqa: PLC0415 - as in _settings

    typer.echo(render_env_example(), nl=False)


@cli.command(hidden=True)
def migration(message: str) -> None:
    """Draft a migration from what the models have and the schema lacks."""
    from app.embedded.stack import stack  # noqa: PLC0415 - the embedded extra
    from app.migrate import alembic  # noqa: PLC0415

    _environment("dev")
    with stack(_settings()):
        alembic("revision", "--autogenerate", "-m", message)


@cli.command()
def doctor() -> None:
    """Check what the service needs, and say how to mend what is missing."""
    from app.cli import doctor as checks  # noqa: PLC0415 - imports every dependency

    raise SystemExit(checks.run(_settings()))


def main() -> None:
    """The entry point: settings that are wrong or missing end with a sentence, not a stack."""
    try:
        cli()
    except SystemExit:  # the usual end
        raise
    except Exception as error:
        from pydantic import ValidationError  # noqa: PLC0415 - as in _settings

        from app.settings import IncompleteSettings  # noqa: PLC0415

        if isinstance(error, ValidationError):
            problems = "\n".join(f"  {_variable(problem)}: {problem['msg']}" for problem in error.errors())
            raise SystemExit(f"the settings are not valid:\n{problems}") from None
        if isinstance(error, Failed | IncompleteSettings):
            raise SystemExit(str(error)) from None
        raise


def _variable(problem: Any) -> str:
    return f"LORA_{str(problem['loc'][0]).upper()}" if problem["loc"] else "settings"


def _settings() -> "Settings":
    from app.settings import get_settings  # noqa: PLC0415 - most commands need none, and start faster so

    return get_settings()


def _environment(name: str) -> None:
    from app.settings import get_settings  # noqa: PLC0415 - as above

    os.environ.setdefault("LORA_ENVIRONMENT", name)
    os.environ.setdefault("LORA_LOG_JSON", "false")
    get_settings.cache_clear()


def _jwt_secret() -> str:
    """The secret that this machine signs tokens with: the configured one, else the data folder's."""
    settings = _settings()
    if settings.jwks_url:
        raise typer.BadParameter("tokens come from your identity provider when LORA_JWKS_URL is set")
    if settings.jwt_secret:
        return settings.jwt_secret.get_secret_value()
    from app.embedded.services import kept_jwt_secret  # noqa: PLC0415 - the embedded extra

    return kept_jwt_secret(settings.data_dir)


def _complete() -> "Settings":
    settings = _settings()
    settings.require_complete()
    return settings


if __name__ == "__main__":
    main()
