"""`lora estimate`, and the options that it shares with `lora jobs create`."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer import Option

from app.cli.client import Api
from app.cli.command import CLIENT_PANEL, command
from app.cli.options import DatasetId, Hyperparameters, given, hyperparameter
from app.cli.output import Terminal, money, number, styled
from app.domain.catalog import METHODS, GpuType, LrScheduler, PresetId

app = typer.Typer(rich_help_panel=CLIENT_PANEL)

_WARNINGS = {
    "dataset_not_validated": "dataset_not_validated: the dataset is not ready, so a job with it is refused",
    "dataset_does_not_fit": "dataset_does_not_fit: so a job is refused, unless --max-left-out allows more",
}


@dataclass(frozen=True, kw_only=True)
class JobOptions(Hyperparameters):
    """Dataset, model, GPUs and hyperparameters of a job."""

    dataset: DatasetId
    preset: Annotated[PresetId, Option(help="The hyperparameters to start from.")] = PresetId.BALANCED
    gpu: Annotated[GpuType, Option(help="GPU type, for the price.")] = GpuType.A100_80GB
    gpu_count: Annotated[int, Option(min=1, max=8, help="Number of GPUs.")] = 1
    base_model: Annotated[str | None, Option(help="A catalogue id.", show_default="the service's")] = None
    method: Annotated[str | None, Option(help=" or ".join(METHODS) + ".", show_default="lora")] = None
    warmup_ratio: Annotated[float | None, hyperparameter("warmup_ratio")] = None
    weight_decay: Annotated[float | None, hyperparameter("weight_decay")] = None
    lr_scheduler: Annotated[LrScheduler | None, hyperparameter("lr_scheduler")] = None
    max_grad_norm: Annotated[float | None, hyperparameter("max_grad_norm")] = None
    max_left_out: Annotated[
        float | None,
        Option(min=0, max=1, help="Share of the examples that may be left out.", show_default="0.1"),
    ] = None

    @property
    def body(self) -> dict[str, Any]:
        """The fields that the bodies of estimates and jobs share."""
        return {
            "dataset_id": str(self.dataset),
            "gpu_config": {"type": self.gpu, "count": self.gpu_count},
            **given(
                {"base_model": self.base_model, "method": self.method, "max_left_out": self.max_left_out}
            ),
        }


def show(terminal: Terminal, estimate: dict[str, Any]) -> None:
    """Print an estimate."""
    details, parts = estimate["training_details"], estimate["cost_breakdown"]
    hours, rate = estimate["estimated_duration_hours"], money(estimate["hourly_rate"])
    values = {
        "dataset": details["dataset_name"],
        "compute": money(parts["compute"]),
        "storage": money(parts["storage"]),
        "total": money(estimate["estimated_cost"]),
        "duration": f"{hours:.2f} hours at {rate}/hr",
        "steps": f"{number(details['total_steps'])}, {number(details['steps_per_epoch'])} an epoch",
        "throughput": f"{number(details['estimated_throughput_tokens_per_sec'])} tokens/s",
        "fit": fit_line(estimate["fit"]),
    }
    terminal.properties(values)
    for warning in estimate["warnings"]:
        terminal.print(styled("warning", "yellow"), _WARNINGS.get(warning, warning))


def fit_line(fit: dict[str, Any]) -> str:
    """The fit of a dataset to a base model, in one line."""
    if fit["records"] is None:
        return f"{fit['status']}: {fit['reason']}"
    refused = f", {number(fit['refused'])} refused by the check" if fit["refused"] else ""
    return (
        f"{number(fit['trained'])} of {number(fit['records'])} records trained by {fit['base_model']} at "
        f"{number(fit['max_seq_length'])} tokens, {number(fit['left_out'])} left out{refused}"
    )


@command(app, "estimate", show)
def estimate(terminal: Terminal, options: JobOptions) -> Any:
    """Estimate the cost of a job; nothing is started or charged."""
    hyperparameters = {**_preset(terminal.api, options.preset), **options.hyperparameters}
    body = {**options.body, "hyperparameters": hyperparameters}
    return terminal.api("POST", "/api/jobs/estimate", json=body)


def _preset(api: Api, id: PresetId) -> dict[str, Any]:
    """The preset's values from the service; custom starts from balanced, as it does for jobs."""
    wanted = PresetId.BALANCED if id is PresetId.CUSTOM else id
    presets = api("GET", "/api/training-options")["presets"]
    return dict(next(preset["hyperparameters"] for preset in presets if preset["id"] == wanted))
