"""`lora train`: an adapter from a file of this machine, by the real trainer and without any service."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import given, hyperparameter

app = typer.Typer()

_Data = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="A dataset file; not with --resume.")
]
_Model = Annotated[
    str | None, typer.Option(help="A catalogue id or a model's folder.", show_default="tiny-llama-demo")
]
_Preset = Annotated[str | None, typer.Option(help="fast, balanced or quality.", show_default="balanced")]
_Method = Annotated[
    str | None, typer.Option(help="lora, or qlora for a base model in 4 bits (CUDA).", show_default="lora")
]
_Split = Annotated[
    float | None, typer.Option(help="Part held out for validation, 0 to 0.5.", show_default="0.1")
]
_Prompts = Annotated[list[str] | None, typer.Option(help="Prompt answered during training; repeatable.")]


@app.command()
def train(  # noqa: PLR0913 - one parameter an option
    *,
    out: Annotated[Path, typer.Option(file_okay=False, help="A new folder, for the adapter.")],
    data: _Data = None,
    base_model: _Model = None,
    preset: _Preset = None,
    method: _Method = None,
    validation_split: _Split = None,
    eval_prompt: _Prompts = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue from OUT's newest checkpoint.")] = False,
    learning_rate: Annotated[float | None, hyperparameter("learning_rate")] = None,
    batch_size: Annotated[int | None, hyperparameter("batch_size")] = None,
    epochs: Annotated[int | None, hyperparameter("epochs")] = None,
    rank: Annotated[int | None, hyperparameter("rank")] = None,
    alpha: Annotated[int | None, hyperparameter("alpha")] = None,
    dropout: Annotated[float | None, hyperparameter("dropout")] = None,
    max_seq_length: Annotated[int | None, hyperparameter("max_seq_length")] = None,
    seed: Annotated[int | None, hyperparameter("seed")] = None,
) -> None:
    """Train one adapter on this machine, without any service."""
    from app.cli.train.run import run  # noqa: PLC0415 - other commands start faster without it
    from app.cli.train.spec import TrainOptions  # noqa: PLC0415
    from app.settings import get_settings  # noqa: PLC0415

    values = {
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
    options = TrainOptions(
        data, base_model, preset, given(values), method=method, eval_prompts=eval_prompt or ()
    )
    raise SystemExit(run(out, options, models_dir=get_settings().models_dir, resume=resume))
