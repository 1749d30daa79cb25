"""`lora train`: an adapter from a file of this machine, by the real trainer and without any service."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Option

from app.cli.command import expand_groups
from app.cli.options import Hyperparameters, given

app = typer.Typer()


@dataclass(frozen=True, kw_only=True)
class TrainOptions(Hyperparameters):
    """Data, model and settings of a run; None where they are not given."""

    data: Annotated[
        Path | None, Option(exists=True, dir_okay=False, help="A dataset file; not with --resume.")
    ] = None
    base_model: Annotated[
        str | None, Option(help="A catalogue id or a model's folder.", show_default="tiny-llama-demo")
    ] = None
    preset: Annotated[str | None, Option(help="fast, balanced or quality.", show_default="balanced")] = None
    method: Annotated[
        str | None, Option(help="lora, or qlora for a base model in 4 bits (CUDA).", show_default="lora")
    ] = None
    validation_split: Annotated[
        float | None, Option(help="Part held out for validation, 0 to 0.5.", show_default="0.1")
    ] = None
    max_left_out: Annotated[
        float | None,
        Option(min=0, max=1, help="Share of the examples that may be left out.", show_default="0.1"),
    ] = None
    eval_prompt: Annotated[list[str] | None, Option(help="Prompt answered during training; repeatable.")] = (
        None
    )

    @property
    def values(self) -> dict[str, Any]:
        """The numbers that were given, by their names in the API."""
        return {**self.hyperparameters, **given({"validation_split": self.validation_split})}


@app.command("train")
@expand_groups
def train(
    out: Annotated[Path, Option(file_okay=False, help="A new folder, for the adapter.")],
    options: TrainOptions,
    *,
    resume: Annotated[bool, Option("--resume", help="Continue from OUT's newest checkpoint.")] = False,
) -> None:
    """Train one adapter on this machine, without any service."""
    from app.cli.train.run import run  # noqa: PLC0415 - other commands start faster without it
    from app.settings import get_settings  # noqa: PLC0415

    raise SystemExit(run(out, options, models_dir=get_settings().models_dir, resume=resume))
