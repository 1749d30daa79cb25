"""`lora estimate`, and the options that it shares with `lora jobs create`."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from app.cli.client import Api
from app.cli.command import ASKING, command
from app.cli.completion import DatasetId
from app.cli.output import Terminal, money, number
from app.domain.catalog import HYPERPARAMETERS, METHODS, GpuType, LrScheduler, PresetId

app = typer.Typer(rich_help_panel=ASKING)


def _knob(name: str) -> Any:
    rule = HYPERPARAMETERS[name]
    bounds = f"; {rule.min:,} to {rule.max:,}" if rule.min is not None else ""
    return typer.Option(help=f"{rule.help}{bounds}.", show_default="the preset's", rich_help_panel="Knobs")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be trained on which GPUs; knobs that are not turned come from the preset."""

    dataset: DatasetId
    preset: Annotated[PresetId, typer.Option(help="The knobs' values to begin with.")] = PresetId.BALANCED
    gpu: Annotated[GpuType, typer.Option(help="The price tag.")] = GpuType.A100_80GB
    gpu_count: Annotated[int, typer.Option(min=1, max=8, help="How many.")] = 1
    base_model: Annotated[str | None, typer.Option(help="A catalogue id.", show_default="the service's")] = (
        None
    )
    method: Annotated[str | None, typer.Option(help=" or ".join(METHODS) + ".", show_default="lora")] = None
    learning_rate: Annotated[float | None, _knob("learning_rate")] = None
    batch_size: Annotated[int | None, _knob("batch_size")] = None
    epochs: Annotated[int | None, _knob("epochs")] = None
    rank: Annotated[int | None, _knob("rank")] = None
    alpha: Annotated[int | None, _knob("alpha")] = None
    dropout: Annotated[float | None, _knob("dropout")] = None
    warmup_ratio: Annotated[float | None, _knob("warmup_ratio")] = None
    weight_decay: Annotated[float | None, _knob("weight_decay")] = None
    lr_scheduler: Annotated[LrScheduler | None, _knob("lr_scheduler")] = None
    max_grad_norm: Annotated[float | None, _knob("max_grad_norm")] = None
    max_seq_length: Annotated[int | None, _knob("max_seq_length")] = None
    seed: Annotated[int | None, _knob("seed")] = None

    @property
    def knobs(self) -> dict[str, Any]:
        """The hyperparameters that were named."""
        return given({name: getattr(self, name) for name in HYPERPARAMETERS})

    @property
    def body(self) -> dict[str, Any]:
        """What estimates and jobs are both asked with."""
        return {
            "dataset_id": str(self.dataset),
            "gpu_config": {"type": self.gpu, "count": self.gpu_count},
            **given({"base_model": self.base_model, "method": self.method}),
        }


def given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that have a value."""
    return {name: value for name, value in options.items() if value is not None}


def _show(terminal: Terminal, estimate: dict[str, Any]) -> None:
    details, parts = estimate["training_details"], estimate["cost_breakdown"]
    hours, rate = estimate["estimated_duration_hours"], money(estimate["hourly_rate"])
    terminal.record(
        (
            ("dataset", details["dataset_name"]),
            ("compute", money(parts["compute"])),
            ("storage", money(parts["storage"])),
            ("total", money(estimate["estimated_cost"])),
            ("duration", f"{hours:.2f} hours at {rate}/hr"),
            ("steps", f"{number(details['total_steps'])}, {number(details['steps_per_epoch'])} an epoch"),
            ("throughput", f"{number(details['estimated_throughput_tokens_per_sec'])} tokens/s"),
            ("warnings", ", ".join(estimate["warnings"]) or None),
        )
    )


@command(app, "estimate", _show)
def estimate(terminal: Terminal, plan: Plan) -> Any:
    """Price a training job; nothing is started or charged."""
    knobs = {**_preset(terminal.api, plan.preset), **plan.knobs}
    return terminal.api("POST", "/api/jobs/estimate", json={**plan.body, "hyperparameters": knobs})


def _preset(api: Api, id: PresetId) -> dict[str, Any]:
    """The preset's values as the service has them; custom begins as balanced, as it does in jobs."""
    wanted = PresetId.BALANCED if id is PresetId.CUSTOM else id
    presets = api("GET", "/api/training-options")["presets"]
    return dict(next(preset["hyperparameters"] for preset in presets if preset["id"] == wanted))
