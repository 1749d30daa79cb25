"""Export a finished run: the adapter, its card and summary, and figures to verify it with."""

import shutil
from importlib.metadata import version
from typing import Any

import msgspec
import torch

from workers.programs.trainer.adapter import load_adapter, save_adapter, unsupported_features
from workers.programs.trainer.card import model_card
from workers.programs.trainer.checkpoint import BEST
from workers.programs.trainer.data import rows_of
from workers.programs.trainer.loop import record_samples
from workers.programs.trainer.model import hardware
from workers.programs.trainer.progress import history_files
from workers.programs.trainer.session import Run
from workers.programs.trainer.step import release_memory
from workers.run_dir import Spec

PROMPT_TOKENS = 64
_VERSIONED = ("torch", "transformers", "peft", "tokenizers", "safetensors")


class Verification(msgspec.Struct, frozen=True):
    """The trained model's logits for the next token after a prompt."""

    prompt: list[int]
    logits: list[float]
    base_revision: str | None = None


def export(run: Run) -> dict[str, Any]:
    """Write artifacts/ and verification.json; returns the facts of the `done` event."""
    if run.hyperparameters.early_stopping and (run.run_dir / BEST).is_dir():
        load_adapter(run.model, run.run_dir / BEST)
        run.state.final_validation_loss = run.state.best_validation_loss
        record_samples(run, epoch=run.state.step // run.steps_per_epoch)
    release_memory()
    write_verification(run)
    facts = _facts(run)
    first, final = run.state.first_training_loss, run.state.final_training_loss
    run.progress.log(f"Done: {facts['steps']} steps, training loss from {first:.4f} to {final:.4f}.")
    folder = run.run_dir / "artifacts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    save_adapter(run.model, folder)
    run.tokenizer.save_pretrained(folder)
    summary = _summary(run, facts)
    (folder / "training_summary.json").write_bytes(msgspec.json.format(msgspec.json.encode(summary)) + b"\n")
    (folder / "README.md").write_text(model_card(run.spec, summary), encoding="utf-8")
    for path in history_files(run.run_dir):
        shutil.copyfile(path, folder / path.name)
    return {**facts, "files": sorted(path.name for path in folder.iterdir() if path.is_file())}


def write_verification(run: Run) -> None:
    """Write a prompt and its logits, for a new process to compare with."""
    row = rows_of(run.data.train)[0]
    prompt = row.ids[:PROMPT_TOKENS].tolist()
    found = Verification(prompt, next_token_logits(run.model, prompt).tolist(), run.spec.base_model.revision)
    (run.run_dir / "verification.json").write_bytes(msgspec.json.encode(found))


@torch.no_grad()
def next_token_logits(model: Any, prompt: list[int]) -> torch.Tensor:
    """Compute the logits (vocabulary,) after the prompt, without dropout."""
    model.eval()
    output = model(input_ids=torch.tensor([prompt], device=model.device), logits_to_keep=1, use_cache=False)
    return output.logits[0, -1].float().cpu()


def _facts(run: Run) -> dict[str, Any]:
    state = run.state
    return {
        "steps": state.step,
        "epochs_completed": state.step // run.steps_per_epoch,
        "first_training_loss": state.first_training_loss,
        "final_training_loss": state.final_training_loss,
        "final_validation_loss": state.final_validation_loss,
        "duration_seconds": round(state.seconds, 3),
        "hardware": hardware(run.ranks.count),
    }


def _summary(run: Run, facts: dict[str, Any]) -> dict[str, Any]:
    spec: Spec = run.spec
    return {
        **facts,
        "job_id": spec.job_id,
        "method": spec.method,
        "base_model": spec.base_model,
        "dataset": {
            "id": spec.dataset.id,
            "sha256": spec.dataset.sha256,
            "training_examples": sum(row is not None for row in run.data.train),
            "validation_examples": len(run.data.validation),
            "findings": dict(run.data.findings),
        },
        "hyperparameters": run.hyperparameters,
        "unusual": unsupported_features(run.model),
        "tokens_seen": run.state.tokens_seen,
        "versions": {package: version(package) for package in _VERSIONED},
    }
