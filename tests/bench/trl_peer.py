"""TRL's SFTTrainer on a folder of data: `python -m tests.bench.trl_peer FOLDER`, in the peers' environment.

FOLDER holds plan.json (model, adapter and what to set of SFTConfig) and pairs.jsonl (prompt, completion); it
is left with answer.json.
"""

import json
import sys
import time
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from datasets import load_dataset
from peft import LoraConfig
from transformers import TrainerCallback
from trl import SFTConfig, SFTTrainer

_VERSIONED = ("trl", "torch", "transformers", "peft", "accelerate")


class Clock(TrainerCallback):
    """The seconds from the beginning of each optimizer step, its batch laid ready, to its end."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._began = 0.0

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self._began = _now()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.seconds.append(_now() - self._began)


def train(folder: Path) -> dict[str, Any]:
    """Train as planned; returns tokens, seconds and loss of each step, and what was trained in all."""
    plan = json.loads((folder / "plan.json").read_bytes())
    data = load_dataset("json", data_files=str(folder / "pairs.jsonl"), cache_dir=str(folder), split="train")
    clock = Clock()
    trainer = SFTTrainer(
        model=plan["model"],
        args=_config(plan, folder),
        train_dataset=data,
        peft_config=LoraConfig(
            task_type="CAUSAL_LM",
            r=plan["rank"],
            lora_alpha=plan["alpha"],
            lora_dropout=0.0,
            target_modules=plan["target_modules"],
        ),
        callbacks=[clock],
    )
    trainer.train()
    logged = [entry for entry in trainer.state.log_history if "loss" in entry]
    seen = [0, *(round(entry["num_tokens"]) for entry in logged)]
    return {
        "tokens": [after - before for before, after in pairwise(seen)],
        "seconds": clock.seconds,
        "losses": [entry["loss"] for entry in logged],
        "trained_tokens": sum(label != -100 for row in trainer.train_dataset["labels"] for label in row),
        "versions": ", ".join(f"{package} {version(package)}" for package in _VERSIONED),
        "gpu_bytes": torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0,
    }


def _config(plan: dict[str, Any], folder: Path) -> SFTConfig:
    """The plan's values, with TRL's defaults for the rest, such as recomputed activations."""
    cuda = torch.cuda.is_available()
    return SFTConfig(
        output_dir=str(folder / "output"),
        model_init_kwargs={"dtype": "bfloat16" if cuda else "float32"},
        bf16=cuda,
        use_cpu=not cuda,
        assistant_only_loss=True,
        num_train_epochs=1,
        learning_rate=plan["learning_rate"],
        lr_scheduler_type="constant",
        weight_decay=0.0,
        max_grad_norm=1.0,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        **plan["config"],
    )


def _now() -> float:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


if __name__ == "__main__":
    where = Path(sys.argv[1])
    answer = train(where)
    (where / "answer.json").write_text(json.dumps(answer))
