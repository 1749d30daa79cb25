"""The simulated training program: same run directory and events as the real one, without a model.

Every figure is a function of seed and step alone, so a resumed attempt repeats the figures of the
attempt before it, and a checkpoint holds only its step.
"""

import math
import os
import signal
import sys
import time
from pathlib import Path
from random import Random
from types import FrameType
from typing import Annotated, Any

import msgspec

from app.domain.base_models import BASE_MODELS
from app.domain.catalog import LrScheduler, PresetId, resolve
from app.domain.states import Stage
from workers.run_dir import ProgressWriter, Spec, read_spec

HARDWARE = {"device": "simulated", "name": "simulated", "count": 1, "memory_gb": 0}
TERMINATED = 128 + signal.SIGTERM

_HEARTBEAT_SECONDS = 0.5
_TOKENS_PER_EXAMPLE = 200
_LOG_LINE = "epoch {epoch} step {step} loss {training_loss} learning rate {learning_rate:.3g}\n"
_README = """# Simulated adapter: not a trained model

The simulated trainer wrote this folder to exercise the pipeline. No model was loaded and nothing
was learned: every loss is made up, and the adapter leaves {base} exactly as it was.
"""


class Faults(msgspec.Struct, frozen=True):
    """Faults to inject; `slow` multiplies the time of every step."""

    fail_at_step: int | None = None
    stall_at_step: int | None = None
    nan_at_step: int | None = None
    slow: Annotated[float, msgspec.Meta(gt=0)] = 1.0


class Curve:
    """Simulated figures of a whole job."""

    def __init__(self, spec: Spec, step_seconds: float) -> None:
        _, self.hyperparameters = resolve(PresetId.CUSTOM, spec.hyperparameters)
        self.total_steps = spec.total_steps
        self.steps_per_epoch: int = spec.total_steps // self.hyperparameters["epochs"]
        self._validates = spec.dataset.validation_split > 0
        self._tokens_per_step = self.hyperparameters["batch_size"] * _TOKENS_PER_EXAMPLE
        self._throughput = round(self._tokens_per_step / step_seconds, 1)

    def epoch(self, step: int) -> int:
        """Return the epoch of a step; both count from 1."""
        return (step - 1) // self.steps_per_epoch + 1

    def is_evaluated(self, step: int) -> bool:
        return self._validates and step % self.steps_per_epoch == 0

    def point(self, step: int) -> dict[str, Any]:
        """Make the metric line of a step: losses in nats, throughput in tokens per second."""
        noise = Random(f"{self.hyperparameters['seed']}:{step}")
        loss = (2.5 * math.exp(-3 * step / self.total_steps) + 0.31) * noise.gauss(1, 0.02)
        point = {
            "step": step,
            "epoch": self.epoch(step),
            "training_loss": round(loss, 6),
            "learning_rate": self._learning_rate(step),
            "gradient_norm": round(loss * noise.uniform(0.5, 0.8), 6),
            "throughput": self._throughput,
            "tokens_seen": step * self._tokens_per_step,
        }
        if self.is_evaluated(step):
            validation_loss = round(loss + noise.uniform(0.03, 0.08), 6)
            point["validation_loss"] = validation_loss
            point["validation_token_accuracy"] = round(math.exp(-validation_loss / 2), 6)
        return point

    def summary(self) -> dict[str, Any]:
        """Summarise the finished job; interrupted attempts leave no trace in it."""
        first, last = self.point(1), self.point(self.total_steps)
        return {
            "steps": self.total_steps,
            "epochs_completed": last["epoch"],
            "first_training_loss": first["training_loss"],
            "final_training_loss": last["training_loss"],
            "final_validation_loss": last.get("validation_loss"),
        }

    def _learning_rate(self, step: int) -> float:
        peak: float = self.hyperparameters["learning_rate"]
        warmup: int = math.ceil(self.hyperparameters["warmup_ratio"] * self.total_steps)
        if step <= warmup:
            return peak * (step / warmup)
        done = (step - 1 - warmup) / (self.total_steps - warmup)
        match self.hyperparameters["lr_scheduler"]:
            case LrScheduler.LINEAR:
                return peak * (1 - done)
            case LrScheduler.COSINE:
                return peak * ((1 + math.cos(math.pi * done)) / 2)
            case _:
                return peak


