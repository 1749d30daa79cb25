"""Checkpoints: the full state of a run, so that a resumed run continues exactly."""

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import torch

from workers.programs.trainer.adapter import load_adapter, save_adapter
from workers.programs.trainer.memory import Footprint
from workers.programs.trainer.progress import history_files

KEPT = 2
BEST = "best"  # the adapter of the lowest validation loss, where early stopping asks for it


class State(msgspec.Struct):
    """Progress of a run. Order and learning rate are functions of the step, so they are not stored."""

    step: int = 0
    tokens_seen: int = 0
    seconds: float = 0.0
    first_training_loss: float | None = None
    final_training_loss: float | None = None
    final_validation_loss: float | None = None
    best_validation_loss: float | None = None
    epochs_without_gain: int = 0
    footprint: Footprint = Footprint(pack_tokens=512)
    base_revision: str | None = None  # the commit of the hub's branch at the first step


class Training(NamedTuple):
    """Objects whose state changes with training."""

    model: Any
    optimizer: torch.optim.AdamW
    scaler: torch.amp.GradScaler


def save(run_dir: Path, training: Training, *, randomness: list[Any], state: State) -> tuple[str, int]:
    """Write checkpoints/step-N atomically; returns its path in the run directory and its size in bytes.

    `randomness` has the random state of each process.
    """
    final = run_dir / "checkpoints" / f"step-{state.step}"
    partial = final.with_name(f".{final.name}.making")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _write(partial, run_dir, training, randomness=randomness, state=state)
        size = _fsync_tree(partial)
    except Exception:
        shutil.rmtree(partial)  # on a full disk this frees the space to report it
        raise
    shutil.rmtree(final, ignore_errors=True)  # left by an earlier attempt at this step
    partial.rename(final)
    _fsync_folder(final.parent)
    _prune(final.parent, state.step)
    return f"checkpoints/{final.name}", size


def restore(run_dir: Path, folder: Path, training: Training, *, rank: int) -> State:
    """Restore a checkpoint's adapter, optimizer and random state; returns its progress."""
    load_adapter(training.model, folder)
    saved = torch.load(folder / "optimizer.pt", map_location="cpu", weights_only=True)
    training.optimizer.load_state_dict(saved["optimizer"])
    training.scaler.load_state_dict(saved["scaler"])
    if rank < len(saved["random"]):
        _set_random_state(saved["random"][rank])
    if rank == 0 and (folder / BEST).is_dir():
        shutil.copytree(folder / BEST, run_dir / BEST, dirs_exist_ok=True)
    return read_state(folder)


def read_state(folder: Path) -> State:
    """Read the progress at a checkpoint."""
    return msgspec.json.decode((folder / "state.json").read_bytes(), type=State)


def random_state() -> dict[str, Any]:
    """Return the random state of this process, so that its dropout continues exactly."""
    return {"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state_all()}


def _write(folder: Path, run_dir: Path, training: Training, *, randomness: list[Any], state: State) -> None:
    save_adapter(training.model, folder)
    saved = {
        "optimizer": training.optimizer.state_dict(),
        "scaler": training.scaler.state_dict(),
        "random": randomness,
    }
    with (folder / "optimizer.pt").open("wb") as file:  # with a Python file, a full disk raises OSError
        torch.save(saved, file)
    (folder / "state.json").write_bytes(msgspec.json.encode(state))
    for path in history_files(run_dir):
        shutil.copyfile(path, folder / path.name)
    if (run_dir / BEST).is_dir():
        shutil.copytree(run_dir / BEST, folder / BEST)


def _set_random_state(state: dict[str, Any]) -> None:
    torch.set_rng_state(state["cpu"])
    if len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])


def _fsync_tree(folder: Path) -> int:
    """Flush every file to disk before the folder gets its final name; returns the size in bytes."""
    size = 0
    for path in folder.rglob("*"):
        if path.is_dir():
            _fsync_folder(path)
            continue
        with path.open("rb") as file:
            os.fsync(file.fileno())
        size += path.stat().st_size
    _fsync_folder(folder)
    return size


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(folder: Path, step: int) -> None:
    """Keep the newest; also delete those that an earlier attempt left beyond this step."""
    steps = sorted(int(path.name.removeprefix("step-")) for path in folder.glob("step-*"))
    kept = [old for old in steps if old <= step][-KEPT:]
    for old in set(steps) - set(kept):
        shutil.rmtree(folder / f"step-{old}", ignore_errors=True)
