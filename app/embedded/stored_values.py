"""Secrets and ports that stay the same from one start to the next, and free ports."""

import contextlib
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

from app.embedded import EmbeddedError


class StoredValues:
    """Values in a JSON file that only its owner can read; safe to use from several processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def token(self, name: str) -> str:
        """Return the random token of this name; generated at its first use."""
        return str(self._get(name, secrets.token_hex(24)))

    def port(self, name: str) -> int:
        """Return the port of the last start if it is free, else another one, which is stored."""
        stored = int(self._get(name, free_port()))
        if is_free(stored):
            return stored
        return int(self._get(name, free_port(), replace=True))

    def _get(self, name: str, fresh: str | int, *, replace: bool = False) -> str | int:
        with self._locked():
            values = self._read()
            if name not in values or replace:
                values[name] = fresh
                self._write(values)
            return values[name]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of the folder: `lora token` may write while a stack starts."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _read(self) -> dict[str, str | int]:
        try:
            values: dict[str, str | int] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        except ValueError:
            raise EmbeddedError(
                f"{self._path} is damaged: restore it, or remove the whole data folder {self._path.parent}"
            ) from None
        return values

    def _write(self, values: dict[str, str | int]) -> None:
        temporary = self._path.with_suffix(".tmp")
        temporary.unlink(missing_ok=True)  # a start that was killed may have left it, with any mode
        temporary.touch(0o600)
        with temporary.open("w") as file:
            json.dump(values, file, indent=1)
            file.flush()
            os.fsync(file.fileno())  # a file that a power cut left empty would lock its owner out
        temporary.replace(self._path)


def free_port() -> int:
    """Return a loopback port that no process listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port now."""
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(address)
            return True
    return False
