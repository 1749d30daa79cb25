"""What every command has in common: its connection, `--json`, Ctrl-C, and exit codes for scripts."""

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import IntEnum
from typing import Annotated, Any

import httpx
import typer

from app.cli.client import Failed, Unreachable, connected
from app.cli.output import Terminal, document, json_line, plain

ASKING = "Ask a service (LORA_API_URL, LORA_API_KEY)"
DEFAULT_URL = "http://127.0.0.1:8000"
_NO_KEY = (
    "LORA_API_KEY is not set. In development: export LORA_API_KEY=$(lora token --user alice). "
    "Elsewhere: an API key (lp_...) from POST /api/api-keys."
)


class Exit(IntEnum):
    """How commands end; docs/terminal.md says it to users."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    ENDED_BADLY = 3
    NOBODY_ANSWERS = 4
    INTERRUPTED = 130


class WrongUsage(Failed):
    """The service was not asked, because it could not have been."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "wrong_usage")


def access() -> tuple[str, str]:
    """The service's address and the caller's key, from the environment; raises WrongUsage."""
    url = os.environ.get("LORA_API_URL", "").strip().rstrip("/") or DEFAULT_URL
    key = os.environ.get("LORA_API_KEY", "").strip()
    try:
        is_address = httpx.URL(url).scheme in {"http", "https"} and httpx.URL(url).host
    except httpx.InvalidURL:
        is_address = False
    if not is_address:
        raise WrongUsage(f"LORA_API_URL is no address: {url}; it looks like {DEFAULT_URL}")
    if not key:
        raise WrongUsage(_NO_KEY)
    if not (key.isascii() and key.isprintable()):
        raise WrongUsage("LORA_API_KEY holds characters that no key has")
    return url, key


_JSON = inspect.Parameter(
    "as_json",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[bool, typer.Option("--json", help="JSON on standard output instead of words.")],
)


def command(
    app: typer.Typer,
    name: str,
    view: Callable[[Terminal, Any], None],
    *,
    is_good: Callable[[Any], bool] = lambda _: True,
    interrupted: str = "Interrupted.",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a command of a function from a terminal and options to data.

    The data is the one document of `--json`, else what `view` shows. A parameter that is a dataclass stands
    for one option a field. A function that shows what it does by itself raises typer.Exit.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _, *own = inspect.signature(function, eval_str=True).parameters.values()
        groups: dict[str, Any] = {
            taken.name: taken.annotation for taken in own if is_dataclass(taken.annotation)
        }
        options = [taken for taken in own if taken.name not in groups]
        for group in groups.values():
            options += inspect.signature(group, eval_str=True).parameters.values()

        def run(*, as_json: bool, **given: Any) -> None:
            for taken, group in groups.items():
                given[taken] = group(**{each.name: given.pop(each.name) for each in fields(group)})
            with _told(interrupted, as_json=as_json), connected(*access()) as api:
                terminal = Terminal(api, as_json)
                data = function(terminal, **given)
                if as_json:
                    document(data)
                else:
                    view(terminal, data)
                if not is_good(data):
                    raise typer.Exit(Exit.ENDED_BADLY)

        _announce(run, function, [*options, _JSON])
        app.command(name, rich_help_panel=app.rich_help_panel)(run)
        return function

    return register


def _announce(run: Any, function: Callable[..., Any], options: list[inspect.Parameter]) -> None:
    """Let a function look as if it were written with these options."""
    keywords = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in options]
    run.__signature__ = inspect.Signature(keywords)
    run.__annotations__ = {option.name: option.annotation for option in keywords}
    run.__doc__ = function.__doc__


@contextmanager
def _told(interrupted: str, *, as_json: bool) -> Iterator[None]:
    """Turn what goes wrong into a sentence and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        _end(Failed(interrupted, "interrupted"), Exit.INTERRUPTED, as_json=as_json)
    except WrongUsage as failed:
        _end(failed, Exit.USAGE, as_json=as_json)
    except Unreachable as failed:
        _end(failed, Exit.NOBODY_ANSWERS, as_json=as_json)
    except Failed as failed:
        _end(failed, Exit.REFUSED, as_json=as_json)
    except BrokenPipeError:  # whoever reads has enough
        raise
    except OSError as error:
        _end(Failed(str(error), "local_error"), Exit.REFUSED, as_json=as_json)


def _end(failed: Failed, code: Exit, *, as_json: bool) -> None:
    message = str(failed)
    if as_json:
        json_line({"success": False, "error": message, "code": failed.code, "details": failed.details})
    sys.stderr.write(plain(message) + "\n")
    raise typer.Exit(code) from None