class Simulation:
    """One attempt: steps by the clock, and the injected faults."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._spec = read_spec(run_dir)
        self._faults = msgspec.convert(self._spec.simulate, Faults, strict=False)
        self._step_seconds = self._faults.slow / self._spec.steps_per_second
        self._curve = Curve(self._spec, self._step_seconds)
        self._progress = ProgressWriter(run_dir)
        self._checkpoint_every = max(10, self._spec.total_steps // 50)
        self._saved_step = 0
        self._stopping = False

    def run(self) -> int:
        """Run to the end; returns the exit status: 0, 1 after an error, 143 after SIGTERM."""
        signal.signal(signal.SIGTERM, self._stop)
        started = time.monotonic()
        self._progress.stage(Stage.LOADING_MODEL)
        step = self._saved_step = self._resumed_step()
        self._progress.log(f"simulated training of {self._curve.total_steps} steps, {step} of them done")
        self._progress.stage(Stage.TRAINING, hardware=HARDWARE)
        while step < self._curve.total_steps:
            self._wait(step + 1)
            if self._stopping:
                self._save_checkpoint(step)
                return TERMINATED
            if step + 1 == self._faults.nan_at_step:
                self._report_loss_not_finite(step + 1)
                return 1
            step += 1
            self._take_step(step)
        self._finish(started)
        return 0

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _resumed_step(self) -> int:
        if self._spec.resume_from is None:
            return 0
        state = (self._run_dir / self._spec.resume_from / "state.json").read_bytes()
        return int(msgspec.json.decode(state)["step"])

    def _wait(self, step: int) -> None:
        """Wait for the time of a step, with heartbeats; a stalled step sends none."""
        if step == self._faults.fail_at_step:
            raise RuntimeError(f"crash at step {step}, as ordered")
        while step == self._faults.stall_at_step and not self._stopping:
            time.sleep(_HEARTBEAT_SECONDS)
        self._progress.touch_heartbeat()
        end = time.monotonic() + self._step_seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _HEARTBEAT_SECONDS))
            self._progress.touch_heartbeat()

    def _take_step(self, step: int) -> None:
        evaluated = self._curve.is_evaluated(step)
        if evaluated:
            self._progress.stage(Stage.EVALUATING)
        self._progress.emit("metric", **self._curve.point(step))
        ends_epoch = step % self._curve.steps_per_epoch == 0
        if ends_epoch:
            self._progress.log(f"epoch {self._curve.epoch(step)} done at step {step}")
        if ends_epoch or step % self._checkpoint_every == 0:
            self._save_checkpoint(step)
        if evaluated and step < self._curve.total_steps:
            self._progress.stage(Stage.TRAINING)

    def _save_checkpoint(self, step: int) -> None:
        if step == self._saved_step:
            return
        folder = self._run_dir / "checkpoints" / f"step-{step}"
        state = msgspec.json.encode({"step": step})
        if not folder.exists():  # an earlier attempt may have saved it but not reported it
            _write_folder(folder, state)
        point = self._curve.point(step)
        self._progress.emit(
            "checkpoint",
            step=step,
            epoch=point["epoch"],
            path=f"checkpoints/step-{step}",
            training_loss=point["training_loss"],
            validation_loss=point.get("validation_loss"),
            size_bytes=len(state),
        )
        self._saved_step = step

    def _report_loss_not_finite(self, step: int) -> None:
        self._progress.emit(
            "error",
            failure_code="loss_not_finite",
            message=f"The training loss stopped being a finite number at step {step}.",
            remedies=["Lower the learning rate.", "Lengthen the warm-up.", "Lower max_grad_norm."],
        )

    def _finish(self, started: float) -> None:
        self._progress.stage(Stage.SAVING)
        summary = {
            **self._curve.summary(),
            "duration_seconds": round(time.monotonic() - started, 3),
            "hardware": HARDWARE,
        }
        files = _write_artifacts(self._run_dir / "artifacts", self._spec, curve=self._curve, summary=summary)
        self._progress.emit("done", **summary, files=files)


def main(argv: list[str]) -> int:
    """Simulate the run described in the folder argv[1]; returns the exit status."""
    return Simulation(Path(argv[1])).run()


def _write_folder(folder: Path, state: bytes) -> None:
    partial = folder.with_name(f"{folder.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    with (partial / "state.json").open("wb") as file:
        file.write(state)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(folder)


def _write_artifacts(folder: Path, spec: Spec, *, curve: Curve, summary: dict[str, Any]) -> list[str]:
    points = [curve.point(step) for step in range(1, curve.total_steps + 1)]
    readme = _README.format(base=spec.base_model.hub_id or spec.base_model.id)
    files = {
        "adapter_model.safetensors": _adapter(spec, curve.hyperparameters["rank"]),
        "adapter_config.json": _json(_adapter_config(spec, curve.hyperparameters)),
        "tokenizer_config.json": _json({"tokenizer_class": "PreTrainedTokenizerFast"}),
        "training_summary.json": _json({"simulated": True, **summary}),
        "metrics.jsonl": b"".join(msgspec.json.encode(point) + b"\n" for point in points),
        "training.log": "".join(_LOG_LINE.format(**point) for point in points).encode(),
        "README.md": readme.encode(),
    }
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return sorted(files)


def _adapter(spec: Spec, rank: int) -> bytes:
    """Write LoRA weights of one query projection, all zeros, as safetensors: size, header, data."""
    base = BASE_MODELS.get(spec.base_model.id, BASE_MODELS["tiny-llama-demo"])
    shapes = {"A": (rank, base.hidden_size), "B": (base.attention_heads * base.head_size, rank)}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for matrix, shape in shapes.items():
        start, end = end, end + 2 * math.prod(shape)
        name = f"base_model.model.model.layers.0.self_attn.q_proj.lora_{matrix}.weight"
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": (start, end)}
    text = msgspec.json.encode(header)
    return len(text).to_bytes(8, "little") + text + bytes(end)


def _adapter_config(spec: Spec, hyperparameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": spec.base_model.hub_id or spec.base_model.id,
        "revision": spec.base_model.revision,
        "r": hyperparameters["rank"],
        "lora_alpha": hyperparameters["alpha"],
        "lora_dropout": hyperparameters["dropout"],
        "target_modules": ["q_proj"],
        "layers_to_transform": [0],
        "bias": "none",
        "inference_mode": True,
    }


def _json(value: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv))
