"""Checkpoints: the full state of a run, so that a resumed run continues exactly."""

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import torch

from workers.programs.trainer.adapter import load_adapter, save_adapter
from workers.programs.trainer.memory import ONE_EXAMPLE, Footprint
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
    device: str = ""  # the name of the hardware that the footprint was chosen for
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
    _prune(run_dir, state.step)
    return f"checkpoints/{final.name}", size


def restore(run_dir: Path, folder: Path, training: Training, *, rank: int, seed: int) -> tuple[State, bool]:
    """Restore a checkpoint's adapter, optimizer and random state.

    Returns its progress, and whether randomness continues exactly: on other hardware, or in a process that
    was not there, it starts again from `seed` and the step.
    """
    state = read_state(folder)
    load_adapter(training.model, folder)
    saved = torch.load(folder / "optimizer.pt", map_location="cpu", weights_only=True)
    training.optimizer.load_state_dict(saved["optimizer"])
    if saved["scaler"]:  # empty where the run began without a loss scale
        training.scaler.load_state_dict(saved["scaler"])
    is_exact = rank < len(saved["random"]) and _is_of_this_kind(saved["random"][rank])
    if is_exact:
        set_random_state(saved["random"][rank])
    else:
        torch.manual_seed(seed + 1_000_003 * state.step + rank)
    if rank == 0 and (folder / BEST).is_dir():
        shutil.copytree(folder / BEST, run_dir / BEST, dirs_exist_ok=True)
    return state, is_exact


def resumed_footprint(state: State, measured: Footprint, *, device: str) -> Footprint:
    """Choose the checkpoint's footprint on the same hardware, else the one measured here."""
    is_measured_alike = state.device == device and measured.pack_tokens != ONE_EXAMPLE
    return state.footprint if is_measured_alike else measured


def read_state(folder: Path) -> State:
    """Read the progress at a checkpoint."""
    return msgspec.json.decode((folder / "state.json").read_bytes(), type=State)


def random_state() -> dict[str, Any]:
    """Return the random state of this process, so that its dropout continues exactly."""
    cuda = torch.cuda.get_rng_state() if torch.cuda.is_available() else None
    return {"cpu": torch.get_rng_state(), "cuda": cuda}


def set_random_state(state: dict[str, Any]) -> None:
    """Put back a random state of this process."""
    torch.set_rng_state(state["cpu"])
    if isinstance(state["cuda"], torch.Tensor):
        torch.cuda.set_rng_state(state["cuda"])


def _is_of_this_kind(state: dict[str, Any]) -> bool:
    return isinstance(state["cuda"], torch.Tensor) == torch.cuda.is_available()


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


def _prune(run_dir: Path, step: int) -> None:
    """Keep the newest and the one that is being stored; delete what lies beyond this step, too."""
    folder = run_dir / "checkpoints"
    steps = sorted(int(path.name.removeprefix("step-")) for path in folder.glob("step-*"))
    kept = {*[old for old in steps if old <= step][-KEPT:], _being_stored(run_dir)}
    for old in set(steps) - kept:
        shutil.rmtree(folder / f"step-{old}", ignore_errors=True)


def _being_stored(run_dir: Path) -> int | None:
    """Return the step of the checkpoint that the supervisor is storing."""
    try:
        return int((run_dir / "storing").read_text())
    except (OSError, ValueError):
        return None
