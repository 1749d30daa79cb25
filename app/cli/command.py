"""Common to all commands that call the API: the connection, `--json`, Ctrl-C, exit codes."""

import inspect
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import IntEnum
from typing import Annotated, Any

import httpx
import typer
from typer import Option

from app.cli.client import CommandFailed, connected
from app.cli.output import Terminal, plain, print_json
from app.domain.fit import CODE

CLIENT_PANEL = "Use a service (LORA_API_URL, LORA_API_KEY)"
DEFAULT_URL = "http://127.0.0.1:8000"
_NO_KEY = (
    "LORA_API_KEY is not set. In development: export LORA_API_KEY=$(lora token --user alice). "
    "Elsewhere: an API key (lp_...) from POST /api/api-keys."
)


class Exit(IntEnum):
    """Exit codes; docs/terminal.md has them for users."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNSUCCESSFUL = 3
    UNREACHABLE = 4
    DOES_NOT_FIT = 5
    INTERRUPTED = 130


class WrongUsage(CommandFailed):
    """The service was not called, because the command or its environment is wrong."""

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
        raise WrongUsage(f"LORA_API_URL is not an address: {url}; expected one like {DEFAULT_URL}")
    if not key:
        raise WrongUsage(_NO_KEY)
    if not (key.isascii() and key.isprintable()):
        raise WrongUsage("LORA_API_KEY has characters that are not allowed in a key")
    return url, key


_JSON = inspect.Parameter(
    "as_json",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[bool, Option("--json", help="Print JSON on standard output.")],
)


def command(
    app: typer.Typer,
    name: str,
    show: Callable[[Terminal, Any], None],
    *,
    is_success: Callable[[Any], bool] = lambda _: True,
    interrupted: str = "Interrupted.",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function from a terminal and options to data as a command.

    The data is printed as JSON with `--json`, else by `show`. A function that prints its result itself
    raises typer.Exit.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _, *parameters = inspect.signature(function, eval_str=True).parameters.values()

        def run(*, as_json: bool, **given: Any) -> None:
            with _exit_on_failure(interrupted, as_json=as_json), connected(*access()) as api:
                terminal = Terminal(api, as_json)
                data = function(terminal, **given)
                if as_json:
                    print_json(data, indent=2)
                else:
                    show(terminal, data)
                if not is_success(data):
                    raise typer.Exit(Exit.UNSUCCESSFUL)

        run.__doc__ = function.__doc__
        app.command(name, rich_help_panel=app.rich_help_panel)(expand_groups(run, [*parameters, _JSON]))
        return function

    return register


def expand_groups(function: Any, parameters: Sequence[inspect.Parameter] = ()) -> Callable[..., Any]:
    """Replace each parameter whose type is a dataclass by an option per field, as typer needs it."""
    parameters = parameters or [*inspect.signature(function, eval_str=True).parameters.values()]
    groups: dict[str, Any] = {
        each.name: each.annotation for each in parameters if is_dataclass(each.annotation)
    }
    options = [each for each in parameters if each.name not in groups]
    for group in groups.values():
        options += inspect.signature(group, eval_str=True).parameters.values()

    def run(**given: Any) -> Any:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        return function(**given)

    keywords = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in options]
    vars(run)["__signature__"] = inspect.Signature(keywords)
    run.__doc__ = function.__doc__
    run.__annotations__ = {option.name: option.annotation for option in keywords}
    return run


@contextmanager
def _exit_on_failure(interrupted: str, *, as_json: bool) -> Iterator[None]:
    """Print a failure as a sentence and exit with its code."""
    try:
        yield
    except KeyboardInterrupt:
        _exit(CommandFailed(interrupted, "interrupted"), Exit.INTERRUPTED, as_json=as_json)
    except CommandFailed as failed:
        codes = {"wrong_usage": Exit.USAGE, "unreachable": Exit.UNREACHABLE, CODE: Exit.DOES_NOT_FIT}
        _exit(failed, codes.get(failed.code, Exit.REFUSED), as_json=as_json)
    except BrokenPipeError:  # the reader of a pipe, such as head, closed it
        raise
    except OSError as error:
        _exit(CommandFailed(str(error), "local_error"), Exit.REFUSED, as_json=as_json)


def _exit(failed: CommandFailed, code: Exit, *, as_json: bool) -> None:
    message = str(failed)
    if as_json:
        print_json({"success": False, "error": message, "code": failed.code, "details": failed.details})
    sys.stderr.write(plain(message) + "\n")
    raise typer.Exit(code) from None
