"""`lora openapi`: the OpenAPI document, sorted and stable."""

import json

import typer

app = typer.Typer()


@app.command()
def openapi() -> None:
    """Print the OpenAPI document, sorted and stable."""
    typer.echo(render(), nl=False)


def render() -> str:
    """The document as openapi/openapi.json has it."""
    from app.main import create_app  # noqa: PLC0415 - other commands need no application

    return json.dumps(create_app().openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
