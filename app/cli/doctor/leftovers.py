"""Folders below /var/lib/lora-pipeline that earlier starts by root left and nothing uses any more."""

import contextlib
import os
import re
from pathlib import Path

import psutil
import typer

from app.cli.doctor import Check
from app.embedded import EmbeddedError, shelter

_CLUSTER = re.compile(r"[0-9a-f]{16}(\.new)?")
_SET_ASIDE = re.compile(r"[0-9a-f]{16}\.old-[0-9a-f]+")
_OLDER_COPY = re.compile(r"pginstall\d+-[0-9a-f]+(\.\d+)?")


def examine() -> list[Check]:
    """Mention what could be removed; only root has such folders and may look into them."""
    if os.geteuid() != 0 or not shelter.FOLDER.exists():
        return []
    try:
        with shelter.locked():
            sizes = [_size_of(path) for path in unused()]
    except EmbeddedError as error:
        return [Check("leftovers", "not looked at", str(error))]
    state = (
        f"{len(sizes)} unused in {shelter.FOLDER}, {sum(sizes):,} bytes: `lora doctor --clean` removes them"
    )
    return [Check("leftovers", state)] if sizes else []


def clean() -> int:
    """Remove what nothing uses, and print each with its size; returns the exit status."""
    if os.geteuid() != 0 and shelter.FOLDER.exists():
        typer.echo(f"{shelter.FOLDER} is root's: run `lora doctor --clean` as root", err=True)
        return 1
    # a stack that starts between the look and the removal could claim what was found
    with shelter.locked() if shelter.FOLDER.exists() else contextlib.nullcontext():
        found = unused()
        for path, reason in found.items():
            size = _size_of(path)
            shelter.remove(path)
            typer.echo(f"removed {path} ({reason}): {size:,} bytes")
    if not found:
        typer.echo(f"nothing to remove in {shelter.FOLDER}")
    return 0


def unused() -> dict[Path, str]:
    """Return the folders that no data folder, no package and no process needs any more, with the reasons."""
    found = sorted(shelter.FOLDER.iterdir()) if shelter.FOLDER.is_dir() else []
    reasons = {path: _reason(path) for path in found if path.suffix != ".json"}
    in_use = _used_paths()
    return {
        path: reason
        for path, reason in reasons.items()
        if reason and not any(used.is_relative_to(path) for used in in_use)
    }


def _size_of(base: Path) -> int:
    """Return the bytes of all files of a folder."""
    files = (Path(folder) / name for folder, _, names in os.walk(base) for name in names)
    return sum(file.lstat().st_size for file in files)


def _reason(path: Path) -> str:
    """Say why this folder can be removed; empty when it is needed, or not known."""
    if _SET_ASIDE.fullmatch(path.name):
        return "the cluster of a data folder that was removed"
    if _CLUSTER.fullmatch(path.name):
        return _why_no_data_folder(path.with_suffix(""))
    if path.name.startswith(shelter.COPY_PREFIX):
        return _why_no_package(path)
    return "a copy of binaries by an earlier version" if _OLDER_COPY.fullmatch(path.name) else ""


def _why_no_data_folder(cluster: Path) -> str:
    record = shelter.read_record(cluster)
    # the folder may lie on a disk that is not there at the moment
    if record is None or not Path(record["mount"]).is_mount() or Path(record["data_dir"]).exists():
        return ""
    return f"the cluster of {record['data_dir']}, which is gone"


def _why_no_package(copy: Path) -> str:
    record = shelter.read_record(copy)
    if record and copy.name == shelter.copy_name(Path(record["install"])):
        return ""
    return "a copy of binaries that are gone or have changed"


def _used_paths() -> set[Path]:
    """Every path that a process of this machine works in, was started from or was given."""
    paths: set[str] = set()
    for process in psutil.process_iter(["cwd", "exe", "cmdline"]):
        paths |= {process.info["cwd"] or "", process.info["exe"] or "", *(process.info["cmdline"] or [])}
    return {Path(path) for path in paths if path.startswith("/")}
